// What the dialogue wants, carried out; one job after the other; and its deadlines.

internal import Drivers
internal import Fencing
internal import LinuxSystem

extension LineLoop {
    func tellTime(_ now: Moment) {
        guard let moment = wake, moment <= now else { return }
        wake = nil
        apply(dialogue.timePassed(at: now), at: now)
    }

    func apply(_ steps: [LineStep], at now: Moment) {
        let wasSilent = conversation?.isSilent ?? true
        let isReading = job.map { $0.command == nil } ?? false
        var isOver = false
        var isSensing = false
        var hangUpReason: String?
        for step in steps {
            switch step {
            case .send(let bytes):
                trace { $0.sent(bytes, at: now) }
                conversation?.send(bytes)
                job?.hasWritten = true
            case .sendSecret(let bytes):
                trace { $0.sentSecret(bytes, at: now) }
                conversation?.send(bytes)
                job?.hasWritten = true
            case .move(let lead, let level):
                trace { $0.note("\(lead.rawValue) \(level.rawValue)", at: now) }
                conversation?.move(lead, level)
                job?.hasWritten = true
            case .sense: isSensing = true
            case .wake(let moment): wake = moment
            case .sleep: wake = nil
            case .alsoRead(let states): answerOthers(states, at: now)
            case .finish(let finding):
                finish(finding, at: now)
                isOver = true
            case .notice(let text): notice(text, at: now)
            case .hangUp(let reason): hangUpReason = reason
            }
        }
        if isSensing { sense(at: now) }
        // Last of all: what the dialogue says to the loss comes after what it said before it.
        if let hangUpReason { hangUp(hangUpReason, at: now) }
        // The job is over, and bytes of its command have still not left: they must never do.
        if isOver, !wasSilent, !isReading { hangUpUnlessSilent(at: now) }
    }

    private func notice(_ text: String, at now: Moment) {
        trace { $0.note(text, at: now) }
        desk.notice(text, at: now)
    }

    private func hangUpUnlessSilent(at now: Moment) {
        push(at: now)
        if conversation?.isSilent == false {
            hangUp("\(port) did not take what was sent, and it is too late for it now", at: now)
        }
    }

    /// A job may be over as soon as it has begun: then the next one begins.
    func beginNext(at now: Moment) {
        while job == nil, conversation != nil, dialogue.isIdle, let work = desk.next() {
            let next = take(work)
            trace { $0.began(next.text, at: now) }
            apply(dialogue.begin(next, at: now), at: now)
            push(at: now)
        }
    }

    private func take(_ work: Work<Proof>) -> LineJob {
        // The order may have come after this turn of the loop began: it is read from now on.
        let now = MonotonicClock.now()
        let waiting = desk.waitingReads
        switch work {
        case .turn(let order):
            job = Job(
                tickets: [Ticket(order)], outlet: order.outlet.name, began: now,
                until: order.deadline, command: order.command, waiting: waiting)
            return .turn(order.command, order.outlet.name, until: order.deadline)
        case .read(let tickets):
            let outlet = tickets[0].outlet.name
            let last = tickets.map(\.deadline).reduce(tickets[0].deadline, max)
            job = Job(
                tickets: tickets, outlet: outlet, began: now, until: last, waiting: waiting)
            return .read(outlet, until: last)
        }
    }

    /// One table answers everybody who had asked before it was asked for.
    private func answerOthers(_ states: [OutletName: PowerState], at now: Moment) {
        guard let job else { return }
        desk.health.withLock { health in
            for (outlet, state) in states { health.note(state, of: outlet, at: now) }
        }
        let answered = desk.takeReads { ticket in
            job.waiting.contains(ticket.order) && states[ticket.outlet.name] != nil
        }
        for ticket in answered {
            let state = states[ticket.outlet.name] ?? .unknown
            desk.found(Finding(state), for: ticket, began: job.began)
        }
    }

    private func finish(_ finding: Finding, at now: Moment) {
        guard let ended = job else { return }
        job = nil
        presence = .wanted(until: now)
        desk.health.withLock {
            $0.note(finding.state, of: ended.outlet, at: now)
            if let trouble = finding.trouble { $0.note(trouble, at: now) }
        }
        let told = explained(finding)
        trace { $0.note("it is \(finding.state)", at: now) }
        let wire = quote(finding, of: ended)
        for ticket in ended.tickets {
            desk.found(told, for: ticket, began: ended.began, wire: wire)
        }
    }

