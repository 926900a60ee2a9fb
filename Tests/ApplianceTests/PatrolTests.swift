// When outlets are read that no request asks for.

import Fencing
import Testing

@testable import Appliance

struct PatrolTests {
    private let start = Moment(sinceStart: .seconds(1000))

    private func site(_ nodes: Int, _ terms: SwitchTerms) throws -> Site {
        let pdu = try #require(SwitchName("pdu"))
        let cluster = try #require(ClusterName("db"))
        var all: [NodeName: Node] = [:]
        for number in 1...nodes {
            let name = try #require(NodeName("node\(number)"))
            let outlet = Outlet(pdu, try #require(OutletName("\(number)")))
            all[name] = Node(
                name: name, cluster: cluster, feeds: [outlet], shoot: .off, holdUp: .zero,
                offTime: .zero)
        }
        return Site(nodes: all, switches: [pdu: terms], operators: [], clusters: [:])
    }

    private let terms = SwitchTerms(patience: .seconds(20), maximalLatency: .seconds(4))

    @Test func `Nothing is read of a site that is on`() throws {
        var patrol = Patrol(of: try site(2, terms), at: start)
        #expect(patrol.next == nil)
        #expect(patrol.take(at: start + .seconds(1000)).isEmpty)
    }

    @Test func `An off is read when nothing can act any more, soon again, and then now and then`()
        throws
    {
        let site = try site(2, terms)
        var patrol = Patrol(of: site, at: start)
        let node = try #require(site.nodes.values.first)
        patrol.isOff(node, at: start)
        var seconds: [Int] = []
        for second in 0...200 {
            let due = patrol.take(at: start + .seconds(second))
            if due.isEmpty { continue }
            #expect(due.map(\.outlet) == node.feeds)
            seconds.append(second)
        }
        #expect(seconds == [5, 15, 75, 135, 195])
        patrol.isNotOff(node.name)
        #expect(patrol.next == nil)
    }

    @Test func `A switch with read_every is read at one outlet`() throws {
        var terms = terms
        terms.readEvery = .seconds(30)
        var patrol = Patrol(of: try site(3, terms), at: start)
        #expect(patrol.take(at: start + .seconds(29)).isEmpty)
        #expect(patrol.take(at: start + .seconds(30)).map(\.outlet.description) == ["pdu/1"])
        #expect(patrol.next == start + .seconds(60))
    }

    @Test func `Of many that are due only some are read at once, and all of them in the end`()
        throws
    {
        let site = try site(300, terms)
        var patrol = Patrol(of: site, at: start)
        for node in site.nodes.values { patrol.isOff(node, at: start) }
        var now = start + .seconds(5)
        var read: Set<Outlet> = []
        while read.count < 300, let next = patrol.next, next < start + .seconds(8) {
            now = max(now, next)
            let due = patrol.take(at: now)
            #expect(due.count <= Patrol.mostAtOnce)
            read.formUnion(due.map(\.outlet))
        }
        #expect(read.count == 300)
    }
}
