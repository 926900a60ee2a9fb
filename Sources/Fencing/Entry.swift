// What the ledger holds: one entry per decision. The standing of every node is the fold of the
// entries and of nothing else, so whoever replays them stands where the arbiter stood.

package enum Entry: Hashable, Sendable {
    /// The daemon started, on this boot of the machine.
    case started(BootID)
    /// A request was answered, for all of its targets in one record (R20). Never empty; each answer
    /// has another target, and all have the same principal and id.
    case answered([Answer])
    /// Every feed of the shot's target was read back as off.
    case verifiedOff(ShotNumber)
    /// The shot's target is about to be switched on again.
    case onIntended(ShotNumber)
    /// The shot has its one outcome.
    case closed(ShotNumber, ShotOutcome)
    /// Somebody vouched for a node: its probation is over.
    case admitted(NodeName, by: Principal)
    /// The site file calls a machine by another name than the ledger: it stands as it stood.
    case renamed(NodeName, from: NodeName)
    /// A person attests that the shot's target is off: the switch cannot say so.
    case attested(ShotNumber, by: PrincipalName, Reason)
    case locked(NodeLock)
    case released(NodeName, NodeLock.Kind, by: Principal)
    /// All that the entries before say. They are not needed any more to know how things stand.
    indirect case condensed(Condensate)
}

/// What a request came to for one of its targets.
package enum Answer: Hashable, Sendable {
    /// It was allowed. At once the record of intent for every feed: the target is doomed (or, for
    /// `on`, being switched on), and its generation has moved on.
    case granted(Grant)
    /// An off that another shot had verified answers it.
    case satisfied(Satisfaction)

    /// Who asked.
    package var principal: Principal {
        switch self {
        case .granted(let grant): grant.principal
        case .satisfied(let satisfaction): satisfaction.principal
        }
    }
}

extension Entry {
    package static func granted(_ grant: Grant) -> Entry { .answered([.granted(grant)]) }

    package static func satisfied(_ satisfaction: Satisfaction) -> Entry {
        .answered([.satisfied(satisfaction)])
    }

    /// The shots that the entry grants, in the order of the request's targets.
    package var grants: [Grant] {
        guard case .answered(let answers) = self else { return [] }
        return answers.compactMap { if case .granted(let grant) = $0 { grant } else { nil } }
    }
}

/// Keeps a node as it is. It has an owner and a reason, survives restarts, and never ends by time.
package struct NodeLock: Hashable, Sendable {
    package let node: NodeName
    package let kind: Kind
    package let owner: Principal
    package let reason: Reason

    package init(_ node: NodeName, _ kind: Kind, owner: Principal, _ reason: Reason) {
        self.node = node
        self.kind = kind
        self.owner = owner
        self.reason = reason
    }

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Nobody switches it off.
        case protect
        /// Nobody switches it on.
        case holdOff = "hold-off"
    }
}

package enum ReasonKind {}
/// Why, in the alphabet of names: `disk-swap`.
package typealias Reason = Name<ReasonKind>

/// The operating system's boot, as /proc/sys/kernel/random/boot_id names it.
package struct BootID: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }
}

package struct Grant: Hashable, Sendable {
    package var shot: ShotNumber
    package var principal: Principal
    package var id: RequestID?
    package var verb: GrantedVerb
    package var target: NodeName
    package var feeds: [Outlet]
    /// What the requester last knew of the target (R7): said, or known to its session. Nil for `on`,
    /// and in entries of versions that did not keep it.
    package var since: PowerSequence?

    package init(
        shot: ShotNumber, principal: Principal, id: RequestID?, verb: GrantedVerb,
        target: NodeName, feeds: [Outlet], since: PowerSequence? = nil
    ) {
        self.shot = shot
        self.principal = principal
        self.id = id
        self.verb = verb
        self.target = target
        self.feeds = feeds
        self.since = since
    }
}

/// What was granted: `shoot` has become what it means for that node.
package enum GrantedVerb: String, Hashable, Sendable {
    case off
    case reboot
    case on
}

package enum ShotOutcome: Hashable, Sendable {
    /// Verified off and left so.
    case held
    /// Verified off, then verified on; or, for `on`, verified on.
    case on
    /// The "on" was read back as still off.
    case onFailed
    /// Nobody can say whether the "on" worked.
    case onUnknown
    /// These feeds read on after everything that was sent to them can have acted.
    case failed(on: [Outlet])
}

package struct Satisfaction: Hashable, Sendable {
    package var principal: Principal
    package var id: RequestID?
    package var verb: GrantedVerb
    package var target: NodeName
    /// The shot whose verified off answered the request, where one did.
    package var shot: ShotNumber?
    /// The request wants the target off, and the shot has not begun to switch it on: it stays off.
    package var holds: Holds
    /// What the requester last knew of the target; nil in entries of versions that did not keep it.
    package var since: PowerSequence?

    package enum Holds: String, Hashable, Sendable {
        case nothing
        case off
    }

    package init(
        principal: Principal, id: RequestID?, verb: GrantedVerb, target: NodeName,
        shot: ShotNumber?, holds: Holds, since: PowerSequence? = nil
    ) {
        self.principal = principal
        self.id = id
        self.verb = verb
        self.target = target
        self.shot = shot
        self.holds = holds
        self.since = since
    }
}

/// Proof that an entry is on disk. Only the ledger can make one: its own type has no initialiser
/// that another target can see, and an order that changes power cannot be built without it.
package protocol Receipt: Hashable, Sendable {
    var sequence: LedgerSequence { get }
    var entry: Entry { get }
}
