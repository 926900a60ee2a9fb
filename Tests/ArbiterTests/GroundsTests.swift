// What stands against a grant: locks, rates, consent, preference, and a requester that is gone.

import Arbiter
import Fencing
import Testing

@Suite("Grounds")
struct GroundsTests {
    // MARK: Locks (R25)

    @Test("Who is protected is not shot, and the refusal names the owner and the reason (41)")
    func protect() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        #expect(bench.ask(alice, .lock(name("node2"), .protect, reason("disk-swap")))?.code == .ok)
        let shot = bench.order(one, .off, "node2")
        #expect(bench.code(shot) == .locked)
        #expect(bench.field(shot, "why")?.contains("by alice: disk-swap") == true)
        let own = bench.order(alice, .off, "node2")
        #expect(bench.code(own) == .locked, "not even by its owner")
        #expect(bench.ask(alice, .release(name("node2"), .no))?.code == .ok)
        #expect(bench.orderCode(one, .off, "node2") == nil)
        #expect(bench.grants.count == 1)
    }

    @Test("Locks survive a restart")
    func locksSurvive() {
        var bench = Bench()
        let alice = bench.operatorSession("alice")
        _ = bench.ask(alice, .lock(name("node2"), .protect, reason("x")))
        bench.start(boot: "boot-2")
        let one = bench.session("node1")
        #expect(bench.orderCode(one, .off, "node2") == .locked)
    }

    @Test("Nodes do not lock, and another operator's lock is broken only with force")
    func owners() {
        var bench = Bench(.twoNodes.with { $0.operators.insert(principal("bob")) })
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        let bob = bench.operatorSession("bob")
        let lock = Question.lock(name("node2"), .protect, reason("x"))
        #expect(bench.ask(one, lock)?.code == .notPermitted)
        #expect(bench.ask(alice, lock)?.code == .ok)
        #expect(bench.ask(bob, lock)?.code == .locked)
        #expect(bench.ask(bob, .release(name("node2"), .no))?.code == .locked)
        #expect(bench.ask(one, .release(name("node2"), .yes))?.code == .locked)
        #expect(bench.ask(bob, .release(name("node2"), .yes))?.code == .ok)
    }

    @Test("Who is held off is not switched on: a reboot of it stays off (42)")
    func holdOff() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.ask(alice, .lock(name("node2"), .holdOff, reason("hands-inside")))
        let shot = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(60))
        #expect(bench.code(shot) == .ok)
        #expect(bench.field(shot, "on") == "held")
        #expect(bench.turns.isEmpty)
        #expect(bench.orderCode(one, .on, "node2") == .locked)
        let again = bench.order(one, .reboot, "node2")
        bench.answerReads(.off)
        #expect(bench.code(again) == .ok)
        #expect(bench.field(again, "held") == "yes")
    }

    @Test(
        "check-off: who is on record as off and reads off is held so, also for who is on probation (32)"
    )
    func checkOff() {
        var bench = Bench()
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(two, .off, "node1")
        bench.obey()
        bench.pass(.seconds(10))
        #expect(bench.ask(one, .checkOff(name("node2")))?.code == .lost, "of the life before")
        let reborn = bench.session("node1")
        #expect(bench.ask(reborn, .checkOff(name("node2")))?.code == .stale, "never shot")
        let token = bench.asked(two, .checkOff(name("node1")))
        bench.answerReads(.off)
        #expect(bench.code(token) == .ok)
        #expect(bench.field(token, "held") == "yes")
        #expect(bench.orderCode(two, .on, "node1") == .locked)
    }

    @Test(
        "check-off of a node whose reboot would switch it on: that waits for the reading, and is held"
    )
    func checkOffDuringOn() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(2))
        let token = bench.asked(one, .checkOff(name("node2")))
        #expect(bench.reads.count == 1)
        bench.pass(.seconds(3))
        #expect(bench.turns.isEmpty, "the off time is over, and the reading is not")
        bench.answerReads(.off)
        #expect(bench.code(token) == .ok)
        #expect(bench.arbiter.durable.lock(name("node2"), .holdOff) != nil)
        bench.pass(.seconds(60))
        #expect(bench.turns.isEmpty)
    }

    @Test("check-off of a node that somebody pressed on fails, and holds nothing")
    func checkOffPressedOn() {
        var bench = Bench()
        let two = bench.session("node2")
        _ = bench.order(two, .off, "node1")
        bench.obey()
        bench.pass(.seconds(10))
        let token = bench.asked(two, .checkOff(name("node1")))
        bench.answerReads(.on)
        #expect(bench.code(token) == .failed)
        #expect(bench.orderCode(two, .on, "node1") == nil)
    }

    // MARK: Attestation (R26)

    @Test("An operator's word ends a doubt that no reading can end (48)")
    func confirmOff() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .reboot, "node2", id: "A")
        bench.report(bench.turns[0], .unknown)
        let shot = ShotNumber(1)
        #expect(
            bench.ask(one, .confirmOff(name("node2"), shot, reason("seen")))?.code == .notPermitted)
        let word = bench.asked(alice, .confirmOff(name("node2"), shot, reason("unplugged")))
        #expect(bench.code(word) == nil, "held up, as every off")
        bench.pass(.seconds(2))
        #expect(bench.code(word) == .ok)
        let result = bench.result(one, "A")
        #expect(result?.code == .ok)
        #expect(result?.lines.first?["evidence"] == "attested:alice")
        #expect(bench.standing("node2") == .probation)
        #expect(bench.pseq("node2") == 1)
        bench.pass(.seconds(100))
        #expect(bench.turns.isEmpty, "nobody is switched on through a switch that does not answer")
        #expect(bench.ask(alice, .confirmOff(name("node2"), shot, reason("x")))?.code == .stale)
    }

    // MARK: Rates (R27)

    @Test("A node that is shot again and again is not shot once more, and a person hears it (43)")
    func rates() {
        var bench = Bench(.threeNodes.with { $0.editTerms { $0.rates.perTarget = 3 } })
        let one = bench.session("node1")
        for round in 1...3 {
            _ = bench.order(one, .reboot, "node2", since: UInt64(round * 2 - 2))
            bench.obey()
            bench.pass(.seconds(5))
            bench.obey()
            bench.pass(.seconds(4))
        }
        let fourth = bench.order(one, .reboot, "node2", since: 6)
        #expect(bench.code(fourth) == .rate)
        #expect(
            bench.pages.contains { if case .rate(name("node2"), _) = $0 { true } else { false } })
        let alice = bench.operatorSession("alice")
        #expect(bench.orderCode(alice, .off, "node2") == nil, "operators are exempt")
        bench.obey()
        bench.pass(.seconds(601))
        _ = bench.order(one, .off, "node2", since: 7)
        bench.answerReads(.on)
        #expect(bench.grants.count == 5, "the window has passed")
    }

    // MARK: Preference (R6)

    @Test("The heavier of two wins although it asks second (36)")
    func preference() {
        var bench = Bench(.weighted)
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        let first = bench.order(one, .off, "node2")
        #expect(bench.grants.isEmpty)
        bench.pass(.milliseconds(100))
        _ = bench.order(two, .off, "node1")
        #expect(bench.grants.map(\.target) == [name("node1")])
        #expect(bench.code(first) == .lost)
    }

    @Test("If the heavier one is dead, the lighter one is granted after the delay (37)")
    func preferenceEnds() {
        var bench = Bench(.weighted)
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2")
        bench.pass(.seconds(2))
        #expect(bench.grants.isEmpty)
        bench.pass(.seconds(1))
        #expect(bench.grants.map(\.target) == [name("node2")])
    }

    // MARK: Still wanted? (R10)

    @Test("A requester that froze while it waited gets nothing granted (14)")
    func frozen() {
        var bench = Bench(.weighted)
        let one = bench.session("node1")
        bench.lifeSign = nil
        _ = bench.order(one, .off, "node2", id: "A")
        bench.pass(.seconds(3))
        #expect(bench.effects.contains(.probe(one)))
        #expect(bench.grants.isEmpty)
        bench.handle(.probed(one, .silent))
        #expect(bench.grants.isEmpty)
        #expect(bench.result(one, "A")?.code == .withdrawn)
    }

    @Test("A person whose machine fell asleep while the request waited gets no shot either")
    func asleep() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .on, "node2")
        let shot = bench.order(alice, .off, "node2")
        bench.obey(reading: .on)
        bench.lifeSign = nil
        bench.pass(.seconds(4))
        #expect(bench.effects.contains(.probe(alice)), "the on was waited out, and it with it")
        bench.handle(.probed(alice, .silent))
        #expect(bench.code(shot) == .withdrawn)
        #expect(bench.grants.map(\.verb) == [.on])
    }

    // MARK: Taking back

    @Test("A request that is not granted yet can be taken back")
    func withdraw() throws {
        var bench = Bench(.weighted)
        let one = bench.session("node1")
        let token = bench.order(one, .off, "node2", id: "A")
        let id = try #require(RequestID("A"))
        #expect(bench.ask(one, .withdraw(id))?.code == .ok)
        #expect(bench.code(token) == .withdrawn)
        bench.pass(.seconds(60))
        #expect(bench.grants.isEmpty)
        #expect(bench.ask(one, .withdraw(id))?.code == .stale)
    }

    @Test("Who asked twice under one id, on two connections, takes both back")
    func withdrawBoth() throws {
        var bench = Bench(.weighted)
        let (one, another) = (bench.session("node1"), bench.session("node1"))
        let first = bench.order(one, .off, "node2", id: "A")
        let second = bench.order(another, .off, "node2", id: "A")
        #expect(bench.ask(one, .withdraw(try #require(RequestID("A"))))?.code == .ok)
        #expect(bench.code(first) == .withdrawn)
        #expect(bench.code(second) == .withdrawn)
        bench.pass(.seconds(60))
        #expect(bench.grants.isEmpty)
    }

    // MARK: Consent (R19)

    @Test("Of five, two never get a shot granted, and three do (33)")
    func minority() {
        var bench = Bench(.consenting(5))
        let sessions = (1...5).map { bench.session("node\($0)") }
        let first = bench.order(sessions[0], .off, "node5", wait: .seconds(5))
        _ = bench.order(sessions[1], .off, "node5", wait: .seconds(5))
        bench.pass(.seconds(5))
        #expect(bench.code(first) == .noConsent)
        #expect(bench.grants.isEmpty)
        for voter in 2...4 { _ = bench.order(sessions[voter], .off, "node1") }
        #expect(bench.grants.map(\.target) == [name("node1")])
    }

    @Test("A fresh view that holds the requester and lacks the target votes; a stale one does not")
    func views() {
        var bench = Bench(.consenting(3))
        let sessions = (1...3).map { bench.session("node\($0)") }
        _ = bench.ask(sessions[1], .quorum(sees: [name("node1"), name("node3")]))
        bench.pass(.seconds(16))
        _ = bench.order(sessions[0], .off, "node3")
        #expect(bench.grants.isEmpty, "it sees the target, and is stale")
        _ = bench.ask(sessions[1], .quorum(sees: [name("node1"), name("node3")]))
        #expect(bench.grants.isEmpty, "it sees the target")
        _ = bench.ask(sessions[1], .quorum(sees: [name("node1")]))
        #expect(bench.grants.map(\.target) == [name("node3")])
    }

    @Test("The doomed do not vote")
    func doomedVotes() {
        var bench = Bench(.consenting(3))
        let sessions = (1...3).map { bench.session("node\($0)") }
        _ = bench.order(sessions[2], .off, "node1", wait: .seconds(30))
        _ = bench.order(sessions[0], .off, "node3")
        _ = bench.order(sessions[1], .off, "node3")
        #expect(bench.grants.map(\.target) == [name("node3")])
        _ = bench.order(sessions[1], .off, "node1")
        #expect(bench.grants.count == 1, "node3's vote died with its standing")
    }

    @Test("A view of who was shot since does not vote, although its session was over before")
    func viewOfTheShot() {
        var bench = Bench(.consenting(3))
        let three = bench.session("node3")
        _ = bench.ask(three, .quorum(sees: [name("node2"), name("node3")]))
        bench.handle(.sessionClosed(three))
        let alice = bench.operatorSession("alice")
        _ = bench.order(alice, .off, "node3")
        bench.obey()
        let two = bench.session("node2")
        _ = bench.order(two, .off, "node1")
        #expect(bench.grants.map(\.target) == [name("node3")])
    }

    @Test("Of two halves the one with the tie-breaker has consent (34)")
    func tieBreaker() {
        var bench = Bench(.consenting(4).with { $0.editTerms { $0.tieBreaker = name("node1") } })
        let sessions = (1...4).map { bench.session("node\($0)") }
        _ = bench.order(sessions[2], .off, "node1")
        _ = bench.order(sessions[3], .off, "node1")
        #expect(bench.grants.isEmpty)
        _ = bench.order(sessions[1], .off, "node3")
        _ = bench.order(sessions[0], .off, "node3")
        #expect(bench.grants.map(\.target) == [name("node3")])
    }
}

