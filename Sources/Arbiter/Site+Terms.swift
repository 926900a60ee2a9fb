// The site's answers for what the ledger remembers and the site file may have dropped since.

internal import Fencing

extension Site {
    /// A shot that is still open may name a switch that is gone: it is waited for like a slow one.
    func terms(of outlet: Outlet) -> SwitchTerms {
        switches[outlet.powerSwitch]
            ?? SwitchTerms(patience: .seconds(20), maximalLatency: .seconds(10))
    }

    func terms(ofClusterOf node: NodeName) -> ClusterTerms {
        nodes[node].flatMap { clusters[$0.cluster] } ?? ClusterTerms()
    }

    /// The target of a granted shot, as it is configured now or, if it is no longer, as it was.
    func node(of grant: Grant) -> Node {
        nodes[grant.target]
            ?? Node(
                name: grant.target, cluster: Self.gone, feeds: grant.feeds, shoot: .off,
                holdUp: .seconds(2), offTime: .seconds(5))
    }

    /// Nobody can be a member of it: its name is not one that a site file may use twice.
    private static var gone: ClusterName {
        guard let name = ClusterName("_removed") else {
            preconditionFailure("a constant in the alphabet of names")
        }
        return name
    }
}
