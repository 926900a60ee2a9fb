// Who may shoot whom: quarrels between nodes, told as dialogues.

import Arbiter
import Fencing
import Testing

@Suite("Quarrels")
struct QuarrelTests {
    @Test("A shot is told as done only when it was read back as off, recorded, and held up")
    func oneHonestShot() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .reboot, "node2", id: "A")
        #expect(bench.standing("node2") == .doomed)
        #expect(bench.turns.map(\.outlet) == [outlet("pdu-a/2")])
        bench.obey()
        #expect(bench.standing("node2") == .probation)
        #expect(bench.code(shot) == nil, "the supply may still hold the rails up")
        bench.pass(.seconds(2))
        #expect(bench.code(shot) == .ok)
        #expect(bench.field(shot, "off") == "verified")
        #expect(bench.field(shot, "on") == "pending")
        #expect(bench.field(shot, "pseq") == "1")
        bench.pass(.seconds(3))
        #expect(bench.turns.map(\.command) == [.on])
        bench.obey()
        #expect(bench.result(one, "A")?.lines.first?["on"] == "done")
        #expect(bench.pseq("node2") == 2)
    }

    @Test("Of two that shoot at each other one wins, and the other hears it at once (R3, R5)")
    func mutualShots() {
        var bench = Bench()
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        let first = bench.order(one, .off, "node2")
        let second = bench.order(two, .off, "node1")
        #expect(bench.code(second) == .lost)
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(first) == .ok)
        #expect(bench.grants.map(\.target) == [name("node2")])
    }

    @Test("A chain of three shots leaves somebody standing")
    func chain() {
        var bench = Bench(.threeNodes)
        let sessions = ["node1", "node2", "node3"].map { bench.session($0) }
        _ = bench.order(sessions[0], .off, "node2")
        let second = bench.order(sessions[1], .off, "node3")
        let third = bench.order(sessions[2], .off, "node1")
        #expect(bench.code(second) == .lost)
        bench.obey()
        bench.pass(.seconds(2))
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(third) == .ok)
        #expect(bench.standing("node3") == .member)
    }

    @Test("A node that was shot may not shoot until somebody vouches for it (R18)")
    func probation() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        let reborn = bench.session("node2")
        #expect(bench.orderCode(reborn, .off, "node1") == .probation)
        bench.pass(.seconds(100_000))
        #expect(bench.orderCode(reborn, .off, "node1") == .probation, "never by time")
        #expect(bench.ask(reborn, .admit(name("node2")))?.code == .probation)
        #expect(bench.ask(one, .admit(name("node2")))?.code == .ok)
        let again = bench.session("node2")
        #expect(bench.orderCode(again, .off, "node1") == nil)
        #expect(bench.grants.count == 2)
    }

    @Test("What a node sent before it was shot is void for ever, even after readmission (R4)")
    func generations() {
        var bench = Bench()
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        _ = bench.ask(one, .admit(name("node2")))
        #expect(bench.closedSessions == [two])
        // Its bytes may have sat in a socket buffer all the while.
        #expect(bench.orderCode(two, .off, "node1") == .lost)
        #expect(bench.grants.count == 1)
    }

    @Test("A shot that failed for certain gives the target its standing back, and it may shoot")
    func failedRestores() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        bench.pass(.seconds(18))
        bench.report(bench.turns[0], .on)
        bench.pass(.seconds(4))
        bench.answerReads(.on)
        #expect(bench.code(shot) == .failed)
        #expect(bench.field(shot, "on") == "pdu-a/2")
        #expect(bench.standing("node2") == .member)
        let two = bench.session("node2")
        _ = bench.order(two, .off, "node1")
        #expect(bench.grants.map(\.target) == [name("node2"), name("node1")])
    }

    @Test("A node resets itself, even on probation")
    func ownReset() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(4))
        let reborn = bench.session("node2")
        let own = bench.order(reborn, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(own) == .ok)
        #expect(bench.orderCode(reborn, .off, "node2") == .lost, "of the life before")
        let again = bench.session("node2")
        #expect(bench.orderCode(again, .off, "node2") == .probation)
    }

    @Test("A node may not name another cluster's nodes, nor ones that do not exist: alike")
    func strangers() {
        var bench = Bench()
        let one = bench.session("node1")
        let unknown = bench.order(one, .off, "node9")
        #expect(bench.code(unknown) == .notPermitted)
    }

    @Test("Success is not told to a shooter that was itself shot meanwhile (R29)")
    func truthPlusRight() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        let first = bench.order(one, .off, "node2")
        _ = bench.order(three, .off, "node1")
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(first) == .lost)
        #expect(bench.field(first, "off") == "verified")
    }

    @Test("An operator needs no standing")
    func operators() {
        var bench = Bench()
        let alice = bench.operatorSession("alice")
        let shot = bench.order(alice, .off, "node1")
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(shot) == .ok)
    }
}
