// The boards that understand a few bytes, as a table: what switches a relay, what asks for the
// state, and what the answer to that means. None of them answers a command.

internal import Fencing

enum ByteRelayProfile: String, Hashable, Sendable, CaseIterable {
    /// LCUS-1 to LCUS-8 with a CH340, those that answer FF with a line of text for each relay.
    case lcus
    /// The same, those that answer nothing: all with one relay, and many others.
    case lcusSilent = "lcus-silent"
    /// KMTronic USB and RS-232 boards with one or two relays: each is asked for by itself.
    case kmTronic2 = "kmtronic-2"
    /// KMTronic boards with four or eight relays: one byte for each of them.
    case kmTronic8 = "kmtronic-8"
    /// Devantech USB-RLY02, -RLY08, -RLY16 and their relatives: one byte, a bit for each relay.
    case devantech

    /// The first is `1` on all of them.
    var mostRelays: Int {
        switch self {
        case .lcus, .lcusSilent, .kmTronic8, .devantech: 8
        case .kmTronic2: 2
        }
    }

    var readsBack: DriverTraits.ReadBack {
        switch self {
        case .lcus, .kmTronic2, .kmTronic8, .devantech: .yes
        case .lcusSilent: .no
        }
    }

    func command(_ relay: Int, _ coil: Coil) -> [UInt8] {
        let number = UInt8(relay)
        let bit: UInt8 = coil == .energised ? 1 : 0
        switch self {
        case .lcus, .lcusSilent: return [0xA0, number, bit, 0xA0 + number + bit]
        case .kmTronic2, .kmTronic8: return [0xFF, number, bit]
        case .devantech: return [(coil == .energised ? 0x64 : 0x6E) + number]
        }
    }

    /// Ends whatever half a command stands in the board, without completing it to one that means
    /// anything: there is no relay 7F or FF, and no sum of a command is zero.
    var clearing: [UInt8] {
        switch self {
        case .lcus: [0, 0, 0]
        case .kmTronic2, .kmTronic8: [0xFF, 0xFF, 0xFF, 0x7F, 0x7F]
        case .lcusSilent, .devantech: []
        }
    }

    /// What is asked, one after the other, to know a relay's state. No answer has a checksum: so
    /// everything is asked more than once, and all answers must agree. Where an answer is a single
    /// byte, another question with a known answer stands between: it shows that none of the answers
    /// belongs to an earlier question.
    func questions(_ relay: Int) -> [Question] {
        switch self {
        case .lcus: [.status([0xFF]), .status([0xFF])]
        case .lcusSilent: []
        case .kmTronic2: [Question](repeating: .status([0xFF, UInt8(relay), 0x03]), count: 3)
        case .kmTronic8: [Question](repeating: .status([0xFF, 0x09, 0x00]), count: 3)
        case .devantech: [.status([0x5B]), .identity, .status([0x5B]), .identity, .status([0x5B])]
        }
    }

    enum Question: Hashable, Sendable {
        case status([UInt8])
        /// Devantech: the number of the model and the version of its firmware.
        case identity

        var bytes: [UInt8] {
            switch self {
            case .status(let bytes): bytes
            case .identity: [0x5A]
            }
        }
    }
}

// MARK: - What the answers mean

extension ByteRelayProfile {
    /// An answer holds all relays, whichever was asked about.
    var tellsOfAll: Bool {
        switch self {
        case .lcus, .kmTronic8, .devantech: true
        case .lcusSilent, .kmTronic2: false
        }
    }

    /// Whether each relay is energised, the first one first. Nil for what is no whole answer. An
    /// answer that came twice is one answer.
    func states(_ answer: [UInt8], asked relay: Int) -> [Bool]? {
        switch self {
        case .lcus: Self.rows(answer)
        case .lcusSilent: nil
        case .kmTronic2: Self.state(answer, of: relay)
        case .kmTronic8: Self.bytes(answer)
        case .devantech: Self.bits(answer)
        }
    }

    /// `CH1:OFF `, a line for each relay.
    private static func rows(_ answer: [UInt8]) -> [Bool]? {
        var text = TextLine()
        var rows: [Int: Bool] = [:]
        for line in answer.compactMap({ text.take($0) }) {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].hasPrefix("CH"), ["ON", "OFF"].contains(parts[1]),
                let number = Int(parts[0].dropFirst(2)), (1...8).contains(number),
                rows[number] ?? (parts[1] == "ON") == (parts[1] == "ON")
            else { return nil }
            rows[number] = parts[1] == "ON"
        }
        guard text.current.isEmpty, !rows.isEmpty, rows.keys.max() == rows.count else { return nil }
        return rows.sorted { $0.key < $1.key }.map(\.value)
    }

    /// `FF`, the relay, 0 or 1. Of the relays before it nothing is known, and nobody asks.
    private static func state(_ answer: [UInt8], of relay: Int) -> [Bool]? {
        for isOn in [true, false] {
            let whole: [UInt8] = [0xFF, UInt8(relay), isOn ? 1 : 0]
            if answer == whole || answer == whole + whole {
                return [Bool](repeating: isOn, count: relay)
            }
        }
        return nil
    }

    private static func bytes(_ answer: [UInt8]) -> [Bool]? {
        guard answer.allSatisfy({ $0 <= 1 }) else { return nil }
        let half = answer.count / 2
        switch answer.count {
        case 4: return answer.map { $0 == 1 }
        case 8: return answer.map { $0 == 1 }
        case 16 where answer[..<half] == answer[half...]: return answer[..<half].map { $0 == 1 }
        default: return nil
        }
    }

    private static func bits(_ answer: [UInt8]) -> [Bool]? {
        guard let bits = answer.first, answer.count <= 2, answer.allSatisfy({ $0 == bits }) else {
            return nil
        }
        return (0..<8).map { bits >> UInt8($0) & 1 == 1 }
    }

    /// Two bytes, or twice the same two. A board that is none of the maker's is a line that garbles
    /// what it carries, the answers about relays too.
    static func identity(_ answer: [UInt8]) -> [UInt8]? {
        let first = Array(answer.prefix(2))
        guard first.count == 2, answer == first || answer == first + first,
            devantechModels.contains(first[0])
        else { return nil }
        return first
    }

    /// 8 is USB-RLY08, 9 -RLY16, 10 -RLY02, 15 -RLY16L; between them and at 30 are their relatives
    /// with inputs.
    private static let devantechModels: Set<UInt8> = [8, 9, 10, 11, 12, 13, 14, 15, 30]
}
