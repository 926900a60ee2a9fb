// How exchanges end, and what that makes of the job.

internal import Fencing

extension SwitchSession {
    mutating func ended(_ exchange: Exchange, _ end: TaskEnd, at now: Moment) {
        if case .exchanging = phase { phase = .rest }
        tidiness.exchangeEnded(at: now)
        // It came with the answer, and is no part of it.
        if !unheard.isEmpty { noteUnasked(unheard, at: now) }
        countCommand(exchange)
        if exchange.isLeftOver, case .reading = end { return goOn(at: now) }
        if exchange.isLeftOver, case .refused = end { return goOn(at: now) }
        switch (end, exchange.task) {
        case (.greeted, _):
            greeted(exchange, at: now)
        case (.acknowledged, _):
            job?.command = .answered
            commandEnded(exchange, nil, at: now)
        case (.reading(let state, let remark), _):
            readingEnded(exchange, state, remark, at: now)
        case (.refused(let reason), .command):
            job?.command = .answered
            commandEnded(exchange, reason, at: now)
        case (.refused(let reason), .read):
            readingEnded(exchange, .unknown, reason, at: now)
        case (.refused(let reason), .greet), (.broken(let reason), _):
            broken(exchange, reason, at: now)
        case (.unanswered, _):
            let isSilent = exchange.heardAt == nil
            broken(exchange, isSilent ? Unanswered.silence : seen.unknownAnswer, at: now)
        case (.turnedAway(let reason), _):
            turnedAway(exchange, reason, at: now)
        case (.strange(let reason), _):
            if !exchange.isLeftOver { job?.strangeAnswers += 1 }
            broken(exchange, reason, at: now)
        }
    }

    /// An exchange that got no further than the login has sent no command.
    mutating func countCommand(_ exchange: Exchange) {
        guard case .command = exchange.task, exchange.hasSent, driver.hasCommanded else { return }
        job?.commandsSent += 1
    }

    mutating func timedOut(_ exchange: Exchange, at now: Moment) {
        if wire.sending == .underWay {
            noteSent(at: now)
            hangUp("what is sent to it does not leave")
        }
        ended(exchange, .unanswered, at: now)
    }

    private mutating func greeted(_ exchange: Exchange, at now: Moment) {
        if let objection = identity?.objection { return broken(exchange, objection, at: now) }
        greeting = .done
        failedGreetings = 0
        switch job?.command {
        case .owed: job?.command = .due
        case nil, .due, .given, .answered: break
        }
        if exchange.canFindStep, trust != .inStep {
            trust = .inStep
            tidiness.foundStep()
        }
        goOn(at: now)
    }

    private mutating func commandEnded(_ exchange: Exchange, _ reason: String?, at now: Moment) {
        if let reason { job?.trouble = reason }
        job?.commandTime = now - exchange.beganAt
        switch (exchange.hasSent, reason) {
        case (true, _): break
        case (false, let reason?):
            return finish(.unknown, "\(reason); nothing was sent", at: now)
        // It is as commanded already, says the driver: whether that is so will be read.
        case (false, nil): job?.lastCommandAt = now
        }
        switch driver.traits.readsBack {
        case .yes: goOn(at: now)
        case .no: finish(.unknown, notVerifiable(reason), at: now)
        }
    }

    private mutating func readingEnded(
        _ exchange: Exchange, _ state: PowerState, _ remark: String?, at now: Moment
    ) {
        guard let underWay = job else { return goOn(at: now) }
        if let remark { job?.trouble = remark }
        if state != .unknown, !driver.isCountingDown, !driver.alsoRead.isEmpty {
            steps.append(.alsoRead(driver.alsoRead))
        }
        switch underWay.job {
        case .read where driver.isCountingDown:
            job?.trouble = "it reads \(state) and says that it is about to switch"
            finish(.unknown, unknownText, at: now)
        case .read:
            finish(state, state == .unknown ? unknownText : nil, at: now)
        case .turn(let command, let outlet, let until):
            let reading = JobUnderWay.Reading(state: state, beganAt: exchange.beganAt)
            job?.reading = reading
            job?.roundTime =
                underWay.roundTime ?? underWay.commandTime + (now - exchange.beganAt)
            if state == command.proof {
                unproved = unproved.filter { $0.outlet != outlet }
                let before = underWay.trouble.map { "it worked, but before that: \($0)" }
                finish(state, before, at: now)
            } else if isConclusive(reading), hasTimeToRepeat(until: until, at: now) {
                job?.command = .due
                job?.trouble = "it read \(state) after all that was sent can have acted"
                goOn(at: now)
            } else if isConclusive(reading) {
                // Nothing that was sent can change it any more, and there is no time to send it again.
                finish(state, contraryText(state), at: now)
            } else {
                phase = .pausing(until: nextReading(after: exchange, at: now))
            }
        }
    }

