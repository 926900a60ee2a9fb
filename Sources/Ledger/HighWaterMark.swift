// How far the ledger has come, kept in a file of its own: a ledger that was deleted, exchanged or put
// back to an older copy takes nodes for members that were shot since, and nothing in it says so.

package import Fencing

/// Which ledger it is, and where it ends.
package struct HighWaterMark: Hashable, Sendable {
    /// Of the ledger: 32 random hexadecimal digits, made with it and stored in it.
    package let identity: String
    /// Of the last entry.
    package let sequence: LedgerSequence
    /// Of the last entry with its time, 16 hexadecimal digits: another entry with the same number
    /// is another history. It protects from mistakes, not from a forger: whoever may write the
    /// ledger may write the mark.
    package let checksum: String

    /// Of a ledger without entries.
    static let noChecksum = String(repeating: "0", count: 16)

    static func newIdentity() -> String {
        (0..<2).map { _ in hexadecimal(.random(in: 0...UInt64.max)) }.joined()
    }
}

// MARK: - As text

extension HighWaterMark {
    /// Of a mark in its file, in bytes: a person can read it, and the smallest disk writes it whole.
    static let slotSize = 512
    /// The file holds two: while one is written, the other stands.
    static let fileSize = 2 * slotSize

    private static let title = "picket-ledger-mark 1"

    /// Where in the file it is written.
    var offset: Int { Int(sequence.number % 2) * Self.slotSize }

    var slot: [UInt8] {
        let words = "\(Self.title) ledger=\(identity) entry=\(sequence) checksum=\(checksum)"
        var sum = Checksum()
        sum.add(words)
        let text = "\(words) check=\(sum.text)"
        let padding = [UInt8](repeating: 0x20, count: Self.slotSize - 1 - text.utf8.count)
        return Array(text.utf8) + padding + [0x0A]
    }

    /// The later one of the marks that can be read; nil where none can.
    init?(file: [UInt8]) {
        guard file.count == Self.fileSize else { return nil }
        let found = [file.prefix(Self.slotSize), file.suffix(Self.slotSize)].compactMap {
            HighWaterMark(slot: String(decoding: $0, as: UTF8.self))
        }
        guard let last = found.max(by: { $0.sequence < $1.sequence }) else { return nil }
        self = last
    }

    private init?(slot: String) {
        let words = slot.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard words.count == 6, words[0] + " " + words[1] == Self.title else { return nil }
        func value(_ index: Int, _ key: String) -> String? {
            let parts = words[index].split(separator: "=")
            return parts.count == 2 && parts[0] == key ? String(parts[1]) : nil
        }
        guard let identity = value(2, "ledger"),
            let sequence = value(3, "entry").flatMap({ UInt64($0) }),
            let checksum = value(4, "checksum")
        else { return nil }
        self.init(
            identity: identity, sequence: LedgerSequence(sequence), checksum: checksum)
        guard self.slot.elementsEqual(slot.utf8) else { return nil }
    }
}

/// FNV-1a of 64 bits.
struct Checksum {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(UInt8(0xFF))  // No byte of UTF-8: where one text ends.
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    var text: String { hexadecimal(value) }
}

private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

extension Row {
    private var texts: [String?] {
        [
            kind.rawValue, shot.map { "\($0)" }, role?.rawValue, principal, request, verb, target,
            feeds, detail,
        ]
    }

    /// In bytes.
    var size: Int { texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) } }

    /// Of an entry's first row.
    func checksum(_ sequence: LedgerSequence, _ writtenAt: String) -> String {
        var sum = Checksum()
        sum.add("\(sequence)")
        for text in texts { sum.add(text.map { "=" + $0 } ?? "") }
        sum.add(writtenAt)
        return sum.text
    }
}
