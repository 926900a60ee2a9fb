// What a switch shows on the terminal that it takes us for: whole lines, and the one that is not
// finished yet. Cursor movements and whatever else a line picks up are left out.

struct ConsoleText: Sendable {
    /// Without surrounding blanks; empty ones do not count.
    private(set) var lines: [String] = []
    private var unfinished: [UInt8] = []
    private var sequence = Sequence.none

    /// The line that is not finished, byte for byte.
    var open: [UInt8] { unfinished }
    var openCount: Int { unfinished.count }

    /// Part of a terminal's control sequence: ESC, `[`, numbers, a letter.
    private enum Sequence { case none, begun, numbers }

    /// What exceeds these is left out.
    static let mostLines = 256
    static let longestLine = 256

    /// The line that is not finished, without surrounding blanks.
    var current: String { Self.text(unfinished) }

    mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            finishLine()
        case 0x1B:
            sequence = .begun
        case _ where sequence != .none:
            goOnInSequence(byte)
        case 0x20...0x7E where unfinished.count < Self.longestLine:
            unfinished.append(byte)
        case 0x09 where unfinished.count < Self.longestLine:
            unfinished.append(0x20)
        default:
            break
        }
    }

    /// What came so far does not count any more.
    mutating func forget() { self = ConsoleText() }

    /// The question that was just answered is no part of the line that follows it.
    mutating func forgetUnfinished() { unfinished = [] }

    private mutating func finishLine() {
        let line = current
        (unfinished, sequence) = ([], .none)
        if !line.isEmpty, lines.count < Self.mostLines { lines.append(line) }
    }

    private mutating func goOnInSequence(_ byte: UInt8) {
        switch (sequence, byte) {
        case (.begun, UInt8(ascii: "[")): sequence = .numbers
        case (.numbers, 0x20...0x3F): break
        case (.none, _), (.begun, _), (.numbers, _): sequence = .none
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let start = bytes.drop { $0 == 0x20 }
        guard let last = start.lastIndex(where: { $0 != 0x20 }) else { return "" }
        return String(decoding: start[...last], as: UTF8.self)
    }
}
