// Questions that need no waiting: quorum and result.

internal import Fencing

extension Arbiter {
    mutating func answer(_ asked: Asked, at now: Moment) {
        guard let session = sessions[asked.session] else { return }
        switch asked.question {
        case .quorum(let sees):
            if let sees { noteView(sees, of: asked.session, at: now) }
            emit(.reply(asked.token, quorum(asked.session, session)))
        case .withdraw(let id): withdraw(id, asked, session)
        case .checkOff(let node): checkOff(node, asked, session, at: now)
        case .lock(let node, let kind, let reason): lock(node, kind, reason, asked, session)
        case .release(let node, let force): release(node, force, asked, session, at: now)
        case .confirmOff(let node, let shot, let reason):
            confirmOff(node, shot, reason, asked, session)
        case .result(let id):
            let answers = durable.outcomes[session.principal, id] ?? []
            if holds(asked, about: answers.filter(isSuccess).map(\.target)) { return }
            emit(.reply(asked.token, result(of: id, for: session, asked.session)))
            for answer in answers { teach(answer, asked.session) }
        case .admit(let node): admit(node, asked, session, at: now)
        }
    }

    /// A member that hears 0 knows: between its sending and its hearing the arbiter lived, and had
    /// not granted a shot at it. Not that it is alone, and not that it may take over anything.
    private mutating func quorum(_ id: SessionID, _ session: Session) -> Reply {
        let visible = visibleNodes(to: session.principal)
        for node in visible { tell(id, of: node) }
        var fields = [ReplyField("you", session.principal)]
        if case .node(let name) = session.principal {
            fields.append(ReplyField("standing", durable[name].standing.rawValue))
            fields.append(ReplyField("generation", durable[name].generation))
        }
        fields.append(ReplyField("seq", durable.head))
        let pseqs = visible.map { "\($0):\(durable[$0].powerSequence)" }
        fields.append(ReplyField("pseq", pseqs.joined(separator: ",")))
        let away = visible.filter { durable[$0].standing == .probation }.map(\.text)
        if !away.isEmpty {
            fields.append(ReplyField("probation", away.joined(separator: ",")))
        }
        if let why = whyNothingIsDecided {
            return Reply(.noQuorum, fields + [ReplyField("why", why)])
        }
        let (code, why) = right(of: id).refusal
        return Reply(code, code == .ok ? fields : fields + [ReplyField("why", why)])
    }

    private func visibleNodes(to principal: Principal) -> [NodeName] {
        switch principal {
        case .operator: everybody
        case .node(let name): members[site.nodes[name]?.cluster, default: []]
        }
    }

    private func result(of id: RequestID, for session: Session, _ asker: SessionID) -> Reply {
        guard let answers = durable.outcomes[session.principal, id] else {
            return volatileResult(of: id, for: session)
        }
        return Reply(joining: answers.map { result($0, id, asker) })
    }

    /// The session has heard of the off that the answer names.
    private mutating func teach(_ answer: OutcomeTable.Answer, _ session: SessionID) {
        let off: PowerSequence? =
            switch answer {
            case .shot(let shot, _, _): durable.outcomes[shot]?.offAs
            case .satisfied(_, let pseq, _): pseq
            }
        if let off { learn(off, of: answer.target, session) }
    }

    private func isSuccess(_ answer: OutcomeTable.Answer) -> Bool {
        switch answer {
        case .satisfied: true
        case .shot(let shot, _, let target):
            outcomeReply(of: shot, at: target, id: nil).claim == .takeover
        }
    }

    private func result(
        _ answer: OutcomeTable.Answer, _ id: RequestID, _ asker: SessionID
    ) -> Reply {
        switch answer {
        case .shot(let shot, _, let target):
            let (reply, claim) = outcomeReply(of: shot, at: target, id: id)
            return claim == .takeover ? success(reply, about: target, to: asker) : reply
        case .satisfied(let satisfaction, let pseq, let sequence):
            var fields = [
                ReplyField("id", id), ReplyField("target", satisfaction.target),
                ReplyField("off", "verified"), ReplyField("satisfied", "pseq\(pseq)"),
            ]
            if let shot = satisfaction.shot { fields += grounds(ofOffBy: shot) }
            fields.append(ReplyField("seq", sequence))
            // It was read for who knew it as off: that is no news of a life that came after it.
            if let since = satisfaction.since, since.isVerifiedOff,
                let why = whyNotOff(satisfaction.target, as: pseq)
            {
                return Reply(.stale, fields + [ReplyField("why", why)])
            }
            return success(Reply(.ok, fields), about: satisfaction.target, to: asker)
        }
    }

