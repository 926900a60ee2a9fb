// A switch at the level of orders, on virtual time: orders go in, reports and movements of outlets
// come out. What a driver does byte by byte is left out; what a switch can do to an order is not.

package import Fencing

package struct OrderSwitch: Hashable, Sendable {
    package typealias Order = PowerOrder<SimulatedReceipt>

    package let name: SwitchName
    package let maximalLatency: Duration
    package var behaviour = Behaviour()
    private let outlets: [Outlet]
    /// True power, whatever anybody reads; in the order of `outlets`.
    private var states: [PowerCommand]
    /// Relays that no longer move.
    package var stuck: Set<Outlet> = []
    /// Commands in the wire or in the switch that may still act.
    package private(set) var underWay: [Command] = []
    private var waiting: [Job] = []
    private var current: Current?
    /// Jobs that are done, and whose reports are late.
    private var overdue: [Overdue] = []
    private var deeds: [SwitchDeed] = []
    /// When time alone changes something.
    package private(set) var nextMoment: Moment?

    /// How it treats what it is told from now on.
    package struct Behaviour: Hashable, Sendable {
        /// From a command's last byte to its acting. Never more than the maximal latency.
        package var latency: Duration
        package var reading = Duration.milliseconds(200)
        package var obedience = Obedience.acts
        /// Its driver sends a command that shows no effect so long after the first once more.
        package var again: Duration?
        package var voice = Voice.clear
        package var line = Line.up
        package var reports = Reports.prompt

        package init(latency: Duration = .milliseconds(500)) {
            self.latency = latency
        }
    }

    package enum Obedience: Hashable, Sendable {
        case acts
        /// Acts so long after the command; its answer is lost, or says what was before.
        case actsLate(Duration)
        /// The command is lost on the way.
        case deaf
    }

    package enum Voice: Hashable, Sendable {
        case clear
        /// Silence, or garbage: nothing can be read.
        case unreadable
    }

    package enum Line: Hashable, Sendable {
        case up
        case down
    }

    /// What the appliance's own line makes of a job that is done.
    package enum Reports: Hashable, Sendable {
        case prompt
        /// Reports so much later, and says what is so then.
        case late(Duration)
        case never
    }

    struct Overdue: Hashable, Sendable {
        let job: Job
        let commandAt: Moment?
        let reportAt: Moment
    }

    package struct Command: Hashable, Sendable {
        package let order: Order
        package let actsAt: Moment
    }

    enum Job: Hashable, Sendable {
        case turn(Order)
        case read(ReadOrder)
    }

    /// The one job in the wire.
    struct Current: Hashable, Sendable {
        let job: Job
        /// When the command was last sent; nil while nothing was.
        var commandAt: Moment?
        /// When it is sent once more.
        var againAt: Moment?
        /// The report is made then, from what is read then.
        var reportAt: Moment
    }

    package init(_ name: SwitchName, outlets: [Outlet], maximalLatency: Duration) {
        self.name = name
        self.maximalLatency = maximalLatency
        self.outlets = outlets
        states = outlets.map { _ in .on }
    }

    /// Nil of an outlet that it has not.
    package func state(of outlet: Outlet) -> PowerCommand? {
        outlets.firstIndex(of: outlet).map { states[$0] }
    }
}

/// What a switch did.
package enum SwitchDeed: Hashable, Sendable {
    /// The command's last byte is out.
    case sent(OrderSwitch.Order)
    case moved(Outlet, PowerCommand, Cause)
    case reported(PowerReport)

    package enum Cause: Hashable, Sendable {
        case shot(ShotNumber)
        /// Somebody at the front panel.
        case hand
    }
}

// MARK: - What happens to it

extension OrderSwitch {
    package mutating func enter(_ order: Order, at now: Moment) -> [SwitchDeed] {
        waiting.append(.turn(order))
        return goOn(at: now)
    }

    package mutating func enter(_ order: ReadOrder, at now: Moment) -> [SwitchDeed] {
        waiting.append(.read(order))
        return goOn(at: now)
    }

    /// Somebody presses a button.
    package mutating func press(
        _ outlet: Outlet, _ command: PowerCommand, at now: Moment
    ) -> [SwitchDeed] {
        move(outlet, command, .hand, at: now)
        return goOn(at: now)
    }

    package mutating func change(
        at now: Moment, _ body: (inout Behaviour) -> Void
    ) -> [SwitchDeed] {
        body(&behaviour)
        review(at: now)
        return goOn(at: now)
    }

    /// The appliance died: what it had not sent is never sent. What it had sent may still act.
    package mutating func forgetOrders() {
        waiting = []
        current = nil
        overdue = []
        lookAhead()
    }

    package mutating func timePassed(at now: Moment) -> [SwitchDeed] { goOn(at: now) }
}

// MARK: - What it does

extension OrderSwitch {
    private mutating func goOn(at now: Moment) -> [SwitchDeed] {
        actWhatIsDue(at: now)
        sendAgain(at: now)
        if let done = current, done.reportAt <= now {
            current = nil
            finish(done, at: now)
        }
        for late in overdue where late.reportAt <= now {
            report(late.job, commandAt: late.commandAt, at: now)
        }
        overdue.removeAll { $0.reportAt <= now }
        if !waiting.isEmpty {
            for job in waiting where job.deadline <= now { report(job, commandAt: nil, at: now) }
            waiting.removeAll { $0.deadline <= now }
            if current == nil, behaviour.line == .up, !waiting.isEmpty {
                begin(waiting.removeFirst(), at: now)
            }
        }
        lookAhead()
        defer { deeds = [] }
        return deeds
    }

