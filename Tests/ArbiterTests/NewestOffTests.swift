// Who is told "off" is told of an off that is newer than what it knew, or of a reading made for it.
// Each of these was answered "off=verified" once, of a node that ran or was about to.

import Arbiter
import Fencing
import Testing

@Suite("The newest off answers, and nothing that came after it")
struct NewestOffTests {
    /// node2 was rebooted and runs again, on probation: pseq 2. node1's session was told of the off.
    func rebooted() -> (Bench, one: SessionID) {
        var bench = Bench(.threeNodes)
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(4))
        return (bench, one)
    }

    @Test("An off after a reboot in the same session is never answered by that reboot's own on")
    func sameSession() {
        var (bench, one) = rebooted()
        let off = bench.order(one, .off, "node2")
        #expect(bench.code(off) == .stale)
        #expect(bench.field(off, "why")?.contains("since=2") == true)
        bench.handle(.told(one, name("node2")))
        _ = bench.order(one, .off, "node2")
        #expect(bench.turns.map(\.command) == [.off], "it was shown the new life, and means it")
    }

    @Test("An odd since, and an on after it: stale, said or known, member or on probation")
    func oddAndOn() {
        for isMember in [true, false] {
            var bench = Bench(.threeNodes)
            let one = bench.session("node1")
            _ = bench.order(one, .reboot, "node2")
            bench.obey()
            bench.pass(.seconds(5))
            bench.obey()
            bench.pass(.seconds(4))
            if isMember {
                let other = bench.session("node1")
                _ = bench.ask(other, .admit(name("node2")))
            }
            for verb in [PowerVerb.off, .reboot] {
                let said = bench.order(bench.session("node3"), verb, "node2", since: 1)
                #expect(bench.code(said) == .stale)
            }
            #expect(bench.turns.isEmpty)
        }
    }

    @Test("An odd since, and an on, an off and an on after it: it runs, and nobody is told off")
    func oddAndAnotherLife() {
        var (bench, one) = rebooted()
        let alice = bench.operatorSession("alice")
        _ = bench.order(alice, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(4))
        #expect(bench.pseq("node2") == 4)
        #expect(bench.orderCode(one, .off, "node2") == .stale)
        let three = bench.session("node3")
        let said = bench.order(three, .off, "node2", since: 1)
        #expect(bench.code(said) == .stale)
        let dead = bench.order(bench.session("node3"), .off, "node2", since: 0)
        #expect(bench.code(dead) == .ok, "the life that it means is over")
    }

    @Test("An id never answers for another life than the one it was first asked about")
    func sameIDOtherSince() {
        var bench = Bench(.threeNodes)
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2", id: "F", since: 0)
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(100))
        let counting = bench.session("node1")
        let again = bench.order(counting, .reboot, "node2", id: "F", since: 2)
        #expect(bench.code(again) == .usage)
        #expect(bench.field(again, "why")?.contains("since=0") == true)
        let unsaid = bench.order(counting, .reboot, "node2", id: "F")
        #expect(bench.code(unsaid) == .stale, "its session knows the life that runs now")
        let retry = bench.order(counting, .reboot, "node2", id: "F", since: 0)
        #expect(bench.code(retry) == .ok)
        #expect(bench.field(retry, "pseq") == "1")
        #expect(bench.grants.count == 1)
    }

    @Test("An id of an on does not answer for a life that has ended since")
    func sameIDOfOn() {
        var bench = Bench(.threeNodes)
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(alice, .off, "node2")
        bench.obey()
        bench.pass(.seconds(4))
        let on = bench.order(one, .on, "node2", id: "1")
        bench.obey()
        bench.pass(.seconds(4))
        #expect(bench.code(on) == .ok)
        _ = bench.order(alice, .off, "node2", since: 2)
        bench.obey()
        bench.pass(.seconds(4))
        let again = bench.order(bench.session("node1"), .on, "node2", id: "1")
        #expect(bench.code(again) == .stale)
    }

    @Test("Who is answered by an old off learns of that off alone")
    func teachesTheOff() {
        var (bench, _) = rebooted()
        let three = bench.session("node3")
        let late = bench.order(three, .off, "node2", since: 0)
        #expect(bench.field(late, "satisfied") == "pseq1")
        #expect(bench.field(late, "on") == "done")
        // That it runs again was not what it heard: it still has to look.
        bench.handle(.told(three, name("node2")))
        _ = bench.order(three, .off, "node2")
        #expect(bench.grants.count == 2)
    }

    @Test(
        "Answers that the same question gives again are not on record, however often they are asked"
    )
    func nothingIsWritten() {
        var (bench, _) = rebooted()
        let three = bench.session("node3")
        let length = bench.ledger.count
        for number in 0..<100 {
            let token = bench.order(three, .off, "node2", id: "r\(number)", since: 0)
            #expect(bench.code(token) == .ok)
        }
        #expect(bench.ledger.count == length)
        #expect(bench.result(three, "r7")?.code == .stale)
    }
}

