// What is said between a person at a terminal and the appliance: a pure machine, keys in, bytes out.
//
//     opening ──▶ editing ──enter──▶ asking ──answer──▶ editing
//                    │ dangerous: considering ──▶ confirming ──y──▶ asking
//                    └ watch: watching ⇄ reading
//
// It prints only while it is its turn: nothing ever comes in the middle of what somebody types. Keys
// that come while an answer is awaited wait, up to a bound; Ctrl-C does not wait.

internal import Commands
internal import Fencing

package struct Console: Hashable, Sendable {
    var state = State.opening
    var terminal: TerminalKind
    var keys = KeyReader()
    var editor = LineEditor()
    var line = EditorLine()
    var words = WordList.none
    let prompt: String
    /// One line and its end, in the place of many.
    let only: String?
    /// Keys typed ahead.
    var ahead: [UInt8] = []
    /// More was typed ahead than may be: what came after it is lost.
    var isOverfull = false
    var hasInputEnded = false
    /// A tick is on its way.
    var isTickDue = false
    var lastExit = ExitCode.ok.rawValue
    var steps: [Step] = []

    enum State: Hashable, Sendable {
        /// The words for completion are asked for.
        case opening
        /// How things stand is asked for, once, before the first prompt.
        case greeting
        /// The prompt is on the screen.
        case editing
        /// A request is under way, for so many ticks.
        case asking(ticks: Int)
        /// What this line would do is asked for.
        case considering(String)
        /// The question is on the screen: is this line meant?
        case confirming(String)
        case watching(Watch)
        case over
    }

    package enum Event: Hashable, Sendable {
        case begin
        case input([UInt8])
        case inputEnded
        /// Read some of the keys that wait: see `wantsTurn`.
        case turn
        case answered(String, exit: UInt8)
        case resized(columns: Int, rows: Int)
        /// What `wake` asked for. `isClear`: the terminal has taken all that it was sent.
        case tick(isClear: Bool)
        /// The appliance leaves: the terminal is left as it was found.
        case closing
    }

    package enum Step: Hashable, Sendable {
        /// One request at a time; `answered` follows.
        case ask(String)
        case say(String)
        /// The request under way is not waited for any more.
        case abandon
        /// Send a tick in a second.
        case wake
        case finish(exit: UInt8)
    }

    static let ownWords = ["watch", "exit", "quit", "clear"]
    /// Keys that may wait for an answer or for a turn, in bytes.
    package static let mostAhead = 16384
    /// What one turn may cost: a letter costs 1.
    static let turnCost = 64

    /// Bytes that wait for an answer to end, or for a turn.
    package var typedAhead: Int { ahead.count }

    /// Keys wait, and nothing else is waited for: a `turn` reads some of them. However much is typed,
    /// a turn is short.
    package var wantsTurn: Bool {
        isListening && (!ahead.isEmpty || isOverfull || hasInputEnded)
    }

    private var isListening: Bool {
        switch state {
        case .editing, .confirming, .watching: true
        case .opening, .greeting, .asking, .considering, .over: false
        }
    }

    /// `only`: a line to carry out, after which it is over; nil: a prompt, and many lines.
    package init(for name: String, _ terminal: TerminalKind, only: String? = nil) {
        prompt = "\(name)@picket> "
        self.terminal = terminal
        self.only = only
    }

    package mutating func handle(_ event: Event) -> [Step] {
        steps = []
        switch event {
        case .begin: begin()
        case .input(let bytes): take(bytes)
        case .inputEnded: endInput()
        case .turn: takeTurn()
        case .answered(let text, let exit): answered(text, exit)
        case .resized(let columns, let rows): resize(columns, rows)
        case .tick(let isClear): tick(isClear)
        case .closing: finish()
        }
        wakeWhereNeeded()
        return steps
    }

    private mutating func begin() {
        if let only { return carryOut(only) }
        steps.append(.ask("words"))
    }

    // MARK: Input

    private mutating func take(_ bytes: [UInt8]) {
        for byte in bytes { wait(byte) }
    }

    private mutating func wait(_ byte: UInt8) {
        if state == .over { return }
        if byte == 0x03, !isListening { return stopWaiting() }
        if isOverfull { return }
        if ahead.count < Self.mostAhead { ahead.append(byte) } else { isOverfull = true }
    }

    /// Reads keys until the turn is over, or an answer is waited for.
    private mutating func takeTurn() {
        let bytes = ahead
        ahead = []
        var left = Self.turnCost
        var read = 0
        while read < bytes.count, isListening, left > 0 {
            if let key = keys.read(bytes[read]) {
                left -= key.cost
                press(key)
            }
            read += 1
        }
        for byte in bytes[read...] { wait(byte) }
        guard ahead.isEmpty, isListening else { return }
        if isOverfull { return forgetOverfull() }
        if hasInputEnded { stopListening() }
    }

    private mutating func forgetAhead() {
        ahead = []
        isOverfull = false
    }

    /// Half a line is no line, and what comes next may be the middle of another.
    private mutating func forgetOverfull() {
        isOverfull = false
        guard state == .editing else { return }
        editor.forget()
        line.forget()
        say("\nToo much at once: what came after \(Self.mostAhead) bytes is lost.\n")
        drawLine()
    }

    private mutating func endInput() {
        hasInputEnded = true
        if isListening, ahead.isEmpty { stopListening() }
    }

    /// Nobody types any more, and all that was typed is read.
    private mutating func stopListening() {
        if case .confirming = state { decline() }
        finish()
    }

    mutating func finish() {
        if case .over = state { return }
        if case .watching = state { say(Sequence.leaveScreen) }
        state = .over
        steps.append(.finish(exit: lastExit))
    }

    private mutating func stopWaiting() {
        switch state {
        case .considering:
            forgetAhead()
            steps.append(.abandon)
            say("^C: nothing was done.\n")
            rest()
        case .asking:
            forgetAhead()
            steps.append(.abandon)
            say(cleared + "^C: not waited for any more. What was granted goes on: `shots` tells.\n")
            rest()
        case .opening, .greeting:
            steps.append(.abandon)
            editNext()
        case .editing, .confirming, .watching, .over: break
        }
    }

    // MARK: Answers

    private mutating func answered(_ text: String, _ exit: UInt8) {
        switch state {
        case .opening:
            words = parsed(text).map(WordList.init) ?? .none
            state = .greeting
            say("Picket. The feeds are being read.\n")
            steps.append(.ask(fitted("nodes")))
        case .greeting:
            say(
                "\n" + painted(Self.wholeLines(text))
                    + "\n`help` lists what can be said; Tab completes.\n")
            editNext()
        case .asking:
            lastExit = exit
            say(cleared + painted(Self.wholeLines(text)))
            rest()
        case .considering(let line): consider(line, text, exit)
        case .watching(let watch): answered(watch, text, exit)
        // Of a request that was given up.
        case .editing, .confirming, .over: break
        }
    }

    private mutating func consider(_ line: String, _ text: String, _ exit: UInt8) {
        let reply = parsed(text)
        guard exit == ExitCode.ok.rawValue, let reply else {
            lastExit = exit
            say(cleared + painted(Self.wholeLines(text)))
            return rest()
        }
        guard reply.lines.contains(where: { $0["asks"] == "yes" }) else { return ask(line) }
        let deeds = reply.lines.compactMap { $0["does"] }
        let shown = deeds.flatMap { folded($0, terminal.columns - 1) }.map { $0 + "\n" }.joined()
        // What was typed before the question was seen is no answer to it.
        forgetAhead()
        state = .confirming(line)
        say(cleared + shown + "Do it? [y/N] ")
        if hasInputEnded { stopListening() }
    }

    func parsed(_ text: String) -> Reply? {
        do throws(ReplySyntaxError) {
            return try Reply(parsing: text, code: .ok)
        } catch {
            return nil
        }
    }

    /// After an answer: the next line, or the end.
    mutating func rest() {
        if only != nil { return finish() }
        editNext()
    }

    mutating func editNext() {
        state = .editing
        drawLine()
    }

    // MARK: Saying

    private static func wholeLines(_ text: String) -> String {
        text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    }

    /// Lines end as terminals want it.
    mutating func say(_ text: String) {
        steps.append(.say(text.replacing("\n", with: "\r\n")))
    }

    mutating func drawLine() { steps.append(.say(line.draw(prompt, editor, terminal))) }

    func painted(_ text: String) -> String {
        guard terminal.ability == .colours else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { painted(line: String($0)) }.joined(separator: "\n")
    }

    private func painted(line: String) -> String {
        let word = line.prefix { $0 != " " }
        guard let code = ExitCode(word: String(word)) else { return line }
        return code.paint.on(String(word), terminal) + line.dropFirst(word.count)
    }
}

extension ExitCode {
    fileprivate init?(word: String) {
        guard let code = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = code
    }

    fileprivate var paint: Paint {
        switch self {
        case .ok: .good
        case .inDoubt, .noConsent, .locked, .rate, .stale, .withdrawn, .usage: .doubtful
        case .failed, .lost, .probation, .noQuorum, .notPermitted: .bad
        }
    }
}
