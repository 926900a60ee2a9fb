// A reply as JSON: one object per line, `{"result":"OK","exit":0,"target":"node2",...}`.
//
// Numbers are numbers, spans are numbers of seconds, moments are ISO 8601 in UTC, lists are arrays, and
// what there is none of is null; everything else is a string. ASCII only: everything else is escaped
// (RFC 8259, section 7), so that nothing a switch has said can drive a terminal.

internal import Fencing

extension ReplyLine {
    /// The line's fields in their order, after `result` (its word) and `exit` (the code of the
    /// whole reply). A key that comes again adds its value to the first, after a comma: JSON has no
    /// repeated keys. A field that is itself called `result` or `exit` gets a `_` behind its name.
    func json(_ code: ExitCode) -> String {
        var members = ["\"result\":" + string(word), "\"exit\":\(code.rawValue)"]
        for field in joined {
            let name = ["result", "exit"].contains(field.key) ? field.key + "_" : field.key
            members.append(string(name) + ":" + printed(field.json ?? field.suggested))
        }
        return "{" + members.joined(separator: ",") + "}\n"
    }

    private var joined: [ReplyField] {
        var places: [String: Int] = [:]
        var joined: [ReplyField] = []
        for field in fields {
            if let place = places[field.key] {
                let value = joined[place].value + "," + field.value
                joined[place] = ReplyField(field.key, value)
            } else {
                places[field.key] = joined.count
                joined.append(field)
            }
        }
        return joined
    }
}

extension ReplyField {
    /// What the arbiter's fields are, by their names. docs/commands.md has the same.
    fileprivate var suggested: JSONValue {
        switch key {
        case "shot", "seq", "generation", "session":
            return Int64(value).map { .number($0) } ?? .text(value)
        // Of one node, or `node1:0,node2:4`.
        case "pseq": return Int64(value).map { .number($0) } ?? items
        case "holdup", "waited", "age":
            return Duration(brief: value).map { .seconds($0) } ?? .text(value)
        // Outlets; with a reboot a word.
        case "on", "unknown": return value.contains("/") ? items : .text(value)
        case "probation", "missing": return items
        default: return .text(value)
        }
    }

    private var items: JSONValue { .list(value.split(separator: ",").map(String.init)) }
}

private func printed(_ value: JSONValue) -> String {
    switch value {
    case .text(let text): string(text)
    case .number(let number): "\(number)"
    case .seconds(let span): seconds(span)
    case .list(let items): "[" + items.map(string).joined(separator: ",") + "]"
    case .null: "null"
    }
}

/// `192`, `0.4`, `-0.002`
private func seconds(_ span: Duration) -> String {
    let all = span.milliseconds
    var fraction = String(all.magnitude % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(all < 0 ? "-" : "")\(all.magnitude / 1000)" + (fraction.isEmpty ? "" : ".\(fraction)")
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
