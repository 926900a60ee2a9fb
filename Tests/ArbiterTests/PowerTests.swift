// Feeds, doubt, hold-up and late commands: when off is off.

import Arbiter
import Fencing
import Testing

@Suite("When off is off")
struct PowerTests {
    @Test("A node with two supplies is cut on both at once and looked at twice (R12)")
    func doubleLook() {
        var bench = Bench(.dualFeed)
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        #expect(bench.turns.count == 2)
        let orders = bench.turns
        bench.report(orders[0], .off)
        bench.report(orders[1], .off)
        #expect(bench.standing("node2") == .doomed)
        #expect(bench.reads.map(\.outlet) == [orders[0].outlet])
        bench.answerReads(.off)
        bench.pass(.seconds(2))
        #expect(bench.code(shot) == .ok)
        #expect(bench.field(shot, "feeds") == "2/2")
    }

    @Test("Somebody who presses a feed on between two looks is seen (26)")
    func pressedOn() {
        var bench = Bench(.dualFeed)
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        bench.obey(reading: .on)
        bench.pass(.seconds(4))
        bench.answerReads(.on)
        #expect(bench.code(shot) == .failed)
    }

    @Test("One supply silent: in doubt, and the target stays doomed (24)")
    func oneFeedMute() {
        var bench = Bench(.dualFeed)
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        let orders = bench.turns
        bench.report(orders[0], .off)
        bench.report(orders[1], .unknown, trouble: "pdu-b: no answer in 20s")
        #expect(bench.code(shot) == .inDoubt)
        #expect(bench.field(shot, "feeds") == "1/2")
        #expect(bench.field(shot, "unknown") == orders[1].outlet.description)
        #expect(bench.field(shot, "why") == "pdu-b: no answer in 20s")
        #expect(bench.standing("node2") == .doomed)
    }

    @Test("One supply stuck: failed, with its name (25)")
    func oneFeedStuck() {
        var bench = Bench(.dualFeed)
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        let orders = bench.turns
        bench.report(orders[0], .off)
        bench.report(orders[1], .on)
        bench.pass(.seconds(4))
        for read in bench.reads {
            bench.handle(
                .reported(
                    PowerReport(
                        order: read.id, outlet: read.outlet,
                        state: read.outlet == orders[1].outlet ? .on : .off, lastCommandAt: nil,
                        trouble: nil)))
        }
        #expect(bench.code(shot) == .failed)
        #expect(bench.field(shot, "on") == orders[1].outlet.description)
    }

    @Test("A reading of on proves nothing while the command may still act (R14)")
    func lateSwitch() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        bench.report(bench.turns[0], .on)
        #expect(bench.code(shot) == nil)
        #expect(bench.reads.isEmpty)
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.off)
        bench.pass(.seconds(2))
        #expect(bench.code(shot) == .ok, "it acted late, and was read when it had")
    }

    @Test("Silence is in doubt; when the line is back and reads on, failed (22)")
    func mute() {
        var bench = Bench()
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        let shot = bench.order(one, .off, "node2", id: "A")
        bench.report(bench.turns[0], .unknown)
        #expect(bench.code(shot) == .inDoubt)
        #expect(bench.orderCode(two, .off, "node1") == .lost)
        #expect(bench.ask(two, .quorum(sees: nil))?.code == .lost)
        for _ in 0..<5 {
            bench.pass(.seconds(10))
            bench.answerReads(.unknown)
        }
        #expect(bench.standing("node2") == .doomed)
        bench.pass(.seconds(10))
        bench.answerReads(.on)
        #expect(bench.result(one, "A")?.code == .failed)
        let again = bench.session("node2")
        #expect(bench.ask(again, .quorum(sees: nil))?.code == .ok)
    }

    @Test("Silence, then read off: the outcome is off (23)")
    func answerLost() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        bench.report(bench.turns[0], .unknown)
        bench.pass(.seconds(1))
        bench.answerReads(.off)
        bench.answerReads(.off)
        #expect(bench.standing("node2") == .probation)
        bench.pass(.seconds(2))
        #expect(bench.result(one, "A")?.code == .ok)
    }

    @Test("A report that never comes is given up, and is not a success")
    func noReport() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .off, "node2")
        bench.pass(.seconds(22))
        #expect(bench.code(shot) == .inDoubt)
    }

    @Test("On fails after off: the off stands, and the node is on record as off (27)")
    func onFails() {
        var bench = Bench()
        let one = bench.session("node1")
        let shot = bench.order(one, .reboot, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(5))
        #expect(bench.code(shot) == .ok)
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.off)
        bench.pass(.seconds(2))
        #expect(bench.result(one, "A")?.lines.first?["on"] == "failed")
        #expect(bench.pseq("node2") == 3)
        #expect(bench.pages.contains(.onFailed(ShotNumber(1), name("node2"))))
        #expect(bench.turns.isEmpty)
    }

    @Test("Nothing else is sent to a target while an earlier command may still act (R21)")
    func lateOnIsWaitedOut() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .on, "node2")
        _ = bench.order(one, .off, "node2")
        bench.report(bench.turns[0], .unknown)
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(4))
        bench.answerReads(.unknown)
        #expect(bench.turns.map(\.command) == [.off])
    }

    @Test("The on of a reboot waits until no off can act any more")
    func onWaitsForQuiet() {
        var bench = Bench(.slowSwitch)
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(29))
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.turns.map(\.command) == [.on])
    }

    @Test("On: switched on, read as on, and told")
    func on() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        let on = bench.order(one, .on, "node2")
        #expect(bench.pseq("node2") == 2)
        bench.obey()
        #expect(bench.code(on) == .ok)
        #expect(bench.standing("node2") == .probation)
    }

    @Test("A node that is on record as off is not admitted")
    func noAdmissionWhileOff() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        #expect(bench.ask(one, .admit(name("node2")))?.code == .stale)
    }

    @Test("An on of a node that is on already is waited out before anything else is sent (R21)")
    func earlyOnIsWaitedOut() {
        var bench = Bench()
        let alice = bench.operatorSession("alice")
        let on = bench.order(alice, .on, "node2", id: "A")
        // It reads on at once; the command itself may act for four seconds more.
        bench.obey(reading: .on)
        #expect(bench.code(on) == .ok)
        let again = bench.order(alice, .on, "node2", id: "A")
        #expect(bench.code(again) == .ok)
        let off = bench.order(alice, .off, "node2")
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(4))
        #expect(bench.turns.map(\.command) == [.off])
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(off) == .ok)
    }

    @Test("It is a switch's turn from the command to its report, and while it is read in doubt")
    func awaitsReports() {
        var bench = Bench()
        let one = bench.session("node1")
        #expect(!bench.arbiter.awaitsReports)
        _ = bench.order(one, .off, "node2")
        #expect(bench.arbiter.awaitsReports)
        bench.report(bench.turns[0], .unknown)
        #expect(!bench.arbiter.awaitsReports, "a shot in doubt rests between its readings")
        bench.pass(.seconds(1))
        #expect(bench.arbiter.awaitsReports)
        bench.answerReads(.off)
        bench.answerReads(.off)
        #expect(!bench.arbiter.awaitsReports)
        #expect(!bench.arbiter.isAtRest, "success waits for the hold-up")
    }
}

extension Site {
    fileprivate static var slowSwitch: Site {
        var site = Site.twoNodes
        for name in site.switches.keys {
            site.switches[name] = SwitchTerms(
                patience: .seconds(60), maximalLatency: .seconds(30))
        }
        return site
    }
}
