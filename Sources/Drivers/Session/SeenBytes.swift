// The last bytes that came from a switch, for a person who wonders what it said.

struct SeenBytes: Hashable, Sendable {
    private var bytes: [UInt8] = []
    private var hasHidden = false

    static let mostKept = 64
    static let mostShown = 80

    mutating func add(_ new: [UInt8]) {
        bytes = (bytes + new.suffix(Self.mostKept)).suffix(Self.mostKept)
    }

    /// It said something that may repeat a password.
    mutating func hide() { hasHidden = true }

    mutating func forget() { self = SeenBytes() }

    /// "it said nothing", or "it last said `…\r\nRPC3-NC>`", escaped and at most 80 characters.
    var text: String {
        if bytes.isEmpty {
            return hasHidden ? "what it said to the password is not shown" : "it said nothing"
        }
        var shown = ""
        for byte in bytes.reversed() {
            let character = Self.escaped(byte)
            if shown.utf8.count + character.utf8.count > Self.mostShown { break }
            shown = character + shown
        }
        return "it last said `\(shown)`"
    }

    /// Its last line, which is no answer that is known.
    var unknownAnswer: String {
        hasHidden && bytes.isEmpty
            ? Unanswered.words(lastLine: Unanswered.hidden) : Unanswered.words(lastOf: bytes)
    }

    static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\r"): return "\\r"
        case UInt8(ascii: "\n"): return "\\n"
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x20...0x7E: return String(Unicode.Scalar(byte))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
        }
    }
}
