// A line that was typed and not entered yet. A switch with echo shows what it has understood: a
// digit that was lost on the way would switch another machine off.

struct TypedLine: Sendable {
    let text: String
    /// Graphic characters that came back since it was typed.
    private(set) var heard: [UInt8] = []
    private let awaited: [UInt8]

    /// What exceeds it is left out.
    static let mostHeard = 128

    init(_ text: String) {
        self.text = text
        awaited = Array(text.lowercased().utf8)
    }

    var bytes: [UInt8] { Array(text.utf8) }

    /// Whether the line stands in the echo now, whole and last.
    mutating func hear(_ byte: UInt8) -> Bool {
        guard (0x20...0x7E).contains(byte), heard.count < Self.mostHeard else { return false }
        heard.append(byte)
        return heard.suffix(awaited.count).map(Self.lowercased).elementsEqual(awaited)
    }

    /// Whether it came back, and nothing else.
    var isEcho: Bool { heard.map(Self.lowercased) == awaited }

    /// It may be this switch's way of echoing: stars, other signs between, every character twice, or
    /// something else of its own. What has the line's first word and then other letters or digits is
    /// another line, and that is what was understood.
    var mayBeManner: Bool {
        let (echo, line) = (Self.words(heard), Self.words(awaited))
        let (said, meant) = (echo.joined(), line.joined())
        if said == meant || said == meant.map({ "\($0)\($0)" }).joined() { return true }
        return line.first.map { !said.contains($0) } ?? true
    }

    private static func words(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes.map(lowercased), as: UTF8.self)
            .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
