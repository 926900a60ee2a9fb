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
    /// Keys that may wait for an answer, in bytes.
    package static let mostAhead = 4096

    /// Bytes that wait for an answer to end.
    package var typedAhead: Int { ahead.count }

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
        for byte in bytes {
            switch state {
            case .editing, .confirming, .watching:
                if let key = keys.read(byte) { press(key) }
            case .opening, .greeting, .asking, .considering: wait(byte)
            case .over: return
            }
        }
    }

    private mutating func wait(_ byte: UInt8) {
        if byte == 0x03 { return stopWaiting() }
        if ahead.count < Self.mostAhead { ahead.append(byte) }
    }

    /// What was typed ahead, now that somebody listens.
    mutating func catchUp() {
        let bytes = ahead
        ahead = []
        take(bytes)
        if hasInputEnded, state == .editing { finish() }
    }

    private mutating func endInput() {
        hasInputEnded = true
        switch state {
        case .editing, .watching: finish()
        case .confirming: decline()
        case .opening, .greeting, .asking, .considering, .over: break
        }
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
            ahead = []
            steps.append(.abandon)
            say("^C: nothing was done.\n")
            rest()
        case .asking:
            ahead = []
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
        ahead = []
        state = .confirming(line)
        say(cleared + shown + "Do it? [y/N] ")
        if hasInputEnded { decline() }
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
        catchUp()
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
