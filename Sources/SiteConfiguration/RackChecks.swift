// The numbers that nodes have where their cluster meets a rack PDU's command line.

internal import Fencing

extension Draft {
    /// A number that means two nodes, or a node without one, and an agent shoots the wrong machine
    /// or none.
    func checkRackNumbers(_ findings: inout Findings) {
        for cluster in clusters {
            let all = members[cluster.value] ?? []
            guard all.contains(where: { $0.apcOutlet != nil }) else { continue }
            var owners: [Int: DraftNode] = [:]
            for node in all {
                guard let number = node.apcOutlet else {
                    findings.error(
                        node.name.position,
                        "node \(node.name.value) has no `apc_outlet`, and others of cluster "
                            + "\(cluster.value) have one",
                        "give each of its nodes a number, or none of them")
                    continue
                }
                if let first = owners[number.value] {
                    findings.error(
                        number.position,
                        "apc_outlet \(number.value) of node \(node.name.value) is that of node "
                            + "\(first.name.value) in line \(first.name.position.line)",
                        "every node of a cluster needs a number of its own")
                } else {
                    owners[number.value] = node
                }
            }
        }
    }
}
