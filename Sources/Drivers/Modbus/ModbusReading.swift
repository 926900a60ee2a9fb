// One relay's state, found by several questions.
//
// No answer of Modbus says which coils it is about, and boards that are sold differ in what they
// answer: some give all of their relays, each at its own bit, whatever was asked; some read nothing
// but eight relays from the first; some leave the neighbours' bits above the one that was asked for;
// some give the bytes of 32 relays in the reverse order. So relays are read from the first one on, and
// the relay's own place is taken, which is right for all of the former; then the same is asked in
// another way, and an answer that cannot be squared with the first is no reading.

internal import Fencing

/// What a greeting has found out about a board.
struct ModbusBoard: Hashable, Sendable {
    /// So many relays it reads together, from the first one on.
    var sizes: Set<Int> = []
    var other = OtherQuestion.untried

    /// Whether it answers the question of another function.
    enum OtherQuestion { case untried, answered, silent }

    /// What is tried; eight comes first, because every board is known to answer to it somehow.
    static let triedSizes = [8, 32, 16, 4]
}

struct ModbusReading: Sendable {
    let relay: Int
    private let dialect: ModbusDialect
    /// How many relays are read together, in this order until it takes one.
    private var sizes: [Int]
    private var size: Int
    private let asksOther: Bool
    private var stage = Stage.block
    private var block: [UInt8] = []
    private var own: [UInt8]?
    /// Relays beside its own that the same answers tell of, each checked in the same way.
    private(set) var others: [Int: Coil] = [:]

    enum Question: Hashable, Sendable {
        case relays(from: Int, count: Int)
        case other
    }

    enum Answer: Hashable, Sendable {
        case data([UInt8])
        case exception(ModbusException)
    }

    enum Outcome: Hashable, Sendable {
        case ask(Question)
        case coil(Coil)
        /// The answers do not fit, in words.
        case unknown(String)
        case refused(ModbusException)
    }

    private enum Stage {
        /// All relays from the first one on.
        case block
        /// Then another question, which shows that no answer is one too late.
        case other
        /// Then this relay alone, or its eight.
        case own
        /// Then the eight that would stand there if the bytes came in the reverse order.
        case mirror
        /// It reads them together only: once more.
        case again
    }

    init(_ relay: Int, _ dialect: ModbusDialect, _ board: ModbusBoard) {
        self.relay = relay
        self.dialect = dialect
        asksOther = board.other != .silent
        let known = board.sizes.filter { $0 >= relay }.sorted(by: >)
        sizes = known.isEmpty ? [relay] : known
        size = sizes.removeFirst()
    }

    var question: Question {
        switch stage {
        case .block, .again: .relays(from: 1, count: size)
        case .other: .other
        case .own where isPacked: part(ownByte)
        case .own: .relays(from: relay, count: 1)
        case .mirror: part(mirrorByte)
        }
    }

    /// It has answered the question that `question` is.
    mutating func take(_ answer: Answer) -> Outcome {
        switch (stage, answer) {
        case (.block, .data(let data)): takeBlock(data)
        case (.block, .exception(let exception)): tryNextSize(or: .refused(exception))
        case (.other, _): go(to: .own)
        case (.own, .data(let data)): takeOwn(data)
        case (.own, .exception), (.mirror, .exception): go(to: .again)
        case (.mirror, .data(let data)): takeMirror(data)
        case (.again, .data(let data)): takeAgain(data)
        case (.again, .exception(let exception)): .refused(exception)
        }
    }
}

extension ModbusReading {
    /// More than one byte: their order matters.
    private var isPacked: Bool { dialect.packsBits && size > 8 }
    private var byteCount: Int { (size + 7) / 8 }
    private var ownByte: Int { (relay - 1) / 8 }
    private var mirrorByte: Int { byteCount - 1 - ownByte }

    private func part(_ byte: Int) -> Question {
        .relays(from: byte * 8 + 1, count: min(8, size - byte * 8))
    }

    private mutating func go(to next: Stage) -> Outcome {
        stage = next
        return .ask(question)
    }

    private mutating func tryNextSize(or outcome: Outcome) -> Outcome {
        guard !sizes.isEmpty else { return outcome }
        size = sizes.removeFirst()
        return go(to: .block)
    }

    private mutating func takeBlock(_ data: [UInt8]) -> Outcome {
        guard data.count == dialect.dataLength(size) else {
            return tryNextSize(
                or: .unknown("asked for \(size) relays, it gave \(data.count) bytes of data"))
        }
        block = data
        return go(to: asksOther ? .other : .own)
    }

    private mutating func takeOwn(_ data: [UInt8]) -> Outcome {
        own = data
        if isPacked {
            // It gives all of them whatever it is asked.
            guard data.count == 1 else { return go(to: .again) }
            return mirrorByte == ownByte ? squared(mirror: data) : go(to: .mirror)
        }
        guard let inBlock = dialect.coil(relay - 1, of: block) else { return .unknown(neither) }
        let isAlone = data.count == dialect.dataLength(1) && dialect.coil(0, of: data) == inBlock
        // What it gives whatever it is asked has every relay at its own place.
        guard isAlone || data == block else { return .unknown(contradiction(data)) }
        return .coil(inBlock)
    }

    private mutating func takeMirror(_ data: [UInt8]) -> Outcome {
        data.count == 1 ? squared(mirror: data) : go(to: .again)
    }

    /// The parts that were read by themselves stand where they should in the whole, and so its bytes
    /// come in their order.
    private mutating func squared(mirror: [UInt8]) -> Outcome {
        guard own == [block[ownByte]], mirror == [block[mirrorByte]],
            let coil = dialect.coil(relay - 1, of: block)
        else { return .unknown(contradiction(own ?? [])) }
        for byte in [ownByte, mirrorByte] {
            for place in byte * 8..<min(size, byte * 8 + 8) {
                others[place + 1] = dialect.coil(place, of: block)
            }
        }
        return .coil(coil)
    }

    /// The whole is all that there is: where the order of its bytes would matter, it says nothing.
    private func takeAgain(_ data: [UInt8]) -> Outcome {
        guard data == block else {
            return .unknown("asked twice for \(size) relays, it gave two different answers")
        }
        guard let coil = dialect.coil(relay - 1, of: block) else { return .unknown(neither) }
        let reversed = isPacked ? Array(block.reversed()) : block
        guard dialect.coil(relay - 1, of: reversed) == coil else {
            return .unknown(
                "it reads \(size) relays together only, and nobody knows the order of its "
                    + "\(block.count) bytes")
        }
        return .coil(coil)
    }

    private var neither: String { "it told of a relay that is neither on nor off" }

    private func contradiction(_ data: [UInt8]) -> String {
        "its answers contradict each other: of relays 1 to \(size) together it says "
            + "`\(ModbusTraffic.shown(block))`, and of relay \(relay)\(isPacked ? "'s eight" : "") by "
            + "itself `\(ModbusTraffic.shown(data))`, so nobody knows which bit is whose"
    }
}
