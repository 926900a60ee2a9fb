// What a record does once it is durable, and what happens when it does not become so.

internal import Fencing

extension Arbiter {
    mutating func committed(_ proof: Proof, at now: Moment) {
        guard let decision = outstanding else {
            preconditionFailure("nothing was to be committed")
        }
        precondition(decision.entry == proof.entry, "another entry was committed than proposed")
        outstanding = nil
        ledger = .taking
        apply(proof)
        switch proof.entry {
        case .started: break
        case .condensed: condensesNotBefore = nil
        case .renamed: renames.removeFirst()
        case .answered(let answers): answered(answers, proof, decision, at: now)
        case .verifiedOff(let shot): verifiedOff(shot, at: now)
        case .onIntended(let shot): onIntended(shot, proof, at: now)
        case .closed(let shot, let outcome): closed(shot, outcome, at: now)
        case .admitted(let node, by: let principal): admitted(node, principal, decision.token)
        case .attested(let shot, by: let who, _): attested(shot, who, decision, at: now)
        case .locked(let lock): locked(lock, decision, at: now)
        case .released(let node, let kind, by: let who):
            released(node, kind, who, decision.token, at: now)
        }
    }

    private mutating func answered(
        _ answers: [Answer], _ proof: Proof, _ decision: Outstanding, at now: Moment
    ) {
        let found = decision.token.flatMap { queue.remove($0) }
        let waiting = decision.isAbandoned ? nil : found
        if let waiting { begin(waiting) }
        for answer in answers {
            switch answer {
            case .granted(let grant):
                var waiter = waiting.map { Waiter($0, grant.target) }
                waiter?.waited = waiting.map { now - $0.arrived } ?? .zero
                granted(grant, proof, waiter, at: now)
            case .satisfied(let satisfaction):
                satisfied(satisfaction, waiting.map { Waiter($0, satisfaction.target) })
            }
        }
    }

    private mutating func granted(
        _ grant: Grant, _ proof: Proof, _ waiter: Waiter?, at now: Moment
    ) {
        let target = grant.target
        rates.note(grant, at: now)
        var run = Run(
            grant, proof, goal: .off, .acting(until: now), FeedBoard(grant.feeds), .none)
        run.waiters = waiter.map { [$0] } ?? []
        runs[target] = run
        switch grant.verb {
        case .off, .reboot:
            order(.off, of: target, at: now)
            refuseAllOf(target)
        case .on: order(.on, of: target, at: now)
        }
        agenda.add(target)
    }

    /// Who is shot has nothing to ask any more (R3). For safety the generation would do; this is
    /// so that it hears it at once.
    private mutating func refuseAllOf(_ node: NodeName) {
        for waiting in queue.all where waiting.principal == .node(node) {
            let (code, why) = Right.doomed(durable[node].lastShot).refusal
            refuse(waiting, code, why)
        }
    }

    private mutating func verifiedOff(_ shot: ShotNumber, at now: Moment) {
        guard let run = run(of: shot) else { return }
        let node = site.node(of: run.grant)
        forgetReadings(of: node.name)
        // A late "off" must not hit the life that the "on" begins.
        let soonest = max(now + node.offTime, run.quietAt ?? now)
        holdUps.begin(node.name, at: now, for: node.holdUp)
        runs[node.name]?.phase = .off(
            tellAt: now + node.holdUp, onAt: run.grant.verb == .reboot ? soonest : nil)
        agenda.add(node.name)
    }

    private mutating func onIntended(_ shot: ShotNumber, _ proof: Proof, at now: Moment) {
        guard let run = run(of: shot) else { return }
        runs[run.grant.target]?.proof = proof
        runs[run.grant.target]?.resumption = .none
        order(.on, of: run.grant.target, at: now)
        agenda.add(run.grant.target)
    }

