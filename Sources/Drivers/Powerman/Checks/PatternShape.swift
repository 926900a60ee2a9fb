// What a pattern looks like, without matching it: enough of the grammar of extended regular
// expressions to find `$` anchors, repetitions at the end, and groups that may stay empty.

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
    /// The groups that a match can leave out: `([0-9])*`, `(a)|(b)`. From 1.
    private(set) var optionalGroups: Set<Int> = []

    private var rest: ArraySlice<UInt8>
    private var groups = 0

    /// How a part of a pattern ends.
    private struct Ending {
        var isOpen = false
        var lastBytes: Set<UInt8>?

        /// Either of them.
        func or(_ other: Ending) -> Ending {
            guard let lastBytes, let others = other.lastBytes else {
                return Ending(isOpen: isOpen || other.isOpen)
            }
            return Ending(isOpen: isOpen || other.isOpen, lastBytes: lastBytes.union(others))
        }
    }

    init(_ source: [UInt8]) {
        isAnchored = source.first == UInt8(ascii: "^")
        rest = source[...]
        var ending = alternatives(depth: 0)
        // For the C library it is a character like others: whatever comes after it counts.
        while !rest.isEmpty {
            rest.removeFirst()
            hasStrayParenthesis = true
            ending = alternatives(depth: 0)
        }
        isOpenAtEnd = ending.isOpen
        lastBytes = hasStrayParenthesis ? nil : ending.lastBytes
    }

    /// Deeper groups are not looked into.
    private static let deepest = 32

    /// Reads up to the end or to a `)`.
    private mutating func alternatives(depth: Int) -> Ending {
        let before = groups
        var endings = [Ending()]
        while let byte = rest.first, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "|") {
                rest.removeFirst()
                endings.append(Ending())
            } else {
                endings[endings.count - 1] = piece(depth: depth)
            }
        }
        if endings.count > 1, before < groups { optionalGroups.formUnion((before + 1)...groups) }
        return endings.dropFirst().reduce(endings[0]) { $0.or($1) }
    }

    /// One atom with what repeats it.
    private mutating func piece(depth: Int) -> Ending {
        let before = groups
        var ending = atom(depth: depth)
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"):
                rest.removeFirst()
                ending.isOpen = true
                if before < groups { optionalGroups.formUnion((before + 1)...groups) }
            case UInt8(ascii: "+"):
                rest.removeFirst()
                ending.isOpen = true
            case UInt8(ascii: "{"):
                let interval = rest.prefix { $0 != UInt8(ascii: "}") }
                rest = rest.dropFirst(interval.count + 1)
                ending.lastBytes = nil
                ending.isOpen = ending.isOpen || interval.contains(UInt8(ascii: ","))
            default:
                return ending
            }
        }
        return ending
    }

    private mutating func atom(depth: Int) -> Ending {
        let byte = rest.removeFirst()
        switch byte {
        case UInt8(ascii: "("):
            groups += 1
            guard depth < Self.deepest else { return Ending() }
            let ending = alternatives(depth: depth + 1)
            if !rest.isEmpty { rest.removeFirst() }
            return ending
        case UInt8(ascii: "["):
            skipBracket()
            return Ending()
        case UInt8(ascii: "\\"):
            return Ending(lastBytes: rest.popFirst().flatMap(Self.escaped).map { [$0] })
        case UInt8(ascii: "$"):
            hasEndAnchor = true
            return Ending()
        case UInt8(ascii: "."), UInt8(ascii: "^"):
            return Ending()
        default:
            return Ending(lastBytes: [byte])
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
