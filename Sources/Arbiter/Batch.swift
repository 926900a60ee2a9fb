// One reply for a request about several targets: its lines are gathered as their answers come, and
// it is sent when the last one is in.

internal import Fencing

struct Batch: Hashable, Sendable {
    let session: SessionID
    let targets: [NodeName]
    private var lines: [NodeName: Line] = [:]

    struct Line: Hashable, Sendable {
        let reply: Reply
        let claim: Claim
        /// The target's power sequence, where the line names it.
        let pseq: PowerSequence?
        /// The requester knew the target as off: the line is true while it stays so, at this power
        /// sequence.
        let read: PowerSequence?
    }

    /// What being told it would entitle to.
    enum Claim: Hashable, Sendable {
        /// The target was read as off: who hears that may take over.
        case takeover
        case nothing
    }

    init(_ waiting: Pending) {
        session = waiting.session
        targets = waiting.request.targets
    }

    /// Gives back all lines, in the order of the request, when this was the last.
    mutating func add(_ line: Line, about target: NodeName) -> [Line]? {
        lines[target] = line
        let inOrder = targets.compactMap { lines[$0] }
        return inOrder.count == targets.count ? inOrder : nil
    }
}

extension Arbiter {
    /// From now on the lines of its reply may come one by one.
    mutating func begin(_ waiting: Pending) {
        if waiting.parts.count > 1 { batches[waiting.token] = Batch(waiting) }
    }

    /// Answers one waiter about its target, now or together with the other targets of its request.
    mutating func say(
        _ reply: Reply, _ claim: Batch.Claim, pseq: PowerSequence? = nil,
        read: PowerSequence? = nil, to waiter: Waiter
    ) {
        let line = Batch.Line(reply: reply, claim: claim, pseq: pseq, read: read)
        guard waiter.request.targets.count > 1 else {
            return sendWhenHeldUp([line], to: waiter)
        }
        guard let lines = batches[waiter.token]?.add(line, about: waiter.target) else { return }
        batches[waiter.token] = nil
        sendWhenHeldUp(lines, to: waiter)
    }

    private mutating func sendWhenHeldUp(_ lines: [Batch.Line], to waiter: Waiter) {
        let off = zip(lines, waiter.request.targets).filter { $0.0.claim == .takeover }
        if let due = holdUps.end(of: off.map(\.1)) {
            holdUps.hold(lines, to: waiter, until: due)
        } else {
            send(lines, to: waiter)
        }
    }

    /// Only now the session knows what the lines say, however long they were gathered; what it was
    /// told meanwhile may be newer.
    mutating func send(_ lines: [Batch.Line], to waiter: Waiter) {
        for (line, target) in zip(lines, waiter.request.targets) {
            if let pseq = line.pseq { learn(pseq, of: target, waiter.session) }
        }
        let replies = zip(lines, waiter.request.targets).map { told($0, about: $1, to: waiter) }
        emit(.reply(waiter.token, Reply(joining: replies)))
    }

    /// Truth plus right (R29): success is only told to who still stands; a node that was itself
    /// doomed meanwhile hears that, with the target's state.
    private func told(_ line: Batch.Line, about target: NodeName, to waiter: Waiter) -> Reply {
        let right = right(of: waiter.session)
        // Who shot itself is doomed by its own shot: that is no reason to withhold its success.
        let isItself = sessions[waiter.session]?.principal == .node(target)
        guard line.claim == .takeover else { return line.reply }
        if let why = line.read.flatMap({ whyNotOff(target, as: $0) }) ?? whyNotOver(target) {
            return Reply(.stale, line.reply.lines.flatMap(\.fields) + [ReplyField("why", why)])
        }
        if right == .good || isItself { return orUnknown(line.reply) }
        let why = ReplyField("why", right.refusal.why)
        return Reply(.lost, line.reply.lines.flatMap(\.fields) + [why])
    }
}
