// The line's thread: opens the port, plays the dialogue, watches the deadlines.

internal import Drivers
internal import Fencing
internal import LinuxSystem

final class LineLoop<Proof: Receipt> {
    private let desk: OrderDesk<Proof>
    private let port: any LinePort
    private let watch: LineWatch
    private var dialogue: any LineDialogue
    /// As it was at the start, for when it must begin anew.
    private let freshDialogue: any LineDialogue
    private var conversation: Conversation?
    private var reopening: Reopening
    private var wake: Moment?
    private var job: Job?

    static var bellTag: UInt64 { 0 }
    private static var lineTag: UInt64 { 1 }
    /// Read at most so much at a time.
    private static var chunk: Int { 1024 }
    /// So long after its deadline a job is ended from outside. A dialogue ends its jobs itself.
    private static var overrun: Duration { .seconds(5) }

    private struct Job {
        /// Whoever still waits for the outcome; a read whose own deadline has passed does not.
        var tickets: [Ticket]
        let outlet: OutletName
        let until: Moment
        /// Something was written to the line since the job began.
        var hasWritten = false
    }

    init(
        _ desk: OrderDesk<Proof>, _ port: any LinePort, _ dialogue: any LineDialogue,
        _ watch: LineWatch
    ) {
        self.desk = desk
        self.port = port
        self.dialogue = dialogue
        self.watch = watch
        freshDialogue = dialogue
        reopening = Reopening(at: MonotonicClock.now())
    }

    func run() {
        while true {
            let now = MonotonicClock.now()
            tellTime(now)
            expire(at: now)
            openIfDue(at: now)
            push(at: now)
            beginNext(at: now)
            for ready in watch.epoll.wait(until: nextEvent) {
                let now = MonotonicClock.now()
                if ready.tag == Self.lineTag {
                    lineReady(ready.what, at: now)
                    continue
                }
                switch desk.collect() {
                case .none: break
                case .orders: reopening.hurry(at: now)
                case .stop: return finishAll(at: now)
                }
            }
        }
    }

    private var nextEvent: Moment? {
        var moments = [wake, conversation?.nextCheck, desk.earliestDeadline, jobEvent]
        if conversation == nil { moments.append(reopening.nextAttempt) }
        return moments.compactMap(\.self).min()
    }

    /// Whether somebody waits for this line.
    private var urgency: Reopening.Urgency {
        job == nil && desk.isEmpty ? .idle : .orderWaits
    }
}

// MARK: - The line

extension LineLoop {
    private func openIfDue(at now: Moment) {
        guard conversation == nil, now >= reopening.nextAttempt else { return }
        reopening.attempted(at: now)
        do throws(PortError) {
            let line = try port.open()
            do throws(SystemCallError) {
                try watch.epoll.add(line.descriptor, .read, tag: Self.lineTag)
            } catch {
                throw PortError.call(error)
            }
            conversation = Conversation(line, since: now)
            desk.health.withLock { $0.condition = .up(since: now) }
            apply(dialogue.lineOpened(at: now), at: now)
        } catch {
            reopening.failed(at: now, urgency)
            desk.health.withLock { $0.note("\(port): \(error)", at: now) }
        }
    }

    private func lineReady(_ what: Epoll.Interest, at now: Moment) {
        // Bytes that have left are told of before the answer to them.
        push(at: now)
        guard let line = conversation?.line else { return }
        do throws(PortError) {
            if let bytes = try line.read(atMost: Self.chunk) {
                apply(dialogue.received(bytes, at: now), at: now)
            } else if !what.isDisjoint(with: [.hangUp, .error]) {
                throw .hungUp(port: port.description)
            }
        } catch {
            lose(error.description, at: now)
        }
    }

    private func push(at now: Moment) {
        guard let conversation else { return }
        do throws(PortError) {
            let hadRoom = !conversation.wantsRoom
            let progress = try conversation.push(at: now)
            if hadRoom == conversation.wantsRoom { try watchForRoom(conversation) }
            switch progress {
            case .none: break
            case .allSent: apply(dialogue.sent(at: MonotonicClock.now()), at: now)
            }
        } catch {
            lose(error.description, at: now)
        }
    }

