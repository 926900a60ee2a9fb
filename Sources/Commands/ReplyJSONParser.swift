// Reads back what `--json` prints, for programs of our own that were given it: flat objects of
// strings, numbers, lists of strings and null, one for each line (RFC 8259). A list is its items with
// commas between them, and what is null is not there.

package import Fencing

/// What is wrong with a line, which counts from 1.
package struct ReplyJSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int

    package var description: String {
        "line \(line) is no answer with --json: expected {\"result\":\"OK\",...}"
    }
}

extension ReplyLine {
    /// All lines of a text; `result` becomes the word, the other members fields.
    package static func lines(json text: String) throws(ReplyJSONError) -> [ReplyLine] {
        var found: [ReplyLine] = []
        for (index, line) in text.split(separator: "\n").enumerated() {
            var reader = ObjectReader(line)
            guard let members = reader.object(),
                let word = members.first(where: { $0.key == "result" })
            else { throw ReplyJSONError(line: index + 1) }
            found.append(
                ReplyLine(word.value, members.filter { $0.key != "result" && $0.key != "exit" }))
        }
        return found
    }
}

private struct ObjectReader {
    private var rest: Substring.UTF8View

    init(_ line: Substring) { rest = line.utf8 }

    /// Nil for everything that is none, or has something behind it.
    mutating func object() -> [ReplyField]? {
        guard take("{") else { return nil }
        var fields: [ReplyField] = []
        if take("}") { return end(fields) }
        while true {
            guard let key = string(), take(":"), let value = value() else { return nil }
            switch value {
            case .text(let text): fields.append(ReplyField(key, text))
            case .null: break
            }
            if take("}") { return end(fields) }
            guard take(",") else { return nil }
        }
    }

    private mutating func end(_ fields: [ReplyField]) -> [ReplyField]? {
        skipBlanks()
        return rest.isEmpty ? fields : nil
    }

    private mutating func skipBlanks() {
        while let byte = rest.first, byte == 0x20 || byte == 0x09 || byte == 0x0D {
            rest.removeFirst()
        }
    }

    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard rest.first == UInt8(ascii: letter) else { return false }
        rest.removeFirst()
        return true
    }

    private enum Value {
        case text(String)
        case null
    }

    private mutating func value() -> Value? {
        skipBlanks()
        if rest.first == UInt8(ascii: "\"") { return string().map { .text($0) } }
        if rest.starts(with: "null".utf8) {
            rest = rest.dropFirst(4)
            return .null
        }
        if take("[") { return list().map { .text($0.joined(separator: ",")) } }
        return number().map { .text($0) }
    }

    private mutating func list() -> [String]? {
        var items: [String] = []
        if take("]") { return items }
        while let item = string() {
            items.append(item)
            if take("]") { return items }
            guard take(",") else { return nil }
        }
        return nil
    }

    /// Without an exponent: `--json` prints none.
    private mutating func number() -> String? {
        let text = rest.prefix {
            (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        let digits = text.drop { $0 == UInt8(ascii: "-") }
        let parts = digits.split(
            separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        guard text.count - digits.count <= 1, (1...2).contains(parts.count),
            parts.allSatisfy({ part in
                !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
            })
        else { return nil }
        rest = rest.dropFirst(text.count)
        return String(Substring(text))
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var units: [UInt16] = []
        while let byte = rest.first {
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF16.self)
            case UInt8(ascii: "\\"):
                guard let unit = escaped() else { return nil }
                units.append(unit)
            // Ours are ASCII: everything else is escaped.
            case 0x20...0x7E: units.append(UInt16(byte))
            default: return nil
            }
        }
        return nil
    }

    private mutating func escaped() -> UInt16? {
        guard let byte = rest.first else { return nil }
        rest.removeFirst()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let digits = String(Substring(rest.prefix(4)))
            guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit),
                let unit = UInt16(digits, radix: 16)
            else { return nil }
            rest = rest.dropFirst(4)
            return unit
        default: return nil
        }
    }
}
