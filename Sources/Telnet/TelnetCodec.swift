// Telnet as a pure machine: bytes from the connection in; data, agreements, subnegotiations and
// answers out. After RFC 854, 855, 856 and 1143.
//
// It asks for BINARY both ways and for no go-aheads, lets the peer echo if it must, and refuses
// everything else. It answers at most once to each message, and no more than a hundred times.

package struct TelnetCodec: Sendable {
    private var agreements: [Key: Agreement] = [:]
    private var stage = Stage.data
    private var afterReturn = false
    private var answers = 0
    private var waiting: [UInt8] = []

    package enum Event: Hashable, Sendable {
        case data([UInt8])
        /// The option came into force, or was refused, or is over.
        case agreed(TelnetOption, TelnetSide)
        case refused(TelnetOption, TelnetSide)
        case subnegotiation(TelnetOption, [UInt8])
        /// A peer that negotiates without end: what it now says about options is passed over.
        case tooManyOffers
    }

    private struct Key: Hashable, Sendable {
        let option: TelnetOption
        let side: TelnetSide
    }

    /// What the next byte is.
    private enum Stage: Sendable {
        case data
        /// After IAC.
        case command
        /// After IAC and one of WILL, WONT, DO, DONT.
        case option(UInt8)
        /// After IAC SB.
        case subnegotiatedOption
        /// Within a subnegotiation.
        case content(TelnetOption, [UInt8])
        /// After IAC within a subnegotiation.
        case commandInContent(TelnetOption, [UInt8])
    }

    enum Code {
        static let end: UInt8 = 240
        static let begin: UInt8 = 250
        static let will: UInt8 = 251
        static let wont: UInt8 = 252
        static let `do`: UInt8 = 253
        static let dont: UInt8 = 254
        static let escape: UInt8 = 255
    }

    /// Ten are usual.
    package static let mostAnswers = 100
    /// Bytes of a subnegotiation; one that is longer is passed over.
    package static let longestContent = 256

    /// Proposes what it wants: `takeOutput` has it. `serving` are further options that it would
    /// have in force on our side, and lets the peer have.
    package init(serving further: [TelnetOption] = []) {
        let both: [TelnetOption] = [.binary, .suppressGoAhead]
        for side in TelnetSide.allCases {
            for option in both + further {
                agreements[Key(option: option, side: side)] = Agreement(isWelcome: true)
            }
        }
        agreements[Key(option: .echo, side: .peer)] = Agreement(isWelcome: true)
        for option in both { propose(option, [.us, .peer]) }
        for option in further { propose(option, [.us]) }
    }

    /// What is to be sent by now: proposals, answers, and what was put in with `send`.
    package mutating func takeOutput() -> [UInt8] {
        defer { waiting = [] }
        return waiting
    }

    package var hasOutput: Bool { !waiting.isEmpty }

    package func isInForce(_ option: TelnetOption, _ side: TelnetSide) -> Bool {
        agreements[Key(option: option, side: side)]?.standing == .yes
    }

    /// A proposal of ours has no answer yet.
    package var isWaiting: Bool { agreements.values.contains { $0.standing == .proposed } }

    package mutating func send(_ data: some Collection<UInt8>) {
        let isBinary = isInForce(.binary, .us)
        var before: UInt8?
        for byte in data {
            if !isBinary, before == Self.carriageReturn, byte != Self.lineFeed {
                waiting.append(0)
            }
            waiting.append(byte)
            if byte == Code.escape { waiting.append(byte) }
            before = byte
        }
        // A return stands alone unless a line feed follows at once (RFC 854).
        if !isBinary, before == Self.carriageReturn { waiting.append(0) }
    }

    package mutating func sendSubnegotiation(_ option: TelnetOption, _ content: [UInt8]) {
        waiting += [Code.escape, Code.begin, option.rawValue]
        for byte in content {
            waiting.append(byte)
            if byte == Code.escape { waiting.append(byte) }
        }
        waiting += [Code.escape, Code.end]
    }

    private static let carriageReturn: UInt8 = 13
    private static let lineFeed: UInt8 = 10
}

