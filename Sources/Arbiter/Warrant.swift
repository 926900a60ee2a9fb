// Who stands behind a record. Everything that is written down because somebody asked for it needs a
// warrant, and only the question "does this session stand, now?" gives one. It cannot be copied or
// kept for later: what it says is true for the decision at hand and not longer.

internal import Fencing

/// That a principal has the right to this entry, at this moment.
struct Warrant: ~Copyable {
    let principal: Principal
    let session: SessionID

    fileprivate init(_ principal: Principal, _ session: SessionID) {
        self.principal = principal
        self.session = session
    }
}

/// The least standing from which something may be asked.
enum LeastStanding: Hashable, Sendable {
    case member
    /// A node that was shot and that nobody has vouched for may still restart itself, hold off whom
    /// it found off, and say that it sees the others.
    case probation
}

extension Arbiter {
    /// Nil unless the session is open; a node's must also be of its present life (R4), and its
    /// standing good enough.
    func warrant(of id: SessionID, from least: LeastStanding) -> Warrant? {
        guard let session = sessions[id] else { return nil }
        guard case .node(let name) = session.principal else {
            return Warrant(session.principal, id)
        }
        let node = durable[name]
        guard session.isOfThisLife(of: node), strayDoom(of: name) == nil else { return nil }
        return switch (node.standing, least) {
        case (.member, _), (.probation, .probation): Warrant(session.principal, id)
        case (.probation, .member), (.doomed, _): nil
        }
    }

    /// The same, without the paper.
    func mayAct(_ id: SessionID, from least: LeastStanding) -> Bool {
        switch warrant(of: id, from: least) {
        case .some: true
        case nil: false
        }
    }
}

extension Entry {
    /// Whether it is on record because this principal asked for it.
    func isAsked(by principal: Principal) -> Bool {
        switch self {
        case .answered(let answers): answers.allSatisfy { $0.principal == principal }
        case .admitted(_, by: let who), .released(_, _, by: let who): who == principal
        case .attested(_, by: let who, _): .operator(who) == principal
        case .locked(let lock): lock.owner == principal
        case .started, .verifiedOff, .onIntended, .closed, .renamed, .condensed: false
        }
    }

    /// Whether it follows from facts and earlier records, and nobody needs to ask for it.
    var isOfTheArbiter: Bool {
        switch self {
        case .started, .verifiedOff, .onIntended, .closed, .renamed, .condensed: true
        case .answered, .admitted, .released, .attested, .locked: false
        }
    }
}