@Suite("Off beats an on that is not on record")
struct OffBeatsOnTests {
    /// node2 is in the off time of node1's reboot.
    func inOffTime() -> (Bench, reboot: RequestToken) {
        var bench = Bench(.threeNodes)
        let one = bench.session("node1")
        let reboot = bench.order(one, .reboot, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(3))
        #expect(bench.pseq("node2") == 1)
        return (bench, reboot)
    }

    @Test("An off in the off time of a reboot holds it, in whatever way it says what it knows")
    func held() {
        for since in [nil, UInt64(1), UInt64(0)] {
            var (bench, _) = inOffTime()
            let three = bench.session("node3")
            let off = bench.order(three, .off, "node2", since: since)
            bench.answerReads(.off)
            #expect(bench.code(off) == .ok)
            #expect(bench.field(off, "on") == "held")
            bench.pass(.seconds(60))
            #expect(bench.turns.isEmpty, "it stays off")
            #expect(bench.pseq("node2") == 1)
            #expect(bench.result(bench.session("node1"), "A")?.lines.first?["on"] == "held")
        }
    }

    @Test("While an off waits to be read or for its other targets, nothing is switched on")
    func waiting() {
        var (bench, _) = inOffTime()
        let alice = bench.operatorSession("alice")
        _ = bench.order(alice, .off, "node3")
        let both = bench.order(bench.session("node1"), .off, all: ["node2", "node3"])
        bench.pass(.seconds(9))
        #expect(!bench.turns.contains { $0.command == .on })
        #expect(bench.code(both) == nil)
        #expect(bench.pseq("node2") == 1)
    }

    @Test("A second reboot in the off time is answered from a reading, and switches on once")
    func secondReboot() {
        var (bench, _) = inOffTime()
        let three = bench.session("node3")
        let second = bench.order(three, .reboot, "node2")
        bench.answerReads(.off)
        #expect(bench.code(second) == .ok)
        #expect(bench.field(second, "on") == "pending")
        bench.pass(.seconds(3))
        #expect(bench.turns.map(\.command) == [.on])
        #expect(bench.grants.count == 1)
    }

    @Test("Reboots in a loop cannot put off the on without end")
    func loop() {
        var (bench, _) = inOffTime()
        let three = bench.session("node3")
        _ = bench.order(three, .reboot, "node2")
        bench.pass(.seconds(2))
        #expect(bench.turns.isEmpty, "the reading that began is let finish")
        _ = bench.order(three, .reboot, "node2")
        bench.answerReads(.off)
        #expect(bench.turns.map(\.command) == [.on])
    }

    @Test("An off that finds the node on after all gets its own shot")
    func pressed() {
        var (bench, _) = inOffTime()
        let three = bench.session("node3")
        let off = bench.order(three, .off, "node2")
        bench.answerReads(.on)
        #expect(bench.code(off) == nil)
        bench.pass(.seconds(30))
        #expect(!bench.ledger.contains { $0.entry == .onIntended(ShotNumber(1)) })
        #expect(bench.grants.count == 2)
    }
}

