// What went over the wire, and when.

package import Fencing

package struct WireChunk: Hashable, Sendable, CustomStringConvertible {
    /// When the bench read it, or wrote it.
    package let moment: Moment
    package let direction: Direction
    package let bytes: [UInt8]

    package enum Direction: String, Hashable, Sendable {
        /// From the client to the switch.
        case received
        /// From the switch to the client.
        case sent
    }

    package static let mostKept = 4096

    /// `812.204113 received "off 3\r\n"`; a byte that is no character is `\x18`.
    package var description: String {
        "\(moment.seconds) \(direction.rawValue) \"\(bytes.map(Self.shown).joined())\""
    }

    private static func shown(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\r"): "\\r"
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x20...0x7E: String(UnicodeScalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

extension Moment {
    /// `812.204113`: seconds of CLOCK_BOOTTIME with six decimals.
    var seconds: String {
        let (seconds, attoseconds) = sinceStart.components
        let fraction = String(attoseconds / 1_000_000_000_000 + 1_000_000).dropFirst()
        return "\(seconds).\(fraction)"
    }
}
