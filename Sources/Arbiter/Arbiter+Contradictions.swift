// A node that is on record as off and that a reading has found on: somebody's hand, or a switch that
// lied. The record stands, because it is about a life that is over; but who means no life at all, and
// was read to, is not told off any more. Where power was back before the supply had given up what it
// held, that life may run on: then nobody is told off until the node is read as off again.

internal import Fencing

extension Arbiter {
    /// Whether the newest reading of a node on record as off found a feed of it on.
    func readsOn(_ node: NodeName) -> Bool {
        contradictions.contains(node) && durable[node].powerSequence.isVerifiedOff
    }

    /// Also of a reading that is not complete: one feed is enough to run.
    mutating func noteContradiction(_ report: PowerReport, of node: NodeName, at now: Moment) {
        guard report.state == .on, durable[node].powerSequence.isVerifiedOff else { return }
        contradictions.insert(node)
        // A shot at a node that was on record as off ended a life that nobody can mean.
        let shot = durable[node].lastShot.flatMap { durable.outcomes[$0] }
        if shot?.grantedAt?.isVerifiedOff == true { return }
        if let end = holdUps.end(of: [node]), now < end { mayRunOn.insert(node) }
    }

    /// A record of off is newer; its own hold-up begins with it.
    mutating func isOffAgain(_ node: NodeName) {
        contradictions.remove(node)
        mayRunOn.remove(node)
    }

    /// So is a complete reading of off. Since when it is dark, nobody knows.
    mutating func readsOffAgain(_ node: NodeName, at now: Moment) {
        if mayRunOn.contains(node), let site = site.nodes[node] {
            holdUps.begin(node, at: now, for: site.holdUp)
        }
        isOffAgain(node)
    }

    /// Why not even the life that the off on record ended is known to be over; nil: it is.
    func whyNotOver(_ node: NodeName) -> String? {
        guard mayRunOn.contains(node), readsOn(node) else { return nil }
        return "\(node) was read as on before its power supply had given up what it held: it may "
            + "run on. Look at it (`status \(node)`), then ask again"
    }

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
