// What the file says, decoded but not yet looked at as a whole: everything still knows its place.

internal import Fencing
internal import Keys

struct Draft {
    var appliance = ApplianceSettings()
    var appliancePowerSource: Positioned<PowerSourceName>?
    var applianceFeeds: [Positioned<Outlet>] = []
    var authorities: [Positioned<AuthorizedKey>] = []
    /// Every switch that the file names, in its order, the unusable ones too.
    var switches: [Positioned<SwitchName>] = []
    var lines: [SwitchName: LineDescription] = [:]
    var clusters: [Positioned<ClusterName>] = []
    var clusterTerms: [ClusterName: ClusterTerms] = [:]
    var nodes: [DraftNode] = []
    var operators: [DraftOperator] = []

    var principals: [DraftPrincipal] {
        let shells = members.mapValues(Self.shell)
        return nodes.map { $0.principal(shells[$0.node.cluster] ?? .picket) }
            + operators.map(\.principal)
    }

    /// A rack PDU's, where the members have numbers on it.
    private static func shell(of members: [DraftNode]) -> Shell {
        let numbered = members.compactMap { member in
            member.apcOutlet.map { ($0.value, member.name.value) }
        }
        return numbered.isEmpty
            ? .picket : .apc(Dictionary(numbered, uniquingKeysWith: { first, _ in first }))
    }

    var members: [ClusterName: [DraftNode]] { Dictionary(grouping: nodes, by: \.node.cluster) }
}

struct DraftNode {
    let name: Positioned<NodeName>
    let node: Node
    let feeds: [Positioned<Outlet>]
    let keys: [Positioned<AuthorizedKey>]
    /// Its number where its cluster meets a rack PDU's command line.
    let apcOutlet: Positioned<Int>?

    func principal(_ shell: Shell) -> DraftPrincipal {
        DraftPrincipal(who: .node(name.value), position: name.position, keys: keys, shell: shell)
    }
}

struct DraftOperator {
    let name: Positioned<PrincipalName>
    let role: Role
    let keys: [Positioned<AuthorizedKey>]

    var principal: DraftPrincipal {
        DraftPrincipal(
            who: .operator(name.value), position: name.position, keys: keys, shell: .picket)
    }
}

struct DraftPrincipal {
    let who: Principal
    let position: SourcePosition
    let keys: [Positioned<AuthorizedKey>]
    let shell: Shell

    var pass: Pass { Pass(who, keys: keys.map(\.value), shell: shell) }

    var description: String {
        switch who {
        case .node(let name): "node \(name)"
        case .operator(let name): "operator \(name)"
        }
    }
}
