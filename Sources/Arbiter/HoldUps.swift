// A power supply outlasts its outlet: whoever hears "off" before it has given up what it holds may
// write to a disk that the other still writes to (R24). So success waits, whoever asks for it and in
// whatever words.

internal import Fencing

struct HoldUps: Hashable, Sendable {
    /// Until then these, read as off, may still run.
    private var ends: [NodeName: Moment] = [:]
    /// Replies that are ready to be sent, and wait.
    private var replies: [HeldReply] = []
    /// Questions whose answer is success: they are asked anew when it may be told.
    private var questions: [HeldQuestion] = []

    struct HeldReply: Hashable, Sendable {
        let due: Moment
        let token: RequestToken
        let session: SessionID
        let content: Content

        enum Content: Hashable, Sendable {
            /// About the targets of a request for power.
            case lines([Batch.Line], to: Waiter)
            /// To a person who attested the off that made this power sequence.
            case reply(Reply, NodeName, PowerSequence)
        }
    }

    struct HeldQuestion: Hashable, Sendable {
        let due: Moment
        let asked: Asked
    }

    /// In the order in which they came.
    var askedLater: [Asked] { questions.map(\.asked) }

    var holdsNothing: Bool { replies.isEmpty && questions.isEmpty }

    /// When something that is held may be told.
    var nextDeadline: Moment? {
        if holdsNothing { return nil }
        return (replies.map(\.due) + questions.map(\.due)).min()
    }

    mutating func begin(_ node: NodeName, at now: Moment, for holdUp: Duration) {
        if holdUp > .zero { ends[node] = now + holdUp }
    }

    mutating func forgetEnds(before now: Moment) {
        if !ends.isEmpty { ends = ends.filter { now < $0.value } }
    }

    /// Nil where none of these is held up.
    func end(of nodes: some Sequence<NodeName>) -> Moment? {
        ends.isEmpty ? nil : nodes.compactMap { ends[$0] }.max()
    }

    mutating func hold(_ lines: [Batch.Line], to waiter: Waiter, until due: Moment) {
        replies.append(
            HeldReply(
                due: due, token: waiter.token, session: waiter.session,
                content: .lines(lines, to: waiter)))
    }

    mutating func hold(
        _ content: HeldReply.Content, to token: RequestToken, of session: SessionID,
        until due: Moment
    ) {
        replies.append(HeldReply(due: due, token: token, session: session, content: content))
    }

    mutating func hold(_ asked: Asked, until due: Moment) {
        questions.append(HeldQuestion(due: due, asked: asked))
    }

    /// Whether somebody is still to be told that this node is off.
    func isToBeTold(_ node: NodeName) -> Bool {
        replies.contains { held in
            switch held.content {
            case .lines(let lines, let waiter):
                zip(lines, waiter.request.targets).contains { line, target in
                    target == node && line.claim == .takeover
                }
            case .reply(_, let target, _): target == node
            }
        }
    }

    /// What may be told now, in the order in which it came.
    mutating func takeDue(at now: Moment) -> (replies: [HeldReply], questions: [Asked]) {
        if holdsNothing { return ([], []) }
        defer {
            replies.removeAll { $0.due <= now }
            questions.removeAll { $0.due <= now }
        }
        return (
            replies.filter { $0.due <= now },
            questions.filter { $0.due <= now }.map(\.asked)
        )
    }

    /// Nobody is left to hear it.
    mutating func forget(where isGone: (RequestToken, SessionID) -> Bool) {
        replies.removeAll { isGone($0.token, $0.session) }
        questions.removeAll { isGone($0.asked.token, $0.asked.session) }
    }
}

extension Arbiter {
    mutating func tellHeld(at now: Moment) {
        let due = holdUps.takeDue(at: now)
        for held in due.replies {
            switch held.content {
            case .lines(let lines, let waiter):
                send(lines, to: waiter)
                // An "on" that waited for it.
                for target in waiter.request.targets { agenda.add(target) }
            case .reply(let reply, let node, let pseq):
                learn(pseq, of: node, held.session)
                emit(.reply(held.token, confirmed(reply, node, pseq)))
                agenda.add(node)
            }
        }
        questions += due.questions
    }

    private func confirmed(_ reply: Reply, _ node: NodeName, _ pseq: PowerSequence) -> Reply {
        guard let why = whyNotOff(node, as: pseq) else { return orUnknown(reply) }
        return Reply(.stale, reply.lines.flatMap(\.fields) + [ReplyField("why", why)])
    }

    /// Whether the question is asked anew when the hold-up of these is over.
    mutating func holds(_ asked: Asked, about nodes: some Sequence<NodeName>) -> Bool {
        guard let due = holdUps.end(of: nodes) else { return false }
        holdUps.hold(asked, until: due)
        return true
    }
}
