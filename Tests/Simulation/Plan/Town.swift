// The site that a seed draws.

internal import Fencing
internal import TestSupport

struct Town {
    let site: Site
    let count: Int
    let cluster: ClusterTerms

    init(_ draw: inout Seeded) {
        count = draw.one(of: [2, 2, 2, 3, 3, 3, 4, 5])
        let racks = draw.number(1...2)
        var switches: [SwitchName: SwitchTerms] = [:]
        for rack in 1...racks {
            switches[Self.known("pdu\(rack)")] = SwitchTerms(
                patience: .seconds(draw.one(of: [6, 20])),
                maximalLatency: .seconds(draw.one(of: [2, 4, 12, 30])))
        }
        let isWeighted = draw.number(1...4) == 1
        var nodes: [NodeName: Node] = [:]
        for number in 1...count {
            let home = draw.number(1...racks)
            let isDouble = racks == 2 && draw.number(1...2) == 1
            let feeds = isDouble ? [1, 2] : [home]
            let name: NodeName = Self.known("n\(number)")
            nodes[name] = Node(
                name: name, cluster: Self.known("c"),
                feeds: feeds.map { Outlet(Self.known("pdu\($0)"), Self.known("\(number)")) },
                shoot: draw.one(of: [.reboot, .reboot, .off]),
                holdUp: .seconds(draw.one(of: [0, 2])),
                offTime: .seconds(draw.one(of: [1, 5, 10])),
                weight: isWeighted ? draw.number(1...2) : 1)
        }
        cluster = Self.terms(count, &draw)
        site = Site(
            nodes: nodes, switches: switches,
            operators: [Self.known("alice"), Self.known("bob")],
            clusters: [Self.known("c"): cluster])
    }

    /// A node has one feed more, or two nodes have changed outlets. Nil where neither can be.
    func rewired(_ draw: inout Seeded) -> Site? {
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

    private static func terms(_ count: Int, _ draw: inout Seeded) -> ClusterTerms {
        var terms = ClusterTerms()
        if count > 2, draw.number(1...2) == 1 { terms.consent = .majority }
        if count == 4, draw.number(1...2) == 1 {
            terms.tieBreaker = known("n\(draw.number(1...count))")
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
