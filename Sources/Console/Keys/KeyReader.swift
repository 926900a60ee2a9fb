// Bytes from a keyboard → keys: UTF-8, the control characters that a line editor knows, and the
// sequences that terminals send for their keys. Whatever comes, it holds a few bytes and goes on.

package enum Key: Hashable, Sendable {
    case letter(Unicode.Scalar)
    case enter
    case backspace
    case delete
    case left
    case right
    case up
    case down
    case home
    case end
    case pageUp
    case pageDown
    case wordLeft
    case wordRight
    case deleteWordRight
    case deleteWordLeft
    case deleteToEnd
    case deleteToStart
    case putBack
    case swapLetters
    case clear
    case complete
    case interrupt
    /// Ctrl-D.
    case endOfInput
    case escape
}

extension Key {
    /// Of a turn: what prints more than a letter costs more.
    var cost: Int {
        switch self {
        case .letter, .backspace, .delete, .left, .right: 1
        default: 16
        }
    }
}

package struct KeyReader: Hashable, Sendable {
    private var state = State.plain

    private enum State: Hashable, Sendable {
        case plain
        /// The line feed, or the zero, of a carriage return that was taken as the line's end.
        case afterReturn
        case escape
        /// `ESC [` or `ESC O`, and what has come of its parameters.
        case sequence([UInt8])
        /// In the middle of a letter of several bytes.
        case letter([UInt8], left: Int)
    }

    /// Longer sequences are no key's.
    private static let longestSequence = 16

    package init() {}

    /// An ESC has come and nothing after it. It may be the key of that name, or a beginning.
    package var isUndecided: Bool { state == .escape }

    /// Nothing came after the ESC: it was the key.
    package mutating func decide() -> Key? {
        guard isUndecided else { return nil }
        state = .plain
        return .escape
    }

    package mutating func read(_ byte: UInt8) -> Key? {
        switch state {
        case .plain: return readPlain(byte)
        case .afterReturn:
            state = .plain
            return byte == 0x0A || byte == 0 ? nil : readPlain(byte)
        case .escape: return readEscaped(byte)
        case .sequence(let bytes): return readSequence(bytes, byte)
        case .letter(let bytes, let left): return readLetter(bytes, left, byte)
        }
    }

    private mutating func readPlain(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x0D:
            state = .afterReturn
            return .enter
        case 0x1B:
            state = .escape
            return nil
        case 0x20...0x7E: return .letter(Unicode.Scalar(byte))
        case 0xC2...0xDF: state = .letter([byte], left: 1)
        case 0xE0...0xEF: state = .letter([byte], left: 2)
        case 0xF0...0xF4: state = .letter([byte], left: 3)
        default: return Self.control(byte)
        }
        return nil
    }

    private static func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x03: .interrupt
        case 0x04: .endOfInput
        case 0x05: .end
        case 0x06: .right
        case 0x08, 0x7F: .backspace
        case 0x09: .complete
        case 0x0A: .enter
        case 0x0B: .deleteToEnd
        case 0x0C: .clear
        case 0x0E: .down
        case 0x10: .up
        case 0x14: .swapLetters
        case 0x15: .deleteToStart
        case 0x17: .deleteWordLeft
        case 0x19: .putBack
        default: nil
        }
    }

    private mutating func readEscaped(_ byte: UInt8) -> Key? {
        state = .plain
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            state = .sequence([byte])
            return nil
        case UInt8(ascii: "b"): return .wordLeft
        case UInt8(ascii: "f"): return .wordRight
        case UInt8(ascii: "d"): return .deleteWordRight
        case 0x7F, 0x08: return .deleteWordLeft
        case 0x1B:
            state = .escape
            return .escape
        default: return nil
        }
    }

    /// Parameters are 30 to 3F, a letter or `~` is the end (ECMA-48, section 5.4).
    private mutating func readSequence(_ bytes: [UInt8], _ byte: UInt8) -> Key? {
        if (0x20...0x3F).contains(byte), bytes.count < Self.longestSequence {
            state = .sequence(bytes + [byte])
            return nil
        }
        state = .plain
        let parameters = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch byte {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return parameters.hasSuffix("5") ? .wordRight : .right
        case UInt8(ascii: "D"): return parameters.hasSuffix("5") ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M"): return bytes.first == UInt8(ascii: "O") ? .enter : nil
        case UInt8(ascii: "~"): return Self.numbered(parameters)
        default: return nil
        }
    }

    private static func numbered(_ parameters: String) -> Key? {
        switch parameters.prefix(while: { $0 != ";" }) {
        case "1", "7": .home
        case "4", "8": .end
        case "3": .delete
        case "5": .pageUp
        case "6": .pageDown
        default: nil
        }
    }

    private mutating func readLetter(_ bytes: [UInt8], _ left: Int, _ byte: UInt8) -> Key? {
        guard (0x80...0xBF).contains(byte) else {
            // Half a letter: the byte begins something else.
            state = .plain
            return readPlain(byte)
        }
        guard left == 1 else {
            state = .letter(bytes + [byte], left: left - 1)
            return nil
        }
        state = .plain
        // Surrogates and overlong forms are no text.
        return String(validating: bytes + [byte], as: UTF8.self)?.unicodeScalars.first
            .map { .letter($0) }
    }
}
