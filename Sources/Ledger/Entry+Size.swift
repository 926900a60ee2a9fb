// What is said of an entry that is too large for a ledger: what it is, and what makes it smaller.

internal import Fencing

extension Entry {
    /// With the figures that make it large.
    var ofSize: String {
        switch self {
        case .condensed(let condensate):
            "entry that condenses (\(condensate.nodes.count) nodes, \(condensate.locks.count) locks, "
                + "\(condensate.open.count) open shots)"
        case .answered(let answers): "entry that answers for \(answers.count) nodes"
        case .started: "entry of the start"
        case .verifiedOff(let shot), .onIntended(let shot), .closed(let shot, _),
            .attested(let shot, by: _, _):
            "entry about shot \(shot)"
        case .admitted(let node, by: _), .renamed(let node, from: _), .released(let node, _, by: _):
            "entry about \(node)"
        case .locked(let lock): "entry about \(lock.node)"
        }
    }

    /// What to do about it.
    var waySmaller: String {
        switch self {
        case .condensed:
            "release locks (`locks`), and conclude shots that have no outcome (`shots`, "
                + "`confirm-off`). It is tried again later"
        case .answered: "name fewer nodes in one request"
        case .started, .verifiedOff, .onIntended, .closed, .admitted, .renamed, .attested, .locked,
            .released:
            "it is no entry of a site file within its limits; report it, with `picket ledger verify`"
        }
    }
}
