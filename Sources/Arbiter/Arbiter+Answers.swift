// What whoever asked for power is told. Exit codes as in docs/commands.md; every line names the
// target, and the shot if there is one.

internal import Fencing

extension Arbiter {
    /// Verified off, and held up long enough.
    mutating func reply(off waiter: Waiter, _ run: Run<Proof>) {
        let record = durable.outcomes[run.grant.shot] ?? forgottenRecord(of: run.grant)
        var fields = offFields(run.grant, record, waiter.request.id)
        if run.grant.verb == .reboot {
            let isHeld =
                durable.open[run.grant.target] == nil
                || durable.lock(run.grant.target, .holdOff) != nil
            fields.append(ReplyField("on", isHeld ? "held" : "pending"))
        }
        let holdUp = site.node(of: run.grant).holdUp
        fields.append(ReplyField("holdup", holdUp.brief))
        if waiter.waited >= .seconds(1) {
            let seconds = Duration.seconds(waiter.waited.components.seconds)
            fields.append(ReplyField("waited", seconds.brief))
        }
        // Who knew it as off means that it is off now; a reboot of its own it has asked for.
        let isOwnReboot = run.grant.verb == .reboot && !waiter.isOfAnother
        let pseq = record.offAs ?? durable[waiter.target].powerSequence
        let read = waiter.since.isVerifiedOff && !isOwnReboot ? pseq : nil
        say(Reply(.ok, fields), .takeover, pseq: pseq, read: read, to: waiter)
    }

    /// Of a shot whose own was given up for those of others while its success was held up: whoever
    /// waits hears it.
    private func forgottenRecord(of grant: Grant) -> ShotRecord {
        var record = ShotRecord(grant: grant, sequence: durable.head, grantedAt: nil)
        record.offAs = durable[grant.target].powerSequence.newestOff
        return record
    }

    /// By the newest off on record.
    mutating func reply(satisfied waiter: Waiter) {
        let pseq = durable[waiter.target].powerSequence
        reply(
            satisfied: waiter, by: lastOff(of: waiter.target), as: pseq.newestOff ?? pseq)
    }

    /// It teaches the session of that off, and of nothing that came after it.
    private mutating func reply(
        satisfied waiter: Waiter, by shot: ShotNumber?, as pseq: PowerSequence
    ) {
        var fields = waiter.request.id.map { [ReplyField("id", $0)] } ?? []
        fields.append(ReplyField("target", waiter.target))
        fields.append(ReplyField("off", "verified"))
        fields.append(ReplyField("satisfied", "pseq\(pseq)"))
        if durable.lock(waiter.target, .holdOff) != nil {
            fields.append(ReplyField("held", "yes"))
        }
        if let shot {
            fields += grounds(ofOffBy: shot)
            fields += onField(ofOffBy: shot)
        }
        fields.append(ReplyField("seq", durable.head))
        let read = waiter.since.isVerifiedOff ? pseq : nil
        say(Reply(.ok, fields), .takeover, pseq: pseq, read: read, to: waiter)
    }

    /// Whether the reboot whose off it was is still to switch on: who wanted it off hears so.
    private func onField(ofOffBy shot: ShotNumber) -> [ReplyField] {
        guard let record = durable.outcomes[shot], record.grant.verb == .reboot else { return [] }
        return [ReplyField("on", record.outcome?.onWord ?? "pending")]
    }

    /// The shot whose off is the newest on record of this node: another may be under way.
    func lastOff(of target: NodeName) -> ShotNumber? {
        guard let last = durable[target].lastShot else { return nil }
        // Also under a former name of the node.
        if durable.outcomes[last]?.offAs != nil { return last }
        return durable.outcomes.lastOff(of: target)?.grant.shot
    }

