// The targets that something has changed for, in order. An array beside the set, because the order
// of a set differs from run to run, and a decision must not.

internal import Fencing

struct Agenda: Hashable, Sendable {
    private var order: [NodeName] = []
    private var members: Set<NodeName> = []

    mutating func add(_ node: NodeName) {
        if members.insert(node).inserted { order.append(node) }
    }

    mutating func takeFirst() -> NodeName? {
        guard !order.isEmpty else { return nil }
        let first = order.removeFirst()
        members.remove(first)
        return first
    }
}
