// Readings that the arbiter has not asked for, and that found on what is on record as off.

import Arbiter
import Fencing
import Testing

@Suite("What others read counts, too")
struct ObservedTests {
    private func off(holdUp: Duration = .zero) -> (Bench, one: SessionID) {
        var site = Site.fiveNodes
        site.nodes[name("node2")]?.holdUp = holdUp
        var bench = Bench(site)
        let one = bench.session("node1")
        _ = bench.order(one, .off, "node2", id: "a")
        bench.obey()
        return (bench, one)
    }

    @Test("`result` goes on saying that the life is over, and that the node reads on since")
    func result() {
        var (bench, one) = off()
        #expect(bench.result(one, "a")?.lines.first?["why"] == nil)
        bench.handle(.observedOn(name("node2")))
        let result = bench.result(one, "a")
        #expect(result?.code == .ok)
        #expect(result?.lines.first?["why"]?.contains("node2 reads on since") == true)
    }

    @Test("Within the hold-up, nobody is told off: that life may run on")
    func inTheHoldUp() {
        var (bench, _) = off(holdUp: .seconds(5))
        bench.pass(.seconds(1))
        bench.handle(.observedOn(name("node2")))
        bench.pass(.seconds(10))
        #expect(bench.result(bench.session("node1"), "a")?.code == .stale)
    }

    @Test("It is no news of a node that is not on record as off")
    func running() {
        var bench = Bench(.fiveNodes)
        let one = bench.session("node1")
        bench.handle(.observedOn(name("node2")))
        _ = bench.order(one, .off, "node2", id: "a")
        bench.obey()
        #expect(bench.result(one, "a")?.lines.first?["why"] == nil)
    }
}
