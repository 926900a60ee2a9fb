// The site as the decisions see it: who, which outlets, how patient. Checked before it gets here
// (SiteConfiguration does), so every name resolves.

package struct Site: Hashable, Sendable {
    package var nodes: [NodeName: Node]
    package var switches: [SwitchName: SwitchTerms]
    package var operators: Set<PrincipalName>

    package init(
        nodes: [NodeName: Node], switches: [SwitchName: SwitchTerms],
        operators: Set<PrincipalName>
    ) {
        self.nodes = nodes
        self.switches = switches
        self.operators = operators
    }

    /// The nodes of one cluster, in order of name.
    package func members(of cluster: ClusterName) -> [Node] {
        nodes.values.filter { $0.cluster == cluster }.sorted { $0.name < $1.name }
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

    package init(
        name: NodeName, cluster: ClusterName, feeds: [Outlet], shoot: ShootMeaning,
        holdUp: Duration, offTime: Duration
    ) {
        self.name = name
        self.cluster = cluster
        self.feeds = feeds
        self.shoot = shoot
        self.holdUp = holdUp
        self.offTime = offTime
    }

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
