// What somebody asked of the appliance, as seen by the asker: what it knew, and whom it meant.

internal import Fencing

extension PowerRequest {
    /// In these worlds everybody asks about one node at a time.
    var target: NodeName { targets[0] }
}

package struct Ask: Hashable, Sendable {
    let token: RequestToken
    let asker: Asker
    let connection: SessionID
    let content: Content
    let sentAt: Moment
    /// The target's power sequence that the asker quoted, or that its session had told it: which of
    /// the target's lives it means.
    var knew: PowerSequence
    /// The same for the first request under this id.
    var firstKnew: PowerSequence
    let attempt: Attempt
    /// How often it may still be asked again.
    var retries: Int
    var isDelivered = false
    var isAnswered = false

    package enum Asker: Hashable, Sendable {
        case node(Int, life: Int)
        case person
    }

    enum Attempt: Hashable, Sendable { case first, again }

    enum Content: Hashable, Sendable {
        case power(PowerRequest)
        case quorum
        case result(RequestID, of: NodeName)
        case admit(NodeName)
    }

    var request: PowerRequest? {
        if case .power(let request) = content { request } else { nil }
    }
}
