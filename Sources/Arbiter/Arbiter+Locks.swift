// What operators and careful nodes may do beside shooting: locks, attestation, taking back.

internal import Fencing

extension Arbiter {
    mutating func lock(
        _ node: NodeName, _ kind: NodeLock.Kind, _ reason: Reason, _ asked: Asked,
        _ session: Session
    ) {
        guard case .operator = session.principal, site.nodes[node] != nil else {
            return emit(.reply(asked.token, .notYours(node, session.principal)))
        }
        if let other = durable.lock(node, kind), other.owner != session.principal {
            return answer(asked, node, .locked, other.sentence)
        }
        if let why = whyNoMoreLocks { return answer(asked, node, .rate, why) }
        proposeIfPossible(
            .locked(NodeLock(node, kind, owner: session.principal, reason)), asked, node)
    }

    private var whyNoMoreLocks: String? {
        let count = durable.lockCount
        guard count >= retention.locks else { return nil }
        return "there are \(count) locks, and no more may be: release some (`locks`)"
    }

    mutating func release(
        _ node: NodeName, _ force: Command.Force, _ asked: Asked, _ session: Session,
        at now: Moment
    ) {
        let locks = durable.locks(of: node)
        let isOperator = if case .operator = session.principal { true } else { false }
        // The locks of a node that the site file has no more can still be released.
        guard mayTouch(node, session.principal) || isOperator && !locks.isEmpty else {
            return emit(.reply(asked.token, .notYours(node, session.principal)))
        }
        guard mayAct(asked.session, from: .probation) else { return refuse(asked, node) }
        guard !locks.isEmpty else { return answer(asked, node, .ok, "nothing locks it") }
        let own = locks.filter { $0.owner == session.principal }
        guard let lock = own.first ?? (force == .yes && isOperator ? locks.first : nil) else {
            return answer(
                asked, node, .locked,
                locks.map(\.sentence).joined(separator: "; ")
                    + "; an operator may say force=yes")
        }
        if let why = rates.objection(toLockBy: session.principal, rates(of: session), at: now) {
            return answer(asked, node, .rate, why)
        }
        proposeIfPossible(.released(node, lock.kind, by: session.principal), asked, node)
    }

    mutating func withdraw(_ id: RequestID, _ asked: Asked, _ session: Session) {
        guard mayAct(asked.session, from: .probation) else {
            let (code, why) = right(of: asked.session).refusal
            return emit(
                .reply(asked.token, Reply(code, [ReplyField("id", id), ReplyField("why", why)])))
        }
        // Who asked again on another connection, while the first still waits, means both.
        let waiting = queue.all.filter {
            $0.principal == session.principal && $0.request.id == id
        }
        for request in waiting { refuse(request, .withdrawn, "its requester took it back") }
        if !waiting.isEmpty {
            return emit(.reply(asked.token, Reply(.ok, [ReplyField("id", id)])))
        }
        emit(
            .reply(
                asked.token,
                Reply(
                    .stale,
                    [
                        ReplyField("id", id),
                        ReplyField("why", "it does not wait any more: ask `result \(id)`"),
                    ])))
    }

    /// The right to take over from a node that is on record as off (R18): read it, and hold it so.
    mutating func checkOff(_ node: NodeName, _ asked: Asked, _ session: Session, at now: Moment) {
        guard mayTouch(node, session.principal), let known = site.nodes[node] else {
            return emit(.reply(asked.token, .notYours(node, session.principal)))
        }
        guard mayAct(asked.session, from: .probation) else { return refuse(asked, node) }
        if holds(asked, about: [node]) { return }
        if let why = rates.objection(toLockBy: session.principal, rates(of: session), at: now) {
            return answer(asked, node, .rate, why)
        }
        // After a restart, until no command of the life before can act any more.
        if let until = unsettled[node], now < until {
            return holdUps.hold(asked, until: until)
        }
        if let (code, why) = whyNotChecked(node) { return answer(asked, node, code, why) }
        if let why = rates.objection(
            toReading: node, by: session.principal, site.terms(ofClusterOf: node).rates, at: now)
        {
            return answer(asked, node, .rate, why)
        }
        rates.noteReading(of: node, by: session.principal, at: now)
        startLook(at: known, for: .check(asked), now)
    }

    /// A reading is worth something only of a node that is on record as off, and that nothing which
    /// was sent can switch any more.
    private func whyNotChecked(_ node: NodeName) -> (ExitCode, String)? {
        guard durable[node].powerSequence.isVerifiedOff else {
            return (.stale, "\(node) is not on record as off: look at it (`status \(node)`)")
        }
        if looks[node] != nil {
            return (.stale, "\(node) is being read just now, for somebody else: ask again")
        }
        let isOpen = durable.open[node].map { $0.stage != .verifiedOff } ?? false
        if let shot = stray(over: node) ?? (isOpen ? durable.open[node]?.grant.shot : nil) {
            return (.inDoubt, "shot \(shot) may still act on \(node), and has no outcome yet")
        }
        return nil
    }