    private mutating func closed(_ shot: ShotNumber, _ outcome: ShotOutcome, at now: Moment) {
        guard let run = run(of: shot) else { return }
        let target = run.grant.target
        switch outcome {
        case .held where run.resumption == .leaveOff: emit(.page(.leftOff(shot, target)))
        case .held, .on: break
        case .onFailed:
            isOffAgain(target)
            // Since when it is dark, nobody knows.
            holdUps.begin(target, at: now, for: site.node(of: run.grant).holdUp)
            closeOutlivedSessions(of: target)
            emit(
                .page(
                    run.resumption == .leaveOff ? .leftOff(shot, target) : .onFailed(shot, target)))
        case .onUnknown: emit(.page(.onUnknown(shot, target)))
        case .failed(let on):
            emit(.page(.failed(shot, target, on: on)))
            closeOutlivedSessions(of: target)
        }
        for waiter in run.waiters {
            if outcome == .held {
                reply(off: waiter, run)
            } else {
                reply(closed: waiter, run, outcome)
            }
        }
        runs[target]?.waiters = []
        // It may have been on before, or by somebody else's hand: the command itself may still act.
        if let quietAt = run.quietAt, quietAt > now {
            runs[target]?.phase = .settling(until: quietAt)
        } else {
            end(target)
        }
    }

    private mutating func satisfied(_ satisfaction: Satisfaction, _ waiter: Waiter?) {
        let target = satisfaction.target
        if satisfaction.holds == .off, case .off(let tellAt, _)? = runs[target]?.phase {
            runs[target]?.phase = .off(tellAt: tellAt, onAt: nil)
        }
        if let waiter { tellSatisfied(waiter) }
        agenda.add(target)
    }

    /// Nothing of the decision has happened: without the record there is no order.
    mutating func notCommitted(_ health: LedgerHealth, _ why: String, at now: Moment) {
        guard let decision = outstanding else {
            preconditionFailure("nothing was to be committed")
        }
        outstanding = nil
        if case .condensed = decision.entry, case .refused = health {
            return notCondensed(why)
        }
        if ledger == .taking { emit(.page(.halted(why: why))) }
        ledger = health
        for target in runs.keys.sorted() { agenda.add(target) }
        for target in queue.targets { agenda.add(target) }
        guard let token = decision.token else { return }
        switch decision.entry {
        case .admitted, .attested, .locked, .released:
            emit(.reply(token, Reply(.noQuorum, [ReplyField("why", why)])))
        case .answered: if decision.isAbandoned { queue.remove(token) }
        case .started, .verifiedOff, .onIntended, .closed, .renamed, .condensed: break
        }
    }

    /// Others are taken: only who asked for this one is refused, and is told what is too large.
    mutating func tooLarge(_ why: String, at now: Moment) {
        guard let decision = outstanding else {
            preconditionFailure("nothing was to be committed")
        }
        guard let token = decision.token else {
            return notCommitted(
                .refused(why: why, retryAt: now + Patience.ledgerRetry), why, at: now)
        }
        outstanding = nil
        if pagedTooLargeAt.map({ now - $0 >= Patience.tooLargePage }) ?? true {
            pagedTooLargeAt = now
            emit(.page(.entryTooLarge(why: why)))
        }
        if let waiting = queue[token] {
            if decision.isAbandoned { queue.remove(token) } else { refuse(waiting, .usage, why) }
        } else {
            emit(.reply(token, Reply(.usage, [ReplyField("why", why)])))
        }
    }

    /// Nothing depends on it: all that it says is in the entries before it. So it stops nothing, and
    /// is tried again after a tenth of the entries that make it due.
    private mutating func notCondensed(_ why: String) {
        if condensesNotBefore == nil { emit(.page(.notCondensed(why: why))) }
        condensesNotBefore = LedgerSequence(
            durable.head.number + max(retention.condensesAfter / 10, 1))
    }

    /// What was granted is finished; who waits for a grant hears that there will be none.
    mutating func leave() {
        stance = .leaving
        for target in queue.targets { agenda.add(target) }
    }

    func run(of shot: ShotNumber) -> Run<Proof>? {
        runs.values.first { $0.grant.shot == shot }
    }
}