    /// The dialogue knows why its line was lost, not why it did not come back.
    private func explained(_ finding: Finding) -> Finding {
        guard conversation == nil, finding.state == .unknown,
            let reason = desk.health.withLock({ $0.trouble }),
            let trouble = finding.trouble, !trouble.contains(reason)
        else { return finding }
        var told = finding
        told.trouble = "\(trouble); now \(reason)"
        return told
    }
}

// MARK: - The trace

extension LineLoop {
    func trace(_ body: (inout LineTrace) -> Void) {
        // A line that is down has no wire.
        if conversation != nil { desk.trace.withLock { body(&$0) } }
    }

    /// What went over the wire for a command that did not do what it should.
    private func quote(_ finding: Finding, of job: Job) -> String? {
        guard let command = job.command, finding.state != command.proof else { return nil }
        return desk.trace.withLock { $0.lastExchange() }
    }
}

extension LineJob {
    fileprivate var text: String {
        switch self {
        case .turn(let command, let outlet, _): "\(command.rawValue) \(outlet)"
        case .read(let outlet, _): "read \(outlet)"
        }
    }
}

// MARK: - Giving way

extension LineLoop {
    /// When a reading under way ends because an order to switch waits: it is heard out while it is being
    /// answered. Nil where nothing of that is so.
    var givesWayAt: Moment? {
        guard let job, job.command == nil, !job.hasGivenWay, desk.powerWaits else { return nil }
        let begun = job.began + SwitchSession.timeToAnswer
        return job.heardAt.map { max(begun, $0 + SwitchSession.pauseInAnAnswer) } ?? begun
    }

    func giveWayIfDue(at now: Moment) {
        guard let givesWayAt, givesWayAt <= now else { return }
        job?.hasGivenWay = true
        apply(dialogue.giveWay(at: now), at: now)
    }
}

// MARK: - Leaving

extension LineLoop {
    /// When the line is to be left to others; nil while there is a reason to stay.
    var leavesAt: Moment? {
        guard let patience = terms.leavesAfter, case .wanted(let until) = presence, job == nil,
            desk.isEmpty, dialogue.isIdle
        else { return nil }
        switch link {
        case .closed, .open: return until + patience
        case .opening: return nil
        }
    }

    func leaveIfDue(at now: Moment) {
        guard let leavesAt, leavesAt <= now else { return }
        switch link {
        case .closed: presence = .away
        case .opening: break
        case .open:
            presence = .leaving
            apply(dialogue.leave(at: now), at: now)
        }
    }
}

// MARK: - Deadlines

extension LineLoop {
    /// So long after its deadline a job is ended from outside. A dialogue ends its jobs itself.
    private static var overrun: Duration { .seconds(5) }

    var jobEvent: Moment? {
        guard let job else { return nil }
        return job.tickets.reduce(job.until + Self.overrun) { soonest, ticket in
            ticket.deadline < job.until ? min(soonest, ticket.deadline) : soonest
        }
    }

    func expire(at now: Moment) {
        for ticket in desk.removeExpired(at: now) {
            desk.unknown(ticket, "not begun before its deadline: \(obstacle)")
        }
        guard let job else { return }
        for ticket in job.tickets where ticket.deadline < job.until && ticket.deadline <= now {
            desk.unknown(ticket, "the reading that it shares was not over at its deadline")
            self.job?.tickets.removeAll { $0 == ticket }
        }
        if now >= job.until + Self.overrun { abandonJob("its dialogue did not end it", at: now) }
    }

    private var obstacle: String {
        desk.health.withLock { health in
            switch health.condition {
            case .up: "the line was busy with other orders"
            case .down, .left: "the line is down (\(health.lastTrouble?.text ?? "not opened yet"))"
            }
        }
    }

    /// Ends the job under way from outside, line and dialogue with it.
    func abandonJob(_ reason: String, at now: Moment) {
        guard let abandoned = job else { return }
        job = nil
        let wire = quote(Finding(.unknown), of: abandoned)
        for ticket in abandoned.tickets {
            desk.unknown(
                ticket, "given up under way: \(reason)",
                lastCommandAt: abandoned.hasWritten ? now : nil, wire: wire)
        }
        hangUp("given up: \(reason)", at: now)
        dialogue = freshDialogue
        wake = nil
    }
}
