// SSH's own data types, read from bytes: numbers with their high byte first, and strings behind
// their length (RFC 4251, section 5).

struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var left: Int { rest.count }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func number32() -> UInt32? { number(4).map(UInt32.init) }
    mutating func number64() -> UInt64? { number(8) }

    mutating func string() -> [UInt8]? {
        guard let length = number32().map(Int.init), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    /// UTF-8 without control characters.
    mutating func text() -> String? {
        guard let bytes = string(),
            let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        return text
    }

    /// A list of strings, itself in a string.
    mutating func texts() -> [String]? {
        guard let bytes = string() else { return nil }
        var inner = WireReader(bytes)
        var texts: [String] = []
        while !inner.isAtEnd {
            guard let text = inner.text() else { return nil }
            texts.append(text)
        }
        return texts
    }

    private mutating func number(_ count: Int) -> UInt64? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// A string behind its length.
func wireString(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let length = UInt32(bytes.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(bytes)
}