    /// On what a success rests that another shot has earned.
    func grounds(ofOffBy shot: ShotNumber) -> [ReplyField] {
        guard let record = durable.outcomes[shot] else { return [ReplyField("shot", shot)] }
        let evidence = record.attestedBy.map { ReplyField("evidence", "attested:\($0)") }
        return [ReplyField("shot", shot)] + [evidence].compactMap(\.self)
            + [ReplyField("by", record.grant.principal)]
    }

    mutating func reply(inDoubt waiter: Waiter, _ run: Run<Proof>) {
        var fields = head(run.grant, waiter.request.id, state: ReplyField("off", "unknown"))
        fields += run.board.fields(wanted: .off)
        fields.append(ReplyField("by", run.grant.principal))
        say(Reply(.inDoubt, fields), .nothing, to: waiter)
    }

    mutating func reply(closed waiter: Waiter, _ run: Run<Proof>, _ outcome: ShotOutcome) {
        let (code, state) = outcome.told
        var fields = head(run.grant, waiter.request.id, state: state)
        fields += run.board.fields(wanted: run.goal.proof).filter {
            code != .ok || $0.key == "feeds"
        }
        fields.append(ReplyField("pseq", durable[run.grant.target].powerSequence))
        fields.append(ReplyField("by", run.grant.principal))
        fields.append(ReplyField("seq", durable.head))
        say(
            Reply(code, fields), .nothing, pseq: durable[waiter.target].powerSequence, to: waiter)
    }

    /// One line per target, and all the same: nothing was done for any of them.
    mutating func refuse(_ waiting: Pending, _ code: ExitCode, _ why: String) {
        take(waiting)
        refusals.note(waiting, code, why)
        let id = waiting.request.id.map { [ReplyField("id", $0)] } ?? []
        let replies = waiting.request.targets.map {
            Reply(code, id + [ReplyField("target", $0), ReplyField("why", why)])
        }
        emit(.reply(waiting.token, Reply(joining: replies)))
    }

    /// The same id again: the outcome, or a place among those who wait for it.
    mutating func repeatAnswers(_ answers: [OutcomeTable.Answer], to waiting: Pending) {
        queue.remove(waiting.token)
        begin(waiting)
        for answer in answers { repeatAnswer(answer, to: Waiter(waiting, answer.target)) }
    }

    private mutating func repeatAnswer(_ answer: OutcomeTable.Answer, to waiter: Waiter) {
        switch answer {
        case .satisfied(let satisfaction, let pseq, _):
            reply(satisfied: waiter, by: satisfaction.shot, as: pseq)
        case .shot(let shot, _, let target):
            if let run = run(of: shot), run.isUntold || isOpenAndNotOff(shot) {
                if case .doubtful = run.phase { return reply(inDoubt: waiter, run) }
                runs[target]?.waiters.append(waiter)
            } else {
                let (reply, claim) = outcomeReply(of: shot, at: target, id: waiter.request.id)
                say(reply, claim, pseq: durable.outcomes[shot]?.offAs, to: waiter)
            }
        }
    }

    private func isOpenAndNotOff(_ shot: ShotNumber) -> Bool {
        let record = durable.outcomes[shot]
        return record?.offAs == nil && record?.outcome == nil
    }

    /// What every line about a shot begins with.
    func head(_ grant: Grant, _ id: RequestID?, state: ReplyField) -> [ReplyField] {
        var fields = id.map { [ReplyField("id", $0)] } ?? []
        fields.append(ReplyField("shot", grant.shot))
        fields.append(ReplyField("target", grant.target))
        fields.append(state)
        return fields
    }

    /// The fields of a verified off.
    func offFields(
        _ grant: Grant, _ record: ShotRecord, _ id: RequestID?
    ) -> [ReplyField] {
        var fields = head(grant, id, state: ReplyField("off", "verified"))
        let attested = record.attestedBy.map { "attested:\($0)" }
        fields.append(ReplyField("evidence", attested ?? "status"))
        let count = run(of: grant.shot)?.feeds.count ?? grant.feeds.count
        fields.append(ReplyField("feeds", "\(count)/\(count)"))
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
