// The driver of every UPS: one ask after the other, with the answers gathered. What changes nothing is
// asked again when no answer comes: whatever answer comes then was asked for after the task began.

internal import Fencing

struct UPSDriver<Language: UPSLanguage>: BytewiseDriver {
    private let language: Language
    private var stage = Stage.idle
    private var text = TextLine()
    private var task = SwitchTask.greet
    private var asks: [UPSAsk] = []
    private var answers: [String] = []
    private var tries = 0
    /// A damaged order may bring the output back until then.
    private var doubtfulUntil: Moment?
    private(set) var isCountingDown = false
    private var orderedAt: Moment?

    private enum Stage {
        case idle
        /// Under way, or answered for; `until` is set when it has left, and moves with every byte.
        case asked(UPSAsk, until: Moment?)
        /// Between two asks: these are slow devices.
        case spacing(until: Moment)
    }

    private static var spacing: Duration { .milliseconds(50) }
    /// Between an order and the question what came of it: a voltage takes its time to fall.
    private static var settling: Duration { .milliseconds(100) }
    private static var answerTime: Duration { .seconds(2) }
    private static var mostTries: Int { 3 }

    init(_ language: Language) { self.language = language }

    package var traits: DriverTraits { language.traits }

    package var wakesAt: Moment? {
        switch stage {
        case .idle: nil
        case .asked(_, let until): until
        case .spacing(let until): until
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet: break
        case .command(_, let outlet), .read(let outlet):
            guard outlet.text == "1" else {
                return end(.refused("a UPS has the outlet 1, its own, and not \(outlet)"))
            }
        }
        self.task = task
        tries = 0
        return beginAnew(at: now)
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        guard case .asked(let ask, until: nil) = stage else { return [] }
        stage = .asked(ask, until: now + Self.patience(with: ask))
        return []
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        guard case .asked(let ask, let until) = stage else { return [] }
        if case .answer = ask.wait, until != nil {
            stage = .asked(ask, until: now + Self.answerTime)
        }
        guard !language.alerts.contains(byte), let line = text.take(byte) else { return [] }
        switch language.verdict(on: line, to: ask) {
        case .nothing: return []
        case .refusal(let reason): return refused(reason, at: now)
        case .damage(let reason, let duration):
            doubtfulUntil = now + duration
            return end(.refused(reason))
        case .answer:
            answers.append(line)
            stage = .spacing(until: now + Self.spacing)
            return []
        }
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .idle: return []
        case .spacing(let until): return until <= now ? next(at: now) : []
        case .asked(let ask, let until):
            guard let until, until <= now else { return [] }
            switch ask.wait {
            case .silence: return next(at: now)
            case .answer: return unanswered(at: now)
            }
        }
    }

    package mutating func abandon() { stage = .idle }
}

// MARK: - One after the other

extension UPSDriver {
    private mutating func beginAnew(at now: Moment) -> [DriverStep] {
        tries += 1
        asks = language.asks(for: task)
        answers = []
        if case .read = task, let orderedAt, now < orderedAt + Self.settling {
            stage = .spacing(until: orderedAt + Self.settling)
            return []
        }
        return next(at: now)
    }

    private mutating func next(at now: Moment) -> [DriverStep] {
        guard let ask = asks.first else { return over(at: now) }
        asks.removeFirst()
        text = TextLine()
        stage = .asked(ask, until: nil)
        return [.send(Array(ask.text.utf8))]
    }

    private mutating func over(at now: Moment) -> [DriverStep] {
        switch task {
        case .greet: return end(.greeted)
        case .command:
            orderedAt = now
            return end(.acknowledged)
        case .read:
            isCountingDown = language.isCountingDown(answers)
            let reading = believable(language.reading(answers), at: now)
            return end(.reading(reading.state, remark: reading.remark))
        }
    }

    private func believable(_ reading: Reading, at now: Moment) -> Reading {
        guard reading.state == .off, let doubtfulUntil, now < doubtfulUntil else { return reading }
        return .unknown("it is dead, but an order was damaged on its way and may bring it back")
    }

    /// An off is worth sending even to a UPS that is not heard; it is sent once.
    private mutating func unanswered(at now: Moment) -> [DriverStep] {
        switch task {
        case .command where !asks.isEmpty: next(at: now)
        case .command: end(.unanswered)
        case .greet, .read: tries < Self.mostTries ? beginAnew(at: now) : end(.unanswered)
        }
    }

    /// Half a word from before may have stood in its line buffer, and spoilt ours.
    private mutating func refused(_ reason: String, at now: Moment) -> [DriverStep] {
        switch task {
        case .command: end(.refused(reason))
        case .greet, .read: tries < Self.mostTries ? beginAnew(at: now) : end(.refused(reason))
        }
    }

    private static func patience(with ask: UPSAsk) -> Duration {
        switch ask.wait {
        case .answer: answerTime
        case .silence(let duration): duration
        }
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }
}
