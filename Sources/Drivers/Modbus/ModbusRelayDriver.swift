// Relay boards that speak Modbus RTU. An answer is believed only if it is the one frame that came since
// the question, its CRC is right, and it comes from the unit that was asked, to the function that was
// asked for. The answer to a write is the write itself, and so is the echo of a two-wire adapter: it
// proves nothing, and only the relay's own state does, read anew. Only fixed values are written: never
// a toggle, never a pulse.

package import Fencing

package struct ModbusRelayDriver: BytewiseDriver {
    private let unit: UInt8
    private let dialect: ModbusDialect
    private let contacts: DriverOptions.Contacts
    private var stage = Stage.idle
    private var board = ModbusBoard()
    package private(set) var alsoRead: [OutletName: PowerState] = [:]
    /// What has come since the question.
    private var heard: [UInt8] = []
    /// What has come since the last task.
    private var unasked: [UInt8] = []
    /// Questions of the latest task, and the answers to them: they may come twice.
    private var own: Set<[UInt8]> = []

    private enum Stage {
        case idle
        /// The question is on its way; `until` is set when it has left. `heardOut` is the moment at
        /// which the line will have been silent for long enough behind an answer.
        case asked(Question, until: Moment?, heardOut: Moment?)
        /// It was busy: it has taken nothing, and is asked again.
        case waiting(Question, until: Moment)
    }

    private struct Question {
        let purpose: Purpose
        let frame: [UInt8]
        /// From the last byte of the question.
        let patience: Duration
        var tries = 1
    }

    private enum Purpose {
        case write
        /// Whether the board reads so many relays together; further sizes are tried after it.
        case size(Int, further: ArraySlice<Int>)
        /// Whether it answers the question of another function.
        case other(triesLeft: Int)
        case reading(ModbusReading)
    }

    /// A unit answers within a second at the most.
    static let answerTime = Duration.seconds(2)
    /// Of a question that a board need not know.
    static let trialTime = Duration.seconds(1)
    /// Behind a frame: so long nothing else may come. Whoever shares the bus is heard by then.
    static let endOfAnswer = Duration.milliseconds(100)
    static let busyTime = Duration.milliseconds(250)
    static let mostTries = 4
    private static let mostHeard = 256

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
            name: name, readsBack: .yes, patience: .seconds(12), maximalLatency: .seconds(5),
            outlets: (1...ModbusDialect.mostOutlets).compactMap { OutletName(String($0)) })
    }

    package var wakesAt: Moment? {
        switch stage {
        case .idle: nil
        case .asked(_, let until, let heardOut): [until, heardOut].compactMap(\.self).min()
        case .waiting(_, let until): until
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        (own, unasked) = ([], [])
        switch task {
        case .greet:
            board = ModbusBoard()
            return askSize(ModbusBoard.triedSizes[...])
        case .command(let command, let outlet):
            guard let relay = relay(outlet) else { return end(.refused(noRelay(outlet))) }
            return ask(.write, dialect.write(relay, contacts.coil(for: command)), Self.answerTime)
        case .read(let outlet):
            guard let relay = relay(outlet) else { return end(.refused(noRelay(outlet))) }
            return ask(ModbusReading(relay, dialect, board))
        }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        if case .asked(let question, until: nil, let heardOut) = stage {
            stage = .asked(question, until: now + question.patience, heardOut: heardOut)
        }
        return []
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        guard case .asked(let question, let until, _) = stage else { return [] }
        heard = (heard + [byte]).suffix(Self.mostHeard)
        // What it answers to a write decides nothing: nobody waits for what may follow.
        if case .write = question.purpose, heard.suffix(question.frame.count) == question.frame[...]
        {
            return end(.acknowledged)
        }
        stage = .asked(question, until: until, heardOut: now + Self.endOfAnswer)
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .asked(let question, let until, let heardOut):
            if let until, until <= now { return judge(question, isLast: true, at: now) }
            guard let heardOut, heardOut <= now else { return [] }
            stage = .asked(question, until: until, heardOut: nil)
            return judge(question, isLast: false, at: now)
        case .waiting(let question, let until) where until <= now: return send(question)
        case .idle, .waiting: return []
        }
    }

    package mutating func abandon() { stage = .idle }

    /// A whole frame that is not one of ours: somebody else's question, or the answer to it.
    package mutating func heardUnasked(_ bytes: [UInt8], at now: Moment) -> String? {
        unasked = (unasked + bytes).suffix(Self.mostHeard)
        let strange = ModbusTraffic(unasked).frames.filter { !own.contains($0) }
        guard let first = strange.first else { return nil }
        unasked = []
        return "somebody else talks on this line: nobody asked for `\(ModbusTraffic.shown(first))`"
    }
}

// MARK: - Asking

extension ModbusRelayDriver {
    private mutating func ask(
        _ purpose: Purpose, _ request: [UInt8], _ patience: Duration
    ) -> [DriverStep] {
        send(
            Question(
                purpose: purpose, frame: ModbusFrame.closed([unit] + request), patience: patience))
    }

    private mutating func send(_ question: Question) -> [DriverStep] {
        heard = []
        own.insert(question.frame)
        stage = .asked(question, until: nil, heardOut: nil)
        return [.send(question.frame)]
    }

    private mutating func ask(_ reading: ModbusReading) -> [DriverStep] {
        let request =
            switch reading.question {
            case .relays(let first, let count): dialect.read(from: first, count: count)
            case .other: dialect.otherQuestion
            }
        return ask(.reading(reading), request, Self.answerTime)
    }

