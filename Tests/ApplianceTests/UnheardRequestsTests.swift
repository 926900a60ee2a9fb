// Requests that the appliance has not taken in yet.

import Fencing
import Testing

@testable import Appliance

@Suite("Requests on their way")
struct UnheardRequestsTests {
    @Test("A session has room for so many, and again when they are taken in; others have theirs")
    func bounded() {
        let unheard = UnheardRequests()
        let (one, other) = (SessionID(1), SessionID(2))
        for _ in 1...UnheardRequests.mostPerSession {
            #expect(unheard.hasRoom(for: one))
            unheard.add(one)
        }
        #expect(!unheard.hasRoom(for: one))
        #expect(unheard.hasRoom(for: other))
        unheard.remove(one)
        #expect(unheard.hasRoom(for: one))
    }
}
