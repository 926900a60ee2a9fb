// Nothing is done for a session that is over, or that belongs to a life of its node before a shot:
// whatever the message that arrives late asks for.

import Arbiter
import Fencing
import Testing

@Suite("Warrants")
struct WarrantTests {
    /// node1 of three was shot and is back on; what its session of before says arrives now.
    private static func shot() -> (bench: Bench, old: SessionID, new: SessionID, shooter: SessionID)
    {
        var bench = Bench(.threeNodes)
        let (old, shooter) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(shooter, .reboot, "node1")
        bench.obey()
        bench.pass(.seconds(8))
        bench.obey(reading: .on)
        bench.pass(.seconds(8))
        return (bench, old, bench.session("node1"), shooter)
    }

    private static let questions: [Question] = [
        .quorum(sees: nil), .admit(name("node1")), .checkOff(name("node3")),
        .withdraw(RequestID(constant: "r1")), .release(name("node3"), .no),
    ]

    @Test("Whatever a session of the life before asks for is refused", arguments: questions)
    func outlived(_ question: Question) {
        var (bench, old, _, shooter) = Self.shot()
        _ = bench.order(shooter, .off, "node3")
        bench.obey()
        bench.pass(.seconds(8))
        let token = bench.asked(shooter, .checkOff(name("node3")))
        bench.answerReads(.off)
        #expect(bench.code(token) == .ok)
        let before = bench.ledger
        let reply = bench.ask(old, question)
        bench.answerReads(.off)
        #expect(reply?.code == .lost)
        #expect(bench.ledger == before)
    }

    @Test("and so is a request for power", arguments: [PowerVerb.off, .reboot, .on, .shoot])
    func outlivedOrder(_ verb: PowerVerb) {
        var (bench, old, _, _) = Self.shot()
        let before = bench.ledger
        for target in ["node1", "node3"] {
            #expect(bench.orderCode(old, verb, target) == .lost)
        }
        #expect(bench.ledger == before)
        #expect(bench.turns.isEmpty)
    }

    @Test("A request that waits is not withdrawn by a session of the life before")
    func outlivedWithdrawal() {
        var (bench, old, new, shooter) = Self.shot()
        _ = bench.ask(shooter, .admit(name("node1")))
        new = bench.session("node1")
        // The shooter's shot keeps node3 busy, so node1's own request for it waits.
        _ = bench.order(shooter, .on, "node3")
        let waiting = bench.order(new, .off, "node3", id: "r1")
        #expect(bench.ask(old, .withdraw(RequestID(constant: "r1")))?.code == .lost)
        #expect(bench.replies[waiting] == nil)
        #expect(bench.ask(new, .withdraw(RequestID(constant: "r1")))?.code == .ok)
        #expect(bench.code(waiting) == .withdrawn)
    }

    @Test("A hold-off of its own is not released by a session of the life before")
    func outlivedRelease() {
        var bench = Bench(.threeNodes)
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(one, .off, "node3")
        bench.obey()
        bench.pass(.seconds(8))
        let check = bench.asked(one, .checkOff(name("node3")))
        bench.answerReads(.off)
        #expect(bench.field(check, "held") == "yes")
        _ = bench.order(two, .off, "node1")
        #expect(bench.ask(one, .release(name("node3"), .no))?.code == .lost)
        #expect(bench.arbiter.durable.lock(name("node3"), .holdOff) != nil)
    }

    @Test("Who is shot at while it has another read takes nothing over")
    func doomedWhileReading() {
        var bench = Bench(.threeNodes)
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(one, .off, "node3")
        bench.obey()
        bench.pass(.seconds(8))
        let check = bench.asked(one, .checkOff(name("node3")))
        #expect(bench.reads.count == 1)
        _ = bench.order(two, .off, "node1")
        bench.answerReads(.off)
        #expect(bench.code(check) == .lost)
        #expect(bench.arbiter.durable.lock(name("node3"), .holdOff) == nil)
    }

    @Test("A session that is over, or never was, gets nothing")
    func noSession() {
        var bench = Bench()
        let one = bench.session("node1")
        bench.handle(.sessionClosed(one))
        let before = bench.ledger
        for session in [one, SessionID(77)] {
            #expect(bench.orderCode(session, .off, "node2") == .noQuorum)
            for question in Self.questions { #expect(bench.ask(session, question) == nil) }
        }
        #expect(bench.ledger == before)
        #expect(bench.turns.isEmpty)
    }
}

extension RequestID {
    fileprivate init(constant: String) {
        guard let id = RequestID(constant) else { preconditionFailure(constant) }
        self = id
    }
}
