// One conversation with one switch: the rules that hold whatever the model.
//
// A command proves nothing, and neither does its answer. Only a reading that was asked for after
// the command had left says what the outlet is; and it is believed only in step, when nothing that
// was sent before can be what is being answered.

package import Fencing

package struct SwitchSession: LineDialogue {
    var driver: any SwitchDriver
    let latency: Duration
    var phase = Phase.closed("it was not opened yet")
    var greeting = Greeting.due
    var trust = Trust.never
    var tidiness = Tidiness()
    var job: JobUnderWay?
    var wire = Wire()
    var seen = SeenBytes()
    var unproved: Set<UnprovedCommand> = []
    var failedGreetings = 0
    var steps: [LineStep] = []
    /// Of what came together, what the driver has not been given yet.
    var unheard: ArraySlice<UInt8> = []
    /// When the driver leaves the switch, unless there is something to do before.
    var leavesAt: Moment?
    private var announced: Moment?

    enum Phase {
        /// No line. Goes on when it is opened.
        case closed(String)
        /// A line, and nothing to do on it.
        case rest
        /// Nothing is sent before this moment.
        case pausing(until: Moment)
        /// Whatever still comes is thrown away, until it is silent. Then the task begins.
        case draining(Drain)
        case exchanging(Exchange)
        /// Logs out, and then hangs up.
        case leaving(Farewell)
    }

    struct Farewell {
        let until: Moment
        /// The driver has nothing more to say.
        var isSaid = false
    }

    struct Drain {
        let task: SwitchTask
        let gaveUpAt: Moment
        var silentAt: Moment
    }

    struct Exchange {
        let task: SwitchTask
        let beganAt: Moment
        /// It began late enough, and on a silent line: its answer cannot be an older one.
        let canFindStep: Bool
        var until: Moment
        var hasSent = false
        /// When something came of it last.
        var heardAt: Moment?
        /// Its job is over; it is heard out, so that the line stays in step.
        var isLeftOver = false
        /// Left over, it is heard out while something comes, but not after this.
        var endsLatest: Moment?
        /// The end that came before the question had left: it waits until it has.
        var heldEnd: TaskEnd?
    }

    enum Silence { case quiet, chattering }

    /// Since the line was opened.
    enum Greeting { case due, done, failed }

    /// May what is read be believed?
    enum Trust: Hashable {
        /// The line was never open.
        case never
        /// An exchange was not finished, and its answer may still come; or the line was closed, and
        /// nobody knows what others have sent over it. Ends with a greeting that begins on a silent
        /// line, the maximal latency after this moment.
        case outOfStep(since: Moment)
        case inStep
    }

    struct Wire {
        var sending = Sending.nothing
        var lastSentAt: Moment?
        /// Leads that are not where they rest. They do not stay so when a task is given up.
        var pressed: Set<Lead> = []
        enum Sending { case nothing, underWay }
    }

    /// A line that was silent for so long has nothing more to say.
    package static let quietTime = Duration.milliseconds(100)
    /// A line that is not silent by then will not be.
    package static let longestDrain = Duration.seconds(2)
    package static let betweenReadings = Duration.milliseconds(250)
    /// What a busy machine may take longer for a command and its last reading than for the first: a shot
    /// must not end in doubt because a command was repeated too late to be judged.
    package static let slack = Duration.milliseconds(300)
    /// After so many greetings in a row without an answer the line is closed and opened anew: with
    /// some switches that ends the session in which they are stuck.
    package static let mostFailedGreetings = 2
    /// A reading whose job is over is heard out for so long.
    package static let longestLeftOver = Duration.seconds(5)
    /// A switch that is silent for longer is not answering any more.
    package static let pauseInAnAnswer = Duration.milliseconds(500)
    /// And one that was just asked may begin to.
    package static let timeToAnswer = Duration.seconds(1)
    /// A logout that takes longer is cut short.
    package static let longestFarewell = Duration.seconds(2)

    /// `maximalLatency` is the time after which nothing that was sent can still act or be answered;
    /// nil takes the driver's own.
    package init(_ driver: any SwitchDriver, maximalLatency: Duration? = nil) {
        self.driver = driver
        latency = maximalLatency ?? driver.traits.maximalLatency
    }

    package var isIdle: Bool {
        switch phase {
        case .leaving: false
        case .closed, .rest, .pausing, .draining, .exchanging: job == nil
        }
    }
}

// MARK: - What happens to it

extension SwitchSession {
    package mutating func lineOpened(at now: Moment) -> [LineStep] {
        trust = .outOfStep(since: now)
        greeting = .due
        failedGreetings = 0
        tidiness = Tidiness()
        wire.sending = .nothing
        // Opening the port has put them where they rest.
        wire.pressed = []
        phase = .rest
        if !endOverdueJob(at: now) { goOn(at: now) }
        return takeSteps()
    }

    package mutating func lineLost(_ reason: String, at now: Moment) -> [LineStep] {
        // There is nothing to move any more.
        wire.pressed = []
        breakOff(at: now)
        if case .leaving = phase { driver.abandon() }
        phase = .closed(reason)
        job?.trouble = "the line was lost (\(reason))"
        _ = endOverdueJob(at: now)
        return takeSteps()
    }

