// Where the threads that give orders meet the one that carries them out.

internal import Drivers
internal import Fencing
internal import LinuxSystem

final class OrderDesk<Proof: Receipt>: Sendable {
    let name: SwitchName
    let health: Lock<LineHealth>
    let trace = Lock(LineTrace())
    private let report: @Sendable (PowerReport) -> Void
    private let intake = Lock(Intake())
    private let tell: @Sendable (LineNews) -> Void
    private let letters: Mailbox<Void>
    private let ended: Mailbox<Void>

    private struct Intake {
        var queue = OrderQueue<Proof>()
        var isStopping = false
        /// The bell has rung and nobody has come yet: it need not ring again.
        var isRung = false

        /// Whether the bell is to be rung for what was just put in.
        mutating func announces() -> Bool {
            defer { isRung = true }
            return !isRung
        }
    }

    private enum Admission { case admitted(isNews: Bool), full, closed }

    /// How long `askToStop` waits for the thread.
    private static var patience: Duration { .seconds(5) }

    init(
        _ name: SwitchName, _ report: @escaping @Sendable (PowerReport) -> Void,
        _ tell: @escaping @Sendable (LineNews) -> Void
    ) throws(SystemCallError) {
        self.name = name
        self.report = report
        self.tell = tell
        health = Lock(LineHealth(downSince: MonotonicClock.now()))
        letters = try Mailbox()
        ended = try Mailbox()
    }

    /// Readable when there is something new.
    var bell: Int32 { letters.descriptor }

    func enter(_ ticket: Ticket, _ put: (inout OrderQueue<Proof>) -> OrderQueue<Proof>.Entry) {
        precondition(
            ticket.outlet.powerSwitch == name, "an order goes to the line of its own switch")
        let admission = intake.withLock { intake -> Admission in
            if intake.isStopping { return .closed }
            switch put(&intake.queue) {
            case .full: return .full
            case .queued: return .admitted(isNews: intake.announces())
            }
        }
        switch admission {
        // The line's thread may run as soon as it is called, and shall not find the door locked.
        case .admitted(let isNews): if isNews { letters.post(()) }
        case .full:
            unknown(ticket, "not begun: too many orders wait already")
        case .closed: unknown(ticket, "not begun: the line is shut down")
        }
    }

    /// What a report says that has nothing but bad news.
    func unknown(
        _ ticket: Ticket, _ trouble: String, lastCommandAt: Moment? = nil, wire: String? = nil
    ) {
        report(
            PowerReport(
                order: ticket.order, outlet: ticket.outlet, state: .unknown,
                lastCommandAt: lastCommandAt, trouble: named(trouble), wire: wire))
    }

    /// `began`: when its job did. What a job reads after its command, it asks after that.
    func found(_ finding: Finding, for ticket: Ticket, began: Moment, wire: String? = nil) {
        let asked = finding.lastCommandAt.map { max($0, began) } ?? began
        report(
            PowerReport(
                order: ticket.order, outlet: ticket.outlet, state: finding.state,
                began: finding.state == .unknown ? nil : asked,
                lastCommandAt: finding.lastCommandAt, trouble: finding.trouble.map(named),
                wire: wire))
    }

    /// The dialogue knows its outlets, not which switch they are on.
    private func named(_ trouble: String) -> String { "\(name): \(trouble)" }
}

// MARK: - How the line is

extension OrderDesk {
    func lineIs(_ condition: LineHealth.Condition) {
        health.withLock {
            $0.condition = condition
            $0.trouble = nil
        }
        switch condition {
        case .up: tell(.up)
        case .left: tell(.left)
        case .down: break
        }
    }

    /// It is down, or still down. Told of once, until the reason is another.
    func lineTrouble(_ reason: String, at now: Moment) {
        let isNews = health.withLock { health -> Bool in
            let before = health.trouble
            if !health.isDown { health.condition = .down(since: now) }
            health.note(reason, at: now)
            health.trouble = reason
            return before != reason
        }
        if isNews { tell(.down(reason)) }
    }
}

extension OrderDesk {
    func notice(_ text: String, at now: Moment) {
        if health.withLock({ $0.notice(text, at: now) }) { tell(.notice(text)) }
    }
}

// MARK: - For the line's thread

extension OrderDesk {
    enum News { case none, orders, stop }

    func collect() -> News {
        _ = letters.collect()
        return intake.withLock { intake in
            intake.isRung = false
            if intake.isStopping { return .stop }
            return intake.queue.isEmpty ? .none : .orders
        }
    }

    var isEmpty: Bool { intake.withLock { $0.queue.isEmpty } }
    var earliestDeadline: Moment? { intake.withLock { $0.queue.earliestDeadline } }
    func next() -> Work<Proof>? { intake.withLock { $0.queue.next() } }
    var waitingReads: Set<OrderID> { intake.withLock { $0.queue.waitingReads } }
    var powerWaits: Bool { intake.withLock { $0.queue.powerWaits } }
    func takeReads(where isMeant: (Ticket) -> Bool) -> [Ticket] {
        intake.withLock { $0.queue.takeReads(where: isMeant) }
    }
    func removeExpired(at now: Moment) -> [Ticket] {
        intake.withLock { $0.queue.removeExpired(at: now) }
    }

    /// The thread has ended.
    func end() { ended.post(()) }
}

// MARK: - Stopping

extension OrderDesk {
    /// Turns everything away from here on, and answers what waits.
    func close() {
        let (left, isNews) = intake.withLock { intake in
            intake.isStopping = true
            return (intake.queue.removeAll(), intake.announces())
        }
        if isNews { letters.post(()) }
        for ticket in left {
            unknown(ticket, "not begun: the line of switch \(name) was shut down")
        }
    }

    func askToStop() {
        close()
        do throws(SystemCallError) {
            let epoll = try Epoll()
            try epoll.add(ended.descriptor, .read, tag: 0)
            _ = epoll.wait(until: MonotonicClock.now() + Self.patience)
        } catch {
            health.withLock {
                $0.note("stopped without waiting: \(error)", at: MonotonicClock.now())
            }
        }
    }
}