    private func watchForRoom(_ conversation: Conversation) throws(PortError) {
        do throws(SystemCallError) {
            try watch.epoll.modify(
                conversation.line.descriptor,
                conversation.wantsRoom ? [.read, .write] : .read, tag: Self.lineTag)
        } catch {
            throw .call(error)
        }
    }

    /// The line is gone, or must go. Closing it throws away what has not left.
    private func lose(_ reason: String, at now: Moment) {
        guard let lost = conversation else { return }
        conversation = nil
        reopening.lost(after: now - lost.since, at: now, urgency)
        desk.health.withLock {
            $0.condition = .down(since: now)
            $0.note(reason, at: now)
        }
        apply(dialogue.lineLost(reason, at: now), at: now)
    }
}

// MARK: - The dialogue

extension LineLoop {
    private func tellTime(_ now: Moment) {
        guard let moment = wake, moment <= now else { return }
        wake = nil
        apply(dialogue.timePassed(at: now), at: now)
    }

    private func apply(_ steps: [LineStep], at now: Moment) {
        let wasSilent = conversation?.isSilent ?? true
        var isOver = false
        var hangUpReason: String?
        for step in steps {
            switch step {
            case .send(let bytes):
                conversation?.send(bytes)
                job?.hasWritten = true
            case .wake(let moment): wake = moment
            case .sleep: wake = nil
            case .finish(let finding):
                finish(finding, at: now)
                isOver = true
            case .hangUp(let reason): hangUpReason = reason
            }
        }
        // Last of all: what the dialogue says to the loss comes after what it said before it.
        if let hangUpReason { lose(hangUpReason, at: now) }
        // The job is over, and bytes of it have still not left: they must never do.
        if isOver, !wasSilent { hangUpUnlessSilent(at: now) }
    }

    private func hangUpUnlessSilent(at now: Moment) {
        push(at: now)
        if conversation?.isSilent == false {
            lose("\(port) did not take what was sent, and it is too late for it now", at: now)
        }
    }

    /// A job may be over as soon as it has begun: then the next one begins.
    private func beginNext(at now: Moment) {
        while job == nil, conversation != nil, dialogue.isIdle, let work = desk.next() {
            let next = take(work)
            apply(dialogue.begin(next, at: now), at: now)
            push(at: now)
        }
    }

    private func take(_ work: Work<Proof>) -> LineJob {
        switch work {
        case .turn(let order):
            job = Job(
                tickets: [Ticket(order)], outlet: order.outlet.name, until: order.deadline)
            return .turn(order.command, order.outlet.name, until: order.deadline)
        case .read(let tickets):
            let outlet = tickets[0].outlet.name
            let last = tickets.map(\.deadline).reduce(tickets[0].deadline, max)
            job = Job(tickets: tickets, outlet: outlet, until: last)
            return .read(outlet, until: last)
        }
    }

    private func finish(_ finding: Finding, at now: Moment) {
        guard let ended = job else { return }
        job = nil
        desk.health.withLock {
            $0.note(finding.state, of: ended.outlet, at: now)
            if let trouble = finding.trouble { $0.note(trouble, at: now) }
        }
        for ticket in ended.tickets { desk.found(finding, for: ticket) }
    }
}

// MARK: - Deadlines

extension LineLoop {
    private var jobEvent: Moment? {
        guard let job else { return nil }
        return (job.tickets.map(\.deadline).filter { $0 < job.until } + [job.until + Self.overrun])
            .min()
    }

    private func expire(at now: Moment) {
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
            case .down: "the line is down (\(health.lastTrouble?.text ?? "not opened yet"))"
            }
        }
    }

    /// Ends the job under way from outside, line and dialogue with it.
    private func abandonJob(_ reason: String, at now: Moment) {
        guard let abandoned = job else { return }
        job = nil
        for ticket in abandoned.tickets {
            desk.unknown(
                ticket, "given up under way: \(reason)",
                lastCommandAt: abandoned.hasWritten ? now : nil)
        }
        lose("given up: \(reason)", at: now)
        dialogue = freshDialogue
        wake = nil
    }

    private func finishAll(at now: Moment) {
        abandonJob("the line was shut down", at: now)
        conversation = nil
        desk.health.withLock { $0.condition = .down(since: now) }
    }
}