    /// Nothing that was sent for this job can still act: the outlet stays as it reads.
    private func isConclusive(_ reading: JobUnderWay.Reading) -> Bool {
        guard reading.state != .unknown, !driver.isCountingDown, let sentAt = job?.lastCommandAt
        else { return false }
        return sentAt + latency <= reading.beganAt
    }

    /// A repeated command must have its time to act, and the outlet to be read after that.
    private func hasTimeToRepeat(until: Moment, at now: Moment) -> Bool {
        let lastLook = Self.quietTime + Self.betweenReadings + Self.slack
        return now + latency + (job?.roundTime ?? job?.commandTime ?? .zero) + lastLook <= until
    }

    /// Soon; but a reading that would be under way when the first conclusive one can begin waits
    /// until then.
    private func nextReading(after exchange: Exchange, at now: Moment) -> Moment {
        let soon = now + Self.betweenReadings
        guard let sentAt = job?.lastCommandAt else { return soon }
        let conclusive = sentAt + latency
        let begins = soon + silenceBeforeNext
        let isInBetween = begins < conclusive && conclusive < begins + (now - exchange.beganAt)
        return isInBetween ? conclusive + (soon - begins) : soon
    }

    private mutating func broken(_ exchange: Exchange, _ reason: String, at now: Moment) {
        if case .command = exchange.task {
            job?.commandBroken(hasActed: exchange.hasSent && driver.hasCommanded)
            if exchange.heardAt != nil { job?.commandNotUnderstood() }
        }
        job?.greetingBroken(at: now)
        driver.abandon()
        release()
        trust = .outOfStep(since: wire.lastSentAt ?? now)
        let trouble = "\(name(exchange.task)): \(reason)"
        if exchange.isLeftOver { return goOn(at: now) }
        job?.trouble = trouble
        if let job, job.strangeAnswers >= Self.mostStrangeAnswers(job) {
            return finish(.unknown, unknownText, at: now)
        }
        switch exchange.task {
        case .greet:
            greeting = .failed
            failedGreetings += 1
            if job != nil && failedGreetings >= Self.mostFailedGreetings {
                hangUp("greeted \(failedGreetings) times: \(reason)")
            }
            goOn(at: now)
        case .command:
            commandEnded(exchange, reason, at: now)
        case .read:
            goOn(at: now)
        }
    }

    /// It has answered, and does not listen now: asked again soon. The line is as much in step as it was.
    private mutating func turnedAway(_ exchange: Exchange, _ reason: String, at now: Moment) {
        tidiness.breakHabit()
        let trouble = "\(name(exchange.task)): \(reason)"
        job?.trouble = trouble
        switch exchange.task {
        case .greet: greeting = .failed
        case .command: job?.command = .due
        case .read: break
        }
        guard job != nil else { return goOn(at: now) }
        phase = .pausing(until: now + JobUnderWay.betweenTries)
    }

    /// Who does not speak the driver's language will not learn it; a shot is worth a second try.
    private static func mostStrangeAnswers(_ job: JobUnderWay) -> Int {
        switch job.job {
        case .read: 1
        case .turn: 2
        }
    }

    mutating func hangUp(_ reason: String) {
        if case .closed = phase { return }
        phase = .closed(reason)
        greeting = .due
        steps.append(.hangUp(reason))
    }
}

// MARK: - The end of a job

