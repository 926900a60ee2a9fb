// The driver of every switch that talks as to a person at a terminal.
//
// A switch is heard out: only when it has been silent for a moment does its last line count as a
// question to us. A line is typed first and entered when its echo has shown that it was understood;
// a switch without echo gets it without.

internal import Fencing

struct ConsoleDriver<Dialect: ConsoleDialect>: SwitchDriver {
    private var dialect: Dialect
    private var stage = Stage.idle
    private var task = SwitchTask.greet
    private var text = ConsoleText()
    private var login: ConsoleLogin
    private var clock = ConsoleClock()
    private var typed = Typed.unknown
    private var prompt = KnownPrompt()
    /// A task has ended where lines are typed, at this moment.
    private var atPromptSince: Moment?
    /// The last line that was typed came back as it was.
    private var hasEchoed = false
    private var efforts = ConsoleEfforts()

    private enum Stage {
        case idle
        /// On the way to where a line can be typed.
        case arriving
        case typing(TypedLine)
        /// The line was entered.
        case answering
    }

    /// What stands in the switch's own line buffer.
    private enum Typed {
        case nothing
        /// Perhaps half a command, which a bare line end would carry out.
        case unknown
    }

    private static var mostPokes: Int { 2 }
    /// Pages, menus, questions.
    private static var mostPresses: Int { 40 }
    private static var mostWipes: Int { 4 }
    /// An echo that has not begun, or goes on no more, after so long is over.
    private static var echoTime: Duration { .milliseconds(300) }
    private static var blindTime: Duration { .seconds(1) }
    /// A switch that has just shown its prompt need not be woken for a question. A command is never
    /// typed without looking first.
    private static var fresh: Duration { .seconds(1) }
    /// Longer than any line of ours.
    private static var erasure: [UInt8] { [UInt8](repeating: 0x08, count: 48) }

    init(_ dialect: Dialect, _ credentials: Credentials) {
        self.dialect = dialect
        login = ConsoleLogin(credentials)
    }

    package var traits: DriverTraits { dialect.traits }
    package var greets: GreetsWith { .text }
    package var wakesAt: Moment? { clock.next }
    package var hasCommanded: Bool { efforts.hasCommanded }
    package var alsoRead: [OutletName: PowerState] { dialect.allRead }
    package var mayHearSecret: Bool { login.mayHearSecret }
    package func objection(to outlet: OutletName) -> String? { dialect.objection(to: outlet) }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet: break
        case .command(_, let outlet), .read(let outlet):
            if let objection = dialect.objection(to: outlet) { return end(.refused(objection)) }
        }
        if let why = login.objection(at: now) ?? login.rests(at: now) { return end(.broken(why)) }
        self.task = task
        login.begin()
        efforts = ConsoleEfforts()
        defer { atPromptSince = nil }
        if case .read = task, dialect.answersNameOutlets, let since = atPromptSince,
            now < since + Self.fresh
        {
            return type(dialect.line(for: task))
        }
        switch typed {
        case .nothing: return send(dialect.enter, for: .arriving)
        case .unknown: return send(Self.erasure + dialect.enter, for: .arriving)
        }
    }

    package mutating func abandon() {
        stage = .idle
        clock = ConsoleClock()
        text.forget()
        typed = .unknown
        prompt.doubt()
        atPromptSince = nil
        hasEchoed = false
    }

    package mutating func leave() -> [UInt8] {
        guard login.hasLoggedIn, case .idle = stage else { return [] }
        login.left()
        atPromptSince = nil
        switch typed {
        case .nothing: return dialect.farewell
        case .unknown: return Self.erasure + dialect.farewell
        }
    }
}

// MARK: - What happens

extension ConsoleDriver {
    package mutating func sent(at now: Moment) -> [DriverStep] {
        switch stage {
        case .idle: break
        case .typing: clock.echo = now + Self.echoTime
        case .answering: clock.sent(at: now, silence: dialect.silence)
        case .arriving:
            let isFirst = clock.giveUp == nil
            clock.sent(at: now, silence: dialect.silence)
            if isFirst, mayTypeBlindly { clock.blind = now + Self.blindTime }
        }
        return []
    }

    package mutating func received(
        _ bytes: inout ArraySlice<UInt8>, at now: Moment
    ) -> [DriverStep] {
        switch stage {
        case .idle:
            bytes = []
            return []
        case .arriving, .answering:
            clock.heard(at: now, silence: dialect.silence)
            let steps = read(&bytes, at: now)
            // Behind a whole line nobody waits for us to type.
            if case .answering = stage, text.open.isEmpty { clock.pause = nil }
            return steps
        case .typing(let line):
            return compare(&bytes, with: line, at: now)
        }
    }

