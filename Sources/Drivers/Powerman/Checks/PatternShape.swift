// What a pattern looks like, without matching it: enough of the grammar of extended regular
// expressions to find `$` anchors and repetitions at the end.

struct PatternShape {
    /// The pattern can match more when more comes: `[0-9]+`, `(on|off.*)`, `(a{2,})`.
    private(set) var isOpenAtEnd = false
    /// It begins with `^`.
    let isAnchored: Bool
    /// It has a `$` that would be an end anchor; powerman's never match.
    private(set) var hasEndAnchor = false

    private var rest: ArraySlice<UInt8>

    init(_ source: [UInt8]) {
        isAnchored = source.first == UInt8(ascii: "^")
        rest = source[...]
        isOpenAtEnd = alternatives(depth: 0)
        // An unmatched `)` is a character like others: whatever comes after it counts.
        while !rest.isEmpty {
            rest.removeFirst()
            isOpenAtEnd = alternatives(depth: 0)
        }
    }

    /// Deeper groups are not looked into.
    private static let deepest = 32

    /// Reads up to the end or to a `)`; gives whether any alternative is open at its end.
    private mutating func alternatives(depth: Int) -> Bool {
        var isAnyOpen = false
        var isOpen = false
        while let byte = rest.first, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "|") {
                rest.removeFirst()
                isAnyOpen = isAnyOpen || isOpen
                isOpen = false
            } else {
                isOpen = piece(depth: depth)
            }
        }
        return isAnyOpen || isOpen
    }

    /// One atom with what repeats it; gives whether it is open.
    private mutating func piece(depth: Int) -> Bool {
        var isOpen = atom(depth: depth)
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
                rest.removeFirst()
                isOpen = true
            case UInt8(ascii: "{"):
                let interval = rest.prefix { $0 != UInt8(ascii: "}") }
                rest = rest.dropFirst(interval.count + 1)
                isOpen = isOpen || interval.contains(UInt8(ascii: ","))
            default:
                return isOpen
            }
        }
        return isOpen
    }

    private mutating func atom(depth: Int) -> Bool {
        switch rest.removeFirst() {
        case UInt8(ascii: "("):
            guard depth < Self.deepest else { return false }
            let isOpen = alternatives(depth: depth + 1)
            if !rest.isEmpty { rest.removeFirst() }
            return isOpen
        case UInt8(ascii: "["):
            skipBracket()
        case UInt8(ascii: "\\"):
            if !rest.isEmpty { rest.removeFirst() }
        case UInt8(ascii: "$"):
            hasEndAnchor = true
        default:
            break
        }
        return false
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
