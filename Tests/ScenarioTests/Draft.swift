// The site of a scenario, as its file says it. What it does not say has a value that is easy to
// count with.

import Fencing

struct Draft: Sendable {
    var nodes: [Node] = []
    var switches: [SwitchName: SwitchTerms] = [:]
    var operators: Set<PrincipalName> = []
    var clusters: [ClusterName: ClusterTerms] = [:]

    /// `key=value`.
    struct Option: Hashable, Sendable {
        let key: String
        let value: String
    }

    static let terms = SwitchTerms(patience: .seconds(20), maximalLatency: .seconds(4))

    var site: Site {
        var switches = switches
        for feed in nodes.flatMap(\.feeds) where switches[feed.powerSwitch] == nil {
            switches[feed.powerSwitch] = Self.terms
        }
        return Site(
            nodes: Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first },
            switches: switches, operators: operators, clusters: clusters)
    }
}