extension SwitchSession {
    /// The deadline has come: whatever is known now is the finding.
    mutating func endOverdueJob(at now: Moment) -> Bool {
        guard let overdue = job, overdue.until <= now else { return false }
        endJob(at: now)
        return true
    }

    /// A reading that is being answered is heard out.
    mutating func endJob(
        at now: Moment, _ trouble: String? = nil, _ attempt: PowerReport.Attempt = .whole
    ) {
        // What a question still has to send may leave later; of a command nothing may.
        var isSending = wire.sending == .underWay
        if case .exchanging(var exchange) = phase, case .read = exchange.task {
            isSending = false
            exchange.isLeftOver = true
            exchange.endsLatest = exchange.beganAt + driver.traits.patience
            exchange.until = now + Self.longestLeftOver
            phase = .exchanging(exchange)
        } else {
            breakOff(at: now)
            if case .exchanging = phase { phase = .rest }
        }
        if let reading = job?.reading, isConclusive(reading) {
            finish(reading.state, contraryText(reading.state), at: now)
        } else {
            finish(.unknown, trouble ?? unknownText, attempt, at: now)
        }
        // Nothing of it shall leave after the deadline.
        if isSending { hangUp("what was sent to it had not left in time") }
    }

    mutating func finish(
        _ state: PowerState, _ trouble: String?, _ attempt: PowerReport.Attempt = .whole,
        at now: Moment
    ) {
        guard let finished = job else { return }
        let attempt = isNotAskedYet && state == .unknown ? .cutShort : attempt
        steps.append(
            .finish(
                Finding(
                    state, lastCommandAt: finished.lastCommandAt,
                    trouble: trouble.map { "outlet \(finished.outlet): \($0)" },
                    attempt: attempt)))
        job = nil
        if case .exchanging(let exchange) = phase, exchange.isLeftOver { return }
        goOn(at: now)
    }

    // MARK: Words

    private func name(_ task: SwitchTask) -> String {
        switch task {
        case .greet: "greeting it"
        case .command(let command, let outlet): "`\(command) \(outlet)`"
        case .read(let outlet): "reading \(outlet)"
        }
    }

    /// `off` was sent twice to baytech
    var attempt: String {
        let name = driver.traits.name
        guard let job else { return "nothing was asked of \(name)" }
        switch (job.job, job.commandsSent) {
        case (.read, _): return "it was to be read through \(name)"
        case (.turn(let command, _, _), 0): return "`\(command)` was not sent through \(name)"
        case (.turn(let command, _, _), 1): return "`\(command)` was sent through \(name)"
        case (.turn(let command, _, _), let count):
            return "`\(command)` was sent \(count) times through \(name)"
        }
    }

    private func contraryText(_ state: PowerState) -> String {
        let trouble = job?.trouble.map { "; \($0)" } ?? ""
        return
            "\(attempt) and it still reads \(state)\(trouble); \(seen.text). Look whether its relay "
            + "is stuck or somebody has locked it, and cut the power by hand"
    }

    /// A reading pauses before its question only.
    private var isNotAskedYet: Bool {
        guard let job, case .read = job.job, case .pausing = phase else { return false }
        return job.trouble == nil && greeting == .done
    }

    private var unknownText: String {
        if isNotAskedYet {
            return "\(attempt), and was not asked yet: until the maximal latency of "
                + "\(latency.brief) is over, it may still answer to what was on the line before. "
                + "Ask again then"
        }
        if let reading = job?.reading, reading.state != .unknown {
            return "\(attempt) and it reads \(reading.state), but what was sent may still act. "
                + "Give it more time than the maximal latency of \(latency.brief)"
        }
        let trouble = job?.trouble.map { "; \($0)" } ?? ""
        return "\(attempt)\(trouble); \(seen.text). Look at the switch, its cable, the line's "
            + "speed, and whether \(driver.traits.name) is its language"
    }

    private func notVerifiable(_ reason: String?) -> String {
        let ending = reason.map { "; \($0)" } ?? ""
        return "\(attempt)\(ending). \(driver.traits.name) cannot read outlets back, so nobody "
            + "knows whether it worked: look at the machine itself"
    }
}
