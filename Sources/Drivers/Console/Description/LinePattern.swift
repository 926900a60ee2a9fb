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

    /// `meanings` has a pattern for each place that may stand there.
    init(_ text: String, _ meanings: [Place: String] = [:]) throws(PatternError) {
        let written = try Self.expanded(text, meanings)
        let shape = PatternShape(Array(written.text.utf8))
        if shape.hasEndAnchor {
            throw PatternError("`$` matches nowhere: a pattern is for the whole line as it is")
        }
        expression = try RegularExpression(Array(written.text.utf8))
        groups = written.groups
    }

    func has(_ place: Place) -> Bool { groups[place] != nil }

    /// What stands at the places, if this is such a line.
    func match(_ line: String) -> [Place: String]? {
        let bytes = Array(line.utf8)
        guard let found = prefix(of: bytes), found.length == bytes.count else { return nil }
        return found.places
    }

    /// Such lines one behind the other, with blanks between; empty where something else is left.
    func matches(_ line: String) -> [[Place: String]] {
        var rest = Array(line.utf8)
        var all: [[Place: String]] = []
        while !rest.isEmpty {
            guard let found = prefix(of: rest), found.length > 0 else { return [] }
            all.append(found.places)
            rest = Array(rest[found.length...].drop { $0 == 0x20 })
        }
        return all
    }

    private func prefix(of bytes: [UInt8]) -> (length: Int, places: [Place: String])? {
        guard let found = expression.match(in: bytes, first: bytes.count),
            found.end == found.length
        else { return nil }
        let places = groups.compactMapValues { number in
            found.captures[number].map { String(decoding: $0, as: UTF8.self).trimmingBlanks }
        }
        // A place that was left out says nothing.
        return places.count == groups.count ? (found.length, places) : nil
    }

    /// With a group for each place.
    private static func expanded(
        _ text: String, _ meanings: [Place: String]
    ) throws(PatternError) -> (text: String, groups: [Place: Int]) {
        var (result, groups, count) = ("", [Place: Int](), 0)
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                result += "\\" + (rest.popFirst().map(String.init) ?? "")
            case "[":
                result += "[" + bracket(&rest)
            case "(":
                count += 1
                result += "("
            case "{" where rest.first?.isLetter ?? false:
                let name = String(rest.prefix { $0 != "}" })
                rest = rest.dropFirst(name.count + 1)
                guard let place = Place(rawValue: name), let meaning = meanings[place] else {
                    let known = meanings.keys.map { "{\($0.rawValue)}" }.sorted()
                    throw PatternError(
                        "`{\(name)}` means nothing here"
                            + (known.isEmpty ? "" : "; known: \(known.joined(separator: ", "))"))
                }
                guard groups[place] == nil else { throw PatternError("`{\(name)}` is there twice") }
                groups[place] = count + 1
                count += 1 + meaning.filter { $0 == "(" }.count
                result += "(\(meaning))"
            default:
                result.append(character)
            }
        }
        guard count <= RegularExpression.mostCaptures else {
            throw PatternError("it has more than \(RegularExpression.mostCaptures) groups")
        }
        return (result, groups)
    }

    /// Up to the `]` that closes it: `[]a]` and `[^]a]` hold one.
    private static func bracket(_ rest: inout Substring) -> String {
        var taken = ""
        if rest.first == "^" { taken.append(rest.removeFirst()) }
        if rest.first == "]" { taken.append(rest.removeFirst()) }
        while let character = rest.popFirst() {
            taken.append(character)
            if character == "]" { break }
        }
        return taken
    }
}
