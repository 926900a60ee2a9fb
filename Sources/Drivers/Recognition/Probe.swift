// Finds out what answers on a line, one question after the other, as a pure machine. It ends with
// the first answer that it understands, and with the first that it does not.

package import Fencing

package struct Probe: Sendable {
    private var waiting: [ProbeQuestion]
    private let further: [ProbeQuestion]
    private var current: ProbeQuestion?
    private var heard: [UInt8] = []
    private var wakesAt: Moment?
    /// When even an answer that goes on is heard no more.
    private var endsAt: Moment?
    /// What was asked and what came, in order.
    package private(set) var exchanges: [ProbeExchange] = []

    /// Behind so much silence an answer is whole.
    static let endOfAnswer = Duration.milliseconds(400)
    /// Of bytes, and of time, for one answer.
    static let mostHeard = 4096
    static let longestAnswer = Duration.seconds(5)

    /// How fast the line is: what can be on it follows from that.
    package enum Pace: Hashable, Sendable {
        /// 2400 baud.
        case slow
        case usual
    }

    package enum Step: Hashable, Sendable {
        case send([UInt8])
        /// Call `timePassed` then; replaces the moment named before.
        case wake(Moment)
        case end(ProbeOutcome)
    }

    package init(_ pace: Pace) {
        waiting = ProbeQuestion.first
        switch pace {
        case .slow: further = ProbeQuestion.furtherWhenSlow
        case .usual: further = ProbeQuestion.further
        }
    }

    /// Once, when the line is open.
    package mutating func begin(at now: Moment) -> [Step] {
        waiting += further
        return ask(at: now)
    }

    package mutating func sent(at now: Moment) -> [Step] {
        guard let current, heard.isEmpty else { return [] }
        return wake(at: now + current.patience)
    }

    package mutating func received(_ bytes: [UInt8], at now: Moment) -> [Step] {
        guard current != nil else { return [] }
        heard += bytes.prefix(Self.mostHeard - heard.count)
        let end = endsAt ?? now + Self.longestAnswer
        endsAt = end
        return wake(at: min(end, now + Self.endOfAnswer))
    }

    package mutating func timePassed(at now: Moment) -> [Step] {
        guard let question = current, let due = wakesAt, due <= now else { return [] }
        let exchange = ProbeExchange(question: question, answer: heard)
        exchanges.append(exchange)
        let found = question.recognise(heard)
        if !found.isEmpty { return end(.recognised(found)) }
        if isStrange(exchange) { return end(.stranger) }
        return ask(at: now)
    }

    private mutating func ask(at now: Moment) -> [Step] {
        heard = []
        endsAt = nil
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            guard next.isWorthAsking(after: exchanges.last) else { continue }
            current = next
            let deadline = wake(at: now + next.patience + Self.longestAnswer)
            return next.bytes.isEmpty
                ? wake(at: now + next.patience) : [.send(next.bytes)] + deadline
        }
        let answers = exchanges.filter { !$0.answer.isEmpty }
        if answers.isEmpty { return end(.silence) }
        return end(answers.allSatisfy(\.isEcho) ? .echo : .stranger)
    }

    /// Who answers a line end with words that nobody knows is a console of something else: the
    /// questions for boards and machines could mean anything to it.
    private func isStrange(_ exchange: ProbeExchange) -> Bool {
        switch exchange.question {
        case .lineEnd: !exchange.answer.isEmpty && !exchange.isEcho && !exchange.isRefusal
        case .listen, .apcSmart, .voltronic, .megatec, .devantech, .devantechIdentity,
            .terminalMode, .basicMode, .modbusCoils, .modbusCoilsFromOne, .modbusRegisters, .lcus,
            .kmTronic8,
            .kmTronic2, .rps10, .ePowerSwitch:
            false
        }
    }

    private mutating func wake(at moment: Moment) -> [Step] {
        wakesAt = moment
        return [.wake(moment)]
    }

    private mutating func end(_ outcome: ProbeOutcome) -> [Step] {
        current = nil
        wakesAt = nil
        return [.end(outcome)]
    }
}

package struct ProbeExchange: Hashable, Sendable {
    let question: ProbeQuestion
    package let answer: [UInt8]

    package var asked: String { question.name }
    package var sent: [UInt8] { question.bytes }
    /// It may have shown less than it was sent.
    var isEcho: Bool { answer.allSatisfy(question.bytes.contains) }
    /// A UPS that was sent backspaces says so, or sends them back.
    var isRefusal: Bool { ["NAK\r", "(NAK\r"].contains { Array($0.utf8) == answer } }
}
