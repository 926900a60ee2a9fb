// Carrying out what a run decides: orders to the lines, records, and what its waiters are told.

internal import Fencing

extension Arbiter {
    /// Moves a run on until it rests, ends, or needs a record.
    mutating func advanceRun(of target: NodeName, at now: Moment) {
        while outstanding == nil, let run = runs[target] {
            switch run.move(at: now) {
            case .rest: return
            case .quiesce(let until):
                runs[target]?.readOn = run.board.on
                runs[target]?.phase = .quiescing(until: until)
            case .read(let outlets, let look): read(outlets, look, of: target, at: now)
            case .doubt: doubt(target, at: now)
            case .record(.onIntended) where looks[target] != nil:
                runs[target]?.waitsForLook = true
                return
            case .record(let entry):
                guard case .taking = ledger else { return blocked(target) }
                propose(isToStayOff(run) ? .closed(run.grant.shot, .held) : entry)
            case .switchOn where durable.lock(target, .holdOff) != nil:
                // Held off while a restart waited to take it up: somebody may have hands in it.
                runs[target]?.resumption = .leaveOff
            case .switchOn:
                runs[target]?.resumption = .none
                order(.on, of: target, at: now)
            case .tell: tellOff(target)
            case .end: end(target)
            }
        }
    }

    /// Whether a reboot is not to switch on again: a lock keeps it off (R25), or somebody waits who
    /// wants it off (R21). Who has no right to that was refused before.
    private func isToStayOff(_ run: Run<Proof>) -> Bool {
        guard case .off(_, _?) = run.phase else { return false }
        let target = run.grant.target
        return durable.lock(target, .holdOff) != nil
            || queue.at(target).contains { $0.part(at: target)?.verb == .off }
    }

    /// Orders the same of every feed at once.
    mutating func order(_ command: PowerCommand, of target: NodeName, at now: Moment) {
        guard var run = runs[target] else { return }
        var last = now
        for outlet in run.feeds {
            let terms = site.terms(of: outlet)
            let id = newOrder(for: target)
            let deadline = now + terms.patience
            run.board.command(id, to: outlet, deadline: deadline, latency: terms.maximalLatency)
            emit(
                .turn(
                    PowerOrder(
                        id: id, outlet: outlet, command: command, deadline: deadline,
                        proof: run.proof)))
            last = max(last, deadline)
        }
        run.goal = command
        run.phase = .acting(until: last + Patience.reportMargin)
        runs[target] = run
    }

    private mutating func read(
        _ outlets: [Outlet], _ look: Run<Proof>.Look, of target: NodeName, at now: Moment
    ) {
        for outlet in outlets {
            let id = newOrder(for: target)
            runs[target]?.board.expect(id, from: outlet)
            emit(.read(ReadOrder(id: id, outlet: outlet, deadline: now + Patience.reading)))
        }
        runs[target]?.phase = .reading(
            look, began: now, until: now + Patience.reading + Patience.reportMargin)
    }

    /// A time-out is neither success nor failure (R13). Whoever waits hears that; the target keeps
    /// being read.
    private mutating func doubt(_ target: NodeName, at now: Moment) {
        guard let run = runs[target] else { return }
        if run.pause == Patience.firstPause {
            let why = run.board.troubles ?? "not all feeds could be read"
            emit(.page(.inDoubt(run.grant.shot, target, why: why)))
        }
        for waiter in run.waiters { reply(inDoubt: waiter, run) }
        for waiting in queue.at(target) where waiting.wantsOff(target) {
            tellDoubt(to: waiting, of: run)
        }
        runs[target]?.waiters = []
        for order in run.board.awaited { orders[order] = nil }
        runs[target]?.board.giveUp()
        runs[target]?.readOn = []
        runs[target]?.phase = .doubtful(until: now + run.pause)
        runs[target]?.pause = min(run.pause * 2, Patience.longestPause)
    }

    /// Of somebody else's shot: it stood in the way, and its end cannot be foreseen.
    private mutating func tellDoubt(to waiting: Pending, of run: Run<Proof>) {
        let target = run.grant.target
        guard waiting.parts.count == 1 else {
            return refuse(
                waiting, .withdrawn,
                "shot \(run.grant.shot) at \(target) is in doubt: nothing was done for you")
        }
        queue.remove(waiting.token)
        reply(inDoubt: Waiter(waiting, target), run)
    }

    /// The ledger does not take the record: what is true cannot be told as settled.
    private mutating func blocked(_ target: NodeName) {
        guard let run = runs[target] else { return }
        for waiter in run.waiters { reply(inDoubt: waiter, run) }
        runs[target]?.waiters = []
        runs[target]?.isBlocked = true
    }

    /// What was read before the ledger refused is no longer fresh.
    private mutating func unblock(_ target: NodeName, at now: Moment) {
        guard let run = runs[target], run.isBlocked else { return }
        runs[target]?.isBlocked = false
        switch run.phase {
        case .acting, .reading: runs[target]?.phase = .doubtful(until: now)
        case .quiescing, .doubtful, .settling, .off: break
        }
    }

    private mutating func tellOff(_ target: NodeName) {
        guard let run = runs[target], case .off(_, let onAt) = run.phase else { return }
        for waiter in run.waiters { reply(off: waiter, run) }
        runs[target]?.waiters = []
        runs[target]?.phase = .off(tellAt: nil, onAt: onAt)
    }

    mutating func end(_ target: NodeName) {
        for order in runs[target]?.board.awaited ?? [] { orders[order] = nil }
        runs[target] = nil
        agenda.add(target)
        guard strays.remove(target) != nil else { return }
        for waiting in queue.targets { agenda.add(waiting) }
    }

    mutating func note(_ report: PowerReport, at now: Moment) {
        guard let target = orders.removeValue(forKey: report.order) else { return }
        agenda.add(target)
        noteContradiction(report, of: target, at: now)
        looks[target]?.board.note(report)
        runs[target]?.board.note(report)
    }

    mutating func wake(at now: Moment) {
        if case .refused(_, let retryAt) = ledger, retryAt <= now {
            ledger = .onTrial
            for target in runs.keys.sorted() {
                unblock(target, at: now)
                agenda.add(target)
            }
        }
        readAttested(at: now)
        for (target, moment) in unsettled.sorted(by: { $0.key < $1.key }) where moment <= now {
            unsettled[target] = nil
            agenda.add(target)
        }
        for (target, run) in runs.sorted(by: { $0.key < $1.key }) {
            if let deadline = run.deadline, deadline <= now { agenda.add(target) }
        }
        for (target, look) in looks.sorted(by: { $0.key < $1.key }) where look.until <= now {
            agenda.add(target)
        }
        for waiting in queue.all where waiting.wakesAt <= now {
            queue.change(waiting.token) { $0.wakesAt = $0.deadline }
            stir(waiting)
        }
    }
}
