// What the arbiter wants done, in order. Effects are in the imperative, and plain values: no
// closures, no promises.

package import Fencing

package enum Effect<Proof: Receipt>: Hashable, Sendable {
    /// Make the entry durable, then say so with `committed`, `notCommitted` or `commitUnknown`.
    /// Until then the arbiter decides nothing else.
    case commit(Proposal)
    case turn(PowerOrder<Proof>)
    case read(ReadOrder)
    case reply(RequestToken, Reply)
    /// The session belongs to a node that was shot since: nothing it sends counts any more.
    case closeSession(SessionID)
    /// Ask the session's other end for a sign of life, and say `probed`.
    case probe(SessionID)
    /// Tell a person.
    case page(Page)
}

/// `commit(compare, put)`: put the entry if the ledger still ends where the decision saw it end.
package struct Proposal: Hashable, Sendable {
    package let expecting: LedgerSequence
    package let entry: Entry
}

/// What a person should hear without asking.
package enum Page: Hashable, Sendable {
    /// The shot was not verified within the patience of its switches; it is read on.
    case inDoubt(ShotNumber, NodeName, why: String)
    case failed(ShotNumber, NodeName, on: [Outlet])
    /// The target is off, and could not be switched on again.
    case onFailed(ShotNumber, NodeName)
    case onUnknown(ShotNumber, NodeName)
    /// After a restart of the machine nobody is switched on unasked: there may be hands inside.
    case leftOff(ShotNumber, NodeName)
    /// The same node is shot again and again: something restarts it that should not.
    case rate(NodeName, why: String)
    /// A person attested that the target is off; a switch has now read these feeds as on.
    case attestedReadsOn(ShotNumber, NodeName, by: PrincipalName, on: [Outlet])
    /// The site file has changed what the open shot is about. Nothing more is commanded for it.
    case siteChanged(ShotNumber, NodeName, why: String)
    /// The ledger did not take the entry that condenses it: it grows, and is read from further back.
    case notCondensed(why: String)
    /// A request was refused because its entry is larger than the ledger takes.
    case entryTooLarge(why: String)
    /// The ledger takes no more: nothing is decided until it does.
    case halted(why: String)
}