    private mutating func finish(_ done: Current, at now: Moment) {
        switch behaviour.reports {
        case .prompt: report(done.job, commandAt: done.commandAt, at: now)
        case .late(let delay):
            overdue.append(
                Overdue(job: done.job, commandAt: done.commandAt, reportAt: now + delay))
        case .never: break
        }
    }

    private mutating func lookAhead() {
        var next = current?.reportAt
        for late in overdue { next = min(next ?? late.reportAt, late.reportAt) }
        if let againAt = current?.againAt { next = min(next ?? againAt, againAt) }
        for command in underWay { next = min(next ?? command.actsAt, command.actsAt) }
        for job in waiting { next = min(next ?? job.deadline, job.deadline) }
        nextMoment = next
    }

    private mutating func begin(_ job: Job, at now: Moment) {
        switch job {
        case .read:
            current = Current(
                job: job, commandAt: nil, againAt: nil, reportAt: job.deadline)
        case .turn(let order):
            current = Current(
                job: job, commandAt: now, againAt: behaviour.again.map { now + $0 },
                reportAt: job.deadline)
            send(order, at: now)
        }
        review(at: now)
    }

    private mutating func send(_ order: Order, at now: Moment) {
        switch behaviour.obedience {
        case .acts: underWay.append(Command(order: order, actsAt: now + behaviour.latency))
        case .actsLate(let delay):
            underWay.append(Command(order: order, actsAt: now + min(delay, maximalLatency)))
        case .deaf: break
        }
        deeds.append(.sent(order))
    }

    private mutating func sendAgain(at now: Moment) {
        guard var job = current, let againAt = job.againAt, againAt <= now,
            case .turn(let order) = job.job
        else { return }
        job.againAt = nil
        if now < order.deadline, behaviour.line == .up {
            job.commandAt = now
            send(order, at: now)
        }
        current = job
    }

    private mutating func actWhatIsDue(at now: Moment) {
        for command in underWay where command.actsAt <= now {
            underWay.removeAll { $0.order.id == command.order.id && $0.actsAt == command.actsAt }
            move(command.order.outlet, command.order.command, .shot(command.order.shot), at: now)
        }
    }

    private mutating func move(
        _ outlet: Outlet, _ command: PowerCommand, _ cause: SwitchDeed.Cause, at now: Moment
    ) {
        guard !stuck.contains(outlet), let place = outlets.firstIndex(of: outlet),
            states[place] != command
        else { return }
        states[place] = command
        deeds.append(.moved(outlet, command, cause))
        review(at: now)
    }

    /// A reading is out as soon as there is something to read; a command's report as soon as the
    /// outlet is what it should be; both at the deadline at the latest.
    private mutating func review(at now: Moment) {
        guard var job = current else { return }
        let canBeRead = behaviour.voice == .clear && behaviour.line == .up
        let early: Bool =
            switch job.job {
            case .read: canBeRead
            case .turn(let order): canBeRead && state(of: order.outlet) == order.command
            }
        let deadline = job.job.deadline
        if !early { job.reportAt = deadline }
        if early, job.reportAt == deadline {
            job.reportAt = min(deadline, now + behaviour.reading)
        }
        current = job
    }

    private mutating func report(_ job: Job, commandAt: Moment?, at now: Moment) {
        let isBegun = if case .read = job { true } else { commandAt != nil }
        let canBeRead = behaviour.voice == .clear && behaviour.line == .up && isBegun
        let state = canBeRead ? state(of: job.outlet)?.proof ?? .unknown : .unknown
        deeds.append(
            .reported(
                PowerReport(
                    order: job.id, outlet: job.outlet, state: state, lastCommandAt: commandAt,
                    trouble: state == .unknown ? "\(job.outlet): nothing to be read" : nil)))
    }
}

extension OrderSwitch.Job {
    var deadline: Moment {
        switch self {
        case .turn(let order): order.deadline
        case .read(let order): order.deadline
        }
    }

    var outlet: Outlet {
        switch self {
        case .turn(let order): order.outlet
        case .read(let order): order.outlet
        }
    }

    var id: OrderID {
        switch self {
        case .turn(let order): order.id
        case .read(let order): order.id
        }
    }
}

extension PowerOrder {
    /// The shot that the order belongs to.
    package var shot: ShotNumber { proof.entry.shot(at: outlet) }
}

extension Entry {
    /// Of an entry that allows an order to this outlet.
    package func shot(at outlet: Outlet) -> ShotNumber {
        switch self {
        case .answered: grants.first { $0.feeds.contains(outlet) }?.shot ?? ShotNumber(0)
        case .onIntended(let shot), .verifiedOff(let shot), .closed(let shot, _): shot
        case .attested(let shot, by: _, _): shot
        case .condensed(let condensate):
            condensate.open.first { $0.grant.feeds.contains(outlet) }?.grant.shot ?? ShotNumber(0)
        case .started, .admitted, .renamed, .locked, .released: ShotNumber(0)
        }
    }
}
