// A request that was made and not yet granted, satisfied or refused.

internal import Fencing

struct Pending: Hashable, Sendable {
    let token: RequestToken
    let session: SessionID
    let principal: Principal
    let request: PowerRequest
    /// One for each target, in the order of the request.
    var parts: [Part]
    let arrived: Moment
    let deadline: Moment
    /// When waiting for a heavier target to shoot first is over.
    let preferredUntil: Moment
    /// When time alone may next change its judgement: the end of the preference, then the deadline.
    var wakesAt: Moment
    var life = Life.unknown

    /// What it asks of one target.
    struct Part: Hashable, Sendable {
        let target: NodeName
        /// What `request.verb` means for it.
        let verb: GrantedVerb
        /// The target's power sequence that the requester means (R7).
        let since: Since
        /// The fresh reading that an odd `since` asks for, once it was made.
        var looked: Looked?
    }

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
        /// Counts for as long as a reading may take: a part may have to wait for the others.
        case off(Moment)
        case notOff
    }

    func part(at target: NodeName) -> Part? { parts.first { $0.target == target } }

    /// Whether it wants the target's power gone.
    func wantsOff(_ target: NodeName) -> Bool { part(at: target).map { $0.verb != .on } ?? false }
}

/// The requests that wait: each once, and in the queue of each of its targets.
struct WaitingRequests: Hashable, Sendable {
    private var byToken: [RequestToken: Pending] = [:]
    /// In the order of arrival; no empty queue is kept.
    private var queues: [NodeName: [RequestToken]] = [:]

    var count: Int { byToken.count }
    subscript(_ token: RequestToken) -> Pending? { byToken[token] }

    /// In the order of their tokens, which is that of their arrival.
    var all: [Pending] { byToken.values.sorted { $0.token < $1.token } }
    var targets: [NodeName] { queues.keys.sorted() }

    /// How many of one principal wait: in all, and at the one of these targets where it has the most.
    func count(of principal: Principal, at targets: [NodeName]) -> (all: Int, atOne: Int) {
        let own = byToken.values.filter { $0.principal == principal }
        let atOne = targets.map { target in own.count { $0.part(at: target) != nil } }
        return (own.count, atOne.max() ?? 0)
    }

    /// The last to come of the principal that has the most.
    func lastOfMost() -> Pending? {
        let shares = Dictionary(grouping: byToken.values, by: \.principal)
        let most = shares.max {
            ($0.value.count, $1.key.name) < ($1.value.count, $0.key.name)
        }
        return most?.value.max { $0.token < $1.token }
    }

    /// In the order of arrival.
    func at(_ target: NodeName) -> [Pending] {
        queues[target, default: []].compactMap { byToken[$0] }
    }

    /// In the order in which they are considered: who wants the power gone goes before who wants it
    /// back, and else in the order of arrival.
    func inTurn(at target: NodeName) -> [Pending] {
        let all = at(target)
        return all.filter { $0.wantsOff(target) } + all.filter { !$0.wantsOff(target) }
    }

    /// When time alone may next change something.
    var nextDeadline: Moment? { byToken.values.lazy.map(\.wakesAt).min() }

    mutating func add(_ waiting: Pending) {
        byToken[waiting.token] = waiting
        for part in waiting.parts { queues[part.target, default: []].append(waiting.token) }
    }

    @discardableResult
    mutating func remove(_ token: RequestToken) -> Pending? {
        guard let found = byToken.removeValue(forKey: token) else { return nil }
        for part in found.parts {
            queues[part.target]?.removeAll { $0 == token }
            if queues[part.target]?.isEmpty == true { queues[part.target] = nil }
        }
        return found
    }

    mutating func change(_ token: RequestToken, _ body: (inout Pending) -> Void) {
        guard var changed = byToken[token] else { return }
        body(&changed)
        byToken[token] = changed
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
        /// Nobody asked: only a person has said that it is off.
        case attested

        func isFor(_ token: RequestToken) -> Bool {
            switch self {
            case .request(let own): own == token
            case .check(let asked): asked.token == token
            case .attested: false
            }
        }
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

    func isOfThisLife(of node: NodeRecord) -> Bool { node.generation == generation }
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
