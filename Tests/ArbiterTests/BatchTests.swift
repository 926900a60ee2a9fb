// Several targets in one request: all or nothing, one record, one reply (R20).

import Arbiter
import Fencing
import Testing

@Suite("Batches")
struct BatchTests {
    @Test("What a reply will say is not known to its session before it is sent")
    func linesAreNewsWhenTheyAreSent() {
        var bench = Bench(.threeNodes)
        let (one, old) = (bench.session("node1"), bench.session("node1"))
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(4))
        #expect(bench.pseq("node2") == 2)
        let both = bench.order(old, .reboot, all: ["node2", "node3"])
        #expect(bench.grants.map(\.target) == [name("node2"), name("node3")])
        #expect(bench.code(both) == nil, "node3 is not off yet")
        let next = bench.order(old, .reboot, "node2")
        #expect(bench.field(next, "satisfied") == "pseq1")
        #expect(bench.grants.count == 2, "nobody told this session of the life that runs now")
    }

    @Test("One record dooms all targets, and their orders go out together")
    func oneRecord() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        let token = bench.order(one, .off, all: ["node2", "node3"], id: "b")
        #expect(bench.ledger.count { !$0.entry.grants.isEmpty } == 1)
        #expect(bench.grants.map(\.target) == [name("node2"), name("node3")])
        #expect(bench.grants.map(\.shot.number) == [1, 2])
        #expect(bench.turns.map(\.outlet) == [outlet("pdu-a/2"), outlet("pdu-a/3")])
        #expect(bench.standing("node2") == .doomed)
        #expect(bench.standing("node3") == .doomed)
        bench.obey()
        #expect(bench.replies[token] == nil, "hold-up is not over")
        bench.pass(.seconds(2))
        #expect(bench.replies[token]?.lines.map { $0["target"] } == ["node2", "node3"])
        #expect(bench.replies[token]?.lines.map(\.word) == ["OK", "OK"])
        #expect(bench.code(token) == .ok)
    }

    @Test("Each line has its own verdict; the code is the highest of theirs")
    func worst() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        let token = bench.order(one, .off, all: ["node2", "node3"])
        let (two, three) = (bench.turns[0], bench.turns[1])
        bench.report(two, .unknown, trouble: "pdu-a/2: silent")
        #expect(bench.replies[token] == nil, "the other line is not in")
        bench.report(three, .off)
        bench.pass(.seconds(2))
        #expect(bench.replies[token]?.lines.map(\.word) == ["IN-DOUBT", "OK"])
        #expect(bench.code(token) == .inDoubt)
    }

    @Test("What stands against one target stands against all: nothing is sent")
    func allOrNothing() {
        var bench = Bench(.fiveNodes)
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.ask(alice, .lock(name("node3"), .protect, reason("backup")))
        let token = bench.order(one, .off, all: ["node2", "node3"])
        #expect(bench.code(token) == .locked)
        #expect(bench.replies[token]?.lines.map { $0["target"] } == ["node2", "node3"])
        #expect(
            bench.replies[token]?.lines.allSatisfy {
                $0["why"]?.contains("node3 is protected") == true
            } == true)
        #expect(bench.grants.isEmpty)
        #expect(bench.standing("node2") == .member)
    }

    @Test("A busy target is waited for, and nothing is done for the others before")
    func waits() {
        var bench = Bench(.fiveNodes)
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(two, .reboot, "node3")
        bench.obey()
        let token = bench.order(one, .off, all: ["node4", "node3"], since: ["node3": 2])
        #expect(bench.code(token) == .stale, "since is ahead: refused as a whole")
        let batch = bench.order(one, .off, all: ["node4", "node5"])
        #expect(bench.grants.map(\.target.text) == ["node3", "node4", "node5"])
        let late = bench.order(two, .off, all: ["node1", "node4"], wait: .seconds(3))
        #expect(bench.grants.count == 3)
        bench.pass(.seconds(3))
        #expect(bench.code(late) == .withdrawn)
        #expect(bench.field(late, "why")?.contains("at node4 is not finished") == true)
        #expect(bench.standing("node1") == .member)
        #expect(bench.replies[batch] == nil)
    }

    @Test("A target that was shot meanwhile is answered from its off, the other one is shot")
    func mixed() {
        var bench = Bench(.fiveNodes)
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(two, .off, "node3")
        bench.obey()
        bench.pass(.seconds(10))
        let token = bench.order(
            one, .off, all: ["node3", "node4"], id: "m", since: ["node3": 0])
        #expect(bench.grants.map(\.target.text) == ["node3", "node4"])
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(token) == .ok)
        #expect(bench.replies[token]?.lines[0]["satisfied"] == "pseq1")
        #expect(bench.replies[token]?.lines[1]["shot"] == "2")
        let again = bench.result(one, "m")
        #expect(again?.code == .ok)
        #expect(again?.lines.map { $0["target"] } == ["node3", "node4"])
    }

    @Test("A target on record as off is read again, and only then answered for")
    func readAgain() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node3")
        bench.obey()
        bench.pass(.seconds(10))
        let token = bench.order(one, .off, all: ["node3", "node4"], since: ["node3": 1])
        #expect(bench.reads.map(\.outlet) == [outlet("pdu-a/3")])
        #expect(bench.grants.count == 1, "nothing before it was read")
        bench.answerReads(.off)
        #expect(bench.grants.map(\.target.text) == ["node3", "node4"])
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(token) == .ok)
    }

    @Test("A reading that had to wait for the others is made anew")
    func oldReading() {
        var bench = Bench(.heavyFourth)
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node3")
        bench.obey()
        bench.pass(.seconds(10))
        // node4 is heavier: the grant waits 30 s for it to shoot first.
        let token = bench.order(
            one, .off, all: ["node3", "node4"], since: ["node3": 1], wait: .seconds(100))
        #expect(bench.reads.isEmpty)
        bench.pass(.seconds(30))
        #expect(bench.reads.count == 1)
        bench.answerReads(.off)
        #expect(bench.grants.count == 2)
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(token) == .ok)
    }

    @Test("The same id again, in any order of targets, acts once; with other targets it is refused")
    func identity() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        let first = bench.order(one, .off, all: ["node2", "node3"], id: "b")
        let again = bench.order(one, .off, all: ["node3", "node2"], id: "b")
        let other = bench.order(one, .off, all: ["node2"], id: "b")
        #expect(bench.code(other) == .usage)
        #expect(
            bench.field(other, "why")?.contains("'off node2 since=0, off node3 since=0'") == true)
        bench.obey()
        bench.pass(.seconds(2))
        #expect(bench.code(first) == .ok)
        #expect(bench.code(again) == .ok)
        #expect(bench.replies[again]?.lines.map { $0["target"] } == ["node3", "node2"])
        #expect(bench.grants.count == 2)
        bench.start(boot: "boot-1")
        let back = bench.session("node1")
        let late = bench.order(
            back, .off, all: ["node2", "node3"], id: "b", since: ["node2": 0, "node3": 0])
        bench.pass(.seconds(2))
        #expect(bench.code(late) == .ok)
        #expect(bench.grants.count == 2)
    }

    @Test("The rate of a requester counts targets, not requests")
    func rate() {
        var bench = Bench(
            .fiveNodes.withTerms { $0.rates.perRequester = 3 })
        let one = bench.session("node1")
        let four = bench.order(one, .off, all: ["node2", "node3", "node4", "node5"])
        #expect(bench.code(four) == .rate)
        #expect(bench.grants.isEmpty)
        let three = bench.order(one, .off, all: ["node2", "node3", "node4"])
        #expect(bench.replies[three] == nil)
        #expect(bench.grants.count == 3)
    }

    @Test("Consent is needed for each target, and the targets have no vote")
    func consent() {
        var bench = Bench(.fiveNodes.withTerms { $0.consent = .majority })
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        let three = bench.session("node3")
        let first = bench.order(one, .off, all: ["node3", "node4"])
        _ = bench.order(three, .off, all: ["node4"])
        _ = bench.order(two, .off, all: ["node4"])
        // node4 has three votes by now, one of them from node3, which is itself to be shot.
        #expect(bench.replies[first] == nil)
        #expect(bench.standing("node3") == .member)
        #expect(bench.grants.map(\.target.text) == ["node4"], "the three that agree on node4")
    }

    @Test("A node asks for itself alone: both could go dark together")
    func itself() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        let token = bench.order(one, .off, all: ["node2", "node1"])
        #expect(bench.code(token) == .usage)
        #expect(bench.grants.isEmpty)
    }

    @Test("Whoever was shot before the last line came does not hear success (R29)")
    func truthPlusRight() {
        var bench = Bench(.fiveNodes)
        let (one, five) = (bench.session("node1"), bench.session("node5"))
        let token = bench.order(one, .off, all: ["node2", "node3"])
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(3))
        _ = bench.order(five, .off, "node1")
        #expect(bench.standing("node1") == .doomed)
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(3))
        #expect(bench.code(token) == .lost)
        #expect(bench.replies[token]?.lines.map(\.word) == ["LOST", "LOST"])
        #expect(bench.replies[token]?.lines.map { $0["off"] } == ["verified", "verified"])
    }

    @Test("A crash after the record: both shots are taken up, none is sent again")
    func recovered() {
        var bench = Bench(.fiveNodes)
        _ = bench.order(bench.session("node1"), .off, all: ["node2", "node3"], id: "b")
        bench.start(boot: "boot-1")
        #expect(bench.standing("node2") == .doomed)
        #expect(bench.standing("node3") == .doomed)
        bench.pass(.seconds(5))
        while !bench.reads.isEmpty { bench.answerReads(.off) }
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(2))
        let result = bench.result(bench.session("node1"), "b")
        #expect(result?.code == .ok)
        #expect(result?.lines.count == 2)
    }

    @Test(
        "A request that was given up while its refused record was on its way is not taken up again")
    func abandonedBeforeRefusal() {
        var arbiter = Arbiter<TestReceipt>(site: .twoNodes)
        let now = Moment(sinceStart: .seconds(1))
        let boot = BootID("boot-1")
        _ = arbiter.recover(on: boot, at: now)
        let started = TestReceipt(sequence: LedgerSequence(1), entry: .started(boot))
        _ = arbiter.handle(.committed(started), at: now)
        let (session, token) = (SessionID(1), RequestToken(1))
        _ = arbiter.handle(.sessionOpened(session, .node(name("node1"))), at: now)
        let asked = PowerRequest(.off, name("node2"))
        let first = arbiter.handle(.ordered(token, by: session, asked), at: now)
        #expect(first.contains { if case .commit = $0 { true } else { false } })
        _ = arbiter.handle(.sessionClosed(session), at: now)
        _ = arbiter.handle(.notCommitted(why: "disk full"), at: now)
        let later = now + .seconds(10)
        let trial = arbiter.handle(.timePassed, at: later)
        #expect(trial.count == 1, "the trial entry")
        let taken = TestReceipt(sequence: LedgerSequence(2), entry: .started(boot))
        #expect(arbiter.handle(.committed(taken), at: later).isEmpty, "nothing is granted")
    }
}

extension Site {
    static var fiveNodes: Site {
        make([
            "node1": ["pdu-a/1"], "node2": ["pdu-a/2"], "node3": ["pdu-a/3"],
            "node4": ["pdu-a/4"], "node5": ["pdu-a/5"],
        ])
    }

    static var heavyFourth: Site {
        var site = fiveNodes.withTerms { $0.preferDelay = .seconds(30) }
        site.nodes[name("node4")]?.weight = 9
        return site
    }
}
