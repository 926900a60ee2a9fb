// What a pattern looks like, without matching it: enough of the grammar of extended regular
// expressions to find `$` anchors, repetitions at the end and groups that may stay empty, and to
// know how large it becomes.

struct PatternShape {
    /// The pattern can match more when more comes: `[0-9]+`, `(on|off.*)`, `(a{2,})`.
    private(set) var isOpenAtEnd = false
    /// It begins with `^`.
    let isAnchored: Bool
    /// It has a `$` that would be an end anchor; powerman's never match.
    private(set) var hasEndAnchor = false
    /// It has a `)` that closes nothing.
    private(set) var hasStrayParenthesis = false
    /// The bytes that a match can end with; nil where that can be many. Only of a pattern that is
    /// not open at its end.
    private(set) var lastBytes: Set<UInt8>?
    /// The first number behind a backslash: `(a*)\\1`.
    let backReference: Int?
    /// The groups that a match can leave out: `([0-9])*`, `(a)|(b)`. From 1.
    private(set) var optionalGroups: Set<Int> = []

    /// The nodes that the C library makes of it, about: it writes a repeated part out as often as it
    /// must match, so that `a++++` has thirty and twenty more have a hundred million.
    private(set) var size = 0

    private var rest: ArraySlice<UInt8>
    private var groups = 0

    /// How a part of a pattern ends, and how large it is.
    private struct Part {
        var isOpen = false
        var lastBytes: Set<UInt8>?
        var size = 1

        /// Sizes are not counted further than this.
        static let endless = 1 << 24

        /// Either of them.
        func or(_ other: Part) -> Part {
            var both = Part(
                isOpen: isOpen || other.isOpen, size: min(size + other.size, Self.endless))
            if let lastBytes, let others = other.lastBytes {
                both.lastBytes = lastBytes.union(others)
            }
            return both
        }

        mutating func repeated(_ times: Int) {
            size = min(size * min(max(times, 1), Self.endless) + 1, Self.endless)
        }
    }

    init(_ source: [UInt8]) {
        isAnchored = source.first == UInt8(ascii: "^")
        backReference = Self.backReference(in: source)
        rest = source[...]
        var whole = alternatives(depth: 0)
        size = whole.size
        // For the C library it is a character like others: whatever comes after it counts.
        while !rest.isEmpty {
            rest.removeFirst()
            hasStrayParenthesis = true
            whole = alternatives(depth: 0)
            size = min(size + whole.size, Part.endless)
        }
        isOpenAtEnd = whole.isOpen
        lastBytes = hasStrayParenthesis ? nil : whole.lastBytes
    }

    /// Deeper groups are not looked into.
    private static let deepest = 32

    /// Reads up to the end or to a `)`.
    private mutating func alternatives(depth: Int) -> Part {
        let before = groups
        var parts = [Part()]
        while let byte = rest.first, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "|") {
                rest.removeFirst()
                parts.append(Part())
            } else {
                var next = piece(depth: depth)
                next.size = min(next.size + parts[parts.count - 1].size, Part.endless)
                parts[parts.count - 1] = next
            }
        }
        if parts.count > 1, before < groups { optionalGroups.formUnion((before + 1)...groups) }
        return parts.dropFirst().reduce(parts[0]) { $0.or($1) }
    }

    /// One atom with what repeats it.
    private mutating func piece(depth: Int) -> Part {
        let before = groups
        var part = atom(depth: depth)
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"):
                rest.removeFirst()
                part.isOpen = true
                part.repeated(1)
                if before < groups { optionalGroups.formUnion((before + 1)...groups) }
            case UInt8(ascii: "+"):
                rest.removeFirst()
                part.isOpen = true
                part.repeated(2)
            case UInt8(ascii: "{"):
                interval(of: &part)
                if before < groups { optionalGroups.formUnion((before + 1)...groups) }
            default:
                return part
            }
        }
        return part
    }

    private mutating func interval(of part: inout Part) {
        let interval = rest.prefix { $0 != UInt8(ascii: "}") }
        rest = rest.dropFirst(interval.count + 1)
        part.lastBytes = nil
        part.isOpen = part.isOpen || interval.contains(UInt8(ascii: ","))
        let bounds = interval.dropFirst().split(separator: UInt8(ascii: ","))
        let numbers = bounds.map { Int(String(decoding: $0, as: UTF8.self)) ?? 1 }
        part.repeated(numbers.max() ?? 1)
    }

    private mutating func atom(depth: Int) -> Part {
        let byte = rest.removeFirst()
        switch byte {
        case UInt8(ascii: "("):
            groups += 1
            guard depth < Self.deepest else { return Part(size: Part.endless) }
            let group = alternatives(depth: depth + 1)
            if !rest.isEmpty { rest.removeFirst() }
            return group
        case UInt8(ascii: "["):
            skipBracket()
            return Part()
        case UInt8(ascii: "\\"):
            return Part(lastBytes: rest.popFirst().flatMap(Self.escaped).map { [$0] })
        case UInt8(ascii: "$"):
            hasEndAnchor = true
            return Part()
        case UInt8(ascii: "."), UInt8(ascii: "^"):
            return Part()
        default:
            return Part(lastBytes: [byte])
        }
    }

    /// A backslash and `r` or `n` that are two characters in a pattern mean CR and LF; behind one,
    /// some letters, digits and signs mean more than themselves.
    private static func escaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "n"): 0x0A
        case _ where ".[]()*+?{}|^$/\\".utf8.contains(byte): byte
        default: nil
        }
    }

    /// `[]a]`, `[^]a]`, `[[:space:]]`: a `]` in first place, and in a class, does not close.
    private mutating func skipBracket() {
        if rest.first == UInt8(ascii: "^") { rest.removeFirst() }
        if rest.first == UInt8(ascii: "]") { rest.removeFirst() }
        while let byte = rest.popFirst(), byte != UInt8(ascii: "]") {
            guard byte == UInt8(ascii: "["), let kind = rest.first,
                [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "=")].contains(kind)
            else { continue }
            rest.removeFirst()
            while let inner = rest.popFirst() {
                if inner == kind && rest.first == UInt8(ascii: "]") {
                    rest.removeFirst()
                    break
                }
            }
        }
    }
}

extension PatternShape {
    /// Between brackets a backslash is a character like others; there too it is taken for one here,
    /// which refuses a few patterns that nobody writes.
    private static func backReference(in source: [UInt8]) -> Int? {
        var rest = source[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else { continue }
            if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(next) { return Int(next - 0x30) }
        }
        return nil
    }
}
