// FAILED, exit status 1, is for who was ordered and reads otherwise, when nothing can act any more. A
// refusal has another word: "the node lives" is not to be concluded from it.

import Arbiter
import Fencing
import Testing

@Suite("What FAILED says, and what it does not")
struct FailedTests {
    func off() -> Bench {
        var bench = Bench(.threeNodes)
        _ = bench.order(bench.session("node1"), .off, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        return bench
    }

    @Test("check-off of a node whose switch says nothing is in doubt, and no life")
    func muteCheck() {
        var bench = off()
        let token = bench.asked(bench.session("node1"), .checkOff(name("node2")))
        bench.answerReads(.unknown)
        #expect(bench.code(token) == .inDoubt)
        #expect(bench.field(token, "unknown") == "pdu-a/2")
        #expect(bench.arbiter.durable.lock(name("node2"), .holdOff) == nil)
    }

    @Test("check-off while somebody else reads the node: ask again")
    func busyCheck() {
        var bench = off()
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.asked(one, .checkOff(name("node2")))
        let second = bench.asked(three, .checkOff(name("node2")))
        #expect(bench.code(second) == .stale)
        #expect(bench.field(second, "why")?.contains("being read") == true)
    }

    @Test("check-off while a second shot at the node may still act proves nothing, either way")
    func checkDuringShot() {
        var bench = off()
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .off, "node2")
        bench.answerReads(.on)
        #expect(bench.grants.count == 2)
        let token = bench.asked(three, .checkOff(name("node2")))
        #expect(bench.code(token) == .inDoubt)
        #expect(bench.reads.isEmpty)
    }

    @Test("check-off after a restart waits until no command of the life before may act")
    func checkAfterRestart() {
        var bench = off()
        bench.start(boot: "boot-1")
        bench.pass(.seconds(3))
        let token = bench.asked(bench.session("node1"), .checkOff(name("node2")))
        #expect(bench.reads.isEmpty)
        bench.pass(.seconds(2))
        bench.answerReads(.off)
        #expect(bench.code(token) == .ok)
    }

    @Test("The same id does not say FAILED again once the node was switched on by somebody else")
    func failedBeforeTheOn() {
        var bench = off()
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2", id: "B", since: 1)
        bench.answerReads(.on)
        for order in bench.turns { bench.report(order, .on) }
        bench.pass(.seconds(4))
        bench.answerReads(.on)
        #expect(bench.code(shot) == .failed)
        bench.turns = []
        _ = bench.order(bench.operatorSession("alice"), .on, "node2")
        bench.obey(reading: .on)
        bench.pass(.seconds(4))
        #expect(bench.pseq("node2") == 2)
        let again = bench.order(bench.session("node1"), .off, "node2", id: "B", since: 1)
        #expect(bench.code(again) == .stale, "that was about another time")
    }

    /// Held until then, it would be asked anew at once, and held again, without end.
    @Test("check-off at the very moment from which on none may act is read, and held no more")
    func checkAtTheEndOfTheWait() {
        var bench = off()
        bench.start(boot: "boot-1")
        let session = bench.session("node1")
        guard let until = bench.arbiter.nextDeadline else {
            Issue.record("nothing is waited out")
            return
        }
        bench.now = until
        let token = bench.asked(session, .checkOff(name("node2")))
        #expect(!bench.reads.isEmpty)
        bench.answerReads(.off)
        #expect(bench.code(token) == .ok)
    }

    @Test("check-off of a node that was switched on while it was read is stale")
    func overtakenCheck() {
        var bench = Bench(.threeNodes)
        let one = bench.session("node1")
        let token = bench.order(one, .on, "node2", id: "A")
        #expect(bench.code(token) == nil)
        bench.obey()
        let check = bench.asked(one, .checkOff(name("node2")))
        #expect(bench.code(check) == .stale, "it is not on record as off")
    }

    @Test("A viewer holds nobody off, whatever it asked for before")
    func demotedInTheHoldUp() throws {
        var bench = Bench(.threeNodes)
        let alice = bench.operatorSession("alice")
        _ = bench.order(bench.session("node1"), .off, "node2")
        bench.obey()
        let check = bench.asked(alice, .checkOff(name("node2")))
        #expect(bench.code(check) == nil, "in the hold-up")
        bench.handle(.demoted(try #require(PrincipalName("alice"))))
        #expect(bench.code(check) == .notPermitted)
        bench.pass(.seconds(5))
        bench.answerReads(.off)
        #expect(bench.arbiter.durable.lock(name("node2"), .holdOff) == nil)
    }
}