    private mutating func askSize(_ sizes: ArraySlice<Int>) -> [DriverStep] {
        guard let size = sizes.first else { return askOther(triesLeft: 1) }
        // One that it need not have may be passed over in silence; the first shows that it is there.
        let isFirst = sizes.count == ModbusBoard.triedSizes.count
        return ask(
            .size(size, further: sizes.dropFirst()), dialect.read(from: 1, count: size),
            isFirst ? Self.answerTime : Self.trialTime)
    }

    private mutating func askOther(triesLeft: Int) -> [DriverStep] {
        ask(.other(triesLeft: triesLeft), dialect.otherQuestion, Self.trialTime)
    }
}

// MARK: - Being answered

extension ModbusRelayDriver {
    /// All that came since the question. Before its time is over, it may still be incomplete.
    private mutating func judge(
        _ question: Question, isLast: Bool, at now: Moment
    ) -> [DriverStep] {
        var frames = ModbusTraffic(heard).frames
        if frames.first == question.frame { frames.removeFirst() }
        guard let frame = frames.first else {
            return isLast ? unanswered(question) : []
        }
        guard frames.count == 1 else { return end(.broken(tooMany(frames))) }
        guard frame[0] == unit else {
            return end(.broken("unit \(frame[0]) answered instead of unit \(unit)"))
        }
        guard let answer = Self.answer(frame, to: question.frame[1]) else {
            return end(
                .broken(
                    "it answered another question, with `\(ModbusTraffic.shown(frame))`; or somebody "
                        + "else talks on this line"))
        }
        own.insert(frame)
        return take(answer, of: question, at: now)
    }

    /// Nil where the frame answers another function, or is somebody's question.
    private static func answer(_ frame: [UInt8], to function: UInt8) -> ModbusReading.Answer? {
        if frame[1] == function | 0x80, frame.count == 5 {
            return .exception(ModbusException(code: frame[2]))
        }
        guard frame[1] == function, frame.count == 5 + Int(frame[2]) else { return nil }
        return .data(Array(frame[3..<(frame.count - 2)]))
    }

    private mutating func take(
        _ answer: ModbusReading.Answer, of question: Question, at now: Moment
    ) -> [DriverStep] {
        if case .exception(.busy) = answer, question.tries < Self.mostTries {
            var next = question
            next.tries += 1
            stage = .waiting(next, until: now + Self.busyTime)
            return []
        }
        switch question.purpose {
        case .write: return takeWrite(answer)
        case .size(let size, let further): return takeSize(size, answer, further)
        case .other:
            board.other = .answered
            return end(.greeted)
        case .reading(var reading):
            let outcome = reading.take(answer)
            return play(outcome, of: reading)
        }
    }

    private mutating func takeWrite(_ answer: ModbusReading.Answer) -> [DriverStep] {
        switch answer {
        case .exception(.acknowledged): end(.acknowledged)
        case .exception(let exception): end(.refused(words(exception)))
        case .data: end(.broken("it answered a write with data"))
        }
    }

    /// Whoever refuses has understood: that is enough for a greeting.
    private mutating func takeSize(
        _ size: Int, _ answer: ModbusReading.Answer, _ further: ArraySlice<Int>
    ) -> [DriverStep] {
        if case .data(let data) = answer, data.count == dialect.dataLength(size) {
            board.sizes.insert(size)
        }
        // Of fewer it need not be asked.
        let rest = size == 16 && !board.sizes.isEmpty ? [] : further
        return askSize(rest)
    }

    private mutating func play(
        _ outcome: ModbusReading.Outcome, of reading: ModbusReading
    ) -> [DriverStep] {
        switch outcome {
        case .ask: return ask(reading)
        case .coil(let coil):
            alsoRead = [:]
            for (relay, coil) in reading.others {
                if let name = OutletName("\(relay)") { alsoRead[name] = contacts.state(of: coil) }
            }
            return end(.reading(contacts.state(of: coil), remark: nil))
        case .unknown(let reason): return end(.reading(.unknown, remark: "unit \(unit): \(reason)"))
        case .refused(let exception): return end(.refused(words(exception)))
        }
    }

    /// Its time is over. Some questions need not be answered.
    private mutating func unanswered(_ question: Question) -> [DriverStep] {
        switch question.purpose {
        case .write, .reading: return end(.broken(silence))
        case .size(_, let further):
            guard further.count + 1 < ModbusBoard.triedSizes.count else {
                return end(.broken(silence))
            }
            return askSize(further)
        case .other(let triesLeft):
            guard triesLeft == 0 else { return askOther(triesLeft: triesLeft - 1) }
            board.other = .silent
            return end(.greeted)
        }
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
}

// MARK: - Words

extension ModbusRelayDriver {
    private func noRelay(_ outlet: OutletName) -> String {
        "relays are numbered from 1 to \(ModbusDialect.mostOutlets), not \(outlet)"
    }

    private func words(_ exception: ModbusException) -> String {
        "unit \(unit) answered \(exception.text)"
    }

    private var silence: String {
        let bytes = heard.isEmpty ? "" : ", only `\(ModbusTraffic.shown(heard.suffix(16)))`"
        return "unit \(unit) gave no answer with a good CRC\(bytes)"
    }

    private func tooMany(_ frames: [[UInt8]]) -> String {
        let shown = frames.prefix(3).map { "`\(ModbusTraffic.shown($0))`" }.joined(
            separator: " and ")
        return "somebody else talks on this line: \(shown) came to one question of ours"
    }
}
