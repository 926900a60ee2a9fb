// A node that is on record as off and that a reading has found on: somebody's hand, or a switch that
// lied. The record stands, because it is about a life that is over; but who means no life at all, and
// was read to, is not told off any more.

internal import Fencing

extension Arbiter {
    /// Whether the newest reading of a node on record as off found a feed of it on.
    func readsOn(_ node: NodeName) -> Bool {
        contradictions.contains(node) && durable[node].powerSequence.isVerifiedOff
    }

    /// Also of a reading that is not complete: one feed is enough to run.
    mutating func noteContradiction(_ report: PowerReport, of node: NodeName) {
        if report.state == .on, durable[node].powerSequence.isVerifiedOff {
            contradictions.insert(node)
        }
    }

    /// A record of off, or a complete reading of off, is newer.
    mutating func isOffAgain(_ node: NodeName) { contradictions.remove(node) }

    /// What parts that wait had read before a new off counts no more, in either direction.
    mutating func forgetReadings(of target: NodeName) {
        isOffAgain(target)
        for waiting in queue.at(target) {
            queue.change(waiting.token) { waiting in
                for index in waiting.parts.indices where waiting.parts[index].target == target {
                    waiting.parts[index].looked = nil
                }
            }
        }
    }

    /// Why a node that was read as off at this power sequence cannot be told off now; nil: it can.
    func whyNotOff(_ node: NodeName, as pseq: PowerSequence) -> String? {
        if durable[node].powerSequence != pseq {
            return "\(node) was switched on since it was read for you: look at it, then ask again"
        }
        guard readsOn(node) else { return nil }
        return "\(node) was read as off for you, and reads on since: "
            + "look at it (`status \(node)`), then ask again"
    }
}
