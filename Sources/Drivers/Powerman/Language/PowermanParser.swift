// Words to specifications, by powerman's grammar (parse_tab.y). Directives that are about powermand
// and not about a switch are read over.

internal import Fencing

struct PowermanParser {
    private let tokens: [Token]
    private var next = 0
    private let end: FilePosition
    private var blocks = 0
    /// The script that is read.
    private var reading: Keyword?
    private(set) var findings: [PowermanFinding] = []

    static let deepestBlock = 16
    /// A delay or a timeout of a script.
    static let longestTime = Duration.seconds(3600)

    init(_ tokens: [Token], path: String) {
        self.tokens = tokens
        end = tokens.last?.position ?? FilePosition(path: path, line: 1)
    }

    mutating func specifications() throws(PowermanError) -> [PowermanSpecification] {
        var result: [PowermanSpecification] = []
        while let token = peek() {
            guard case .keyword(let keyword) = token.kind else { throw unexpected("a directive") }
            advance()
            if keyword == .specification {
                result.append(try specification(at: token.position))
            } else {
                try skipDirective(keyword, at: token.position)
            }
        }
        return result
    }

    private mutating func skipDirective(
        _ keyword: Keyword, at position: FilePosition
    ) throws(PowermanError) {
        let strings: ClosedRange<Int>
        switch keyword {
        case .listen, .plugLogLevel: strings = 1...1
        case .alias: strings = 2...2
        case .node: strings = 2...3
        case .device: strings = 3...4
        case .tcpWrappers:
            _ = accept(.keyword(.yes)) || accept(.keyword(.no))
            strings = 0...0
        default: throw PowermanError(position, "`\(keyword.rawValue)` cannot stand here")
        }
        var count = 0
        while count < strings.upperBound, case .string = peek()?.kind {
            advance()
            count += 1
        }
        guard strings.contains(count) else { throw unexpected("a string") }
        note(position, .notAboutTheSwitch(keyword.rawValue))
    }
}

// MARK: - One specification

extension PowermanParser {
    private mutating func specification(
        at position: FilePosition
    ) throws(PowermanError) -> PowermanSpecification {
        var result = PowermanSpecification(name: try string().text, position: position)
        try expect(.openBrace, "`{`")
        repeat { try item(of: &result) } while !accept(.closeBrace)
        return result
    }

    private mutating func item(of result: inout PowermanSpecification) throws(PowermanError) {
        guard let token = peek() else { throw unexpected("`}`") }
        advance()
        switch token.kind {
        case .keyword(.timeout):
            result.timeout = try time()
        case .keyword(.pingPeriod):
            _ = try time()
        case .keyword(.plugName):
            guard result.outlets == nil else {
                throw PowermanError(token.position, "a second list of plugs")
            }
            result.outlets = try plugs()
        case .keyword(.script):
            let (name, script) = try script()
            guard result.scripts.updateValue(script, forKey: name) == nil else {
                throw PowermanError(script.position, "a second script `\(name.rawValue)`")
            }
        case .keyword, .string, .number, .openBrace, .closeBrace, .equals, .dollar:
            throw PowermanError(
                token.position, "expected `timeout`, `pingperiod`, `plug name` or `script`")
        }
    }

    private mutating func plugs() throws(PowermanError) -> [OutletName] {
        try expect(.openBrace, "`{`")
        var result: [OutletName] = []
        repeat {
            let position = peek()?.position ?? end
            let text = try string().text
            guard let names = HostList.expanded(text) else {
                throw PowermanError(position, "`\(text)` is no list of plugs")
            }
            for name in names {
                guard let outlet = OutletName(name) else {
                    throw PowermanError(position, "the plug `\(name)` cannot be an outlet's name")
                }
                result.append(outlet)
            }
        } while !accept(.closeBrace)
        return result
    }

    private mutating func script() throws(PowermanError) -> (Keyword, Script) {
        guard let token = peek(), case .keyword(let name) = token.kind, name.isScriptName else {
            throw unexpected("a script's name")
        }
        advance()
        reading = name
        defer { reading = nil }
        return (name, Script(name: name, position: token.position, statements: try block()))
    }

    private mutating func block() throws(PowermanError) -> [Statement] {
        try expect(.openBrace, "`{`")
        blocks += 1
        guard blocks <= Self.deepestBlock else {
            throw PowermanError(peek()?.position ?? end, "blocks are nested too deep")
        }
        var result: [Statement] = []
        repeat { result.append(try statement()) } while !accept(.closeBrace)
        blocks -= 1
        return result
    }
}

// MARK: - Statements

