// WTI RPS-10: no login, no echo, no prompt. A fixed string, the outlet's digit, a command, CR; the
// answer names the digit again. After WTI's RPS-10 manual p. 11, powerman's wti-rps10.dev and
// cluster-glue's rps10.c.

package import Fencing

package struct RPS10Driver: BytewiseDriver {
    private var stage = Stage.idle
    private var text = TextLine()
    private var lastSentAt: Moment?

    private enum Stage {
        case idle
        /// The port may be resetting itself because DTR fell: until it says that it is ready, or
        /// has been silent for long enough.
        case settling(until: Moment)
        /// Between two commands.
        case spacing(SwitchTask, until: Moment)
        case answering(Question, states: Set<PowerState>)
    }

    private enum Question {
        case command(PowerCommand, OutletName)
        case reading(OutletName)

        var outlet: OutletName {
            switch self {
            case .command(_, let outlet), .reading(let outlet): outlet
            }
        }
    }

    /// ^B ^X ^X ^B ^X ^X
    private static let password: [UInt8] = [0x02, 0x18, 0x18, 0x02, 0x18, 0x18]
    /// powerman's wti-rps10.dev waits as long after it has opened the line.
    static let settlingTime = Duration.seconds(2)
    /// The manual's time between two commands at 9600 baud.
    static let spacing = Duration.milliseconds(500)

    package let traits = DriverTraits(
        name: "wti-rps10", readsBack: .yes, patience: .seconds(5), maximalLatency: .seconds(5),
        outlets: (0...9).compactMap { OutletName(String($0)) })

    package init() {}

    package var wakesAt: Moment? {
        switch stage {
        case .settling(let until), .spacing(_, let until): until
        case .idle, .answering: nil
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        text = TextLine()
        switch task {
        case .greet:
            stage = .settling(until: now + Self.settlingTime)
            return []
        case .command, .read:
            if let ready = lastSentAt.map({ $0 + Self.spacing }), now < ready {
                stage = .spacing(task, until: ready)
                return []
            }
            return ask(task)
        }
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .settling(let until) where until <= now: return end(.greeted)
        case .spacing(let task, let until) where until <= now: return ask(task)
        case .idle, .settling, .spacing, .answering: return []
        }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        lastSentAt = now
        return []
    }

    package mutating func abandon() { stage = .idle }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        let line = text.take(byte)
        switch stage {
        case .idle, .spacing:
            return []
        case .settling:
            stage = .settling(until: now + Self.settlingTime)
            let isReady = line?.uppercased().hasSuffix("RPS-10 READY") ?? false
            return isReady ? end(.greeted) : []
        case .answering(let question, let states):
            guard let line else { return [] }
            return take(line, of: question, states)
        }
    }
}

// MARK: - Asking and being answered

extension RPS10Driver {
    private mutating func ask(_ task: SwitchTask) -> [DriverStep] {
        let question: Question
        let command: Character
        switch task {
        case .greet: return end(.greeted)
        case .command(.off, let outlet): (question, command) = (.command(.off, outlet), "0")
        case .command(.on, let outlet): (question, command) = (.command(.on, outlet), "1")
        case .read(let outlet): (question, command) = (.reading(outlet), "?")
        }
        guard traits.outlets?.contains(question.outlet) ?? false else {
            return end(.refused("an RPS-10 has the outlets 0 to 9, not \(question.outlet)"))
        }
        stage = .answering(question, states: [])
        return [.send(Self.password + Array("\(question.outlet)\(command)\r".utf8))]
    }

    /// `Plug 3 Off`, then `Complete`; anything else is noise, and no proof.
    private mutating func take(
        _ line: String, of question: Question, _ states: Set<PowerState>
    ) -> [DriverStep] {
        if line == "Complete" { return complete(question, states) }
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "Plug", let state = Self.state(words[2]) else {
            return []
        }
        guard words[1] == question.outlet.text else {
            return end(.broken("asked about plug \(question.outlet), it answered `\(line)`"))
        }
        stage = .answering(question, states: states.union([state]))
        return []
    }

    private mutating func complete(
        _ question: Question, _ states: Set<PowerState>
    ) -> [DriverStep] {
        switch question {
        case .command(let command, _):
            states == [command.proof]
                ? end(.acknowledged) : end(.broken("it said `Complete` without the new state"))
        case .reading:
            states.count == 1
                ? end(.reading(states.first ?? .unknown, remark: nil))
                : end(.broken("it said `Complete` with \(states.count) states"))
        }
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }

    private static func state(_ word: Substring) -> PowerState? {
        switch word {
        case "On": .on
        case "Off": .off
        default: nil
        }
    }
}
