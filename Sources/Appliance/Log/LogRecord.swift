// One line of the log, before anybody has written it.

internal import Logging

struct LogRecord: Sendable {
    /// When it happened, as the wall clock shows it.
    let time: String
    let level: Logger.Level
    let sentence: String
    let fields: [Field]

    struct Field: Sendable {
        let name: String
        let value: String
    }

    init(_ time: String, level: Logger.Level, sentence: String, fields: [Field]) {
        self.time = time
        self.level = level
        self.sentence = sentence
        self.fields = fields
    }

    /// `2026-11-21T10:24:23.112Z notice: granted shot 3: off node2 by node1 event=granted seq=7`
    var text: String {
        let shown = fields.map { " \($0.name)=\(Self.quoted($0.value))" }.joined()
        return "\(time) \(level.rawValue): \(Self.oneLine(sentence))\(shown)"
    }

    /// One line stays one line, whatever a stranger's name holds.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 }
        return isPlain ? text : text.debugDescription
    }

    private static func oneLine(_ text: String) -> String {
        text.utf8.contains { $0 < 0x20 } ? text.debugDescription : text
    }
}