@Suite("A reading of off counts until another reading finds the node on")
struct ReadOnAgainTests {
    /// node2 is on record as off (pseq 1), and nothing is under way.
    func off() -> Bench {
        var bench = Bench(.fiveNodes)
        _ = bench.order(bench.session("node1"), .off, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        return bench
    }

    @Test("A line that was read as off is not told after another reading has found the node on")
    func gathered() {
        var bench = off()
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        let both = bench.order(one, .off, all: ["node2", "node3"])
        bench.answerReads(.off)
        #expect(bench.grants.count == 2, "node3 is shot, and node2's line waits for it")
        _ = bench.order(five, .off, "node2")
        bench.answerReads(.on)
        let three = bench.turns.filter { $0.outlet == outlet("pdu-a/3") }
        for order in three { bench.report(order, .off) }
        bench.pass(.seconds(3))
        #expect(bench.replies[both]?.lines.map(\.word) == ["STALE", "OK"])
        #expect(bench.replies[both]?.lines[0]["why"]?.contains("reads on") == true)
    }

    @Test("Off again by another reading or another shot, it may be told")
    func offAgain() {
        var bench = off()
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        let both = bench.order(one, .off, all: ["node2", "node3"])
        bench.answerReads(.off)
        _ = bench.order(five, .off, "node2")
        bench.answerReads(.on)
        bench.obey()
        bench.pass(.seconds(3))
        #expect(bench.grants.map(\.target.text) == ["node2", "node3", "node2"])
        #expect(bench.replies[both]?.lines.map(\.word) == ["OK", "OK"])
    }

    @Test("A part that was read as off and waits for the others is read anew")
    func waiting() {
        var bench = off()
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        let both = bench.order(one, .off, all: ["node2", "node4"])
        _ = bench.order(five, .on, "node4")
        bench.answerReads(.off)
        #expect(bench.code(both) == nil, "node4 is being switched on")
        _ = bench.asked(five, .checkOff(name("node2")))
        bench.answerReads(.on)
        for order in bench.turns { bench.report(order, order.command.proof) }
        bench.pass(.seconds(5))
        #expect(bench.reads.map(\.outlet) == [outlet("pdu-a/2")], "asked once more")
    }

    @Test("Two that both found it on share one shot: the second is read to once more")
    func oneShot() {
        var bench = off()
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        let first = bench.order(one, .off, all: ["node2", "node3"])
        let second = bench.order(five, .off, all: ["node2", "node4"])
        bench.answerReads(.on)
        bench.answerReads(.on)
        bench.obey()
        bench.pass(.seconds(3))
        bench.answerReads(.off)
        bench.obey()
        bench.pass(.seconds(3))
        #expect(bench.grants.count { $0.target == name("node2") } == 2)
        #expect([first, second].map(bench.code) == [.ok, .ok])
    }

    @Test("Nobody who means no life hears off in the hold-up of a shot after it was read as on")
    func heldUp() {
        var site = Site.fiveNodes
        site.nodes[name("node2")]?.holdUp = .seconds(20)
        site.nodes[name("node2")]?.offTime = .seconds(20)
        var bench = Bench(site)
        _ = bench.order(bench.session("node3"), .off, "node2")
        bench.obey()
        bench.pass(.seconds(30))
        let (one, four) = (bench.session("node1"), bench.session("node4"))
        let own = bench.order(one, .off, "node2", since: 1)
        bench.answerReads(.on)
        bench.obey()
        #expect(bench.grants.count == 2)
        let other = bench.order(four, .off, "node2", since: 1)
        bench.answerReads(.off)
        let dead = bench.order(four, .off, "node2", since: 0)
        _ = bench.order(bench.session("node5"), .off, "node2", since: 1)
        bench.answerReads(.on)
        bench.pass(.seconds(20))
        #expect([own, other, dead].map(bench.code) == [.stale, .stale, .ok])
    }

    @Test("Power that came back before the supply had given up what it held ends no life")
    func backInTheHoldUp() {
        var site = Site.fiveNodes
        site.nodes[name("node2")]?.holdUp = .seconds(5)
        var bench = Bench(site)
        let one = bench.session("node1")
        let own = bench.order(one, .off, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(1))
        let other = bench.order(bench.session("node5"), .off, "node2")
        bench.answerReads(.on)
        bench.pass(.seconds(5))
        #expect(bench.code(own) == .stale, "the life that it meant may run on")
        #expect(bench.result(bench.session("node1"), "A")?.code == .stale)
        bench.obey()
        bench.pass(.seconds(3))
        #expect(bench.code(other) == nil, "its hold-up began anew")
        bench.pass(.seconds(3))
        #expect(bench.code(other) == .ok)
        #expect(bench.result(bench.session("node1"), "A")?.code == .ok)
    }

    @Test("`result` does not say off of a node that was read for it and reads on since")
    func result() {
        var bench = off()
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        _ = bench.order(one, .off, all: ["node2", "node3"], id: "b")
        bench.answerReads(.off)
        bench.obey()
        bench.pass(.seconds(5))
        #expect(bench.result(one, "b")?.code == .ok)
        _ = bench.asked(five, .checkOff(name("node2")))
        bench.answerReads(.on)
        #expect(bench.result(one, "b")?.lines.map(\.word) == ["STALE", "OK"])
    }

    @Test("Who knew of an older off is not answered by the newest, where that one reads on")
    func olderOff() {
        var bench = off()
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        _ = bench.order(one, .on, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        _ = bench.order(one, .off, "node2", since: 2)
        bench.obey()
        bench.pass(.seconds(10))
        #expect(bench.pseq("node2") == 3)
        _ = bench.asked(one, .checkOff(name("node2")))
        bench.answerReads(.on)
        let old = bench.order(five, .off, "node2", since: 1)
        bench.answerReads(.on)
        bench.pass(.seconds(1))
        #expect(bench.code(old) == .stale)
        let dead = bench.order(five, .off, "node2", since: 0)
        #expect(bench.code(dead) == .ok, "the life that it means is over")
    }

    @Test("A person's word is not told after a reading has found the node on, or after an on")
    func confirmed() {
        for isSwitchedOn in [true, false] {
            var site = Site.twoNodes
            site.nodes[name("node2")]?.holdUp = .seconds(60)
            var bench = Bench(site)
            let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
            _ = bench.order(one, .off, "node2")
            bench.report(bench.turns[0], .unknown)
            let word = bench.asked(
                alice, .confirmOff(name("node2"), ShotNumber(1), reason("unplugged")))
            bench.reads = []
            if isSwitchedOn {
                bench.pass(.seconds(25))
                _ = bench.order(alice, .on, "node2", wait: .seconds(200))
                #expect(!bench.turns.contains { $0.command == .on }, "an off is still to be told")
            } else {
                bench.pass(.seconds(31))
                bench.answerReads(.on)
            }
            bench.pass(.seconds(40))
            #expect(bench.code(word) == (isSwitchedOn ? .ok : .stale))
        }
    }
}
