// What a session does next, and what it makes of what came of it.

internal import Fencing

extension SwitchSession {
    enum Move {
        case rest
        case pause(until: Moment)
        case start(SwitchTask)
    }

    /// The whole order of things. Greet, because nobody understands us before. Then command: an off
    /// is worth sending even to a switch that does not answer. Then get into step, then read.
    private func nextMove(at now: Moment) -> Move {
        if greeting == .due { return .start(.greet) }
        if let job, let command = job.dueCommand { return .start(.command(command, job.outlet)) }
        switch trust {
        case .never, .outOfStep:
            // Without a job one greeting has to do: nobody waits for the next.
            if job == nil && greeting == .failed { return .rest }
            let stepAt = stepMayBeFoundAt(now)
            let greetsAt = min(stepAt, job?.nextGreeting ?? stepAt)
            return now < greetsAt ? .pause(until: greetsAt) : .start(.greet)
        case .inStep:
            guard let job else { return .rest }
            let ripeAt = readingMayCountAt(job, now)
            return now < ripeAt ? .pause(until: ripeAt) : .start(.read(job.outlet))
        }
    }

    /// Does nothing while there is no line.
    mutating func goOn(at now: Moment) {
        if case .closed = phase { return }
        switch nextMove(at: now) {
        case .rest:
            phase = .rest
            leavesAt = driver.traits.leavesAfter.map { now + $0 }
        case .pause(let until):
            phase = .pausing(until: until)
        case .start(let task):
            startWhenSilent(task, at: now)
        }
    }

    /// The moment from which a greeting puts us in step.
    private func stepMayBeFoundAt(_ now: Moment) -> Moment {
        switch trust {
        case .never: now + latency
        case .outOfStep(let since): since + latency
        case .inStep: now
        }
    }

    /// Before this a reading proves nothing: a command to the contrary may still act.
    private func readingMayCountAt(_ job: JobUnderWay, _ now: Moment) -> Moment {
        switch job.job {
        case .read: now
        case .turn(let command, let outlet, _):
            unproved.filter { $0.outlet == outlet && $0.command != command }
                .map { $0.sentAt + latency }.max() ?? now
        }
    }

    // MARK: Beginning

    func objection(to job: JobUnderWay, at now: Moment) -> String? {
        let name = driver.traits.name
        if job.until <= now {
            return "its deadline had passed before it could begin; nothing was sent"
        }
        if let outlets = driver.traits.outlets, !outlets.contains(job.outlet) {
            let known = outlets.map(\.text).joined(separator: " ")
            return "\(name) has no outlet \(job.outlet), only \(known); nothing was sent"
        }
        switch (driver.traits.readsBack, job.job) {
        case (.no, .read): return "\(name) cannot read outlets back; nothing was sent"
        case (.no, .turn), (.yes, _): return nil
        }
    }

    /// A greeting may be under way. A command does not wait for one that only gets us into step;
    /// one that logs in it needs, but not for ever.
    mutating func takeUp(_ job: JobUnderWay, at now: Moment) {
        switch phase {
        case .closed(let reason):
            self.job?.trouble = "the line is down (\(reason))"
        case .leaving:
            preconditionFailure("a session that takes its leave is not idle")
        case .rest, .pausing, .draining:
            goOn(at: now)
        case .exchanging(var exchange):
            if exchange.isLeftOver, now < answeredUntil(exchange) {
                // Broken off, it would cost the proof more time than it takes to hear it out.
                let latest = now + (job.until - now) / 2
                exchange.endsLatest = min(exchange.endsLatest ?? latest, latest)
                exchange.until = min(answeredUntil(exchange), latest)
                phase = .exchanging(exchange)
            } else if greeting == .done && job.dueCommand != nil {
                breakOff(at: now)
                goOn(at: now)
            } else {
                exchange.until = min(exchange.until, exchangeEnds(exchange.task, at: now))
                phase = .exchanging(exchange)
            }
        }
    }

    /// When it is not being answered any more, unless something comes before.
    private func answeredUntil(_ exchange: Exchange) -> Moment {
        let begun = exchange.beganAt + Self.timeToAnswer
        return exchange.heardAt.map { max(begun, $0 + Self.pauseInAnAnswer) } ?? begun
    }

