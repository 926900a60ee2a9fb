// The line's thread: opens the port, plays the dialogue, watches the deadlines.

internal import Drivers
internal import Fencing
internal import LinuxSystem

final class LineLoop<Proof: Receipt> {
    let desk: OrderDesk<Proof>
    let port: any LinePort
    let watch: LineWatch
    let terms: LineTerms
    var dialogue: any LineDialogue
    /// As it was at the start, for when it must begin anew.
    let freshDialogue: any LineDialogue
    var link = Link.closed
    var reopening: Reopening
    var wake: Moment?
    var job: Job?
    var presence: Presence
    private var watched: Epoll.Interest = .read

    static var bellTag: UInt64 { 0 }
    static var lineTag: UInt64 { 1 }
    /// Read at most so much at a time.
    private static var chunk: Int { 1024 }

    enum Link {
        /// Goes to `opening` when the port gives a line.
        case closed
        /// The line prepares itself. Goes to `open`, or back to `closed`.
        case opening(any OpenLine, lookAt: Moment)
        case open(Conversation)
    }

    /// Whether we keep the line for ourselves although nobody wants anything of it.
    enum Presence: Hashable {
        /// Something was to do until this moment, or still is.
        case wanted(until: Moment)
        /// The dialogue says goodbye. Goes to `away` when the line is closed.
        case leaving
        /// Closed, and not opened before an order comes: so that others can get in.
        case away
    }

    struct Job {
        /// Whoever still waits for the outcome; a read whose own deadline has passed does not.
        var tickets: [Ticket]
        let outlet: OutletName
        let began: Moment
        let until: Moment
        /// Nil for a reading.
        var command: PowerCommand?
        /// Something was written to the line since the job began.
        var hasWritten = false
        /// Readings that waited when it began.
        var waiting: Set<OrderID> = []
        /// When the switch last said something since then.
        var heardAt: Moment?
        /// It was told that an order to switch waits.
        var hasGivenWay = false
    }

    init(
        _ desk: OrderDesk<Proof>, _ port: any LinePort, _ dialogue: any LineDialogue,
        _ watch: LineWatch, _ terms: LineTerms
    ) {
        self.desk = desk
        self.port = port
        self.dialogue = dialogue
        self.watch = watch
        self.terms = terms
        freshDialogue = dialogue
        reopening = Reopening(at: MonotonicClock.now())
        presence = .wanted(until: MonotonicClock.now())
    }

    func run() {
        while true {
            let now = MonotonicClock.now()
            tellTime(now)
            expire(at: now)
            openIfDue(at: now)
            prepareIfDue(at: now)
            push(at: now)
            tellInputs(at: now)
            giveWayIfDue(at: now)
            beginNext(at: now)
            leaveIfDue(at: now)
            for ready in watch.epoll.wait(until: nextEvent) {
                let now = MonotonicClock.now()
                if ready.tag == Self.lineTag {
                    lineReady(ready.what, at: now)
                    continue
                }
                switch desk.collect() {
                case .none: break
                case .orders: ordersCame(at: now)
                case .stop: return finishAll(at: now)
                }
            }
        }
    }

    private var nextEvent: Moment? {
        let ofLink: Moment? =
            switch link {
            case .closed: presence != .away ? reopening.nextAttempt : nil
            case .opening(_, let lookAt): lookAt
            case .open(let conversation): conversation.nextCheck
            }
        return earlier(
            earlier(wake, desk.earliestDeadline),
            earlier(earlier(jobEvent, givesWayAt), earlier(leavesAt, ofLink)))
    }

    private func earlier(_ one: Moment?, _ other: Moment?) -> Moment? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    var conversation: Conversation? {
        switch link {
        case .closed, .opening: nil
        case .open(let conversation): conversation
        }
    }

    /// Whether somebody waits for this line.
    private var urgency: Reopening.Urgency {
        job == nil && desk.isEmpty ? .idle : .orderWaits
    }

    private func ordersCame(at now: Moment) {
        if presence == .away { presence = .wanted(until: now) }
        reopening.hurry(at: now)
    }
}

// MARK: - Opening

extension LineLoop {
    private func openIfDue(at now: Moment) {
        guard case .closed = link, presence != .away, now >= reopening.nextAttempt else { return }
        reopening.attempted(at: now)
        do throws(PortError) {
            let line = try port.open()
            link = .opening(line, lookAt: now)
            do throws(SystemCallError) {
                watched = line.interest
                try watch.epoll.add(line.descriptor, watched, tag: Self.lineTag)
            } catch {
                throw PortError.call(error)
            }
        } catch {
            notOpened(error, at: now)
        }
    }

    private func prepareIfDue(at now: Moment) {
        guard case .opening(let line, let lookAt) = link, lookAt <= now else { return }
        prepare(line, at: now)
    }

    private func prepare(_ line: any OpenLine, at now: Moment) {
        do throws(PortError) {
            switch try line.prepare(at: now) {
            case .notYet(let lookAt):
                link = .opening(line, lookAt: lookAt)
                try look(for: line.interest, on: line)
            case .ready:
                try look(for: line.interest, on: line)
                link = .open(Conversation(line, since: now))
                desk.lineIs(.up(since: now))
                presence = .wanted(until: now)
                trace { $0.note("open", at: now) }
                apply(dialogue.lineOpened(at: now), at: now)
            }
        } catch {
            notOpened(error, at: now)
        }
    }

