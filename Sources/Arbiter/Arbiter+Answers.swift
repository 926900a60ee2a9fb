// What whoever asked for power is told. Exit codes as in docs/commands.md; every line names the
// target, and the shot if there is one.

internal import Fencing

extension Arbiter {
    /// Verified off, and held up long enough. Truth plus right (R29): success is only told to who
    /// still stands; a node that was itself doomed meanwhile hears that, with the target's state.
    mutating func reply(off waiter: Waiter, _ run: Run<Proof>) {
        guard let record = durable.outcomes[run.grant.shot] else { return }
        var fields = offFields(run.grant, record, waiter.request)
        if run.grant.verb == .reboot {
            let isHeld =
                durable.open[run.grant.target] == nil
                || durable.lock(run.grant.target, .holdOff) != nil
            fields.append(ReplyField("on", isHeld ? "held" : "pending"))
        }
        let holdUp = site.node(of: run.grant).holdUp
        fields.append(ReplyField("holdup", holdUp.brief))
        send(truth: fields, to: waiter, of: run.grant.target)
    }

    mutating func reply(satisfied waiter: Waiter) {
        let target = durable[waiter.request.target]
        var fields = waiter.request.id.map { [ReplyField("id", $0)] } ?? []
        fields.append(ReplyField("target", waiter.request.target))
        fields.append(ReplyField("off", "verified"))
        fields.append(ReplyField("satisfied", "pseq\(target.powerSequence)"))
        if durable.lock(waiter.request.target, .holdOff) != nil {
            fields.append(ReplyField("held", "yes"))
        }
        if let shot = target.lastShot {
            fields.append(ReplyField("shot", shot))
            if let record = durable.outcomes[shot] {
                fields.append(ReplyField("by", record.grant.principal))
            }
        }
        fields.append(ReplyField("seq", durable.head))
        send(truth: fields, to: waiter, of: waiter.request.target)
    }

    mutating func reply(inDoubt waiter: Waiter, _ run: Run<Proof>) {
        var fields = head(run.grant, waiter.request, state: ReplyField("off", "unknown"))
        fields += run.board.fields(wanted: .off)
        fields.append(ReplyField("by", run.grant.principal))
        emit(.reply(waiter.token, Reply(.inDoubt, fields)))
    }

    mutating func reply(closed waiter: Waiter, _ run: Run<Proof>, _ outcome: ShotOutcome) {
        let (code, state) = outcome.told
        var fields = head(run.grant, waiter.request, state: state)
        fields += run.board.fields(wanted: run.goal.proof).filter {
            code != .ok || $0.key == "feeds"
        }
        fields.append(ReplyField("pseq", durable[run.grant.target].powerSequence))
        fields.append(ReplyField("by", run.grant.principal))
        fields.append(ReplyField("seq", durable.head))
        tell(waiter.session, of: run.grant.target)
        emit(.reply(waiter.token, Reply(code, fields)))
    }

    mutating func refuse(_ waiting: Pending, _ code: ExitCode, _ why: String) {
        remove(waiting)
        refusals.note(waiting, code, why)
        var fields = waiting.request.id.map { [ReplyField("id", $0)] } ?? []
        fields.append(ReplyField("target", waiting.request.target))
        fields.append(ReplyField("why", why))
        emit(.reply(waiting.token, Reply(code, fields)))
    }

    /// The same id again: the outcome, or a place among those who wait for it.
    mutating func repeatAnswer(_ answer: OutcomeTable.Answer, to waiting: Pending) {
        remove(waiting)
        let waiter = Waiter(waiting)
        switch answer {
        case .satisfied: reply(satisfied: waiter)
        case .shot(let shot, _, let target):
            if let run = run(of: shot), run.isUntold || isOpenAndNotOff(shot) {
                if case .doubtful = run.phase { return reply(inDoubt: waiter, run) }
                runs[target]?.waiters.append(waiter)
            } else {
                let reply = outcomeReply(
                    of: shot, id: waiting.request.id, to: waiting.session)
                emit(.reply(waiting.token, reply))
            }
        }
    }

    private func isOpenAndNotOff(_ shot: ShotNumber) -> Bool {
        let record = durable.outcomes[shot]
        return record?.offAs == nil && record?.outcome == nil
    }

    private mutating func send(truth fields: [ReplyField], to waiter: Waiter, of target: NodeName) {
        tell(waiter.session, of: target)
        let right = right(of: waiter.session)
        // Who shot itself is doomed by its own shot: that is no reason to withhold its success.
        if right == .good || sessions[waiter.session]?.principal == .node(target) {
            return emit(.reply(waiter.token, Reply(.ok, fields)))
        }
        emit(.reply(waiter.token, Reply(.lost, fields + [ReplyField("why", right.refusal.why)])))
    }

    /// What every line about a shot begins with.
    func head(_ grant: Grant, _ request: PowerRequest, state: ReplyField) -> [ReplyField] {
        var fields = request.id.map { [ReplyField("id", $0)] } ?? []
        fields.append(ReplyField("shot", grant.shot))
        fields.append(ReplyField("target", grant.target))
        fields.append(state)
        return fields
    }

    /// The fields of a verified off.
    func offFields(
        _ grant: Grant, _ record: ShotRecord, _ request: PowerRequest
    ) -> [ReplyField] {
        var fields = head(grant, request, state: ReplyField("off", "verified"))
        let attested = record.attestedBy.map { "attested:\($0)" }
        fields.append(ReplyField("evidence", attested ?? "status"))
        fields.append(ReplyField("feeds", "\(grant.feeds.count)/\(grant.feeds.count)"))
        if let pseq = record.offAs { fields.append(ReplyField("pseq", pseq)) }
        fields.append(ReplyField("by", grant.principal))
        fields.append(ReplyField("seq", record.sequence))
        return fields
    }
}

extension ShotOutcome {
    /// What is told of an outcome that is not a verified off.
    fileprivate var told: (code: ExitCode, state: ReplyField) {
        switch self {
        case .held: (.ok, ReplyField("off", "verified"))
        case .on: (.ok, ReplyField("power", "on"))
        case .onFailed: (.failed, ReplyField("power", "off"))
        case .onUnknown: (.inDoubt, ReplyField("power", "unknown"))
        case .failed: (.failed, ReplyField("off", "failed"))
        }
    }
}

extension Run {
    /// Verified off, and still held up before anybody is told.
    var isUntold: Bool {
        if case .off(_?, _) = phase { return true }
        return false
    }
}