    mutating func startExchange(_ task: SwitchTask, _ line: Silence, at now: Moment) {
        if case .read = task, line == .chattering {
            trust = .outOfStep(since: now)
            job?.trouble = "the line does not fall silent"
            return goOn(at: now)
        }
        // What came in the silence may have cost the trust in what is read.
        if case .read = task, trust != .inStep { return goOn(at: now) }
        phase = .exchanging(
            Exchange(
                task: task, beganAt: now,
                canFindStep: line == .quiet && stepMayBeFoundAt(now) <= now,
                until: exchangeEnds(task, at: now)))
        if case .command = task {
            job?.command = .given
        }
        play(driver.begin(task, at: now), at: now)
    }

    /// A greeting leaves half of the time to the command that waits for it.
    private func exchangeEnds(_ task: SwitchTask, at now: Moment) -> Moment {
        let patient = now + driver.traits.patience
        guard let job else { return patient }
        switch task {
        case .greet where job.dueCommand != nil: return min(patient, now + (job.until - now) / 2)
        case .greet, .command, .read: return min(patient, job.until)
        }
    }

    mutating func play(_ driverSteps: [DriverStep], at now: Moment) {
        for step in driverSteps {
            guard case .exchanging(var exchange) = phase else { return }
            switch step {
            case .send(let bytes):
                steps.append(driver.mayHearSecret ? .sendSecret(bytes) : .send(bytes))
                noteSending()
            case .move(let lead, let level):
                steps.append(.move(lead, level))
                if level == driver.traits.modemLines {
                    wire.pressed.remove(lead)
                } else {
                    wire.pressed.insert(lead)
                }
                noteSending()
            case .sense: steps.append(.sense)
            case .end(let end):
                switch wire.sending {
                case .nothing: ended(exchange, end, at: now)
                case .underWay:
                    exchange.heldEnd = end
                    phase = .exchanging(exchange)
                }
            }
        }
    }

    private mutating func noteSending() {
        guard case .exchanging(var exchange) = phase else { return }
        wire.sending = .underWay
        exchange.hasSent = true
        phase = .exchanging(exchange)
    }

    // MARK: Sending

    /// What it answers is not awaited: it can be no reading, and the next task begins by waking it.
    mutating func logOut() {
        leavesAt = nil
        let bytes = driver.leave()
        guard !bytes.isEmpty else { return }
        steps.append(.send(bytes))
        wire.sending = .underWay
    }

    mutating func noteSent(at now: Moment) {
        wire.sending = .nothing
        wire.lastSentAt = now
        if case .outOfStep = trust { trust = .outOfStep(since: now) }
        guard case .exchanging(let exchange) = phase else { return }
        switch exchange.task {
        case .greet, .read: break
        case .command(let command, let outlet):
            job?.lastCommandAt = now
            job?.reading = nil
            unproved = unproved.filter { $0.outlet != outlet || $0.command != command }
            unproved.insert(UnprovedCommand(command: command, outlet: outlet, sentAt: now))
        }
    }

    mutating func forgetOldCommands(at now: Moment) {
        unproved = unproved.filter { now < $0.sentAt + latency }
    }

    /// Stops an exchange in the middle. What was being sent counts as sent by now: after the line
    /// is gone, or closed, no more of it leaves.
    mutating func breakOff(at now: Moment) {
        if wire.sending == .underWay { noteSent(at: now) }
        guard case .exchanging(let exchange) = phase else { return }
        countCommand(exchange)
        if case .command = exchange.task {
            job?.commandBroken(hasActed: exchange.hasSent && driver.hasCommanded)
        }
        driver.abandon()
        release()
        if exchange.hasSent { trust = .outOfStep(since: wire.lastSentAt ?? now) }
    }

    /// Nobody keeps a finger on a button that nobody times any more.
    mutating func release() {
        if case .closed = phase { wire.pressed = [] }
        for lead in Lead.allCases where wire.pressed.contains(lead) {
            steps.append(.move(lead, driver.traits.modemLines))
            wire.sending = .underWay
        }
        wire.pressed = []
    }
}
