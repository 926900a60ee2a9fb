// One run of one script, statement by statement.
//
// A match is tried after every single byte, so that the result does not depend on how the bytes
// came in groups. A pattern that could match more waits for the next byte, or for silence.

internal import Fencing

enum ScriptStep: Hashable, Sendable {
    case send([UInt8])
    case finished
    case refused(String)
    case broken(String)
    /// It has answered, and not as the file knows it.
    case strange(String)
}

struct ScriptRun: Sendable {
    private let outlets: [OutletName]
    private let rule: InputRule
    private var frames: [Frame]
    private var waiting = Waiting.nothing
    /// What came and was not matched yet.
    private var input: [UInt8] = []
    /// Of the latest match.
    private var captures: [[UInt8]?] = []
    /// The outlet that the latest `send` with a `%s` was about.
    private var lastNamed: OutletName?
    /// What the switch said, by the plug's name in bytes.
    private(set) var states: [[UInt8]: PowerState] = [:]

    /// May what came before a `send` be the answer to it?
    enum InputRule: Sendable {
        /// Only in a login, which begins before anything was asked.
        case kept
        case forgottenAtSend
    }

    private enum Waiting {
        case nothing
        case untilSent
        /// The first `tried` bytes of the input were tried.
        case expecting(Expectation, tried: Int)
        /// All that is there matches, and more would too.
        case settling(Expectation, tried: Int, until: Moment)
        case delaying(until: Moment)
        case over
    }

    private struct Frame {
        let block: [Statement]
        var next = 0
        /// What `%s` stands for.
        let plug: OutletName?
        var kind = Kind.plain
        /// A loop's plugs still to come.
        var further: ArraySlice<OutletName> = []

        enum Kind { case plain, loop }
    }

    /// What may come between two matches. A pattern such as `.*>` costs the C library the square of
    /// this for every byte: at the limit, some milliseconds.
    static let mostInput = 2048
    /// Longer than any switch is silent in the middle of a number.
    static let settlingTime = Duration.milliseconds(250)

    /// `outlets` are those that the loops go through.
    init(
        _ statements: [Statement], about outlet: OutletName?, of outlets: [OutletName],
        input: InputRule
    ) {
        self.outlets = outlets.isEmpty ? [outlet].compactMap(\.self) : outlets
        rule = input
        frames = [Frame(block: statements, plug: outlet)]
    }

    /// What came and belongs to no match.
    var unread: [UInt8] { input }

    var wakesAt: Moment? {
        switch waiting {
        case .settling(_, _, let until), .delaying(let until): until
        case .nothing, .untilSent, .expecting, .over: nil
        }
    }
}

// MARK: - What happens to it

extension ScriptRun {
    mutating func received(_ byte: UInt8, at now: Moment) -> [ScriptStep] {
        // The C library takes a NUL for the end.
        input.append(byte == 0 ? 0xFF : byte)
        guard input.count <= Self.mostInput else {
            return over(.broken("more than \(Self.mostInput) bytes, and not what the file awaits"))
        }
        switch waiting {
        case .expecting(let expectation, let tried), .settling(let expectation, let tried, _):
            waiting = .expecting(expectation, tried: tried)
            return search(at: now)
        case .nothing, .untilSent, .delaying, .over:
            return []
        }
    }

    mutating func sent(at now: Moment) -> [ScriptStep] {
        guard case .untilSent = waiting else { return [] }
        return proceed(at: now)
    }

    mutating func timePassed(at now: Moment) -> [ScriptStep] {
        switch waiting {
        case .delaying(let until) where until <= now:
            return proceed(at: now)
        case .settling(let expectation, let tried, let until) where until <= now:
            guard let match = expectation.pattern.match(in: input, first: tried) else { return [] }
            accept(match)
            return proceed(at: now)
        case .nothing, .untilSent, .expecting, .settling, .delaying, .over:
            return []
        }
    }
}

// MARK: - Searching

extension ScriptRun {
    /// Tries one more byte at a time, as far as there are bytes.
    private mutating func search(at now: Moment) -> [ScriptStep] {
        guard case .expecting(let expectation, var tried) = waiting else { return [] }
        while tried < input.count {
            tried += 1
            guard expectation.pattern.canEnd(with: input[tried - 1]) else { continue }
            guard let match = expectation.pattern.match(in: input, first: tried) else { continue }
            if expectation.pattern.isOpenAtEnd && match.end == tried {
                if tried < input.count { continue }
                waiting = .settling(expectation, tried: tried, until: now + Self.settlingTime)
                return []
            }
            accept(match)
            return proceed(at: now)
        }
        waiting = .expecting(expectation, tried: tried)
        return []
    }

