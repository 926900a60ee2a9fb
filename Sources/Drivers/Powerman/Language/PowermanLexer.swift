// Bytes to words, by the rules of powerman's scanner (parse_lex.l).

struct PowermanLexer {
    private var sources: [Source]
    private var tokens: [Token] = []
    private var totalBytes = 0
    private let include: (String) -> [UInt8]?

    private struct Source {
        let path: String
        var rest: ArraySlice<UInt8>
        var line = 1

        var position: FilePosition { FilePosition(path: path, line: line) }
    }

    /// Files below the top one.
    static let deepestInclude = 9
    static let longestString = 8191
    /// All files of one `parse` together.
    static let mostBytes = 1 << 20

    static func tokens(
        _ text: [UInt8], path: String, include: @escaping (String) -> [UInt8]?
    ) throws(PowermanError) -> [Token] {
        var lexer = PowermanLexer(sources: [], include: include)
        try lexer.open(path, text, at: FilePosition(path: path, line: 1))
        while !lexer.sources.isEmpty { try lexer.scanOne() }
        return lexer.tokens
    }

    private init(sources: [Source], include: @escaping (String) -> [UInt8]?) {
        self.sources = sources
        self.include = include
    }

    private mutating func open(
        _ path: String, _ text: [UInt8], at position: FilePosition
    ) throws(PowermanError) {
        totalBytes += text.count
        guard totalBytes <= Self.mostBytes else {
            throw PowermanError(position, "with \(path) it is more than \(Self.mostBytes) bytes")
        }
        sources.append(Source(path: path, rest: text[...]))
    }
}

// MARK: - One word

extension PowermanLexer {
    private var top: Int { sources.count - 1 }
    private var position: FilePosition { sources[top].position }

    private mutating func scanOne() throws(PowermanError) {
        guard let byte = sources[top].rest.first else {
            sources.removeLast()
            return
        }
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            sources[top].rest.removeFirst()
        case UInt8(ascii: "\n"):
            sources[top].rest.removeFirst()
            sources[top].line += 1
        case UInt8(ascii: "#"):
            sources[top].rest = sources[top].rest.drop { $0 != UInt8(ascii: "\n") }
        case UInt8(ascii: "{"): take(.openBrace)
        case UInt8(ascii: "}"): take(.closeBrace)
        case UInt8(ascii: "="): take(.equals)
        case UInt8(ascii: "$"): take(.dollar)
        case UInt8(ascii: "\""): try takeString()
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): try takeNumber()
        default: try takeKeyword()
        }
    }

    private mutating func take(_ kind: Token.Kind) {
        tokens.append(Token(kind: kind, position: position))
        sources[top].rest.removeFirst()
    }

    /// `7`, `0.7`, `7.`, `.7`
    private mutating func takeNumber() throws(PowermanError) {
        var text = sources[top].rest.prefix(while: Self.isDigit)
        let tail = sources[top].rest.dropFirst(text.count)
        if tail.first == UInt8(ascii: ".") {
            let digits = tail.dropFirst().prefix(while: Self.isDigit)
            guard !text.isEmpty || !digits.isEmpty else {
                throw PowermanError(position, "a dot alone means nothing here")
            }
            text = sources[top].rest.prefix(text.count + 1 + digits.count)
        }
        sources[top].rest = sources[top].rest.dropFirst(text.count)
        let written = String(decoding: text, as: UTF8.self)
        tokens.append(Token(kind: .number(written), position: position))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func takeKeyword() throws(PowermanError) {
        for (word, keyword) in Keyword.longestFirst {
            guard let length = length(of: word, keyword) else { continue }
            let found = Token(kind: .keyword(keyword), position: position)
            sources[top].rest = sources[top].rest.dropFirst(length)
            if keyword == .include { return try openIncluded() }
            tokens.append(found)
            return
        }
        let found = sources[top].rest.prefix { $0 > 0x20 }.prefix(20)
        throw PowermanError(
            position, "`\(String(decoding: found, as: UTF8.self))` is no word of the language")
    }

    /// `plug name` is one word with any blanks in it, on one line; all others are as written.
    private func length(of word: [UInt8], _ keyword: Keyword) -> Int? {
        let rest = sources[top].rest
        guard keyword == .plugName else { return rest.starts(with: word) ? word.count : nil }
        guard rest.starts(with: Array("plug".utf8)) else { return nil }
        let blanks = rest.dropFirst(4).prefix {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
        }
        guard !blanks.isEmpty,
            rest.dropFirst(4 + blanks.count).starts(with: Array("name".utf8))
        else { return nil }
        return 8 + blanks.count
    }

    /// The next run without blanks is the path; its first and last character are quotes, whatever
    /// they are.
    private mutating func openIncluded() throws(PowermanError) {
        while let byte = sources[top].rest.first, byte <= 0x20 {
            if byte == UInt8(ascii: "\n") { sources[top].line += 1 }
            sources[top].rest.removeFirst()
        }
        let word = sources[top].rest.prefix { $0 > 0x20 }
        let here = position
        sources[top].rest = sources[top].rest.dropFirst(word.count)
        let path = String(decoding: word.dropFirst().dropLast(), as: UTF8.self)
        guard sources.count <= Self.deepestInclude else {
            throw PowermanError(
                here, "\(path) would be more than \(Self.deepestInclude) files deep")
        }
        guard !path.isEmpty, let text = include(path) else {
            throw PowermanError(here, "the included file `\(path)` cannot be read")
        }
        try open(path, text, at: here)
    }
}

// MARK: - Strings

extension PowermanLexer {
    private mutating func takeString() throws(PowermanError) {
        let start = position
        var rest = sources[top].rest.dropFirst()
        var literal = StringLiteral()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                sources[top].rest = rest
                tokens.append(Token(kind: .string(Self.cutAtNUL(literal)), position: start))
                return
            case UInt8(ascii: "\n"):
                throw PowermanError(start, "the string does not end on its line")
            case UInt8(ascii: "\\"):
                takeEscape(&rest, into: &literal)
            default:
                literal.bytes.append(byte)
            }
            guard literal.bytes.count <= Self.longestString else {
                throw PowermanError(start, "the string is longer than \(Self.longestString) bytes")
            }
        }
        throw PowermanError(start, "the string does not end")
    }

    private mutating func takeEscape(
        _ rest: inout ArraySlice<UInt8>, into literal: inout StringLiteral
    ) {
        let digits = rest.prefix(3)
        if digits.count == 3, digits.allSatisfy(Self.isDigit) {
            rest = rest.dropFirst(3)
            literal.bytes.append(Self.octal(digits))
            return
        }
        guard let byte = rest.popFirst() else { return }
        if byte == UInt8(ascii: "\n") { sources[top].line += 1 }
        if let control = Self.control(byte) {
            literal.bytes.append(control)
            return
        }
        literal.bytes.append(byte)
        let meant: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "\n")]
        if !meant.contains(byte) { literal.bared.append(byte) }
    }

    /// Reads up to the first 8 or 9, and wraps at 256.
    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8 {
        let read = digits.prefix { $0 < UInt8(ascii: "8") }
        return UInt8(truncatingIfNeeded: read.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) })
    }

    private static func control(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "e"): 0x1B
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "v"): 0x0B
        default: nil
        }
    }

    /// For powerman a string is C's: a NUL ends it.
    private static func cutAtNUL(_ literal: StringLiteral) -> StringLiteral {
        StringLiteral(bytes: Array(literal.bytes.prefix { $0 != 0 }), bared: literal.bared)
    }
}
