// The site of a scenario, as its file says it. Everything that is not said has a value that is
// easy to count with.

import Fencing

struct Draft: Sendable {
    var nodes: [Node] = []
    var switches: [SwitchName: SwitchTerms] = [:]
    var operators: Set<PrincipalName> = []
    var clusters: [ClusterName: [Option]] = [:]
    var weights: [NodeName: Int] = [:]

    /// `key=value`.
    struct Option: Hashable, Sendable {
        let key: String
        let value: String
    }

    static let terms = SwitchTerms(patience: .seconds(20), maximalLatency: .seconds(4))

    /// A site needs a rule that the arbiter does not have.
    struct Awaited: Error, CustomStringConvertible {
        let description: String
    }

    func site() throws -> Site {
        if let (name, options) = clusters.first(where: { !$0.value.isEmpty }) {
            throw Awaited(description: "cluster \(name) wants \(options.map(\.key))")
        }
        if !weights.isEmpty { throw Awaited(description: "nodes have weights") }
        var switches = switches
        for feed in nodes.flatMap(\.feeds) where switches[feed.powerSwitch] == nil {
            switches[feed.powerSwitch] = Self.terms
        }
        return Site(
            nodes: Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0) }),
            switches: switches, operators: operators)
    }
}