func reason(_ text: String) -> Reason {
    guard let reason = Reason(text) else { preconditionFailure(text) }
    return reason
}

private func principal(_ text: String) -> PrincipalName {
    guard let name = PrincipalName(text) else { preconditionFailure(text) }
    return name
}

extension Site {
    func with(_ body: (inout Site) -> Void) -> Site {
        var site = self
        body(&site)
        return site
    }

    mutating func editTerms(_ body: (inout ClusterTerms) -> Void) {
        for cluster in Set(nodes.values.map(\.cluster)) {
            body(&clusters[cluster, default: ClusterTerms()])
        }
    }

    func withTerms(_ body: (inout ClusterTerms) -> Void) -> Site { with { $0.editTerms(body) } }

    /// node2 is heavier; a shot at it waits 3 s.
    fileprivate static var weighted: Site {
        twoNodes.with { site in
            site.nodes[name("node2")]?.weight = 10
            site.editTerms { $0.preferDelay = .seconds(3) }
        }
    }

    fileprivate static func consenting(_ count: Int) -> Site {
        let feeds = (1...count).map { ("node\($0)", ["pdu-a/\($0)"]) }
        return make(Dictionary(uniqueKeysWithValues: feeds)).with { site in
            site.editTerms { $0.consent = .majority }
        }
    }
}
