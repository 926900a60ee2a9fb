// What somebody asked of the appliance, as seen by the asker: what it knew, and whom it meant.

internal import Fencing

package struct Ask: Hashable, Sendable {
    let token: RequestToken
    let asker: Asker
    let connection: SessionID
    let content: Content
    /// When the first request under this id was sent.
    let firstSentAt: Moment
    /// By node: the power sequences that the asker quoted, or that its session had told it: which of
    /// the targets' lives it means.
    var knew: [PowerSequence]
    /// The same for the first request under this id; or for a later one, if that arrived with less.
    var firstKnew: [PowerSequence]
    /// What is asked again.
    let original: RequestToken?
    /// How often it may still be asked again.
    var retries: Int
    var deliveredAt: Moment?
    /// Somebody asked the same again, and that arrived first.
    var wasOvertaken = false
    /// Its client was asked for a sign of life while it waited.
    var wasProbed = false
    var isAnswered = false
    /// On record for it: by target, the shot whose off answers it. The reply waits for others.
    var satisfiedBy: [NodeName: ShotNumber] = [:]

    package enum Asker: Hashable, Sendable {
        case node(Int, life: Int)
        case person(Int)
    }

    enum Content: Hashable, Sendable {
        case power(PowerRequest)
        /// With whom the asker sees, where it says so.
        case quorum(sees: [NodeName]?)
        case result(RequestID)
        case admit(NodeName)
        case withdraw(RequestID)
        case checkOff(NodeName)
        case lock(NodeName, NodeLock.Kind)
        case release(NodeName, Command.Force)
        case confirmOff(NodeName, ShotNumber)
        /// `status`, `list` or the board: answered without the arbiter, which hears of it.
        case look([NodeName])
    }

    var request: PowerRequest? {
        if case .power(let request) = content { request } else { nil }
    }

    /// Under which it is asked, or what it asks about.
    var id: RequestID? {
        if case .result(let id) = content { id } else { request?.id }
    }

    var wantsOff: Bool {
        if case .power(let request) = content { request.verb != .on } else { false }
    }
}

extension Ask.Content: CustomStringConvertible {
    /// As it would be typed.
    var description: String {
        switch self {
        case .power(let request): request.words
        case .quorum(let sees?): "quorum sees=" + sees.map(\.text).joined(separator: ",")
        case .quorum(nil): "quorum"
        case .result(let id): "result \(id)"
        case .admit(let node): "admit \(node)"
        case .withdraw(let id): "withdraw \(id)"
        case .checkOff(let node): "check-off \(node)"
        case .lock(let node, let kind): "\(kind.rawValue) \(node)"
        case .release(let node, let force): "release \(node) force=\(force.rawValue)"
        case .confirmOff(let node, let shot): "confirm-off \(node) shot=\(shot)"
        case .look(let nodes): "status " + nodes.map(\.text).joined(separator: ",")
        }
    }
}

extension PowerRequest {
    fileprivate var words: String {
        let known = since.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        let options = [
            id.map { "id=\($0)" }, wait.map { "wait=\($0.brief)" },
            known.isEmpty ? nil : "since=" + known.joined(separator: ","),
        ]
        return ([verb.rawValue] + targets.map(\.text) + options.compactMap(\.self))
            .joined(separator: " ")
    }
}