    /// Up to where it says something to a prompt that it knows.
    private mutating func read(_ bytes: inout ArraySlice<UInt8>, at now: Moment) -> [DriverStep] {
        for place in bytes.indices {
            text.take(bytes[place])
            guard prompt.stands(in: text) else { continue }
            let steps = recognised(at: now)
            guard steps.isEmpty else {
                bytes = bytes[(place + 1)...]
                return steps
            }
        }
        bytes = []
        return []
    }

    private mutating func compare(
        _ bytes: inout ArraySlice<UInt8>, with typed: TypedLine, at now: Moment
    ) -> [DriverStep] {
        var line = typed
        for place in bytes.indices where line.hear(bytes[place]) {
            bytes = bytes[(place + 1)...]
            stage = .typing(line)
            return enterLine()
        }
        bytes = []
        stage = .typing(line)
        if clock.echo != nil { clock.echo = now + Self.echoTime }
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        if let due = clock.pause, due <= now {
            clock.pause = nil
            let steps = paused(at: now)
            if !steps.isEmpty { return steps }
        }
        if let due = clock.echo, due <= now { return echoEnded() }
        if let due = clock.blind, due <= now { return type(dialect.line(for: task)) }
        if let due = clock.giveUp, due <= now { return end(unanswered) }
        if let due = clock.poke, due <= now { return poke() }
        return []
    }

    private var mayTypeBlindly: Bool {
        switch task {
        case .command: dialect.typesBlindly && efforts.isInTheDark
        case .greet, .read: false
        }
    }

    /// What it said was no answer, or it said nothing.
    private var unanswered: TaskEnd {
        guard let last = text.current.isEmpty ? text.lines.last : text.current else {
            return .unanswered
        }
        return .strange(Unanswered.words(lastLine: login.withoutSecret(last)))
    }

    /// Once or twice; its answer counts as the answer to what was sent before.
    private mutating func poke() -> [DriverStep] {
        clock.poke = nil
        // It has answered each time, and stands where nothing is known to be typed.
        if efforts.pokes == Self.mostPokes, !text.current.isEmpty { return end(unanswered) }
        guard efforts.pokes < Self.mostPokes else { return [] }
        efforts.pokes += 1
        return [.send(dialect.enter)]
    }
}

// MARK: - Pauses

extension ConsoleDriver {
    private mutating func paused(at now: Moment) -> [DriverStep] {
        let line = text.current
        guard let pause = dialect.pause(line) ?? Pause(common: line) else { return turnedAway() }
        guard clock.lastHeard + pause.silence <= now else {
            clock.pause = clock.lastHeard + pause.silence
            return []
        }
        efforts.isInTheDark = false
        switch pause {
        case .user: return answer(.user)
        case .password:
            if ConsoleLogin.asksForAnother(text.lines.suffix(3) + [text.current]) {
                return end(.broken(login.stop(at: now)))
            }
            return answer(.password)
        case .more(let keys):
            text.forgetUnfinished()
            return press(keys)
        case .prompt, .menu, .question:
            if case .prompt = pause, efforts.pokes == 0 { prompt.heardOut(text) }
            if case .question = pause { efforts.hasCommanded = true }
            login.succeeded()
            typed = .nothing
            if case .prompt = pause, let steps = askAgainIfMisheard() { return steps }
            return play(dialect.move(at: pause, turn))
        }
    }

    /// The very prompt that was heard out before stands there: nothing follows it.
    private mutating func recognised(at now: Moment) -> [DriverStep] {
        guard efforts.pokes == 0 else { return [] }
        // An older prompt: the echo is still to come.
        if efforts.askedAhead != nil, text.lines.isEmpty { return [] }
        efforts.isInTheDark = false
        login.succeeded()
        typed = .nothing
        let steps = askAgainIfMisheard() ?? play(dialect.move(at: .prompt, turn))
        if !steps.isEmpty { clock.pause = nil }
        switch (stage, typed) {
        case (.idle, .nothing): atPromptSince = now
        case (.idle, .unknown), (.arriving, _), (.typing, _), (.answering, _): break
        }
        return steps
    }

    private var turn: Turn {
        let hasEntered =
            switch stage {
            case .answering: true
            case .idle, .arriving, .typing: false
            }
        return Turn(task: task, hasEntered: hasEntered, lines: text.lines)
    }

    private mutating func answer(_ asked: ConsoleLogin.Asked) -> [DriverStep] {
        let away = turnedAway()
        guard away.isEmpty else { return away }
        guard case .arriving = stage else {
            return end(.broken("it wants to be logged in to in the midst of it"))
        }
        let now = clock.lastHeard
        switch login.answer(asked, after: text.lines, enter: dialect.enter, at: now) {
        case .send(let bytes): return send(bytes, for: .arriving)
        case .fail(let reason): return end(.broken(reason))
        }
    }