    private func notOpened(_ error: PortError, at now: Moment) {
        link = .closed
        reopening.failed(at: now, urgency)
        desk.lineTrouble(named(error), at: now)
    }

    /// Errors of calls do not name the port.
    private func named(_ error: PortError) -> String {
        switch error {
        case .call, .noLeads: "\(port): \(error)"
        case .vanished, .busy, .unreadableLock, .settingsRefused, .hungUp, .unknownHost,
            .noConnection, .heldByAnother, .closedAtOnce, .noAnswer, .noComPort, .comPortRefused,
            .endlessOffers:
            error.description
        }
    }
}

// MARK: - The open line

extension LineLoop {
    private func lineReady(_ what: Epoll.Interest, at now: Moment) {
        if case .opening(let line, _) = link { return prepare(line, at: now) }
        // Bytes that have left are told of before the answer to them.
        push(at: now)
        guard let line = conversation?.line else { return }
        do throws(PortError) {
            if let bytes = try line.read(atMost: Self.chunk) {
                if !bytes.isEmpty {
                    trace { $0.received(bytes, at: now) }
                    heard(at: now)
                    apply(dialogue.received(bytes, at: now), at: now)
                }
            } else if !what.isDisjoint(with: [.hangUp, .error]) {
                throw .hungUp(port: port.description)
            }
        } catch {
            lose(error, at: now)
        }
        // What it has read may be that something of ours has arrived, or the state of its inputs.
        push(at: now)
        tellInputs(at: now)
    }

    private func heard(at now: Moment) {
        job?.heardAt = now
        if let job, job.command == nil { desk.health.withLock { $0.answeringAt = now } }
    }

    func sense(at now: Moment) {
        guard let conversation else { return }
        do throws(PortError) {
            try conversation.line.askInputs()
            conversation.inputsDue = now + Conversation.inputPatience
        } catch {
            return lose(error, at: now)
        }
        tellInputs(at: now)
    }

    private func tellInputs(at now: Moment) {
        guard let conversation, let due = conversation.inputsDue else { return }
        do throws(PortError) {
            if let raised = try conversation.line.takeInputs() {
                conversation.inputsDue = nil
                let names = SenseInput.allCases.filter(raised.contains).map(\.rawValue)
                trace { $0.note("raised:\(names.map { " \($0)" }.joined())", at: now) }
                apply(dialogue.sensed(raised, at: now), at: now)
            } else if due <= now {
                throw .noAnswer(
                    port: port.description, to: "the question for its inputs",
                    within: Conversation.inputPatience)
            }
        } catch {
            lose(error, at: now)
        }
    }

    /// What is told when all has left may be answered by more to send: that goes at once.
    func push(at now: Moment) {
        while let conversation, push(conversation, at: now) == .allSent {
            apply(dialogue.sent(at: MonotonicClock.now()), at: now)
        }
    }

    private func push(_ conversation: Conversation, at now: Moment) -> Conversation.Progress {
        do throws(PortError) {
            let progress = try conversation.push(at: now)
            try look(for: conversation.interest, on: conversation.line)
            return progress
        } catch {
            lose(error, at: now)
            return .none
        }
    }

    private func look(
        for interest: Epoll.Interest, on line: any OpenLine
    ) throws(PortError) {
        do throws(SystemCallError) {
            try watch.epoll.modify(
                line.descriptor, &watched, to: interest, tag: Self.lineTag)
        } catch {
            throw .call(error)
        }
    }

    private func lose(_ error: PortError, at now: Moment) {
        let reason = named(error)
        trace { $0.note("lost: \(reason)", at: now) }
        guard let life = closeLink(at: now) else { return }
        reopening.lost(after: life, at: now, urgency)
        if presence == .leaving { leave(at: now) }
        desk.lineTrouble(reason, at: now)
        apply(dialogue.lineLost(reason, at: now), at: now)
    }

    /// The line must go. Closing it throws away what has not left.
    func hangUp(_ reason: String, at now: Moment) {
        trace { $0.note("closed: \(reason)", at: now) }
        guard let life = closeLink(at: now) else { return }
        reopening.lost(after: life, at: now, urgency)
        if presence == .leaving {
            leave(at: now)
            desk.lineIs(.left(since: now))
        } else {
            desk.lineTrouble(reason, at: now)
        }
        apply(dialogue.lineLost(reason, at: now), at: now)
    }

    /// An order may have come while we said goodbye.
    private func leave(at now: Moment) {
        presence = desk.isEmpty ? .away : .wanted(until: now)
    }

    /// How long it was open; nil if it was not.
    private func closeLink(at now: Moment) -> Duration? {
        guard let conversation else { return nil }
        link = .closed
        return now - conversation.since
    }

    func finishAll(at now: Moment) {
        abandonJob("the line was shut down", at: now)
        link = .closed
        desk.lineIs(.down(since: now))
    }
}
