// What fails together: nodes, and the appliance, on one power source.

internal import Fencing

extension Draft {
    func checkPowerSources(_ findings: inout Findings) {
        let members = members
        for cluster in clusters {
            let alone = Dictionary(grouping: members[cluster.value, default: []], by: onlySource)
            for (source, nodes) in known(alone) where nodes.count > 1 {
                findings.warning(
                    cluster.position,
                    "of cluster \(cluster.value), \(listed(nodes)) hang on the power source "
                        + "\(source) alone",
                    "when it fails, they fail together: give each a feed on another source")
            }
        }
        checkUnnamedSources(&findings)
        guard let own = appliancePowerSource else { return }
        let together = nodes.filter { onlySource(of: $0) == own.value }
        guard !together.isEmpty else { return }
        findings.warning(
            own.position,
            "the appliance shares the power source \(own.value) with \(listed(together)), which "
                + "hang on it alone",
            "when it fails, nobody can prove them off: put the appliance on another source")
    }

    /// Where some are named, the others were forgotten: what hangs on them cannot be judged.
    private func checkUnnamedSources(_ findings: inout Findings) {
        let used = Set(nodes.flatMap(\.node.feeds).map(\.powerSwitch))
        let named = lines.values.contains { $0.powerSource != nil }
        guard named else { return }
        for name in switches
        where used.contains(name.value) && lines[name.value].map({ $0.powerSource == nil }) == true
        {
            findings.warning(
                name.position,
                "nobody knows what switch \(name.value) hangs on, and of others it is said",
                "write its `power_source`: what fails together shows only then")
        }
        if appliancePowerSource == nil, let first = clusters.first {
            findings.warning(
                first.position, "nobody knows what the appliance itself hangs on",
                "write `appliance.power_source`, a source that no node hangs on alone")
        }
    }

    /// The power source whose failure takes the node, if there is one. Nil also where a switch does
    /// not say what it hangs on.
    private func onlySource(of node: DraftNode) -> PowerSourceName? {
        let sources = Set(node.feeds.map { lines[$0.value.powerSwitch]?.powerSource })
        guard sources.count == 1, let source = sources.first else { return nil }
        return source
    }

    /// Without those whose power source is unknown or not the only one, in order of name.
    private func known(
        _ groups: [PowerSourceName?: [DraftNode]]
    ) -> [(source: PowerSourceName, nodes: [DraftNode])] {
        groups.compactMap { source, nodes in source.map { ($0, nodes) } }.sorted {
            $0.source < $1.source
        }
    }

    /// A few names, and how many more there are.
    private func listed(_ nodes: [DraftNode]) -> String {
        let few = 6
        let names = nodes.prefix(few).map(\.name.value.text).joined(separator: ", ")
        return nodes.count > few ? "\(names) and \(nodes.count - few) more" : names
    }
}
