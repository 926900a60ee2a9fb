// A machine's own BMC on a serial line: the machine is the outlet, and there is one. The answer to
// Chassis Control comes before the power has fallen, so off is what Get Chassis Status says twice, a
// second apart. After the IPMI specification, Intel's and Dell's manuals, ipmitool and OpenIPMI.

internal import Fencing

struct IPMIDriver<Port: IPMIPort>: BytewiseDriver {
    private var port: Port
    private var stage = Stage.idle
    private var task = SwitchTask.greet
    private var connection = Connection.unknown
    private var efforts = Efforts()
    /// After a password that was not taken: BMCs lock everybody out who tries often.
    private var turnedAway: TurnedAway?

    private enum Stage {
        case idle
        case resting(until: Moment?, length: Duration)
        case connecting(until: Moment?)
        case asking(Question, until: Moment?)
        /// Between two messages: a BMC is not ready for the next one at once.
        case spacing(Question, until: Moment)
    }

    private enum Question: Hashable {
        case control(PowerCommand)
        case look
        /// What the first look saw.
        case secondLook(PowerState)
    }

    private enum Connection {
        case unknown
        /// It has answered.
        case heard(at: Moment)
    }

    private struct TurnedAway {
        let reason: String
        let until: Moment
    }

    /// What was tried for the task under way.
    private struct Efforts {
        var answers = 0
        var busyAnswers = 0
        var repeats = 0
        var refusals = 0
        /// What it was asked when it had forgotten who we are.
        var unanswered: Question?
    }

    /// A BMC that has answered so recently still knows us; its own idle time is a minute at least.
    private static var freshTime: Duration { .seconds(20) }
    private static var noLoginTime: Duration { .seconds(35) }
    private static var spacing: Duration { .milliseconds(100) }
    private static var secondLookTime: Duration { .seconds(1) }
    private static var busyTime: Duration { .milliseconds(500) }
    private static var mostBusyAnswers: Int { 4 }
    /// Of what changes nothing: each message has a number of its own, or is answered in words.
    private static var mostRepeats: Int { 3 }
    private static var connectTime: Duration { .seconds(2) }

    package let traits: DriverTraits

    init(_ port: Port) {
        self.port = port
        traits = DriverTraits(
            name: port.name, readsBack: .yes, patience: .seconds(20),
            maximalLatency: .seconds(15), outlets: [OutletName("1")].compactMap(\.self),
            leavesAfter: .seconds(30))
    }

    package var mayHearSecret: Bool { port.mayHearSecret }

    package var wakesAt: Moment? {
        switch stage {
        case .idle: nil
        case .resting(let until, _), .connecting(let until), .asking(_, let until): until
        case .spacing(_, let until): until
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet: break
        case .command(_, let outlet), .read(let outlet):
            guard outlet.text == "1" else {
                return end(.refused("a BMC has the outlet 1, its own machine, and not \(outlet)"))
            }
        }
        self.task = task
        efforts = Efforts()
        switch (task, connection) {
        case (.command, .heard(let moment)) where now < moment + Self.freshTime: return perform()
        case (.read, .heard(let moment)) where now < moment + Self.freshTime: return perform()
        case (.greet, _), (.command, _), (.read, _): return connect(at: now)
        }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        switch stage {
        case .resting(until: nil, let length):
            stage = .resting(until: now + length, length: length)
        case .connecting(until: nil): stage = .connecting(until: now + Self.connectTime)
        case .asking(let question, until: nil):
            stage = .asking(question, until: now + Self.patience(with: question))
        case .idle, .resting, .connecting, .asking, .spacing: break
        }
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .resting(let until?, _) where until <= now:
            return play(port.connect(after: .rested), at: now)
        case .connecting(let until?) where until <= now: return connectUnheard(at: now)
        case .asking(let question, let until?) where until <= now: return unheard(question)
        case .spacing(let question, let until) where until <= now: return ask(question)
        case .idle, .resting, .connecting, .asking, .spacing: return []
        }
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        guard let reply = port.take(byte) else { return [] }
        efforts.answers += 1
        switch stage {
        case .idle, .resting, .spacing: return []
        case .connecting:
            connection = .heard(at: now)
            let step = port.connect(after: .answered(reply))
            if case .connected = step { turnedAway = nil }
            return play(step, at: now)
        case .asking(let question, _):
            connection = .heard(at: now)
            return take(reply, to: question, at: now)
        }
    }

    package mutating func abandon() {
        stage = .idle
        connection = .unknown
        port.forget()
    }

    package mutating func leave() -> [UInt8] {
        guard case .heard = connection else { return [] }
        connection = .unknown
        return port.farewell()
    }
}

// MARK: - Making ourselves heard