extension PowermanParser {
    private mutating func statement() throws(PowermanError) -> Statement {
        guard let token = peek() else { throw unexpected("a statement or `}`") }
        advance()
        switch token.kind {
        case .keyword(.send): return .send(try format(), token.position)
        case .keyword(.expect):
            return .expect(Expectation(pattern: try pattern(), position: token.position))
        case .keyword(.delay): return .delay(try time())
        case .keyword(.setPlugState): return .setPlugState(try stateRule(at: token.position))
        case .keyword(.setResult): return .setResult(try resultRule())
        case .keyword(.forEachPlug): return .forEachPlug(try block())
        case .keyword(.forEachNode): return .forEachNode(try block())
        case .keyword(.ifOn): return .ifState(.on, try block())
        case .keyword(.ifOff): return .ifState(.off, try block())
        case .keyword, .string, .number, .openBrace, .closeBrace, .equals, .dollar:
            throw PowermanError(token.position, "expected a statement or `}`")
        }
    }

    /// One capture is the state; two are the plug and the state; a string is the plug itself.
    private mutating func stateRule(at position: FilePosition) throws(PowermanError) -> StateRule {
        let plug: StateRule.Plug
        let state: Int
        if case .string = peek()?.kind {
            plug = .literal(try string().bytes)
            state = try capture()
        } else {
            let first = try capture()
            if peek()?.kind == .dollar {
                plug = .capture(first)
                state = try capture()
            } else {
                plug = .current
                state = first
            }
        }
        var interpretations: [StateRule.Interpretation] = []
        while true {
            let meaning: PowerState
            if accept(.keyword(.on)) {
                meaning = .on
            } else if accept(.keyword(.off)) {
                meaning = .off
            } else {
                break
            }
            try expect(.equals, "`=`")
            interpretations.append(
                StateRule.Interpretation(state: meaning, pattern: try pattern()))
        }
        return StateRule(
            plug: plug, state: state, interpretations: interpretations, position: position)
    }

    private mutating func resultRule() throws(PowermanError) -> ResultRule {
        let plug = try capture()
        let text = try capture()
        var successes: [RegularExpression] = []
        repeat {
            try expect(.keyword(.success), "`success`")
            try expect(.equals, "`=`")
            successes.append(try pattern())
        } while peek()?.kind == .keyword(.success)
        return ResultRule(plug: plug, text: text, successes: successes)
    }

    private mutating func format() throws(PowermanError) -> Format {
        let position = peek()?.position ?? end
        let literal = try string()
        noteBared(literal, position)
        do {
            return try Format(literal.bytes)
        } catch {
            throw PowermanError(
                position, "`send` knows `%s` and `%%` only, not `\(error.conversion)`")
        }
    }

    private mutating func pattern() throws(PowermanError) -> RegularExpression {
        let position = peek()?.position ?? end
        let literal = try string()
        noteBared(literal, position)
        do {
            return try RegularExpression(literal.bytes)
        } catch {
            throw PowermanError(
                position, "the pattern `\(literal.text)` cannot be used: \(error.reason)")
        }
    }
}

// MARK: - Words

extension PowermanParser {
    private func peek() -> Token? { next < tokens.count ? tokens[next] : nil }

    private mutating func advance() { next += 1 }

    private mutating func accept(_ kind: Token.Kind) -> Bool {
        guard peek()?.kind == kind else { return false }
        advance()
        return true
    }

    private mutating func expect(_ kind: Token.Kind, _ name: String) throws(PowermanError) {
        guard accept(kind) else { throw unexpected(name) }
    }

    private func unexpected(_ wanted: String) -> PowermanError {
        PowermanError(peek()?.position ?? end, "expected \(wanted)")
    }

    private mutating func string() throws(PowermanError) -> StringLiteral {
        guard case .string(let literal) = peek()?.kind else { throw unexpected("a string") }
        advance()
        return literal
    }

    /// Seconds, with or without a fraction.
    private mutating func time() throws(PowermanError) -> Duration {
        guard case .number(let text) = peek()?.kind else { throw unexpected("a number of seconds") }
        guard let seconds = Double("0" + text + (text.hasSuffix(".") ? "0" : "")),
            case let time = Duration.milliseconds(Int64((min(seconds, 1e6) * 1000).rounded())),
            time <= Self.longestTime
        else { throw unexpected("at most \(Self.longestTime.brief)") }
        advance()
        return time
    }

    /// `$3`: as C's strtol reads it, `$010` is 8 and `$1.5` is 1.
    private mutating func capture() throws(PowermanError) -> Int {
        try expect(.dollar, "`$` and a number")
        guard case .number(let text) = peek()?.kind else { throw unexpected("a number after `$`") }
        let digits = text.prefix { $0 != "." }
        let isOctal = digits.count > 1 && digits.first == "0"
        let read = isOctal ? Int(digits.prefix { $0 < "8" }, radix: 8) : Int(digits)
        guard let number = read, (0...RegularExpression.mostCaptures).contains(number) else {
            throw unexpected("a capture from $0 to $\(RegularExpression.mostCaptures)")
        }
        advance()
        return number
    }

    private mutating func note(_ position: FilePosition, _ fact: PowermanFinding.Fact) {
        findings.append(PowermanFinding(position, fact, in: reading))
    }

    private mutating func noteBared(_ literal: StringLiteral, _ position: FilePosition) {
        guard !literal.bared.isEmpty else { return }
        note(position, .lostBackslash(String(decoding: literal.bared, as: UTF8.self)))
    }
}
