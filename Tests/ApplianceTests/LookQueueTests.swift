// Who looks waits for himself, and nothing stays behind of what was abandoned.

import Fencing
import SSHDoor
import Testing

@testable import Appliance

struct LookQueueTests {
    private func look(_ token: UInt64, _ principal: Principal) -> LookQueue.Look {
        LookQueue.Look(token: RequestToken(token), principal: principal, run: { _ in })
    }

    @Test func `Principals take turns, and one whose page is made waits`() throws {
        let one = Principal.operator(try #require(PrincipalName("vic")))
        let other = Principal.operator(try #require(PrincipalName("alice")))
        var queue = LookQueue()
        for token in 1...3 { queue.add(look(UInt64(token), one)) }
        queue.add(look(4, other))
        #expect(queue.next()?.token == RequestToken(1))
        queue.began(page: one)
        #expect(queue.next()?.token == RequestToken(4))
        #expect(!queue.hasNext)
        queue.ended(page: one)
        #expect(queue.next()?.token == RequestToken(2))
    }

    @Test func `What is abandoned behind a page does not pile up`() throws {
        let one = Principal.operator(try #require(PrincipalName("vic")))
        var queue = LookQueue()
        queue.began(page: one)
        for token in 1...1000 {
            queue.add(look(UInt64(token), one))
            if token != 7 { queue.forget(RequestToken(UInt64(token))) }
        }
        queue.ended(page: one)
        #expect(queue.next()?.token == RequestToken(7))
        #expect(queue.next() == nil)
        #expect(!queue.hasNext)
    }
}
