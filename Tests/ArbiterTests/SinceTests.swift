// Which life of the target a request means: since, ids, and requests that come together.

import Arbiter
import Fencing
import Testing

@Suite("Since, ids and company")
struct SinceTests {
    /// node2 was rebooted by node1 and is back, on probation, with pseq 2.
    func afterReboot(_ site: Site = .threeNodes) -> (Bench, one: SessionID) {
        var bench = Bench(site)
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        // The "on" can act no more.
        bench.pass(.seconds(4))
        return (bench, one)
    }

    @Test("Two that want the same node off are answered from one off (scenario 6)")
    func together() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        let first = bench.order(one, .reboot, "node2")
        let second = bench.order(three, .reboot, "node2", id: "B")
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(first) == .ok)
        #expect(bench.code(second) == .ok)
        #expect(bench.field(first, "shot") == bench.field(second, "shot"))
        #expect(bench.grants.count == 1)
    }

    @Test("A request about the life that is gone is answered, and the new life left alone (7)")
    func oldSince() {
        var (bench, _) = afterReboot()
        let three = bench.session("node3")
        let late = bench.order(three, .reboot, "node2", since: 0)
        #expect(bench.code(late) == .ok)
        #expect(bench.field(late, "satisfied") == "pseq1", "the off, and not what came after it")
        #expect(bench.grants.count == 1)
    }

    @Test("A request about the new life gets its own off (8)")
    func newSince() {
        var (bench, _) = afterReboot()
        let three = bench.session("node3")
        _ = bench.order(three, .reboot, "node2", since: 2)
        #expect(bench.grants.count == 2)
    }

    @Test("Without since, a session means what it knew when it was opened (9)")
    func sessionSince() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        let during = bench.order(three, .reboot, "node2")
        #expect(bench.code(during) == .ok, "older than the intent to switch on")
        let newer = bench.session("node3")
        let own = bench.order(newer, .reboot, "node2")
        #expect(bench.code(own) == nil, "waits for the on phase")
        #expect(bench.grants.count == 1)
        bench.obey()
        bench.pass(.seconds(4))
        #expect(bench.grants.count == 2, "then its own off")
    }

    @Test("Who hears of an old off again means that off, not what has happened since")
    func repeatedAnswerIsOldNews() {
        var (bench, one) = afterReboot()
        let again = bench.order(one, .reboot, "node2", id: "A", since: 0)
        #expect(bench.field(again, "pseq") == "1")
        let next = bench.order(one, .reboot, "node2")
        #expect(bench.code(next) == .stale, "nobody told this session of the life that runs now")
        #expect(bench.grants.count == 1)
        bench.handle(.told(one, name("node2")))
        #expect(bench.orderCode(one, .reboot, "node2") == nil)
        #expect(bench.grants.count == 2, "now it knows, and means it")
    }

    @Test("A session that slept through a shot and a readmission is asked which life it means")
    func staleSession() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(4))
        _ = bench.ask(one, .admit(name("node2")))
        #expect(bench.orderCode(three, .off, "node2") == .stale)
        _ = bench.ask(three, .quorum(sees: nil))
        #expect(bench.orderCode(three, .off, "node2") == nil, "now it knows, and means this life")
        #expect(bench.grants.count == 2)
    }

    @Test("A since that this ledger never made is refused")
    func sinceFromTheFuture() {
        var bench = Bench()
        let one = bench.session("node1")
        let odd = bench.order(one, .off, "node2", since: 7)
        #expect(bench.code(odd) == .stale)
        #expect(bench.grants.isEmpty)
    }

    @Test("Who knows that it is off is told so only after a fresh reading")
    func knownOff() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2")
        bench.obey()
        bench.pass(.seconds(2))
        let again = bench.order(one, .off, "node2")
        #expect(bench.code(again) == nil)
        #expect(bench.reads.map(\.outlet) == [outlet("pdu-a/2")])
        bench.answerReads(.off)
        #expect(bench.code(again) == .ok)
        #expect(bench.grants.count == 1)
        let pressed = bench.order(one, .off, "node2")
        bench.answerReads(.on)
        #expect(bench.code(pressed) == nil)
        bench.pass(.seconds(2))
        #expect(bench.grants.count == 2, "somebody pressed it on: it needs its own off")
    }

    @Test("The same id gives the same outcome, whatever happened since (10)")
    func sameID() {
        var (bench, one) = afterReboot()
        let again = bench.order(one, .reboot, "node2", id: "A", since: 0)
        #expect(bench.code(again) == .ok)
        #expect(bench.field(again, "shot") == "1")
        #expect(bench.grants.count == 1)
    }

    @Test("An id means one thing (11)")
    func otherContent() {
        var (bench, one) = afterReboot()
        let mistaken = bench.order(one, .reboot, "node3", id: "A")
        #expect(bench.code(mistaken) == .usage)
        #expect(bench.grants.count == 1)
    }

    @Test("A retry while the shot runs waits for the same outcome")
    func retryAttaches() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        let other = bench.session("node1")
        let retry = bench.order(other, .off, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(retry) == .ok)
        #expect(bench.grants.count == 1)
    }

    @Test("Who leaves before the grant withdraws; after it the shot goes on (12, 13, R9)")
    func disconnects() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .reboot, "node2", id: "A")
        _ = bench.order(three, .on, "node2", id: "B")
        bench.handle(.sessionClosed(three))
        bench.handle(.sessionClosed(one))
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        let later = bench.session("node3")
        #expect(bench.result(later, "B")?.code == .withdrawn)
        let back = bench.session("node1")
        #expect(bench.result(back, "A")?.code == .ok)
        #expect(bench.grants.count == 1)
    }

    @Test("Off beats on: a reboot that somebody wants to stay off does not switch on (50)")
    func offBeatsOn() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        let reboot = bench.order(one, .reboot, "node2")
        let off = bench.order(three, .off, "node2")
        bench.obey()
        bench.pass(.seconds(60))
        #expect(bench.code(reboot) == .ok)
        #expect(bench.code(off) == .ok)
        #expect(bench.turns.isEmpty)
        #expect(bench.pseq("node2") == 1)
        bench.start(boot: "boot-1")
        bench.pass(.seconds(60))
        #expect(bench.turns.isEmpty, "a restart does not forget who asked for off")
    }

    @Test("Off beats on even where there is no off time")
    func offBeatsOnAtOnce() {
        var site = Site.threeNodes
        for node in site.nodes.keys {
            site.nodes[node]?.offTime = .zero
            site.nodes[node]?.holdUp = .zero
        }
        for name in site.switches.keys { site.switches[name]?.maximalLatency = .zero }
        var bench = Bench(site)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .reboot, "node2")
        let off = bench.order(three, .off, "node2")
        bench.obey()
        #expect(bench.code(off) == .ok)
        #expect(bench.turns.isEmpty)
    }

    @Test("Waiting for a busy target ends at the request's own deadline, and nothing was done")
    func waitingEnds() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .off, "node2")
        let on = bench.order(three, .on, "node2", wait: .seconds(3))
        bench.pass(.seconds(3))
        #expect(bench.code(on) == .withdrawn)
    }

    @Test("The outcome of an id is what its shot came to")
    func results() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "A")
        #expect(bench.result(one, "A")?.code == .inDoubt)
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.result(one, "A")?.code == .ok)
        #expect(bench.result(one, "nobody")?.code == .stale)
    }
}