    package mutating func begin(_ job: LineJob, at now: Moment) -> [LineStep] {
        precondition(isIdle, "a session does one job at a time")
        seen.forget()
        forgetOldCommands(at: now)
        let underWay = JobUnderWay(job)
        self.job = underWay
        if let objection = objection(to: underWay, at: now) {
            finish(.unknown, objection, at: now)
        } else {
            takeUp(underWay, at: now)
        }
        return takeSteps()
    }

    package mutating func giveWay(at now: Moment) -> [LineStep] {
        guard case .read? = job?.job else { return takeSteps() }
        endJob(at: now, "\(attempt), and gave way to an order to switch. Ask again")
        return takeSteps()
    }

    package mutating func received(_ bytes: [UInt8], at now: Moment) -> [LineStep] {
        if driver.mayHearSecret { seen.hide() } else { seen.add(bytes) }
        if endOverdueJob(at: now) { return takeSteps() }
        switch phase {
        case .closed:
            break
        case .rest, .pausing:
            noteUnasked(bytes, at: now)
        case .leaving:
            var unread = bytes[...]
            while !unread.isEmpty {
                guard case .leaving(let farewell) = phase, !farewell.isSaid else { break }
                sayGoodbye(driver.received(&unread, at: now))
            }
        case .draining(var drain):
            noteUnasked(bytes, at: now)
            drain.silentAt = now + Self.quietTime
            phase = .draining(drain)
        case .exchanging(var exchange):
            tidiness.heard(at: now)
            exchange.heardAt = now
            if let latest = exchange.endsLatest {
                exchange.until = min(latest, max(exchange.until, now + Self.pauseInAnAnswer))
            }
            phase = .exchanging(exchange)
            unheard = bytes[...]
            while !unheard.isEmpty {
                guard case .exchanging(let exchange) = phase, exchange.heldEnd == nil else { break }
                play(driver.received(&unheard, at: now), at: now)
            }
            if case .exchanging = phase, !unheard.isEmpty { tidiness.breakHabit() }
            unheard = []
        }
        return takeSteps()
    }

    package mutating func sent(at now: Moment) -> [LineStep] {
        guard wire.sending == .underWay else { return takeSteps() }
        noteSent(at: now)
        if endOverdueJob(at: now) { return takeSteps() }
        if case .leaving = phase { sayGoodbye(driver.sent(at: now)) }
        if case .exchanging(var exchange) = phase {
            if let end = exchange.heldEnd {
                exchange.heldEnd = nil
                ended(exchange, end, at: now)
            } else {
                play(driver.sent(at: now), at: now)
            }
        }
        return takeSteps()
    }

    package mutating func sensed(_ raised: Set<SenseInput>, at now: Moment) -> [LineStep] {
        if endOverdueJob(at: now) { return takeSteps() }
        if case .exchanging(let exchange) = phase, exchange.heldEnd == nil {
            play(driver.sensed(raised, at: now), at: now)
        }
        return takeSteps()
    }

    package mutating func timePassed(at now: Moment) -> [LineStep] {
        announced = nil
        if endOverdueJob(at: now) { return takeSteps() }
        switch phase {
        case .closed:
            break
        case .rest:
            if let due = leavesAt, due <= now { logOut() }
        case .pausing(let until):
            if until <= now { goOn(at: now) }
        case .draining(let drain):
            if drain.silentAt <= now {
                noteSilence()
                startExchange(drain.task, .quiet, at: now)
            } else if drain.gaveUpAt <= now {
                startExchange(drain.task, .chattering, at: now)
            }
        case .exchanging(let exchange):
            if exchange.until <= now {
                timedOut(exchange, at: now)
            } else if let wake = driver.wakesAt, wake <= now {
                play(driver.timePassed(at: now), at: now)
            }
        case .leaving(let farewell):
            if farewell.until <= now {
                driver.abandon()
                hangUp(Self.leftText)
            } else if let wake = driver.wakesAt, wake <= now {
                sayGoodbye(driver.timePassed(at: now))
            }
        }
        return takeSteps()
    }
}

// MARK: - Time

extension SwitchSession {
    private var wakesAt: Moment? {
        let ofPhase: Moment? =
            switch phase {
            case .closed: nil
            case .rest: leavesAt
            case .pausing(let until): until
            case .draining(let drain): min(drain.silentAt, drain.gaveUpAt)
            case .exchanging(let exchange):
                min(exchange.until, driver.wakesAt ?? exchange.until)
            case .leaving(let farewell): min(farewell.until, driver.wakesAt ?? farewell.until)
            }
        return [ofPhase, job?.until].compactMap(\.self).min()
    }

    mutating func takeSteps() -> [LineStep] {
        let wake = wakesAt
        if wake != announced { steps.append(wake.map(LineStep.wake) ?? .sleep) }
        announced = wake
        defer { steps = [] }
        return steps
    }
}
