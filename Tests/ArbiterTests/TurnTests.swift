// Whose turn it is, and how much one principal may take: of turns, of places and of the ledger.

import Arbiter
import Fencing
import Testing

@Suite("Turns and shares")
struct TurnTests {
    @Test("A shot that is asked whether it is still wanted is not overtaken by an on")
    func probedShotKeepsItsTurn() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        bench.lifeSign = nil
        _ = bench.order(three, .on, "node2")
        let off = bench.order(one, .off, "node2", since: 0)
        bench.pass(.seconds(2))
        let on = bench.order(three, .on, "node2")
        bench.obey(reading: .on)
        bench.pass(.seconds(4))
        #expect(bench.turns.isEmpty, "the shot is asked about, and the on waits behind it")
        bench.handle(.probed(one, .alive))
        #expect(bench.turns.map(\.command) == [.off])
        #expect(bench.code(off) == nil)
        #expect(bench.code(on) == nil)
    }

    @Test("Of those that wait, a shot goes before an on that came earlier")
    func shotsFirst() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(three, .on, "node2")
        _ = bench.order(three, .on, "node2")
        _ = bench.order(one, .off, "node2")
        bench.obey(reading: .on)
        bench.pass(.seconds(4))
        #expect(bench.turns.map(\.command) == [.off])
    }

    @Test("An on of several nodes does not overtake a shot at one of them")
    func onOfSeveral() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(three, .on, all: ["node1", "node2"])
        let on = bench.order(three, .on, all: ["node1", "node2"])
        let off = bench.order(one, .off, "node2")
        bench.obey(reading: .on)
        bench.pass(.seconds(4))
        #expect(
            bench.turns.map(\.command) == [.off], "both are free at once, node1 is looked at first")
        #expect(bench.code(on) == nil)
        #expect(bench.code(off) == nil)
    }

    @Test("Who waits behind a probed shot still hears when its own time is over")
    func waitingBehind() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        bench.lifeSign = nil
        _ = bench.order(three, .on, "node2")
        _ = bench.order(one, .off, "node2")
        bench.pass(.seconds(2))
        let on = bench.order(three, .on, "node2", wait: .seconds(10))
        bench.obey(reading: .on)
        bench.pass(.seconds(10))
        #expect(bench.code(on) == .withdrawn)
    }

    @Test("A node may switch on only so often")
    func onHasARate() {
        var bench = Bench(.threeNodes)
        let three = bench.session("node3")
        var codes: [ExitCode?] = []
        for _ in 0..<11 {
            let token = bench.order(three, .on, "node2")
            bench.obey()
            bench.pass(.seconds(4))
            codes.append(bench.code(token))
        }
        #expect(codes.dropLast().allSatisfy { $0 == .ok })
        #expect(codes.last == .rate)
        #expect(
            bench.orderCode(bench.session("node1"), .off, "node2") == nil, "shots have their own")
        bench.obey()
        bench.pass(.seconds(601))
        #expect(bench.orderCode(bench.session("node3"), .on, "node2") == nil)
    }

    @Test("One principal has so many places in the queue, and the others theirs")
    func places() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .off, "node2")
        for _ in 0..<4 { #expect(bench.orderCode(three, .off, "node2") == nil) }
        let fifth = bench.order(three, .off, "node2")
        #expect(bench.code(fifth) == .rate)
        #expect(bench.orderCode(one, .off, "node2") == nil)
    }

    @Test("Holding off and releasing in a loop ends soon, and the ledger does not grow")
    func locksHaveARate() {
        var bench = Bench(.threeNodes)
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(alice, .off, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        var last: ExitCode?
        for _ in 0..<20 {
            let held = bench.asked(one, .checkOff(name("node2")))
            bench.answerReads(.off)
            last = bench.code(held)
            if last == .rate { break }
            _ = bench.ask(one, .release(name("node2"), .no))
        }
        #expect(last == .rate)
        #expect(bench.ledger.count < 20)
    }

    @Test("Refusals for the rate page a person once in a window, not at each")
    func onePage() {
        var bench = Bench(.threeNodes.with { $0.editTerms { $0.rates.perTarget = 0 } })
        let one = bench.session("node1")
        for _ in 0..<50 { #expect(bench.orderCode(one, .off, "node2") == .rate) }
        #expect(bench.pages.count == 1)
    }

    @Test("An open shot is never forgotten, however many orders come after it")
    func openShotStays() {
        var bench = Bench(
            .threeNodes,
            retention: Retention(condensesAfter: 10_000, keeps: 100_000, outcomes: 8))
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        let shot = bench.order(one, .off, "node2", id: "A")
        let order = bench.turns[0]
        bench.report(order, .unknown)
        #expect(bench.code(shot) == .inDoubt)
        let wait = bench.order(one, .off, "node2", id: "A")
        bench.reads = []
        for _ in 0..<40 {
            _ = bench.order(alice, .on, "node3")
            for turn in bench.turns { bench.report(turn, .on) }
            bench.pass(.seconds(4))
        }
        #expect(bench.code(wait) == .inDoubt)
        #expect(bench.arbiter.durable.outcomes[ShotNumber(1)] != nil)
        for _ in 0..<6 {
            bench.answerReads(.off)
            bench.pass(.seconds(5))
        }
        #expect(bench.result(bench.session("node1"), "A")?.code == .ok)
    }

    @Test("One principal's records go before those of others")
    func shares() {
        var bench = Bench(
            .threeNodes,
            retention: Retention(condensesAfter: 10_000, keeps: 100_000, outcomes: 8))
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .off, "node2", id: "A")
        bench.obey()
        bench.pass(.seconds(4))
        for number in 0..<40 {
            _ = bench.order(alice, .on, "node3", id: "n\(number)")
            bench.obey()
            bench.pass(.seconds(4))
        }
        #expect(bench.result(one, "A")?.code == .ok)
        #expect(bench.result(alice, "n3")?.code == .stale)
    }

    @Test("What one principal is refused does not drive out what others were")
    func refusalsAreShared() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(three, .off, "node2", id: "own", since: 9)
        for number in 0..<3000 { _ = bench.order(one, .off, "node2", id: "n\(number)", since: 9) }
        #expect(bench.result(three, "own")?.lines.first?["why"]?.contains("ahead") == true)
        #expect(bench.result(one, "n3")?.lines.first?["why"]?.contains("ahead") == false)
    }

    @Test("Shots without an outcome are bounded: one more is refused, and a person hears it")
    func openShotsAreBounded() {
        var retention = Retention.standard
        retention.openShots = 3
        var bench = Bench(.fiveNodes, retention: retention)
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        for target in ["node2", "node3"] { _ = bench.order(one, .off, target) }
        let both = bench.order(one, .off, all: ["node4", "node5"])
        #expect(bench.code(both) == .rate)
        #expect(bench.pages.count == 1)
        _ = bench.order(alice, .on, "node4")
        #expect(bench.orderCode(alice, .off, "node5") == .rate)
        #expect(bench.grants.count == 3)
        bench.obey()
        bench.pass(.seconds(5))
        #expect(bench.orderCode(one, .off, "node5") == nil)
        #expect(bench.grants.count == 4)
    }

    @Test("Locks are bounded; a release makes room")
    func locksAreBounded() {
        var retention = Retention.standard
        retention.locks = 2
        var bench = Bench(.fiveNodes, retention: retention)
        let alice = bench.operatorSession("alice")
        func lock(_ node: String) -> Question { .lock(name(node), .protect, reason("x")) }
        #expect(bench.ask(alice, lock("node1"))?.code == .ok)
        #expect(bench.ask(alice, lock("node2"))?.code == .ok)
        #expect(bench.ask(alice, lock("node3"))?.code == .rate)
        _ = bench.ask(alice, .release(name("node1"), .no))
        #expect(bench.ask(alice, lock("node3"))?.code == .ok)
    }

    @Test("Answers about many targets are bounded, though one of their shots stays open")
    func answersAreBounded() {
        var table = OutcomeTable(capacity: 10)
        for number in UInt64(1)...20 {
            guard let id = RequestID("r\(number)") else {
                preconditionFailure("a constant")
            }
            let grant = Grant(
                shot: ShotNumber(number), principal: .node(name("node1")), id: id, verb: .off,
                target: name("n\(number)"),
                feeds: [outlet("pdu-a/2")])
            table.opened(grant, leaving: .initial, at: LedgerSequence(number))
            let answers = (0..<8).map {
                OutcomeTable.Answer.shot(grant.shot, .off, name("t\($0)"))
            }
            table.remember(
                OutcomeTable.Key(principal: grant.principal, id: id), answers)
        }
        let known = table.answersInOrder
        #expect(known.map(\.key.id.text) == (16...20).map { "r\($0)" })
        #expect(table.shotsInOrder.count == 20, "they are open")
    }
}
