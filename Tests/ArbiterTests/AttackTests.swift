// What a node, or a person in a hurry, might try; and what must not come of it.

import Arbiter
import Fencing
import Testing

@Suite("Attempts")
struct AttackTests {
    @Test("A node that reads on is not confirmed as off, however long it was in doubt before")
    func confirmedWhileOn() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .off, "node2")
        bench.report(bench.turns[0], .unknown)
        bench.pass(.seconds(1))
        bench.answerReads(.on)
        let word = bench.asked(
            alice, .confirmOff(name("node2"), ShotNumber(1), reason("unplugged")))
        #expect(bench.code(word) == .inDoubt)
        #expect(bench.field(word, "why")?.contains("pdu-a/2") == true)
        #expect(bench.standing("node2") == .doomed)
    }

    @Test("A node that is renamed twice keeps its standing and its locks")
    func renamedTwice() {
        var bench = Bench(.threeNodes)
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .off, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        _ = bench.ask(alice, .lock(name("node2"), .holdOff, reason("disk")))
        for new in ["first", "second", "node2", "first"] {
            bench.site = .make(["node1": ["pdu-a/1"], new: ["pdu-a/2"], "node3": ["pdu-a/3"]])
            bench.start(boot: "boot-1")
            bench.pass(.seconds(10))
            #expect(bench.standing(new) == .probation)
            #expect(bench.pseq(new) == 1)
            #expect(bench.arbiter.durable.lock(name(new), .holdOff) != nil)
        }
    }

    @Test("A renamed node that was admitted stays a member under its next name")
    func renamedAndAdmitted() {
        var bench = Bench(.threeNodes)
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(5))
        bench.site = .make(["node1": ["pdu-a/1"], "first": ["pdu-a/2"]])
        bench.start(boot: "boot-1")
        bench.pass(.seconds(10))
        #expect(bench.standing("first") == .probation)
        #expect(bench.ask(bench.session("node1"), .admit(name("first")))?.code == .ok)
        bench.site = .make(["node1": ["pdu-a/1"], "second": ["pdu-a/2"]])
        bench.start(boot: "boot-1")
        bench.pass(.seconds(10))
        #expect(bench.standing("second") == .member)
    }

    @Test("Who asks for readings without end does not keep an operator's on waiting")
    func readingsWithoutEnd() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        let alice = bench.operatorSession("alice")
        _ = bench.order(one, .off, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        _ = bench.order(three, .off, "node2", since: 1)
        let on = bench.order(alice, .on, "node2")
        for _ in 1...60 {
            _ = bench.order(three, .off, "node2", since: 1)
            bench.pass(.milliseconds(500))
            bench.answerReads(.off)
        }
        #expect(bench.code(on) != .withdrawn)
        #expect(bench.turns.contains { $0.command == .on } || bench.pseq("node2") == 2)
    }

    @Test("Sixteen principals that fill the queue do not shut out the seventeenth")
    func fullQueue() {
        var feeds = ["last": ["pdu-b/1"]]
        for number in 1...40 { feeds["n\(number)"] = ["pdu-a/\(number)"] }
        var bench = Bench(.make(feeds).withTerms { $0.consent = .majority })
        for number in 1...16 {
            let session = bench.session("n\(number)")
            for index in 0..<64 {
                _ = bench.order(session, .off, "n\(17 + index % 16)", wait: .seconds(90))
            }
        }
        let last = bench.session("last")
        let shot = bench.order(last, .off, "n40", wait: .seconds(90))
        #expect(bench.code(shot) == nil)
        #expect(bench.replies.values.count { $0.code == .rate } == 1, "one of theirs went")
    }
}