    private mutating func accept(_ match: RegularExpression.Match) {
        captures = match.captures
        input.removeFirst(match.end)
        waiting = .nothing
    }

    private func captured(_ number: Int) -> [UInt8]? {
        captures.indices.contains(number) ? captures[number] : nil
    }
}

// MARK: - Statements

extension ScriptRun {
    /// Goes on until it has to wait.
    mutating func proceed(at now: Moment) -> [ScriptStep] {
        waiting = .nothing
        while let statement = nextStatement() {
            switch statement {
            case .send(let format, let position):
                if let steps = send(format, at: position) { return steps }
            case .expect(let expectation):
                captures = []
                waiting = .expecting(expectation, tried: 0)
                return search(at: now)
            case .delay(let time):
                waiting = .delaying(until: now + time)
                return []
            case .setPlugState(let rule):
                setPlugState(rule)
            case .setResult(let rule):
                if let reason = refusal(rule) { return over(.refused(reason)) }
            case .forEachPlug(let block):
                loop(block, over: outlets)
            case .forEachNode(let block):
                loop(block, over: outlets)
            case .ifState(let wanted, let block):
                guard let state = currentState, state != .unknown else {
                    return over(.broken("the file wants to know the state first, and does not"))
                }
                if state == wanted { frames.append(Frame(block: block, plug: currentPlug)) }
            }
        }
        return over(.finished)
    }

    private var currentPlug: OutletName? { frames.last?.plug }

    private var currentState: PowerState? {
        currentPlug.flatMap { states[Array($0.text.utf8)] }
    }

    /// The next one of the innermost block that has one; a loop's block begins anew with the next
    /// plug.
    private mutating func nextStatement() -> Statement? {
        while let frame = frames.last {
            if frame.next < frame.block.count {
                frames[frames.count - 1].next += 1
                return frame.block[frame.next]
            }
            frames.removeLast()
            loop(frame.block, over: frame.further)
        }
        return nil
    }

    private mutating func loop(_ block: [Statement], over plugs: some Collection<OutletName>) {
        guard let plug = plugs.first else { return }
        frames.append(
            Frame(
                block: block, plug: plug, kind: .loop, further: Array(plugs.dropFirst())[...]))
    }

    /// Nil where there is nothing to send, and so nothing to wait for.
    private mutating func send(_ format: Format, at position: FilePosition) -> [ScriptStep]? {
        guard let bytes = format.filled(with: currentPlug) else {
            return over(.broken("\(position): `%s` where no outlet is meant"))
        }
        if format.namesOutlet { lastNamed = currentPlug }
        switch rule {
        case .kept: break
        case .forgottenAtSend: input = []
        }
        guard !bytes.isEmpty else { return nil }
        waiting = .untilSent
        return [.send(bytes)]
    }

    private mutating func over(_ step: ScriptStep) -> [ScriptStep] {
        waiting = .over
        return [step]
    }
}

// MARK: - States and results

extension ScriptRun {
    /// The plug is the literal, or what was captured, or the one that was asked about. A plug of
    /// which two things were said is unknown.
    private mutating func setPlugState(_ rule: StateRule) {
        let asked = askedPlug.map { Array($0.text.utf8) }
        let plug: [UInt8]? =
            switch rule.plug {
            case .literal(let name): name
            case .capture(let number): captured(number) ?? asked
            case .current: asked
            }
        guard let plug, let text = captured(rule.state) else { return }
        let state = rule.meaning(of: text)
        let isNew = states[plug, default: state] == state
        states[plug] = isNew ? state : .unknown
    }

    /// In a loop powerman takes the first row for the first plug, the second for the second. A row
    /// that was lost would move up all that follow, so a row must say whose it is, unless its plug
    /// was named in the question.
    private var askedPlug: OutletName? {
        let isCounted = frames.contains { $0.kind == .loop } && lastNamed != currentPlug
        return isCounted ? nil : currentPlug
    }

    /// Why the switch did not do it, if it did not; a result about another plug says nothing.
    private func refusal(_ rule: ResultRule) -> String? {
        let current = currentPlug.map { Array($0.text.utf8) }
        guard captured(rule.plug) ?? current == current, let text = captured(rule.text),
            !rule.successes.contains(where: { $0.matches(text) })
        else { return nil }
        let line = text.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        return "it said `\(String(decoding: line.prefix(80), as: UTF8.self))`"
    }
}
