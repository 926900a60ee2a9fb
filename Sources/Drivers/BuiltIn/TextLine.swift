// Text as a terminal line shows it: graphic characters, gathered into lines. Everything else that a
// line picks up (noise, parity junk, backspaces of an echo) is no text and is left out.

struct TextLine: Sendable {
    /// The line that is not complete yet.
    private(set) var current = ""

    /// Further characters of a longer line are left out.
    static let longest = 512

    /// Gives the line that this byte completes, without surrounding blanks. Empty lines do not
    /// count.
    mutating func take(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            let line = current.trimmingBlanks
            current = ""
            return line.isEmpty ? nil : line
        case 0x20...0x7E where current.utf8.count < Self.longest:
            current.unicodeScalars.append(Unicode.Scalar(byte))
            return nil
        default:
            return nil
        }
    }
}
