// One line of the log, before anybody has written it.

internal import Fencing
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

    /// Bytes of a sentence or a field: as long as a request line may usually be.
    private static let longestValue = 4096

    init(_ time: String, level: Logger.Level, sentence: String, fields: [Field]) {
        self.time = time
        self.level = level
        self.sentence = sentence.prefix(bytes: Self.longestValue)
        self.fields = fields.map { field in
            Field(name: field.name, value: field.value.prefix(bytes: Self.longestValue))
        }
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
        return isPlain ? text : "\"\(escaped(text))\""
    }

    private static func oneLine(_ text: String) -> String {
        text.unicodeScalars.contains(where: isDangerous) ? "\"\(escaped(text))\"" : text
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\"", "\\": out += "\\\(scalar)"
            default:
                if isDangerous(scalar) {
                    out += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out
    }

    /// What drives a terminal, ends a line, turns its direction, or shows nothing.
    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned, .nonspacingMark, .enclosingMark:
            true
        default: false
        }
    }
}
