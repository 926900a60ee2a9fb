// Who is a member: nobody that is on record as off, and nobody for whom one has vouched that spoke of
// another life.

import Arbiter
import Fencing
import Testing

@Suite("Standing after a failed on, vouching, a person's word")
struct StandingTests {
    @Test("A failed on leaves nobody a member: off on record, on probation, sessions void")
    func failedOn() {
        var bench = Bench()
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        _ = bench.order(one, .on, "node2")
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        #expect(bench.pseq("node2") == 0, "looked at once")
        bench.answerReads(.off)
        #expect(bench.pseq("node2") == 1)
        #expect(bench.standing("node2") == .probation)
        #expect(bench.orderCode(two, .off, "node1") == .lost, "of the life before")
        #expect(bench.closedSessions.contains(two))
    }

    @Test("One reading of off is not enough for that")
    func failedOnReadTwice() {
        var bench = Bench()
        let one = bench.session("node1")
        let on = bench.order(one, .on, "node2")
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.on)
        #expect(bench.code(on) == .ok)
        #expect(bench.standing("node2") == .member)
    }

    @Test("Admitted in the on phase, and the on fails: no member on record as off")
    func admittedAndDark() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        #expect(bench.ask(bench.session("node1"), .admit(name("node2")))?.code == .ok)
        bench.report(bench.turns[0], .off)
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.off)
        #expect(bench.pseq("node2") == 3)
        #expect(bench.standing("node2") == .probation)
    }

    @Test("A session from before the shot cannot vouch for the life after it")
    func admitNamesALife() {
        var bench = Bench(.threeNodes)
        let (one, three) = (bench.session("node1"), bench.session("node3"))
        _ = bench.order(one, .reboot, "node2")
        bench.obey()
        bench.pass(.seconds(5))
        bench.obey()
        bench.pass(.seconds(4))
        #expect(bench.ask(three, .admit(name("node2")))?.code == .stale)
        #expect(bench.standing("node2") == .probation)
        bench.handle(.told(three, name("node2")))
        #expect(bench.ask(three, .admit(name("node2")))?.code == .ok)
    }

    @Test("A person's word is for the shot in doubt alone")
    func confirmations() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        func word(_ shot: UInt64) -> Question {
            .confirmOff(name("node2"), ShotNumber(shot), reason("unplugged"))
        }
        _ = bench.order(one, .off, "node2")
        #expect(bench.ask(alice, word(1))?.code == .inDoubt, "its switch is still being asked")
        bench.report(bench.turns[0], .unknown)
        #expect(bench.ask(alice, word(7))?.code == .stale)
        let token = bench.asked(alice, word(1))
        #expect(bench.code(token) == nil)
        let check = bench.asked(bench.session("node1"), .checkOff(name("node2")))
        #expect(bench.code(check) == nil, "nobody is told before the hold-up is over")
        bench.pass(.seconds(2))
        #expect(bench.code(token) == .ok)
    }

    @Test("A node that a person has called off, and that reads on: a person hears it, once")
    func confirmedReadsOn() {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .off, "node2")
        bench.report(bench.turns[0], .unknown)
        _ = bench.asked(
            alice, .confirmOff(name("node2"), ShotNumber(1), reason("unplugged")))
        bench.reads = []
        bench.pass(.seconds(45))
        bench.answerReads(.unknown)
        bench.pass(.seconds(45))
        bench.answerReads(.on)
        let pages = bench.pages.filter {
            if case .attestedReadsOn(_, name("node2"), by: _, on: _) = $0 { true } else { false }
        }
        #expect(pages.count == 1)
        bench.reads = []
        bench.pass(.seconds(300))
        #expect(bench.reads.isEmpty)
    }

    @Test("Who became a viewer while a request waited gets nothing granted")
    func demoted() throws {
        var bench = Bench()
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        _ = bench.order(one, .off, "node2")
        let on = bench.order(alice, .on, "node2")
        bench.handle(.demoted(try #require(PrincipalName("alice"))))
        #expect(bench.code(on) == .notPermitted)
        bench.obey()
        bench.pass(.seconds(10))
        #expect(bench.turns.isEmpty)
    }

    @Test("Who asked check-off and went away holds nobody off")
    func abandonedCheck() {
        var bench = Bench()
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2")
        bench.obey()
        bench.pass(.seconds(10))
        let token = bench.asked(one, .checkOff(name("node2")))
        bench.handle(.abandoned(token))
        bench.answerReads(.off)
        #expect(bench.arbiter.durable.lock(name("node2"), .holdOff) == nil)
        #expect(bench.orderCode(one, .on, "node2") == nil)
        #expect(bench.turns.map(\.command) == [.on], "and it is busy no longer")
    }
}

@Suite("A ledger that refuses some entries for ever")
struct RefusingLedgerTests {
    @Test("An entry that condenses is refused: a person hears it, and deciding goes on")
    func condensed() {
        var bench = Bench(
            .twoNodes, retention: Retention(condensesAfter: 10, keeps: 100))
        bench.refused = { if case .condensed = $0 { true } else { false } }
        let (one, alice) = (bench.session("node1"), bench.operatorSession("alice"))
        for _ in 1...40 { _ = bench.ask(alice, .lock(name("node1"), .protect, reason("x"))) }
        #expect(bench.ledger.count == 41, "each was decided")
        #expect(bench.pages.count == 1)
        #expect(bench.orderCode(one, .off, "node2") == nil)
        #expect(bench.turns.count == 1)
        bench.refused = { _ in false }
        bench.obey()
        bench.pass(.seconds(10))
        for _ in 1...3 { _ = bench.ask(alice, .lock(name("node1"), .protect, reason("x"))) }
        #expect(bench.arbiter.durable.condensedAt > LedgerSequence(0))
    }

    @Test("The first entry of all is refused: it is tried again, with the boot that is")
    func started() {
        var bench = Bench()
        bench.ledger = []
        bench.commitAnswers = [.no, .no]
        bench.start(boot: "boot-7")
        let one = bench.session("node1")
        #expect(bench.orderCode(one, .off, "node2") == .noQuorum)
        bench.pass(.seconds(25))
        #expect(bench.ledger.map(\.entry) == [.started(BootID("boot-7"))])
        #expect(bench.orderCode(one, .off, "node2") == nil)
    }

    @Test("After a start on another boot, a refused first entry does not record the old one")
    func restarted() {
        var bench = Bench()
        bench.commitAnswers = [.no]
        bench.start(boot: "boot-2")
        bench.pass(.seconds(12))
        #expect(bench.ledger.last?.entry == .started(BootID("boot-2")))
    }

    @Test("A request whose entry is too large is refused alone; the others are decided")
    func tooLarge() {
        var bench = Bench(.fiveNodes)
        let (one, two) = (bench.session("node1"), bench.session("node2"))
        bench.tooLarge = { $0.grants.count > 1 }
        for _ in 1...3 {
            let token = bench.order(one, .off, all: ["node3", "node4"])
            #expect(bench.code(token) == .usage)
            #expect(bench.field(token, "why")?.contains("9 bytes of 8") == true)
        }
        #expect(bench.pages == [.entryTooLarge(why: "the entry has 9 bytes of 8")])
        #expect(bench.standing("node3") == .member)
        #expect(bench.orderCode(two, .off, "node3") == nil)
        #expect(bench.turns.count == 1, "nothing else is held up by it")
    }

    @Test("A lock whose entry is too large is refused alone")
    func tooLargeLock() {
        var bench = Bench()
        let alice = bench.operatorSession("alice")
        bench.tooLarge = { if case .locked = $0 { true } else { false } }
        let reply = bench.ask(alice, .lock(name("node1"), .protect, reason("x")))
        #expect(reply?.code == .usage)
        #expect(bench.ask(alice, .quorum(sees: nil))?.code == .ok)
    }

    @Test("A condensing entry that is too large stops nothing, and says why")
    func tooLargeCondensed() {
        var bench = Bench(.twoNodes, retention: Retention(condensesAfter: 3, keeps: 100))
        bench.tooLarge = { if case .condensed = $0 { true } else { false } }
        let alice = bench.operatorSession("alice")
        for _ in 1...9 { _ = bench.ask(alice, .lock(name("node1"), .protect, reason("x"))) }
        #expect(bench.ledger.count == 10, "each was decided")
        #expect(bench.pages == [.notCondensed(why: "the entry has 9 bytes of 8")])
    }
}
