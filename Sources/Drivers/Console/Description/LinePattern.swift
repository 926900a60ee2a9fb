// A pattern of a whole line, as descriptions write it: an extended regular expression in which
// `{outlet}`, `{state}` and `{key}` stand for what is to be found there.

struct LinePattern: Sendable {
    private let expression: RegularExpression
    /// The numbers of the groups that the places became.
    private let groups: [Place: Int]

    enum Place: String, CaseIterable, Sendable {
        case outlet
        case state
        case key
    }

    /// One line that matches, or a part of one.
    struct Found: Sendable {
        let places: [Place: String]
        /// All of it.
        let text: String

        subscript(place: Place) -> String? { places[place] }
    }

    /// Nodes of one pattern. At this size the C library takes 40 ms for the worst line of 256 bytes, and
    /// at four times this half a second; an answer may have 256 such lines.
    static let largestSize = 256

    /// `meanings` has a pattern for each place that may stand there.
    init(_ text: String, _ meanings: [Place: String] = [:]) throws(PatternError) {
        guard text.utf8.count <= RegularExpression.longestSource else {
            throw PatternError("it is longer than \(RegularExpression.longestSource) bytes")
        }
        let written = try Self.expanded(text, meanings)
        let shape = PatternShape(Array(written.text.utf8))
        if shape.hasEndAnchor {
            throw PatternError("`$` matches nowhere: a pattern is for the whole line as it is")
        }
        guard shape.size <= Self.largestSize else {
            throw PatternError("its repetitions stand within repetitions: it would take too long")
        }
        expression = try RegularExpression(Array(written.text.utf8))
        groups = written.groups
    }

    func has(_ place: Place) -> Bool { groups[place] != nil }

    /// What stands at the places, if this is such a line.
    func match(_ line: String) -> Found? {
        let bytes = Array(line.utf8)
        guard let found = prefix(of: bytes), found.length == bytes.count else { return nil }
        return found.what
    }

    /// Such lines one behind the other, with blanks between; empty where something else is left.
    func matches(_ line: String) -> [Found] {
        var rest = Array(line.utf8)
        var all: [Found] = []
        while !rest.isEmpty {
            guard let found = prefix(of: rest), found.length > 0 else { return [] }
            all.append(found.what)
            rest = Array(rest[found.length...].drop { $0 == 0x20 })
        }
        return all
    }

    /// Several in one line only where each names its outlet.
    func rows(in line: String) -> [Found] {
        has(.outlet) ? matches(line) : match(line).map { [$0] } ?? []
    }

    private func prefix(of bytes: [UInt8]) -> (length: Int, what: Found)? {
        guard let found = expression.match(in: bytes, first: bytes.count),
            found.end == found.length
        else { return nil }
        var places: [Place: String] = [:]
        for (place, number) in groups {
            // A place that was left out says nothing, and so does the half of a word or number: in
            // `.*{outlet}: off` a line about outlet 13 has a 3 before the colon.
            guard let span = found.spans[number], Self.isWhole(span, of: bytes) else { return nil }
            places[place] = String(decoding: bytes[span], as: UTF8.self).trimmingBlanks
        }
        let text = String(decoding: bytes[..<found.length], as: UTF8.self).trimmingBlanks
        return (found.length, Found(places: places, text: text))
    }

    /// Whether neither a letter nor a digit was cut off at its ends.
    private static func isWhole(_ span: Range<Int>, of bytes: [UInt8]) -> Bool {
        let isCutBefore =
            span.lowerBound > 0 && isWord(bytes[span.lowerBound])
            && isWord(bytes[span.lowerBound - 1])
        let isCutBehind =
            span.upperBound < bytes.count && isWord(bytes[span.upperBound - 1])
            && isWord(bytes[span.upperBound])
        return !isCutBefore && !isCutBehind
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & ~0x20)
    }
}

// MARK: - Places

extension LinePattern {
    /// With a group for each place.
    private static func expanded(
        _ text: String, _ meanings: [Place: String]
    ) throws(PatternError) -> (text: String, groups: [Place: Int]) {
        var (result, groups, count, depth) = ("", [Place: Int](), 0, 0)
        var rest = text[...]
        while let character = rest.first {
            guard character == "{", rest.dropFirst().first?.isLetter ?? false else {
                let atom = nextAtom(&rest)
                if atom == "(" { (count, depth) = (count + 1, depth + 1) }
                if atom == ")" { depth -= 1 }
                result += atom
                continue
            }
            let name = String(rest.dropFirst().prefix { $0 != "}" })
            rest = rest.dropFirst(name.count + 2)
            guard let place = Place(rawValue: name), let meaning = meanings[place] else {
                throw PatternError(unknownPlace(name, meanings))
            }
            guard groups[place] == nil else { throw PatternError("`{\(name)}` is there twice") }
            guard depth == 0, !isRepeated(rest) else {
                throw PatternError("`{\(name)}` can be there several times, or not at all")
            }
            groups[place] = count + 1
            count += 1 + groupCount(of: meaning)
            result += "(\(meaning))"
        }
        guard count <= RegularExpression.mostCaptures else {
            throw PatternError("it has more than \(RegularExpression.mostCaptures) groups")
        }
        return (result, groups)
    }

    private static func unknownPlace(_ name: String, _ meanings: [Place: String]) -> String {
        let known = meanings.keys.map { "{\($0.rawValue)}" }.sorted()
        return "`{\(name)}` means nothing here"
            + (known.isEmpty ? "" : "; known: \(known.joined(separator: ", "))")
    }

    private static func isRepeated(_ rest: Substring) -> Bool {
        guard let next = rest.first else { return false }
        return "*+?".contains(next) || next == "{" && rest.dropFirst().first?.isNumber ?? false
    }

    static func groupCount(of pattern: String) -> Int {
        var (rest, count) = (pattern[...], 0)
        while !rest.isEmpty { if nextAtom(&rest) == "(" { count += 1 } }
        return count
    }

    /// One character, or an escaped one, or a whole bracket: `[]a]`, `[^]a]` and `[[:alpha:]]` hold a
    /// `]`.
    private static func nextAtom(_ rest: inout Substring) -> String {
        var taken = String(rest.removeFirst())
        switch taken {
        case "\\": taken += rest.popFirst().map(String.init) ?? ""
        case "[":
            if rest.first == "^" { taken.append(rest.removeFirst()) }
            if rest.first == "]" { taken.append(rest.removeFirst()) }
            while let character = rest.popFirst() {
                taken.append(character)
                if character == "]" { break }
                guard character == "[", let kind = rest.first, ":.=".contains(kind) else {
                    continue
                }
                taken.append(rest.removeFirst())
                while let inner = rest.popFirst() {
                    taken.append(inner)
                    if inner == kind, rest.first == "]" {
                        taken.append(rest.removeFirst())
                        break
                    }
                }
            }
        default: break
        }
        return taken
    }
}
