// A reply as JSON: one object per line, `{"result":"OK","exit":0,"target":"node2",...}`.
//
// Every value is a string, save `exit`. ASCII only: everything else is escaped (RFC 8259, section
// 7), so that nothing a switch has said can drive a terminal.

internal import Fencing

extension ReplyLine {
    /// The line's fields in their order, after `result` (its word) and `exit` (the code of the
    /// whole reply). A key that comes again adds its value to the first, after a comma: JSON has no
    /// repeated keys. A field that is itself called `result` or `exit` gets a `_` behind its name.
    func json(_ code: ExitCode) -> String {
        var members = ["\"result\":" + string(word), "\"exit\":\(code.rawValue)"]
        for (key, value) in joined {
            let name = ["result", "exit"].contains(key) ? key + "_" : key
            members.append(string(name) + ":" + string(value))
        }
        return "{" + members.joined(separator: ",") + "}\n"
    }

    private var joined: [(key: String, value: String)] {
        var places: [String: Int] = [:]
        var joined: [(key: String, value: String)] = []
        for field in fields {
            if let place = places[field.key] {
                joined[place].value += "," + field.value
            } else {
                places[field.key] = joined.count
                joined.append((field.key, field.value))
            }
        }
        return joined
    }
}

private func string(_ text: String) -> String {
    "\"" + text.utf16.map(escaped).joined() + "\""
}

private func escaped(_ unit: UInt16) -> String {
    switch unit {
    case 0x22: return "\\\""
    case 0x5C: return "\\\\"
    case 0x20...0x7E: return String(UnicodeScalar(UInt8(unit)))
    default:
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