    /// Most of these switches talk to one person at a time, and so do serial concentrators.
    private mutating func turnedAway() -> [DriverStep] {
        guard case .arriving = stage, let sign = Intruder.sign(in: text.lines + [text.current])
        else { return [] }
        let said = login.mayHearSecret ? sign.words : sign.line
        let reason = "somebody else is logged in: it says `\(said)`"
        return end(login.hasGivenNothing ? .turnedAway(reason) : .broken(reason))
    }

    private mutating func play(_ move: Move) -> [DriverStep] {
        switch move {
        case .type(let line): return type(line)
        case .press(let keys):
            text.forget()
            return press(keys)
        case .wait: return []
        case .end(let result): return askAgain(result) ?? end(result)
        case .pressAndEnd(let keys, let result): return [.send(keys)] + end(result)
        }
    }

    private mutating func press(_ keys: [UInt8]) -> [DriverStep] {
        efforts.presses += 1
        guard efforts.presses <= Self.mostPresses else {
            return end(.broken("it leads from page to page and to no end"))
        }
        clock = ConsoleClock()
        return [.send(keys)]
    }

    private mutating func send(_ bytes: [UInt8], for next: Stage) -> [DriverStep] {
        stage = next
        text.forget()
        clock = ConsoleClock()
        return [.send(bytes)]
    }

    private mutating func end(_ result: TaskEnd) -> [DriverStep] {
        stage = .idle
        clock = ConsoleClock()
        // It may hold what came back when the password was sent.
        text.forget()
        switch result {
        case .broken, .unanswered, .turnedAway, .strange: typed = .unknown
        case .greeted, .acknowledged, .reading, .refused: break
        }
        return [.end(result)]
    }
}

// MARK: - Typing

extension ConsoleDriver {
    private mutating func type(_ line: String) -> [DriverStep] {
        typed = .unknown
        if case .read = task, dialect.questionsAreHarmless, hasEchoed {
            efforts.askedAhead = line
            return enter(after: Array(line.utf8))
        }
        let line = TypedLine(line)
        return send(line.bytes, for: .typing(line))
    }

    private mutating func enterLine() -> [DriverStep] {
        guard case .typing(let line) = stage else { return [] }
        hasEchoed = line.isEcho
        return enter(after: [])
    }

    private mutating func enter(after line: [UInt8]) -> [DriverStep] {
        efforts.pokes = 0
        efforts.hasCommanded = true
        return send(line + dialect.enter, for: .answering)
    }

    /// Where the answer does not begin with the question, nobody knows what was understood: it is
    /// asked again, and entered when the echo has been seen.
    private mutating func askAgainIfMisheard() -> [DriverStep]? {
        guard let question = efforts.askedAhead else { return nil }
        efforts.askedAhead = nil
        if let first = text.lines.first, first.lowercased() == question.lowercased() { return nil }
        hasEchoed = false
        return type(question)
    }

    /// Where nothing but the echo names the outlet, and none came, a digit of the question may have been
    /// lost or changed; and some answers become their contrary by one byte.
    private mutating func askAgain(_ result: TaskEnd) -> [DriverStep]? {
        let isDoubtful = dialect.asksTwice || dialect.echoNamesOutlets && !hasEchoed
        guard isDoubtful, case .read = task, case .reading(let state, _) = result, state != .unknown
        else { return nil }
        guard let first = efforts.firstReading else {
            efforts.firstReading = state
            return type(dialect.line(for: task))
        }
        guard first != state else { return nil }
        return end(.reading(.unknown, remark: "asked twice, it gave two different answers"))
    }

    /// Without echo, it is entered as it is. With another echo it is wiped out and typed again;
    /// but what comes back twice in the same way is this switch's manner, and no accident.
    private mutating func echoEnded() -> [DriverStep] {
        guard case .typing(let line) = stage else { return [] }
        if line.heard.isEmpty { return enterLine() }
        let mayBeManner = line.mayBeManner || !dialect.echoNamesOutlets
        if line.heard == efforts.strangeEcho, mayBeManner { return enterLine() }
        efforts.strangeEcho = line.heard
        efforts.wipes += 1
        guard efforts.wipes <= Self.mostWipes else {
            let echo = String(decoding: line.heard.prefix(80), as: UTF8.self)
            return end(.broken("told `\(line.text)`, it echoed `\(echo)`"))
        }
        return send(Self.erasure + dialect.enter, for: .arriving)
    }
}
