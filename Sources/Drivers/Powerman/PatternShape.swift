// What a pattern looks like, without matching it: enough of the grammar of extended regular
// expressions to find `$` anchors and repetitions at the end, and to know how large it becomes.

struct PatternShape {
    /// The pattern can match more when more comes: `[0-9]+`, `(on|off.*)`, `(a{2,})`.
    private(set) var isOpenAtEnd = false
    /// It begins with `^`.
    let isAnchored: Bool
    /// It has a `$` that would be an end anchor; powerman's never match.
    private(set) var hasEndAnchor = false
    /// The nodes that the C library makes of it, about: it writes a repeated part out as often as it
    /// must match, so that `a++++` has thirty and twenty more have a hundred million.
    private(set) var size = 0

    private var rest: ArraySlice<UInt8>

    init(_ source: [UInt8]) {
        isAnchored = source.first == UInt8(ascii: "^")
        rest = source[...]
        take(alternatives(depth: 0))
        // An unmatched `)` is a character like others: whatever comes after it counts.
        while !rest.isEmpty {
            rest.removeFirst()
            take(alternatives(depth: 0))
        }
    }

    private mutating func take(_ part: Part) {
        isOpenAtEnd = part.isOpen
        size = min(size + part.size, Part.endless)
    }

    private struct Part {
        var isOpen = false
        var size = 1

        /// Sizes are not counted further than this.
        static let endless = 1 << 24

        mutating func repeated(_ times: Int) {
            size = min(size * min(max(times, 1), Self.endless) + 1, Self.endless)
        }
    }

    /// Deeper groups are not looked into.
    private static let deepest = 32

    /// Reads up to the end or to a `)`; open if any alternative is open at its end.
    private mutating func alternatives(depth: Int) -> Part {
        var whole = Part()
        var isOpen = false
        while let byte = rest.first, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "|") {
                rest.removeFirst()
                whole.isOpen = whole.isOpen || isOpen
                isOpen = false
            } else {
                let next = piece(depth: depth)
                isOpen = next.isOpen
                whole.size = min(whole.size + next.size, Part.endless)
            }
        }
        whole.isOpen = whole.isOpen || isOpen
        return whole
    }

    /// One atom with what repeats it.
    private mutating func piece(depth: Int) -> Part {
        var part = atom(depth: depth)
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"):
                rest.removeFirst()
                part.isOpen = true
                part.repeated(1)
            case UInt8(ascii: "+"):
                rest.removeFirst()
                part.isOpen = true
                part.repeated(2)
            case UInt8(ascii: "{"):
                let interval = rest.prefix { $0 != UInt8(ascii: "}") }
                rest = rest.dropFirst(interval.count + 1)
                part.isOpen = part.isOpen || interval.contains(UInt8(ascii: ","))
                let bounds = interval.dropFirst().split(separator: UInt8(ascii: ","))
                let numbers = bounds.map { Int(String(decoding: $0, as: UTF8.self)) ?? 1 }
                part.repeated(numbers.max() ?? 1)
            default:
                return part
            }
        }
        return part
    }

    private mutating func atom(depth: Int) -> Part {
        switch rest.removeFirst() {
        case UInt8(ascii: "("):
            guard depth < Self.deepest else { return Part(size: Part.endless) }
            let group = alternatives(depth: depth + 1)
            if !rest.isEmpty { rest.removeFirst() }
            return group
        case UInt8(ascii: "["):
            skipBracket()
        case UInt8(ascii: "\\"):
            if !rest.isEmpty { rest.removeFirst() }
        case UInt8(ascii: "$"):
            hasEndAnchor = true
        default:
            break
        }
        return Part()
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
