// The site that a seed draws.

internal import Fencing
internal import TestSupport

struct Town {
    let site: Site
    let count: Int

    init(_ draw: inout Seeded) {
        count = draw.one(of: [2, 2, 2, 3, 3, 3, 4, 5])
        let racks = draw.number(1...2)
        var switches: [SwitchName: SwitchTerms] = [:]
        for rack in 1...racks {
            switches[Self.known("pdu\(rack)")] = SwitchTerms(
                patience: .seconds(draw.one(of: [6, 20])),
                maximalLatency: .seconds(draw.one(of: [2, 4, 12, 30])))
        }
        // The first so many nodes are a cluster; the others, if any, another one.
        let first = count > 3 && draw.number(1...3) == 1 ? draw.number(2...count - 2) : count
        let isWeighted = draw.number(1...4) == 1
        var nodes: [NodeName: Node] = [:]
        for number in 1...count {
            let home = draw.number(1...racks)
            let isDouble = racks == 2 && draw.number(1...2) == 1
            let feeds = isDouble ? [1, 2] : [home]
            let name: NodeName = Self.known("n\(number)")
            nodes[name] = Node(
                name: name, cluster: Self.known(number <= first ? "c" : "d"),
                feeds: feeds.map { Outlet(Self.known("pdu\($0)"), Self.known("\(number)")) },
                shoot: draw.one(of: [.reboot, .reboot, .off]),
                holdUp: .seconds(draw.one(of: [0, 2])),
                offTime: .seconds(draw.one(of: [1, 5, 10])),
                weight: isWeighted ? draw.number(1...2) : 1)
        }
        var clusters: [ClusterName: ClusterTerms] = [
            Self.known("c"): Self.terms(1...first, &draw)
        ]
        if first < count { clusters[Self.known("d")] = Self.terms(first + 1...count, &draw) }
        site = Site(
            nodes: nodes, switches: switches,
            operators: [Self.known("alice"), Self.known("bob")],
            clusters: clusters)
    }

    /// What a site file says that was changed while the site was in use.
    struct Later: Hashable, Sendable {
        let site: Site
        /// Of the same nodes as before.
        var names: [NodeName]
        /// The file has it no more.
        var removed: Int?
    }

    func changed(_ draw: inout Seeded) -> Later? {
        switch draw.number(1...4) {
        case 1: renamed(&draw)
        case 2: withoutOne(&draw)
        default: rewired(&draw).map { Later(site: $0, names: names) }
        }
    }

    private var names: [NodeName] { site.nodes.keys.sorted() }

    private func renamed(_ draw: inout Seeded) -> Later? {
        let number = draw.number(0...count - 1)
        let old = names[number]
        let new: NodeName = Self.known("\(old)x")
        guard var node = site.nodes[old] else { return nil }
        var changed = site
        node.name = new
        changed.nodes[old] = nil
        changed.nodes[new] = node
        if changed.clusters[node.cluster]?.tieBreaker == old {
            changed.clusters[node.cluster]?.tieBreaker = new
        }
        var later = Later(site: changed, names: names)
        later.names[number] = new
        return later
    }

    /// Of a cluster that is left with two at least.
    private func withoutOne(_ draw: inout Seeded) -> Later? {
        let number = draw.number(0...count - 1)
        guard let node = site.nodes[names[number]], site.members(of: node.cluster).count > 2,
            site.clusters[node.cluster]?.tieBreaker != node.name
        else { return nil }
        var changed = site
        changed.nodes[node.name] = nil
        return Later(site: changed, names: names, removed: number)
    }

    /// A node has one feed more, or two nodes have changed outlets. Nil where neither can be.
    private func rewired(_ draw: inout Seeded) -> Site? {
        var changed = site
        var names = site.nodes.keys.sorted()
        let one = names.remove(at: draw.number(0...names.count - 1))
        let other = draw.one(of: names)
        guard let node = site.nodes[one], let second = site.nodes[other] else { return nil }
        if draw.number(1...2) == 1 {
            let spare = draw.one(of: site.switches.keys.sorted())
            changed.nodes[one]?.feeds.append(Outlet(spare, Self.known("spare")))
        } else {
            changed.nodes[one]?.feeds = second.feeds
            changed.nodes[other]?.feeds = node.feeds
        }
        return changed
    }

    func arePeers(_ one: Int, _ other: Int) -> Bool {
        let nodes = site.nodes.values.sorted { $0.name < $1.name }
        return nodes.indices.contains(other) && nodes[one].cluster == nodes[other].cluster
    }

    func offTime(of number: Int) -> Duration {
        site.nodes.values.sorted { $0.name < $1.name }[number].offTime
    }

    private static func terms(
        _ nodes: ClosedRange<Int>, _ draw: inout Seeded
    ) -> ClusterTerms {
        var terms = ClusterTerms()
        let count = nodes.count
        if count > 2, draw.number(1...2) == 1 { terms.consent = .majority }
        if count == 4, draw.number(1...2) == 1 {
            terms.tieBreaker = known("n\(draw.number(nodes))")
        }
        terms.viewLifetime = .seconds(draw.one(of: [3, 15, 15, 60]))
        terms.preferDelay = .milliseconds(draw.one(of: [0, 500, 3000]))
        if draw.number(1...4) == 1 {
            terms.rates.perTarget = draw.number(1...3)
            terms.rates.perRequester = draw.number(1...4)
            terms.rates.window = .seconds(draw.one(of: [60, 600, 3600]))
        }
        return terms
    }

    static func known<Kind>(_ text: String) -> Name<Kind> {
        guard let name = Name<Kind>(text) else { preconditionFailure("\(text) is a name") }
        return name
    }

    static func known(_ text: String) -> OutletName {
        guard let name = OutletName(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}