// MARK: - What comes

extension TelnetCodec {
    /// In the order of the bytes. Data that comes together is one event.
    package mutating func received(_ bytes: some Collection<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard let event = take(byte) else { continue }
            if case .data(let new) = event, case .data(let old)? = events.last {
                events[events.count - 1] = .data(old + new)
            } else {
                events.append(event)
            }
        }
        return events
    }

    private mutating func take(_ byte: UInt8) -> Event? {
        switch stage {
        case .data:
            if byte == Code.escape {
                stage = .command
                return nil
            }
            return data(byte)
        case .command:
            return command(byte)
        case .option(let verb):
            stage = .data
            return negotiate(verb, TelnetOption(rawValue: byte))
        case .subnegotiatedOption:
            stage = .content(TelnetOption(rawValue: byte), [])
            return nil
        case .content(let option, let content):
            stage =
                byte == Code.escape
                ? .commandInContent(option, content) : .content(option, Self.longer(content, byte))
            return nil
        case .commandInContent(let option, let content):
            return endContent(option, content, byte)
        }
    }

    private mutating func data(_ byte: UInt8) -> Event? {
        defer { afterReturn = byte == Self.carriageReturn }
        if afterReturn, byte == 0, !isInForce(.binary, .peer) { return nil }
        return .data([byte])
    }

    private mutating func command(_ byte: UInt8) -> Event? {
        stage = .data
        switch byte {
        case Code.escape: return data(byte)
        case Code.will, Code.wont, Code.do, Code.dont: stage = .option(byte)
        case Code.begin: stage = .subnegotiatedOption
        // Go-aheads, are-you-theres, data marks: nothing that a switch's line has a use for.
        default: break
        }
        return nil
    }

    private mutating func endContent(
        _ option: TelnetOption, _ content: [UInt8], _ byte: UInt8
    ) -> Event? {
        switch byte {
        case Code.escape:
            stage = .content(option, Self.longer(content, byte))
            return nil
        case Code.end:
            stage = .data
            return content.count > Self.longestContent ? nil : .subnegotiation(option, content)
        default:
            // Its end was lost: what it held is not known to be whole.
            return command(byte)
        }
    }

    private static func longer(_ content: [UInt8], _ byte: UInt8) -> [UInt8] {
        content.count > longestContent ? content : content + [byte]
    }
}

// MARK: - Negotiation

extension TelnetCodec {
    private mutating func propose(_ option: TelnetOption, _ sides: [TelnetSide]) {
        for side in sides {
            agreements[Key(option: option, side: side)]?.propose()
            waiting += [Code.escape, side == .us ? Code.will : Code.do, option.rawValue]
        }
    }

    private mutating func negotiate(_ verb: UInt8, _ option: TelnetOption) -> Event? {
        guard answers < Self.mostAnswers else { return .tooManyOffers }
        let side: TelnetSide = verb == Code.do || verb == Code.dont ? .us : .peer
        let key = Key(option: option, side: side)
        var agreement = agreements[key] ?? Agreement(isWelcome: false)
        let before = agreement.standing
        let agrees = verb == Code.do || verb == Code.will
        let answer = agrees ? agreement.peerAgrees() : agreement.peerRefuses()
        // What was never in the table is refused, and need not be remembered.
        if agreements[key] != nil { agreements[key] = agreement }
        switch answer {
        case .none: break
        case .agree: say(side == .us ? Code.will : Code.do, option)
        case .refuse: say(side == .us ? Code.wont : Code.dont, option)
        }
        guard before != agreement.standing else { return nil }
        return agreement.standing == .yes ? .agreed(option, side) : .refused(option, side)
    }

    private mutating func say(_ verb: UInt8, _ option: TelnetOption) {
        answers += 1
        waiting += [Code.escape, verb, option.rawValue]
    }
}