    /// What a node's own locks may cost.
    private func rates(of session: Session) -> ClusterTerms.Rates {
        guard case .node(let name) = session.principal else { return ClusterTerms.Rates() }
        return site.terms(ofClusterOf: name).rates
    }

    mutating func finishCheck(_ asked: Asked, _ look: Look) {
        guard let session = sessions[asked.session] else { return }
        let node = look.node
        // A hold-up that began while it was read, with an "on" that failed, say.
        if holds(asked, about: [node]) { return }
        // The asker may have been shot at while it was read: it takes over nothing any more.
        guard mayAct(asked.session, from: .probation) else { return refuse(asked, node) }
        // What was read before an "on" went out says nothing of what it does.
        guard durable[node].powerSequence.isVerifiedOff else {
            return answer(asked, node, .stale, "\(node) was switched on while it was read")
        }
        guard look.board.verdict == .allOff else {
            // One feed that is on is enough to run; one that says nothing is not.
            let code: ExitCode = look.board.on.isEmpty ? .inDoubt : .failed
            let fields = [ReplyField("target", node)] + look.board.fields(wanted: .off)
            return emit(.reply(asked.token, Reply(code, fields)))
        }
        if let lock = durable.lock(node, .holdOff) { return tellHeld(node, lock, asked.token) }
        if let why = whyNoMoreLocks { return answer(asked, node, .rate, why) }
        guard let reason = Reason("check-off") else { preconditionFailure("a plain constant") }
        proposeIfPossible(
            .locked(NodeLock(node, .holdOff, owner: session.principal, reason)), asked, node)
        outstanding?.wasRead = true
    }

    private mutating func tellHeld(_ node: NodeName, _ lock: NodeLock, _ token: RequestToken) {
        let fields = [
            ReplyField("target", node), ReplyField("off", "verified"), ReplyField("held", "yes"),
            ReplyField("by", lock.owner), ReplyField("reason", lock.reason),
            ReplyField("seq", durable.head),
        ]
        emit(.reply(token, orUnknown(Reply(.ok, fields))))
    }

    // MARK: Records

    mutating func locked(_ lock: NodeLock, _ decision: Outstanding, at now: Moment) {
        agenda.add(lock.node)
        rates.noteLock(by: lock.owner, at: now)
        guard let token = decision.token else { return }
        // Only who had it read hears that it is off.
        if decision.wasRead { return tellHeld(lock.node, lock, token) }
        var fields = [
            ReplyField("target", lock.node), ReplyField("lock", lock.kind.rawValue),
        ]
        if lock.kind == .holdOff, durable[lock.node].powerSequence.isVerifiedOff {
            fields.append(ReplyField("held", "yes"))
        }
        fields += [
            ReplyField("by", lock.owner), ReplyField("reason", lock.reason),
            ReplyField("seq", durable.head),
        ]
        emit(.reply(token, Reply(.ok, fields)))
    }

    mutating func released(
        _ node: NodeName, _ kind: NodeLock.Kind, _ principal: Principal, _ token: RequestToken?,
        at now: Moment
    ) {
        agenda.add(node)
        rates.noteLock(by: principal, at: now)
        guard let token else { return }
        let fields = [
            ReplyField("target", node), ReplyField("released", kind.rawValue),
            ReplyField("by", principal), ReplyField("seq", durable.head),
        ]
        emit(.reply(token, Reply(.ok, fields)))
    }

    // MARK: Shared

    mutating func answer(
        _ asked: Asked, _ node: NodeName, _ code: ExitCode, _ why: String
    ) {
        let fields = [ReplyField("target", node), ReplyField("why", why)]
        emit(.reply(asked.token, Reply(code, fields)))
    }

    /// Whoever was shot at since its session began hears that instead.
    private mutating func refuse(_ asked: Asked, _ node: NodeName) {
        let (code, why) = right(of: asked.session).refusal
        answer(asked, node, code, why)
    }

    mutating func proposeIfPossible(_ entry: Entry, _ asked: Asked, _ node: NodeName) {
        if let why = whyNothingIsDecided { return answer(asked, node, .noQuorum, why) }
        guard let warrant = warrant(of: asked.session, from: .probation) else {
            return refuse(asked, node)
        }
        propose(entry, answering: asked.token, by: warrant)
    }
}
