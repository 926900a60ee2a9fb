// The site as the decisions see it: who, which outlets, how patient. Checked before it gets here
// (SiteConfiguration does), so every name resolves.

package struct Site: Hashable, Sendable {
    package var nodes: [NodeName: Node]
    package var switches: [SwitchName: SwitchTerms]
    package var operators: Set<PrincipalName>
    /// What a cluster has agreed on; without an entry, the defaults.
    package var clusters: [ClusterName: ClusterTerms]

    package init(
        nodes: [NodeName: Node], switches: [SwitchName: SwitchTerms],
        operators: Set<PrincipalName>, clusters: [ClusterName: ClusterTerms] = [:]
    ) {
        self.nodes = nodes
        self.switches = switches
        self.operators = operators
        self.clusters = clusters
    }

    /// The nodes of one cluster, in order of name.
    package func members(of cluster: ClusterName) -> [Node] {
        nodes.values.filter { $0.cluster == cluster }.sorted { $0.name < $1.name }
    }
}

/// How a cluster wants its quarrels decided.
package struct ClusterTerms: Hashable, Sendable {
    /// How long a shot at a heavier node waits for that node to shoot first (R6).
    package var preferDelay = Duration.zero
    package var consent = Consent.one
    /// Of two halves, the one that this node votes with has consent; nil: the first to ask.
    package var tieBreaker: NodeName?
    /// How long a member's view of whom it sees counts as a vote.
    package var viewLifetime = Duration.seconds(15)
    package var rates = Rates()

    package init() {}

    /// Who must want a shot (R19).
    package enum Consent: String, Hashable, Sendable {
        case one
        /// More than half of the configured nodes: for stacks without a quorum of their own.
        case majority
    }

    /// Granted shots in any window of this length (R27). Operators are exempt.
    package struct Rates: Hashable, Sendable {
        package var perTarget = 5
        package var perRequester = 10
        package var window = Duration.seconds(600)

        package init() {}
    }
}

package struct Node: Hashable, Sendable {
    package var name: NodeName
    package var cluster: ClusterName
    /// At least one; all of them must read off before the node counts as off.
    package var feeds: [Outlet]
    /// What `shoot` means for this node.
    package var shoot: ShootMeaning
    /// From the verified off to telling success: what the power supply may hold the rails up.
    package var holdUp: Duration
    /// From the verified off to the "on" of a reboot.
    package var offTime: Duration
    /// Of two nodes that want to shoot each other the heavier one is preferred (R6).
    package var weight: Int

    package init(
        name: NodeName, cluster: ClusterName, feeds: [Outlet], shoot: ShootMeaning,
        holdUp: Duration, offTime: Duration, weight: Int = 1
    ) {
        self.weight = weight
        self.name = name
        self.cluster = cluster
        self.feeds = feeds
        self.shoot = shoot
        self.holdUp = holdUp
        self.offTime = offTime
    }

    /// Each order for a node names all of them, and each is on record with every shot at it.
    package static let mostFeeds = 16

    package enum ShootMeaning: String, Hashable, Sendable {
        case reboot
        case off
    }
}

/// How long a switch is waited for.
package struct SwitchTerms: Hashable, Sendable {
    /// From the order to the last moment at which its outcome is still waited for.
    package var patience: Duration
    /// The longest time after which a command once sent can still act. Until it has passed, a
    /// reading of "on" proves nothing.
    package var maximalLatency: Duration

    package init(patience: Duration, maximalLatency: Duration) {
        self.patience = patience
        self.maximalLatency = maximalLatency
    }
}
