// A device specification, checked and ready to run: every pattern is compiled, every format is
// taken apart.

package import Fencing

package struct PowermanSpecification: Sendable {
    package let name: String
    package let position: FilePosition
    /// For one script; nil where the file does not say.
    package internal(set) var timeout: Duration?
    /// The outlets that the model has; nil where the site says which.
    package internal(set) var outlets: [OutletName]?
    var scripts: [Keyword: Script] = [:]

    init(name: String, position: FilePosition) {
        self.name = name
        self.position = position
    }

    /// The program that it is written for; nil where it is written for a line.
    package var coprocess: Coprocess? { Coprocess(of: self) }

    /// Whether one outlet can be read, by its own script or by the one that reads all, and the answer
    /// says whose it is.
    package var readsBack: DriverTraits.ReadBack {
        readingScript.map { NamedRows($0.statements).isGoodForReading } ?? false ? .yes : .no
    }
}

struct Script: Sendable {
    let name: Keyword
    let position: FilePosition
    let statements: [Statement]

    /// `on_ranged`, `off_ranged`: its loops go through the outlets that are meant, and no others.
    var isForGroup: Bool { name == .onRanged || name == .offRanged }
}

indirect enum Statement: Sendable {
    case send(Format, FilePosition)
    case expect(Expectation)
    case delay(Duration)
    case setPlugState(StateRule)
    case setResult(ResultRule)
    /// Once for every outlet of the switch.
    case forEachPlug([Statement])
    /// Once for every outlet that feeds a node.
    case forEachNode([Statement])
    case ifState(PowerState, [Statement])

    var expectation: Expectation? {
        guard case .expect(let expectation) = self else { return nil }
        return expectation
    }

    var format: Format? {
        guard case .send(let format, _) = self else { return nil }
        return format
    }

    /// What is inside it, if anything is.
    var block: [Statement] {
        switch self {
        case .forEachPlug(let block), .forEachNode(let block), .ifState(_, let block): block
        case .send, .expect, .delay, .setPlugState, .setResult: []
        }
    }
}

extension [Statement] {
    /// The statements and what is in their blocks, in the order of the file.
    var all: [Statement] { flatMap { [$0] + $0.block.all } }

    var formats: [Format] { all.compactMap(\.format) }
    var expectations: [Expectation] { all.compactMap(\.expectation) }
}

/// A `send` string: printf with `%s` and `%%` and nothing else.
struct Format: Hashable, Sendable {
    let pieces: [Piece]

    enum Piece: Hashable, Sendable {
        case bytes([UInt8])
        /// The outlet in question.
        case outlet
    }

    init(_ written: [UInt8]) throws(FormatError) {
        var pieces: [Piece] = []
        var bytes: [UInt8] = []
        var rest = written[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "%"):
                bytes.append(UInt8(ascii: "%"))
            case UInt8(ascii: "s"):
                pieces += [.bytes(bytes), .outlet]
                bytes = []
            case let other:
                let letter = other.map { String(Unicode.Scalar($0)) } ?? ""
                throw FormatError(conversion: "%" + letter)
            }
        }
        self.pieces = (pieces + [.bytes(bytes)]).filter { $0 != .bytes([]) }
    }

    var namesOutlet: Bool { pieces.contains(.outlet) }

    /// The CR and LF at its end.
    var lineEnd: [UInt8] {
        guard case .bytes(let bytes)? = pieces.last else { return [] }
        return Array(bytes.suffix(bytes.reversed().prefix { $0 == 0x0A || $0 == 0x0D }.count))
    }

    var isLineEnd: Bool { pieces == [.bytes(lineEnd)] }

    /// Nothing but an outlet's name and perhaps a line end.
    var isOutletAlone: Bool { pieces == [.outlet] || pieces == [.outlet, .bytes(lineEnd)] }

    func filled(with outlet: OutletName?) -> [UInt8]? {
        var result: [UInt8] = []
        for piece in pieces {
            switch (piece, outlet) {
            case (.bytes(let bytes), _): result += bytes
            case (.outlet, let outlet?): result += Array(outlet.text.utf8)
            case (.outlet, nil): return nil
            }
        }
        return result
    }
}

/// A conversion that C's printf may know and the language does not.
struct FormatError: Error {
    let conversion: String
}

struct Expectation: Sendable {
    let pattern: RegularExpression
    let position: FilePosition
}

/// Which outlet a `setplugstate` is about, and what it makes of the text.
struct StateRule: Sendable {
    let plug: Plug
    let state: Int
    let interpretations: [Interpretation]
    let position: FilePosition

    enum Plug: Sendable {
        case literal([UInt8])
        case capture(Int)
        /// The one that the loop, or the command, is about.
        case current
    }

    /// The outlet that the file itself names, if it does.
    var literalPlug: String? {
        switch plug {
        case .literal(let name): String(decoding: name, as: UTF8.self)
        case .capture, .current: nil
        }
    }

    struct Interpretation: Sendable {
        let state: PowerState
        let pattern: RegularExpression
    }

    /// The first interpretation that matches; unknown where that one would match anything.
    func meaning(of text: [UInt8]) -> PowerState {
        guard let found = interpretations.first(where: { $0.pattern.matches(text) }),
            !found.pattern.matchesAnything
        else { return .unknown }
        return found.state
    }
}

struct ResultRule: Sendable {
    let plug: Int
    let text: Int
    let successes: [RegularExpression]
}
