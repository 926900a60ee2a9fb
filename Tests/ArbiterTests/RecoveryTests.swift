// Crashes, full disks, and what a restart makes of them.

import Arbiter
import Fencing
import Testing

@Suite("After a restart")
struct RecoveryTests {
    @Test("Crash after the grant, nothing sent: read on, failed, standing back (15)")
    func crashAfterGrant() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        bench.start(boot: "boot-1")
        #expect(bench.reads.isEmpty, "not before an old command can act no more")
        #expect(bench.standing("node2") == .doomed)
        bench.pass(.seconds(4))
        bench.answerReads(.on)
        #expect(bench.turns.isEmpty, "recovery never shoots")
        let back = bench.session("node1")
        #expect(bench.result(back, "A")?.code == .failed)
        #expect(bench.standing("node2") == .member)
    }

    @Test("Crash after the first byte, the switch acted: off, and the reboot goes on (16)")
    func crashAfterCommand() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2", id: "A")
        bench.start(boot: "boot-1")
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.off)
        let back = bench.session("node1")
        let again = bench.order(back, .reboot, "node2", id: "A", since: 0)
        bench.pass(.seconds(5))
        #expect(bench.code(again) == .ok)
        #expect(bench.turns.map(\.command) == [.on])
    }

    @Test("Nothing is decided for the doomed while old commands are waited out (17)")
    func counterShotDuringQuiescence() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        bench.start(boot: "boot-1")
        let two = bench.session("node2")
        #expect(bench.orderCode(two, .off, "node1") == .lost)
        bench.pass(.seconds(4))
        #expect(bench.orderCode(two, .off, "node1") == .lost)
        bench.answerReads(.off)
        bench.answerReads(.off)
        bench.pass(.seconds(2))
        let back = bench.session("node1")
        #expect(bench.result(back, "A")?.code == .ok)
        #expect(bench.orderCode(two, .off, "node1") == .probation)
    }

    @Test("Crash after the off was recorded: on once (18, F4)")
    func crashAfterVerifiedOff() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2", id: "A")
        bench.obey()
        bench.start(boot: "boot-1")
        bench.pass(.seconds(5))
        #expect(bench.turns.map(\.command) == [.on])
        bench.obey()
        let back = bench.session("node1")
        #expect(bench.result(back, "A")?.lines.first?["on"] == "done")
        #expect(bench.pseq("node2") == 2)
    }

    @Test("Crash after the intent to switch on: resumed if it reads off, not if it reads on (F5)")
    func crashAfterOnIntent() {
        for state in [PowerState.off, .on] {
            var bench = Bench()
            let one = bench.session("node1")
            _ = bench.order(one, .reboot, "node2", id: "A")
            bench.obey()
            bench.pass(.seconds(5))
            bench.start(boot: "boot-1")
            bench.pass(.seconds(4))
            bench.answerReads(state)
            #expect(bench.turns.map(\.command) == (state == .off ? [.on] : []))
            bench.obey()
            let back = bench.session("node1")
            #expect(bench.result(back, "A")?.lines.first?["on"] == "done")
            #expect(bench.pseq("node2") == 2)
        }
    }

    @Test("A command that was recorded as done may still act after a restart: it is waited out")
    func doneAndStillActing() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .on, "node2")
        bench.report(bench.turns[0], .on)
        bench.start(boot: "boot-1")
        let back = bench.session("node1")
        _ = bench.order(back, .off, "node2")
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(4))
        #expect(bench.turns.map(\.command) == [.off])
    }

    @Test("After a reboot of the machine nobody is switched on unasked (19)")
    func otherBoot() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2", id: "A")
        bench.obey()
        bench.start(boot: "boot-2")
        bench.pass(.seconds(60))
        #expect(bench.turns.isEmpty)
        #expect(bench.pages == [.leftOff(ShotNumber(1), name("node2"))])
        let back = bench.session("node1")
        #expect(bench.result(back, "A")?.lines.first?["on"] == "held")
    }

    @Test("A ledger that refuses: no byte is sent, the code is 10, and it is tried again (49)")
    func ledgerRefuses() {
        var bench = Bench()
        let one = bench.session("node1")
        bench.commitAnswer = .no
        let shot = bench.order(one, .off, "node2")
        #expect(bench.code(shot) == .noQuorum)
        #expect(bench.field(shot, "why") == "disk full")
        #expect(bench.turns.isEmpty)
        #expect(bench.ask(one, .quorum(sees: nil))?.code == .noQuorum)
        bench.commitAnswer = .yes
        bench.pass(.seconds(10))
        #expect(bench.ask(one, .quorum(sees: nil))?.code == .ok)
        #expect(bench.orderCode(one, .off, "node2") == nil)
        #expect(bench.turns.count == 1)
    }

    @Test("An off that cannot be recorded is not told as done; it is recorded when that works")
    func verifiedOffNotRecorded() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2", id: "A")
        bench.commitAnswer = .no
        bench.obey()
        #expect(bench.code(shot) == .inDoubt)
        #expect(bench.standing("node2") == .doomed)
        bench.commitAnswer = .yes
        bench.pass(.seconds(10))
        #expect(bench.standing("node2") == .doomed, "that reading is ten seconds old")
        bench.answerReads(.off)
        bench.answerReads(.off)
        bench.pass(.seconds(2))
        #expect(bench.result(one, "A")?.code == .ok)
    }

    @Test("An off that was read before the ledger refused is read again, and may be over")
    func staleReading() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        bench.commitAnswer = .no
        bench.obey()
        bench.commitAnswer = .yes
        bench.pass(.seconds(10))
        // Somebody pressed it on meanwhile.
        bench.answerReads(.on)
        #expect(bench.result(one, "A")?.code == .failed)
        #expect(bench.pseq("node2") == 0)
        #expect(bench.standing("node2") == .member)
    }

    @Test("An on that may still act is not closed as failed by what was read after a refused entry")
    func onReadTooEarly() {
        var site = Site.twoNodes
        for name in site.switches.keys {
            site.switches[name] = SwitchTerms(patience: .seconds(60), maximalLatency: .seconds(30))
        }
        var bench = Bench(site)
        let on = bench.order(bench.operatorSession("alice"), .on, "node2")
        bench.commitAnswer = .no
        // It ran already; the command itself is still on its way.
        bench.report(bench.turns[0], .on)
        bench.commitAnswer = .yes
        #expect(bench.code(on) == .inDoubt)
        bench.pass(.seconds(10))
        // Somebody pressed it off meanwhile.
        bench.answerReads(.off)
        bench.answerReads(.off)
        #expect(bench.arbiter.durable.open[name("node2")] != nil, "it may be on in a moment")
        bench.pass(.seconds(20))
        bench.answerReads(.on)
        #expect(bench.ledger.last?.entry == .closed(ShotNumber(1), .on))
    }

    @Test("While the ledger refuses there is no deadline that has passed already")
    func noIdleSpinning() throws {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(4))
        bench.commitAnswer = .no
        // The moment of the "on", which cannot be recorded.
        bench.now = bench.now + .seconds(1)
        bench.handle(.timePassed)
        let next = try #require(bench.arbiter.nextDeadline)
        #expect(next > bench.now)
        bench.commitAnswer = .yes
        bench.pass(.seconds(10))
        #expect(bench.turns.map(\.command) == [.on])
    }

    @Test("An unknown commit ends all deciding until a restart (F6)")
    func commitUnknown() {
        var bench = Bench()
        let one = bench.session("node1")
        bench.commitAnswer = .unknown
        #expect(bench.orderCode(one, .off, "node2") == .noQuorum)
        bench.commitAnswer = .yes
        bench.pass(.seconds(1000))
        #expect(bench.orderCode(one, .off, "node2") == .noQuorum)
        #expect(bench.turns.isEmpty)
    }

    @Test("Asked to leave, a shot in doubt is not waited for: the next start takes it up")
    func leavingInDoubt() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        bench.handle(.stopping)
        #expect(!bench.arbiter.isOnlyInDoubt)
        bench.report(bench.turns[0], .unknown)
        #expect(bench.arbiter.isOnlyInDoubt)
        bench.start(boot: "boot-1")
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.off)
        bench.pass(.seconds(2))
        let back = bench.session("node1")
        #expect(bench.result(back, "A")?.code == .ok)
    }

    @Test("Asked to leave: nothing more is granted, what was granted is finished")
    func leaving() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        bench.handle(.stopping)
        #expect(bench.orderCode(one, .on, "node2") == .noQuorum)
        #expect(!bench.arbiter.isAtRest)
        bench.obey()
        bench.pass(.seconds(4))
        #expect(bench.code(shot) == .ok)
        #expect(bench.arbiter.isAtRest)
    }
}
