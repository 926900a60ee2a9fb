// Packets of IPMI's Basic Mode: A0 and A5 around a message, five bytes replaced inside it, and a
// handshake byte between packets.

struct BasicPacket: Sendable {
    private var body: [UInt8]?
    private var isEscaped = false

    private static let start: UInt8 = 0xA0
    private static let stop: UInt8 = 0xA5
    private static let handshake: UInt8 = 0xA6
    private static let escape: UInt8 = 0xAA
    /// ESC would switch the port over to the machine's console.
    private static let replaced: [UInt8: UInt8] = [
        0xA0: 0xB0, 0xA5: 0xB5, 0xA6: 0xB6, 0xAA: 0xBA, 0x1B: 0x3B,
    ]
    private static let restored = Dictionary(
        uniqueKeysWithValues: replaced.map { ($0.value, $0.key) })
    /// Longer than any message.
    private static let longest = 64

    static func framed(_ message: [UInt8]) -> [UInt8] {
        [start] + message.flatMap { byte in replaced[byte].map { [escape, $0] } ?? [byte] }
            + [stop]
    }

    /// The two's complement of the sum.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt8 {
        0 &- bytes.reduce(0, &+)
    }

    /// The message that is complete with this byte, if both its checksums are right.
    mutating func take(_ byte: UInt8) -> [UInt8]? {
        switch byte {
        case Self.start:
            (body, isEscaped) = ([], false)
        case Self.stop:
            defer { body = nil }
            guard let message = body, !isEscaped, Self.isWhole(message) else { return nil }
            return message
        case Self.handshake:
            // Between packets: the BMC is ready for the next one. We wait for its answer anyway.
            break
        case Self.escape:
            if isEscaped { body = nil } else { isEscaped = true }
        default:
            append(byte)
        }
        return nil
    }

    private mutating func append(_ byte: UInt8) {
        guard let length = body?.count else { return }
        let plain = isEscaped ? Self.restored[byte] : byte
        isEscaped = false
        guard let plain, length < Self.longest else {
            body = nil
            return
        }
        body?.append(plain)
    }

    /// Two bytes and their checksum, at least four bytes and theirs.
    private static func isWhole(_ message: [UInt8]) -> Bool {
        message.count >= 8 && checksum(message[..<3]) == 0 && checksum(message[3...]) == 0
    }
}
