// A request that was made and not yet granted, satisfied or refused.

internal import Fencing

struct Pending: Hashable, Sendable {
    let token: RequestToken
    let session: SessionID
    let principal: Principal
    let request: PowerRequest
    /// What `request.verb` means for its target.
    let verb: GrantedVerb
    /// The target's power sequence that the requester means (R7).
    let since: Since
    let arrived: Moment
    let deadline: Moment
    /// When waiting for a heavier target to shoot first is over.
    let preferredUntil: Moment
    /// When time alone may next change its judgement: the end of the preference, then the deadline.
    var wakesAt: Moment
    var life = Life.unknown
    /// The fresh reading that an odd `since` asks for, once it was made.
    var looked: Looked?

    enum Since: Hashable, Sendable {
        case said(PowerSequence)
        /// The session's own knowledge.
        case known(PowerSequence)

        var value: PowerSequence {
            switch self {
            case .said(let value), .known(let value): value
            }
        }
    }

    /// Whether somebody still wants it.
    enum Life: Hashable, Sendable {
        case unknown
        case asked(Moment)
        case heard(Moment)
    }

    enum Looked: Hashable, Sendable {
        case off
        case notOff
    }
}

/// Reading a node that is on record as off, before somebody is told so again.
struct Look: Hashable, Sendable {
    let node: NodeName
    let purpose: Purpose
    var board: FeedBoard
    let until: Moment

    enum Purpose: Hashable, Sendable {
        case request(RequestToken)
        case check(Asked)
    }
}

/// A question, and who asks it.
struct Asked: Hashable, Sendable {
    let token: RequestToken
    let session: SessionID
    let question: Question
}

/// One authenticated connection.
struct Session: Hashable, Sendable {
    let principal: Principal
    /// Of the node, at the moment of authentication (R4); nil for an operator.
    let generation: Generation?
    /// The power sequences that this session knows of: those of its opening, and what it was told
    /// since.
    var knows: [NodeName: PowerSequence]
}

/// How a principal stands at this moment.
enum Right: Hashable, Sendable {
    case good
    /// A shot at it is granted.
    case doomed(ShotNumber?)
    case probation(ShotNumber?)
    /// It was shot and came back; this session belongs to the life before.
    case outlived
}