extension IPMIDriver {
    private mutating func connect(at now: Moment) -> [DriverStep] {
        if let turnedAway, now < turnedAway.until {
            switch task {
            case .command: return perform()
            case .greet, .read: return end(.broken(turnedAway.reason))
            }
        }
        return play(port.connect(after: .begun), at: now)
    }

    private mutating func play(_ step: IPMIConnectStep, at now: Moment) -> [DriverStep] {
        switch step {
        case .send(let bytes):
            stage = .connecting(until: nil)
            return [.send(bytes)]
        case .sendAndRest(let bytes, let length):
            stage = .resting(until: nil, length: length)
            return [.send(bytes)]
        case .connected:
            return task == .greet ? end(.greeted) : perform(after: now)
        case .turnedAway(let reason):
            efforts.refusals += 1
            // A password that changed on the way was not the wrong one; a second time it is.
            if efforts.refusals == 1, turnedAway == nil { return connect(at: now) }
            turnedAway = TurnedAway(
                reason: "\(reason) (not tried again at once)", until: now + Self.noLoginTime)
            return end(.broken(reason))
        }
    }

    /// An off does not wait for a BMC of which nothing at all is heard.
    private var mayBeLostUnheard: Bool {
        switch task {
        case .command: efforts.answers == 0
        case .greet, .read: false
        }
    }

    private mutating func connectUnheard(at now: Moment) -> [DriverStep] {
        efforts.repeats += 1
        if efforts.repeats <= Self.mostRepeats, !mayBeLostUnheard {
            stage = .connecting(until: nil)
            return [.send(port.connectAgain())]
        }
        switch task {
        case .command: return play(port.connect(after: .silence), at: now)
        case .greet, .read: return end(.unanswered)
        }
    }
}

// MARK: - Asking

extension IPMIDriver {
    /// The task itself, at once or when the BMC has had time to get ready.
    private mutating func perform(after moment: Moment? = nil) -> [DriverStep] {
        let question: Question
        switch task {
        case .greet: return end(.greeted)
        case .command(let command, _): question = efforts.unanswered ?? .control(command)
        case .read: question = efforts.unanswered ?? .look
        }
        guard let moment else { return ask(question) }
        stage = .spacing(question, until: moment + Self.spacing)
        return []
    }

    private mutating func ask(_ question: Question) -> [DriverStep] {
        let request: IPMIRequest =
            switch question {
            case .control(let command): .chassisControl(command)
            case .look, .secondLook: .chassisStatus
            }
        stage = .asking(question, until: nil)
        return [.send(port.frame(request))]
    }

    /// A look is repeated, a command never.
    private mutating func unheard(_ question: Question) -> [DriverStep] {
        efforts.repeats += 1
        switch question {
        case .look where efforts.repeats <= Self.mostRepeats,
            .secondLook where efforts.repeats <= Self.mostRepeats:
            return ask(question)
        case .control, .look, .secondLook: return end(.unanswered)
        }
    }

    /// Some BMCs are seconds late with their answer to a control.
    private static func patience(with question: Question) -> Duration {
        switch question {
        case .control: .seconds(8)
        case .look, .secondLook: .seconds(3)
        }
    }

    private mutating func take(
        _ reply: IPMIReply, to question: Question, at now: Moment
    ) -> [DriverStep] {
        switch reply.code {
        case .fine: return succeed(reply, question, at: now)
        case .busy where efforts.busyAnswers < Self.mostBusyAnswers:
            // It has taken nothing.
            efforts.busyAnswers += 1
            stage = .spacing(question, until: now + Self.busyTime)
            return []
        case .notPrivileged where efforts.unanswered != question:
            // It has forgotten who we are, and has taken nothing. To the same question once more,
            // behind a login, it means what it says.
            efforts.unanswered = question
            return connect(at: now)
        default: return end(.refused("the BMC answered \(reply.code.text)"))
        }
    }

    private mutating func succeed(
        _ reply: IPMIReply, _ question: Question, at now: Moment
    ) -> [DriverStep] {
        if case .control = question { return end(.acknowledged) }
        guard let power = reply.power else {
            return end(.broken("its chassis status has \(reply.data.count) bytes"))
        }
        switch question {
        case .control: return end(.acknowledged)
        case .look:
            let wait = power == .off ? Self.secondLookTime : Self.spacing
            stage = .spacing(.secondLook(power), until: now + wait)
            return []
        case .secondLook(let first):
            return first == power
                ? end(.reading(power, remark: nil))
                : end(
                    .reading(.unknown, remark: "it was \(first), and \(power) when looked at again")
                )
        }
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        port.forget()
        switch end {
        case .broken, .unanswered, .turnedAway, .strange: connection = .unknown
        case .greeted, .acknowledged, .reading, .refused: break
        }
        return [.end(end)]
    }
}
