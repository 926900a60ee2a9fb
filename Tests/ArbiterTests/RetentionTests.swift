// The ledger is condensed: what is forgotten, what is not, and what is said before.

import Arbiter
import Fencing
import Testing

@Suite("Retention")
struct RetentionTests {
    @Test(
        "When nothing is under way, one entry says it all, and a start from there stands the same")
    func restart() {
        var bench = Bench(retention: Retention(condensesAfter: 6, keeps: 0))
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.ask(alice, .lock(name("node1"), .holdOff, reason("x")))
        let shot = bench.order(one, .off, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(10))
        #expect(bench.code(shot) == .ok)
        #expect(bench.condensates.isEmpty)
        _ = bench.ask(alice, .release(name("node1"), .no))
        _ = bench.ask(alice, .lock(name("node1"), .protect, reason("x")))
        #expect(bench.condensates.count == 1)
        let before = bench.arbiter.durable
        bench.ledger.removeAll { $0.sequence < before.condensedAt }
        #expect(bench.ledger.count == 1)
        bench.start(boot: "boot-1")
        bench.pass(.seconds(10))
        #expect(bench.pseq("node2") == 1)
        #expect(bench.standing("node2") == .probation)
        let other = bench.session("node1")
        #expect(bench.result(other, "A")?.code == .ok)
        let repeated = bench.session("node1")
        _ = bench.order(repeated, .off, "node2", id: "A")
        #expect(bench.grants.isEmpty, "the id is known: nothing is done again")
        let again = bench.operatorSession("alice")
        let hit = bench.order(again, .off, "node1")
        #expect(bench.code(hit) == .locked, "and so is the lock")
    }

    @Test("An open shot survives it: it is taken up, and never sent again")
    func openShot() {
        var bench = Bench(retention: Retention(condensesAfter: 1, keeps: 0))
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2", id: "A")
        bench.pass(.seconds(1))
        // With a shot under way it waits, but not for ever: locks come and go meanwhile.
        let alice = bench.operatorSession("alice")
        for _ in 1...4 { _ = bench.ask(alice, .lock(name("node1"), .protect, reason("x"))) }
        #expect(bench.condensates.last?.open.map(\.grant.target.text) == ["node2"])
        let first = bench.arbiter.durable.condensedAt
        bench.ledger.removeAll { $0.sequence < first }
        bench.start(boot: "boot-1")
        #expect(bench.standing("node2") == .doomed)
        bench.pass(.seconds(5))
        while !bench.reads.isEmpty { bench.answerReads(.off) }
        #expect(bench.turns.isEmpty, "no second off")
        bench.pass(.seconds(10))
        #expect(bench.turns.map(\.command) == [.on])
        bench.obey(reading: .on)
        let again = bench.session("node1")
        #expect(bench.result(again, "A")?.code == .ok)
    }

    @Test("While a shot is under way it is put off")
    func putOff() {
        var bench = Bench(retention: Retention(condensesAfter: 3, keeps: 0))
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2")
        #expect(bench.condensates.isEmpty)
        bench.obey()
        #expect(bench.condensates.isEmpty, "its hold-up is not over")
        bench.pass(.seconds(10))
        #expect(bench.condensates.count == 1)
    }

    @Test("What will be forgotten is named one such entry before it is")
    func announced() {
        var bench = Bench(retention: Retention(condensesAfter: 5, keeps: 8))
        let alice = bench.operatorSession("alice")
        for _ in 1...40 { _ = bench.ask(alice, .lock(name("node1"), .protect, reason("x"))) }
        let all = bench.condensates
        #expect(all.count >= 6)
        for (earlier, later) in zip(all, all.dropFirst()) {
            #expect(later.forgotten == earlier.forgottenNext)
        }
        #expect(all[0].forgotten == LedgerSequence(0))
        let last = bench.arbiter.durable
        #expect(all.last?.forgottenNext.number == last.condensedAt.number - 8)
    }

    @Test("An id that is longer ago than what is kept is stale, never somebody else's outcome")
    func forgottenID() {
        var bench = Bench()
        let shots = OutcomeTable.standardCapacity
        var condensate = Condensate()
        condensate.lastShot = ShotNumber(UInt64(shots))
        var record = NodeRecord()
        record.powerSequence = PowerSequence(2)
        condensate.nodes[name("node2")] = record
        for number in 1...shots {
            let grant = Grant(
                shot: ShotNumber(UInt64(number)), principal: .node(name("node1")),
                id: RequestID("n\(number)"), verb: .off, target: name("node2"),
                feeds: [outlet("pdu-a/2")])
            var record = ShotRecord(
                grant: grant, sequence: LedgerSequence(1), grantedAt: .initial)
            record.offAs = PowerSequence(1)
            record.outcome = .held
            condensate.outcomes.remember(record)
            guard let id = grant.id else { preconditionFailure("n is a name") }
            condensate.outcomes.remember(
                OutcomeTable.Key(principal: grant.principal, id: id),
                [.shot(grant.shot, .off, grant.target)])
        }
        bench.ledger = [
            TestReceipt(sequence: LedgerSequence(1), entry: .condensed(condensate))
        ]
        bench.start(boot: "boot-1")
        let one = bench.session("node1")
        #expect(bench.result(one, "n1")?.code == .ok)
        _ = bench.order(one, .off, "node2", id: "new")
        #expect(bench.result(one, "n1")?.code == .stale)
        #expect(bench.result(one, "n2")?.code == .ok)
    }

    @Test("The last off of a node is given up after everything else: what is told rests on it")
    func lastOffs() {
        var table = OutcomeTable(capacity: 3)
        for number in 1...8 {
            let grant = Grant(
                shot: ShotNumber(UInt64(number)), principal: .node(name("node1")), id: nil,
                verb: .off, target: name(number == 1 ? "node3" : "node2"),
                feeds: [outlet("pdu-a/2")])
            table.opened(grant, leaving: .initial, at: LedgerSequence(1))
            table.verifiedOff(grant.shot, pseq: PowerSequence(1), at: LedgerSequence(2))
            if number == 1 { PrincipalName("alice").map { table.attested(grant.shot, by: $0) } }
            table.closed(grant.shot, .held)
        }
        #expect(table.shotsInOrder.map(\.grant.shot.number) == [1, 7, 8])
        #expect(table.lastOff(of: name("node3"))?.attestedBy == PrincipalName("alice"))
        #expect(table.lastOff(of: name("node2"))?.grant.shot == ShotNumber(8))
    }

    @Test("Success that is held up is told, also where its shot's record had to go meanwhile")
    func heldUpAndForgotten() {
        var bench = Bench(
            .threeNodes, retention: Retention(condensesAfter: 1000, keeps: 0, outcomes: 1))
        let first = bench.order(bench.session("node1"), .off, "node2", id: "A")
        bench.obey()
        let alice = bench.operatorSession("alice")
        let second = bench.order(alice, .off, "node3")
        bench.obey()
        bench.pass(.seconds(10))
        #expect(bench.code(first) == .ok)
        #expect(bench.code(second) == .ok)
    }
}

extension Bench {
    fileprivate var condensates: [Condensate] {
        ledger.compactMap {
            if case .condensed(let condensate) = $0.entry { condensate } else { nil }
        }
    }
}
