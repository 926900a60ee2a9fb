// Relay boards that speak Modbus RTU. An answer is believed only if its CRC is right and it comes
// from the unit that was asked, to the function that was asked for. The answer to a write is the
// write itself, and so is the echo of a two-wire adapter: it proves nothing, and only the relay's
// own state does, read anew. Only fixed values are written: never a toggle, never a pulse.

package import Fencing

package struct ModbusRelayDriver: BytewiseDriver {
    private let unit: UInt8
    private let dialect: ModbusDialect
    private let contacts: DriverOptions.Contacts
    private var stage = Stage.idle
    /// What has come since the question; the answer is looked for at its end.
    private var heard: [UInt8] = []

    private enum Stage {
        case idle
        /// The question is on its way; `until` is set when it has left.
        case asked(Question, until: Moment?)
        /// It was busy: it has taken nothing, and is asked again.
        case waiting(Question, until: Moment)
    }

    private struct Question {
        let task: SwitchTask
        let frame: [UInt8]
        var tries = 1
    }

    /// A unit answers within a second at the most.
    static let answerTime = Duration.seconds(2)
    static let busyTime = Duration.milliseconds(250)
    static let mostTries = 4
    private static let mostHeard = 64

    package let traits: DriverTraits

    /// Takes `unit` (1 to 255; 1 where it is left out), `dialect` and `contacts`. A driver called
    /// `modbus-relay`.
    package init(_ options: DriverOptions = DriverOptions()) throws(DriverOptionRefused) {
        let name = "modbus-relay"
        let number = options.unit ?? 1
        guard let unit = UInt8(exactly: number), unit > 0 else {
            throw DriverOptionRefused(
                key: .unit, what: "\(name) cannot ask unit \(number)",
                advice: "write a number from 1 to 255; 0 would be every unit at once")
        }
        self.unit = unit
        dialect = try options.dialect(or: .coil, for: name)
        contacts = options.contacts ?? .normallyOpen
        traits = DriverTraits(
            name: name, readsBack: .yes, patience: .seconds(4), maximalLatency: .seconds(5),
            outlets: (1...ModbusDialect.mostOutlets).compactMap { OutletName(String($0)) })
    }

    package var wakesAt: Moment? {
        switch stage {
        case .idle: nil
        case .asked(_, let until): until
        case .waiting(_, let until): until
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        let request: [UInt8]
        switch task {
        case .greet:
            request = dialect.read(1)
        case .command(let command, let outlet):
            guard let relay = relay(outlet) else { return end(.refused(noRelay(outlet))) }
            request = dialect.write(relay, contacts.coil(for: command))
        case .read(let outlet):
            guard let relay = relay(outlet) else { return end(.refused(noRelay(outlet))) }
            request = dialect.read(relay)
        }
        return ask(Question(task: task, frame: ModbusFrame.closed([unit] + request)))
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        if case .asked(let question, until: nil) = stage {
            stage = .asked(question, until: now + Self.answerTime)
        }
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .asked(_, let until?) where until <= now: return end(.broken(silence))
        case .waiting(let question, let until) where until <= now: return ask(question)
        case .idle, .asked, .waiting: return []
        }
    }

    package mutating func abandon() { stage = .idle }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        guard case .asked(let question, _) = stage else { return [] }
        heard = (heard + [byte]).suffix(Self.mostHeard)
        if let exception = exception(to: question) {
            return take(exception, of: question, at: now)
        }
        switch question.task {
        case .command:
            return heard.ends(with: question.frame) ? end(.acknowledged) : []
        case .greet:
            return data(for: question) == nil ? [] : end(.greeted)
        case .read:
            guard let data = data(for: question) else { return [] }
            return reading(data)
        }
    }
}

// MARK: - Asking and being answered

extension ModbusRelayDriver {
    private mutating func ask(_ question: Question) -> [DriverStep] {
        heard = []
        stage = .asked(question, until: nil)
        return [.send(question.frame)]
    }

    /// The data of an answer to a read that has just become whole. An echo of the question, which
    /// some adapters give, is never one: where the answer counts its bytes, it has a zero.
    private func data(for question: Question) -> ArraySlice<UInt8>? {
        let frame = heard.suffix(3 + dialect.dataLength + 2)
        let head = [unit, question.frame[1], UInt8(dialect.dataLength)]
        guard frame.starts(with: head), ModbusFrame.isWhole(frame) else { return nil }
        return frame.dropFirst(3).dropLast(2)
    }

    private func exception(to question: Question) -> ModbusException? {
        let frame = heard.suffix(5)
        guard frame.starts(with: [unit, question.frame[1] | 0x80]), ModbusFrame.isWhole(frame)
        else { return nil }
        return frame.dropFirst(2).first.map(ModbusException.init)
    }

    /// Whoever refuses has understood: that is enough for a greeting.
    private mutating func take(
        _ exception: ModbusException, of question: Question, at now: Moment
    ) -> [DriverStep] {
        switch (question.task, exception) {
        case (.greet, _):
            return end(.greeted)
        case (.command, .acknowledged):
            return end(.acknowledged)
        case (_, .busy) where question.tries < Self.mostTries:
            var next = question
            next.tries += 1
            stage = .waiting(next, until: now + Self.busyTime)
            return []
        case (.command, _), (.read, _):
            return end(.refused("unit \(unit) answered \(exception.text)"))
        }
    }

    private mutating func reading(_ data: ArraySlice<UInt8>) -> [DriverStep] {
        guard let coil = dialect.coil(data) else {
            return end(.broken("unit \(unit) told of a relay that is neither on nor off"))
        }
        return end(.reading(contacts.state(of: coil), remark: nil))
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }

    private func relay(_ outlet: OutletName) -> Int? {
        guard let number = Int(outlet.text), String(number) == outlet.text,
            (1...ModbusDialect.mostOutlets).contains(number)
        else { return nil }
        return number
    }

    private func noRelay(_ outlet: OutletName) -> String {
        "relays are numbered from 1 to \(ModbusDialect.mostOutlets), not \(outlet)"
    }

    /// No answer came; perhaps somebody else's did.
    private var silence: String {
        let others = heard.indices.flatMap { start in
            (ModbusFrame.leastLength...8).compactMap { length -> UInt8? in
                let frame = heard[start...].prefix(length)
                return frame.count == length && ModbusFrame.isWhole(frame) ? frame.first : nil
            }
        }
        guard let other = others.first(where: { $0 != unit }) else {
            return "unit \(unit) gave no answer with a good CRC"
        }
        return "unit \(other) answered instead of unit \(unit)"
    }
}

extension [UInt8] {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