    private func volatileResult(of id: RequestID, for session: Session) -> Reply {
        let isWaiting = queue.all.contains {
            $0.principal == session.principal && $0.request.id == id
        }
        if isWaiting {
            return Reply(.inDoubt, [ReplyField("id", id), ReplyField("state", "waiting")])
        }
        if let refusal = refusals[session.principal, id] {
            return Reply(
                refusal.code, [ReplyField("id", id), ReplyField("why", refusal.why)])
        }
        return Reply(
            .stale,
            [
                ReplyField("id", id),
                ReplyField(
                    "why",
                    "no request with this id is on record: it was never granted, or is longer ago "
                        + "than what is kept"),
            ])
    }

    /// What became of a shot, from the record alone.
    func outcomeReply(
        of shot: ShotNumber, at target: NodeName, id: RequestID?
    ) -> (reply: Reply, claim: Batch.Claim) {
        guard let record = durable.outcomes[shot] else {
            let why = "shot \(shot) is longer ago than what is kept"
            let fields =
                (id.map { [ReplyField("id", $0)] } ?? [])
                + [
                    ReplyField("shot", shot), ReplyField("target", target), ReplyField("why", why),
                ]
            return (Reply(.stale, fields), .nothing)
        }
        guard let outcome = record.outcome else { return openReply(record, id) }
        switch outcome {
        case .failed(let on):
            var fields = head(record.grant, id, state: ReplyField("off", "failed"))
            let list = on.map(\.description).joined(separator: ",")
            fields.append(ReplyField("on", list))
            fields.append(ReplyField("by", record.grant.principal))
            return (Reply(.failed, fields), .nothing)
        case .held, .on, .onFailed, .onUnknown:
            if record.grant.verb == .on { return (onReply(record, id, outcome), .nothing) }
            var fields = offFields(record.grant, record, id)
            fields.append(ReplyField("on", outcome.onWord))
            return (Reply(.ok, fields), .takeover)
        }
    }

    private func openReply(_ record: ShotRecord, _ id: RequestID?) -> (Reply, Batch.Claim) {
        if record.offAs != nil {
            let fields = offFields(record.grant, record, id)
            return (Reply(.ok, fields + [ReplyField("on", "pending")]), .takeover)
        }
        let fields = head(record.grant, id, state: ReplyField("off", "unknown"))
        return (Reply(.inDoubt, fields + [ReplyField("state", "running")]), .nothing)
    }

    private func onReply(_ record: ShotRecord, _ id: RequestID?, _ outcome: ShotOutcome) -> Reply {
        let code: ExitCode =
            switch outcome {
            case .on, .held: .ok
            case .onFailed, .failed: .failed
            case .onUnknown: .inDoubt
            }
        return Reply(code, head(record.grant, id, state: ReplyField("on", outcome.onWord)))
    }

    private func success(
        _ reply: Reply, about target: NodeName, to asker: SessionID
    ) -> Reply {
        if let why = whyNotOver(target) {
            return Reply(.stale, reply.lines.flatMap(\.fields) + [ReplyField("why", why)])
        }
        let (code, why) = right(of: asker).refusal
        if code == .ok { return orUnknown(reply) }
        return Reply(code, reply.lines.flatMap(\.fields) + [ReplyField("why", why)])
    }
}

extension Arbiter {
    /// A success, or that nobody knows any more what the ledger holds.
    func orUnknown(_ reply: Reply) -> Reply {
        guard let why = whyNothingIsKnown else { return reply }
        return Reply(.noQuorum, reply.lines.flatMap(\.fields) + [ReplyField("why", why)])
    }
}

extension ShotOutcome {
    var onWord: String {
        switch self {
        case .held: "held"
        case .on: "done"
        case .onFailed: "failed"
        case .onUnknown: "unknown"
        case .failed: "no"
        }
    }
}
