// The end of a probation (R18): somebody vouches for the node, or everybody does who could.

internal import Fencing

/// That a node on probation vouches for another, or for itself.
struct AdmissionVote: Hashable, Sendable {
    /// Of who said so, when it said so.
    let generation: Generation
    /// Of the node that it vouched for, at that time: a shot since makes it void.
    let of: Generation
    let until: Moment
}

extension Arbiter {
    /// A member of the same cluster or an operator may vouch, for a node that is not on record as
    /// off. Where nobody is a member any more, all nodes together may.
    mutating func admit(_ node: NodeName, _ asked: Asked, _ session: Session, at now: Moment) {
        let reply: Reply
        if !mayTouch(node, session.principal) {
            reply = .notYours(node, session.principal)
        } else if let why = whyNothingIsDecided {
            reply = Reply(.noQuorum, [ReplyField("target", node), ReplyField("why", why)])
        } else if mayAct(asked.session, from: .probation), let why = whyUnseen(node, session) {
            reply = Reply(.stale, [ReplyField("target", node), ReplyField("why", why)])
        } else if let missing = votersMissing(node, asked, session, at: now), !missing.isEmpty {
            reply = refusal(of: asked.session, to: node, missing)
        } else if let refusal = admissionRefusal(node) {
            reply = refusal
        } else if let warrant = warrant(of: asked.session, from: .probation) {
            return propose(
                .admitted(node, by: session.principal), answering: asked.token, by: warrant)
        } else {
            reply = refusal(of: asked.session, to: node, [])
        }
        emit(.reply(asked.token, reply))
    }

    private func refusal(of asker: SessionID, to node: NodeName, _ missing: [NodeName]) -> Reply {
        let (code, why) = right(of: asker).refusal
        let fields = [ReplyField("target", node), ReplyField("why", why)]
        guard code == .probation else { return Reply(code, fields) }
        return Reply(
            code, fields + [ReplyField("missing", missing.map(\.text).joined(separator: ","))])
    }

    /// Whoever would have to vouch as well; nil where the asker's own word is enough. A node on
    /// probation has a vote, and the votes of all nodes that may be running admit: then all of them
    /// see each other, and none can be shooting another.
    private mutating func votersMissing(
        _ node: NodeName, _ asked: Asked, _ session: Session, at now: Moment
    ) -> [NodeName]? {
        let right = right(of: asked.session)
        if right == .good { return nil }
        guard case .node(let voter) = session.principal else { return nil }
        let mayRun = members[site.nodes[voter]?.cluster, default: []].filter { name in
            durable.lock(name, .holdOff) == nil || !durable[name].powerSequence.isVerifiedOff
        }
        guard case .probation = right, session.generation == durable[voter].generation else {
            return mayRun
        }
        admissionVotes[node, default: [:]][voter] = AdmissionVote(
            generation: durable[voter].generation, of: durable[node].generation,
            until: now + Patience.admissionVote)
        return mayRun.filter { !hasVoted($0, for: node, at: now) }
    }

    private func hasVoted(_ voter: NodeName, for node: NodeName, at now: Moment) -> Bool {
        guard let vote = admissionVotes[node]?[voter] else { return false }
        return now < vote.until && vote.generation == durable[voter].generation
            && vote.of == durable[node].generation
    }

    /// Who has not heard of the off vouches for the life that it ended.
    private func whyUnseen(_ node: NodeName, _ session: Session) -> String? {
        guard durable[node].standing == .probation,
            let off = durable[node].powerSequence.newestOff, session.knows[node] ?? .initial < off
        else { return nil }
        return "\(node) was off since this session last looked: look at it (`quorum`, `nodes` or "
            + "`status \(node)`), then say `admit` again"
    }

    private func admissionRefusal(_ node: NodeName) -> Reply? {
        let record = durable[node]
        let target = ReplyField("target", node)
        switch record.standing {
        case .member: return Reply(.ok, [target, ReplyField("standing", "member")])
        case .doomed:
            return Reply(
                .inDoubt, [target, ReplyField("why", "a shot at \(node) has no outcome yet")])
        case .probation where record.powerSequence.isVerifiedOff:
            return Reply(
                .stale,
                [
                    target,
                    ReplyField("why", "\(node) is on record as off: say `on \(node)` first"),
                ])
        case .probation: return nil
        }
    }

    mutating func admitted(_ node: NodeName, _ principal: Principal, _ token: RequestToken?) {
        closeOutlivedSessions(of: node)
        admissionVotes[node] = nil
        guard let token else { return }
        let fields = [
            ReplyField("target", node), ReplyField("standing", "member"),
            ReplyField("generation", durable[node].generation), ReplyField("by", principal),
            ReplyField("seq", durable.head),
        ]
        emit(.reply(token, Reply(.ok, fields)))
    }
}
