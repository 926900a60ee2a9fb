// The site file was changed while a shot was open, and the daemon started again.

import Arbiter
import Fencing
import Testing

@Suite("A site file that changed under an open shot")
struct ChangedSiteTests {
    /// node1 has shot at node2 (pdu-a/2), the order went out, and the daemon died.
    func interrupted(_ verb: PowerVerb = .off) -> Bench {
        var bench = Bench(.threeNodes)
        let one = bench.session("node1")
        _ = bench.order(one, verb, "node2", id: "A")
        return bench
    }

    func feeds(_ feeds: [String: [String]]) -> Site { .make(feeds) }

    @Test("A feed more: off is told only when that one is off, too")
    func gained() {
        for state in [PowerState.on, .off] {
            var bench = interrupted()
            bench.site = feeds(["node1": ["pdu-a/1"], "node2": ["pdu-a/2", "pdu-b/2"]])
            bench.start(boot: "boot-1")
            #expect(bench.isPaged(.siteChanged))
            bench.pass(.seconds(4))
            bench.answer(["pdu-a/2": .off, "pdu-b/2": state])
            bench.answer(["pdu-a/2": .off, "pdu-b/2": state])
            bench.pass(.seconds(10))
            let back = bench.session("node1")
            let result = bench.result(back, "A")
            #expect(result?.code == (state == .off ? .ok : .failed))
            #expect(bench.turns.isEmpty, "nothing is commanded for it")
        }
    }

    @Test("A feed more on a node that is on record as off: it is read before it is told again")
    func gainedLater() {
        var bench = interrupted()
        bench.obey()
        bench.pass(.seconds(10))
        bench.site = feeds(["node1": ["pdu-a/1"], "node2": ["pdu-a/2", "pdu-b/2"]])
        bench.start(boot: "boot-1")
        bench.pass(.seconds(10))
        let off = bench.order(bench.session("node1"), .off, "node2", since: 0)
        #expect(bench.code(off) == nil)
        bench.answer(["pdu-a/2": .off, "pdu-b/2": .on])
        #expect(bench.code(off) != .ok)
    }

    @Test("A new name on the outlets of an open shot: not shot meanwhile, and no member")
    func renamed() {
        var bench = interrupted(.reboot)
        bench.site = feeds(["node1": ["pdu-a/1"], "db2": ["pdu-a/2"]])
        bench.start(boot: "boot-1")
        #expect(bench.isPaged(.siteChanged))
        let (one, new) = (bench.session("node1"), bench.session("db2"))
        #expect(bench.orderCode(new, .off, "node1") == .lost, "its power may be going")
        let shot = bench.order(one, .off, "db2")
        #expect(bench.code(shot) == nil, "busy is the outlet")
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(4))
        bench.answerReads(.off)
        bench.answerReads(.off)
        bench.pass(.seconds(60))
        #expect(!bench.turns.contains { $0.command == .on }, "the old shot switches nothing on")
        #expect(bench.standing("db2") != .member, "it stands as it stood under its old name")
    }

    @Test("A lock and a lost standing follow the new name")
    func renamedLater() {
        var bench = interrupted()
        bench.obey()
        bench.pass(.seconds(10))
        let alice = bench.operatorSession("alice")
        _ = bench.ask(alice, .lock(name("node2"), .holdOff, reason("disk-swap")))
        bench.site = feeds(["node1": ["pdu-a/1"], "db2": ["pdu-a/2"]])
        bench.start(boot: "boot-1")
        #expect(bench.standing("db2") == .probation)
        #expect(bench.pseq("db2") == 1)
        let back = bench.operatorSession("alice")
        #expect(
            bench.orderCode(back, .on, "db2") == nil, "commands of the life before are waited out")
        bench.pass(.seconds(10))
        let on = bench.order(back, .on, "db2")
        #expect(bench.code(on) == .locked)
        #expect(bench.ask(back, .release(name("db2"), .no))?.code == .ok)
    }

    @Test("An outlet that went to another node: that node is not commanded while the shot is open")
    func moved() {
        var bench = interrupted()
        bench.site = feeds(["node1": ["pdu-a/1"], "node2": ["pdu-a/9"], "node3": ["pdu-a/2"]])
        bench.start(boot: "boot-1")
        let alice = bench.operatorSession("alice")
        let on = bench.order(alice, .on, "node3")
        #expect(bench.code(on) == nil)
        #expect(bench.turns.isEmpty)
        bench.pass(.seconds(4))
        bench.answer(["pdu-a/2": .on, "pdu-a/9": .off])
        #expect(bench.result(bench.session("node1"), "A")?.code == .failed)
        bench.pass(.seconds(1))
        #expect(bench.turns.map(\.outlet) == [outlet("pdu-a/2")], "now it is free")
    }

    @Test("Also long after its command can act, while nobody knows what came of it")
    func movedInDoubt() {
        var bench = interrupted()
        bench.site = feeds(["node1": ["pdu-a/1"], "node2": ["pdu-a/9"], "node3": ["pdu-a/2"]])
        bench.start(boot: "boot-1")
        bench.pass(.seconds(4))
        bench.answerReads(.unknown)
        bench.pass(.seconds(20))
        let on = bench.order(bench.operatorSession("alice"), .on, "node3")
        #expect(bench.code(on) == nil)
        #expect(bench.turns.isEmpty)
        bench.answer(["pdu-a/2": .on, "pdu-a/9": .off])
        bench.pass(.seconds(1))
        #expect(bench.turns.map(\.outlet) == [outlet("pdu-a/2")], "now it is free")
    }

    @Test("A node that is gone: its shot ends by a person's word, and its locks can be released")
    func removed() {
        var bench = interrupted()
        let before = bench.operatorSession("alice")
        _ = bench.ask(before, .lock(name("node2"), .protect, reason("x")))
        bench.site = feeds(["node1": ["pdu-a/1"], "node3": ["pdu-a/3"]])
        bench.start(boot: "boot-1")
        let alice = bench.operatorSession("alice")
        bench.pass(.seconds(4))
        bench.answerReads(.unknown)
        let word = ConfirmedOff(ShotNumber(1)).of("node2")
        let token = bench.asked(alice, word)
        bench.pass(.seconds(2))
        #expect(bench.code(token) == .ok)
        #expect(bench.result(bench.session("node1"), "A")?.code == .ok)
        #expect(bench.ask(alice, .release(name("node2"), .no))?.code == .ok)
    }

    @Test("A site file that did not change: nothing is paged, and an on is taken up")
    func unchanged() {
        var bench = interrupted(.reboot)
        bench.obey()
        bench.start(boot: "boot-1")
        bench.pass(.seconds(6))
        #expect(bench.pages.isEmpty)
        #expect(bench.turns.map(\.command) == [.on])
    }
}

private struct ConfirmedOff {
    let shot: ShotNumber
    init(_ shot: ShotNumber) { self.shot = shot }
    func of(_ node: String) -> Question {
        .confirmOff(name(node), shot, reason("unplugged"))
    }
}

extension Bench {
    enum PageKind {
        case siteChanged
    }

    func isPaged(_ kind: PageKind) -> Bool {
        pages.contains { page in
            switch (page, kind) {
            case (.siteChanged, .siteChanged): true
            default: false
            }
        }
    }

    /// Each reading says what its outlet reads.
    mutating func answer(_ states: [String: PowerState]) {
        let waiting = reads
        reads = []
        for order in waiting {
            handle(
                .reported(
                    PowerReport(
                        order: order.id, outlet: order.outlet,
                        state: states[order.outlet.description] ?? .unknown, lastCommandAt: nil,
                        trouble: nil)))
        }
    }
}
