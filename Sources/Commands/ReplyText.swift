// A reply as text: `WORD key=value key=value ...`, one line per target.
//
// A word, a key or a value that is plain stands as it is; any other stands in double quotes, with
// `\"`, `\\` and `\xHH` for what could break the line or drive a terminal. So a line is always one
// line of printable ASCII, whatever a switch has said, and the parser is the printer's inverse.

package import Fencing

extension Reply {
    package func printed(as format: ReplyFormat) -> String {
        switch format {
        case .text, .fitted, .wide: lines.map(\.text).joined()
        case .json: lines.map { $0.json(code) }.joined()
        }
    }
}

extension ReplyLine {
    fileprivate var text: String {
        let fields = fields.map { " " + atom($0.key) + "=" + atom($0.value) }
        return atom(word) + fields.joined() + "\n"
    }
}

private func atom(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return "\"" + text.utf8.map(quoted).joined() + "\""
}

/// May stand outside quotes: graphic ASCII, and nothing that the grammar uses.
func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "="): false
    default: (0x21...0x7E).contains(byte)
    }
}

private func quoted(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case 0x20...0x7E: String(UnicodeScalar(byte))
    default: escape(byte)
    }
}
