// What may be told, when, and on whose word.

import Arbiter
import Fencing
import Testing

@Suite("Telling")
struct TellingTests {
    // MARK: The hold-up (R24)

    @Test("Who asks `result` or `check-off` in the hold-up hears it only when that is over")
    func askedInTheHoldUp() {
        for question in [Question.result(id("A")), .checkOff(name("node2"))] {
            var bench = Bench()
            let one = bench.session("node1")
            _ = bench.order(one, .off, "node2", id: "A")
            bench.obey()
            bench.pass(.seconds(1))
            #expect(bench.standing("node2") == .probation, "verified, and held up")
            let token = bench.asked(one, question)
            #expect(bench.replies[token] == nil)
            #expect(bench.reads.isEmpty)
            bench.pass(.seconds(1))
            bench.answerReads(.off)
            #expect(bench.code(token) == .ok)
            #expect(bench.field(token, "off") == "verified")
        }
    }

    @Test("After a restart the hold-up begins anew: nobody knows how long ago it went dark")
    func holdUpAfterRestart() {
        for hasGoneOn in [false, true] {
            var bench = Bench(.hasty)
            _ = bench.order(bench.session("node1"), .reboot, "node2", id: "A")
            bench.obey()
            if hasGoneOn { bench.pass(.seconds(1)) }
            bench.start(boot: "boot-1")
            let one = bench.session("node1")
            let again = bench.order(one, .reboot, "node2", id: "A")
            let other = bench.order(one, .reboot, "node2", since: 0)
            bench.pass(.milliseconds(1900))
            #expect(bench.replies[again] == nil && bench.replies[other] == nil)
            bench.pass(.milliseconds(2100))
            bench.answerReads(.off)
            #expect(bench.code(again) == .ok)
            #expect(bench.code(other) == .ok)
        }
    }

    @Test("Who leaves in the hold-up hears nothing, and nothing is left over")
    func leavesInTheHoldUp() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        bench.obey()
        let result = bench.asked(one, .result(id("A")))
        let again = bench.order(one, .off, "node2", since: 0)
        bench.handle(.sessionClosed(one))
        bench.pass(.seconds(10))
        #expect(bench.replies[result] == nil && bench.replies[again] == nil)
        #expect(bench.arbiter.isAtRest)
    }

    // MARK: Evidence

    @Test("An off that a person attests is told with the name of that person, to everybody")
    func attestedToOthers() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        let alice = bench.operatorSession("alice")
        _ = bench.order(one, .off, "node2")
        bench.report(bench.turns[0], .unknown)
        #expect(bench.ask(alice, .confirmOff(name("node2"), ShotNumber(1), reason("seen"))) == nil)
        bench.pass(.seconds(2))
        let other = bench.order(three, .off, "node2", id: "B", since: 0)
        #expect(bench.code(other) == .ok)
        #expect(bench.field(other, "evidence") == "attested:alice")
    }

    @Test("Who is answered by an off hears of its shot, not of one that is under way")
    func whoseOff() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey(reading: .on)
        bench.pass(.seconds(5))
        _ = bench.order(one, .off, "node2", since: 2)
        #expect(bench.grants.count == 2)
        let old = bench.order(three, .off, "node2", since: 0)
        #expect(bench.code(old) == .ok)
        #expect(bench.field(old, "shot") == "1")
    }

    @Test("Who holds a node off without having it read is not told that it is off")
    func heldOffUnread() {
        var bench = Bench()
        let (two, alice) = (bench.session("node2"), bench.operatorSession("alice"))
        _ = bench.order(two, .off, "node1")
        bench.obey()
        bench.pass(.seconds(10))
        let lock = bench.ask(alice, .lock(name("node1"), .holdOff, reason("hands")))
        #expect(lock?.code == .ok)
        #expect(lock?.lines.first?["held"] == "yes")
        #expect(lock?.lines.first?["off"] == nil)
    }

    // MARK: Right (R29)

    @Test("When nobody knows what the ledger holds, nobody is told a success")
    func lostLedger() {
        var bench = Bench(.threeNodes.with { $0.nodes[name("node2")]?.holdUp = .zero })
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        let shot = bench.order(one, .off, "node2", id: "A")
        // node1 itself is to be shot as soon as node2 is off; whether that is on record is unknown.
        bench.commitAnswers = [.yes, .unknown]
        _ = bench.order(alice, .off, all: ["node1", "node2"], since: ["node2": 0])
        bench.obey()
        #expect(bench.standing("node2") == .probation, "its off is on record")
        #expect(bench.code(shot) == .noQuorum)
        #expect(bench.result(one, "A")?.code == .noQuorum)
    }

    // MARK: What a session knows

    @Test("What a session knows does not become older with a line that was long in coming")
    func knowledgeDoesNotAge() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        let both = bench.order(one, .reboot, all: ["node2", "node3"])
        // node2 goes all the way, node3 stays silent.
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(5))
        let on = bench.turns.last { $0.command == .on }
        if let on { bench.report(on, .on) }
        bench.pass(.seconds(5))
        #expect(
            bench.ask(one, .quorum(sees: nil))?.lines.first?["pseq"]?.contains("node2:2") == true)
        bench.report(bench.turns[0], .unknown)
        #expect(bench.replies[both]?.lines[0]["pseq"] == "1")
        _ = bench.order(one, .off, "node2")
        #expect(bench.grants.map(\.target.text) == ["node2", "node3", "node2"])
    }
}

private func id(_ text: String) -> RequestID {
    guard let id = RequestID(text) else { preconditionFailure(text) }
    return id
}

extension Site {
    /// node2 is switched on again before its power supply has given up what it held.
    fileprivate static var hasty: Site {
        twoNodes.with { $0.nodes[name("node2")]?.offTime = .zero }
    }
}
