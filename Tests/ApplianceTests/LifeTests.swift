// How the daemon stops.

import Fencing
import Testing

@testable import Appliance

@Suite("Stopping")
struct LifeTests {
    @Test("Asked to stop a second time, it stays at the first deadline")
    func twice() {
        let first = Moment(sinceStart: .seconds(120))
        var life = Life()
        let later = Moment(sinceStart: .seconds(200))
        let sooner = Moment(sinceStart: .seconds(10))
        let isTaken = [first, later, sooner].map { life.stop(by: $0) }
        #expect(isTaken == [true, false, false])
        #expect(life.phase == .stopping(by: first))
    }

    @Test("What is over does not stop once more")
    func over() {
        var life = Life()
        life.end()
        let isTaken = life.stop(by: Moment(sinceStart: .seconds(1)))
        #expect(!isTaken)
        #expect(life.phase == .over)
    }
}
