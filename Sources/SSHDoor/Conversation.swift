// What is said on one channel: a pure machine, events in, steps out.
//
// `exec` is one request, its reply, its exit status. A shell is many, one at a time: the next line
// is not handed over before the one before it has its answer, and a line `END exit=N` after each
// reply tells the client where it ends.

internal import Fencing

struct Conversation: Hashable, Sendable {
    enum State: Hashable, Sendable {
        /// The channel is open; neither exec nor shell was asked for. On to `executing`, `listening`.
        case open
        /// The one request is with the keeper. On to `over`.
        case executing
        /// A shell without a request under way. On to `asking` with the next line, to `over` at the
        /// end of the input.
        case listening
        /// A shell's request is with the keeper. Back to `listening`.
        case asking
        /// All has been said; only the peer's close is still to come.
        case over
    }

    enum Event: Hashable, Sendable {
        case exec([UInt8])
        case shell
        case input([UInt8])
        case inputEnded
        /// Take the next line, if there is one: see `wantsTurn`.
        case turn
        case answered(String, exit: UInt8)
    }

    enum Step: Hashable, Sendable {
        case ask(String)
        case say(String)
        /// Close the channel with this status, once everything said is out.
        case finish(exit: UInt8)
        case complain(GuestLimit)
    }

    private(set) var state = State.open
    private var lines: RequestLines
    private var lastExit = ExitCode.ok.rawValue

    // A thousand channels: it keeps no copy of all the limits.
    init(_ limits: DoorLimits) {
        lines = RequestLines(
            lineLimit: limits.requestLength, bufferLimit: limits.pipelinedInput)
    }

    /// A shell may have another line: one for each turn, so that nobody waits for many.
    var wantsTurn: Bool { state == .listening && lines.mayHaveNext }

    mutating func handle(_ event: Event) -> [Step] {
        switch (state, event) {
        case (.open, .exec(let bytes)): return execute(bytes)
        case (.open, .shell):
            state = .listening
            return []
        case (.open, .input), (.open, .inputEnded), (.asking, .input), (.asking, .inputEnded),
            (.listening, .inputEnded), (.listening, .input):
            take(event)
            return []
        case (.listening, .turn): return listen()
        case (.open, .turn), (.asking, .turn), (.executing, .turn): return []
        case (.executing, .answered(let text, let exit)):
            state = .over
            return [.say(Self.wholeLines(text)), .finish(exit: exit)]
        case (.asking, .answered(let text, let exit)):
            lastExit = exit
            state = .listening
            return [.say(Self.wholeLines(text) + Self.end(exit))]
        // An exec request's standard input means nothing, and its end even less: `ssh -n` ends it
        // at once.
        case (.executing, .input), (.executing, .inputEnded): return []
        case (.over, _): return []
        case (.listening, .answered), (.open, .answered):
            preconditionFailure("only a request under way is answered")
        case (.executing, .exec), (.executing, .shell), (.listening, .exec), (.listening, .shell),
            (.asking, .exec), (.asking, .shell):
            preconditionFailure("libssh's door starts one program per channel")
        }
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .input(let bytes): lines.append(bytes)
        case .inputEnded: lines.end()
        case .shell, .exec, .answered, .turn: break
        }
    }

    private mutating func execute(_ bytes: [UInt8]) -> [Step] {
        // A file's worth of text in quotes brings its last line end along.
        var line = bytes[...]
        while line.last == UInt8(ascii: "\n") || line.last == UInt8(ascii: "\r") {
            line.removeLast()
        }
        state = .over
        if line.count > lines.lineLimit { return refuseLength() }
        if line.contains(UInt8(ascii: "\n")) || line.contains(UInt8(ascii: "\r")) {
            return refuse("a request is one line")
        }
        state = .executing
        return [.ask(String(decoding: line, as: UTF8.self))]
    }

    private mutating func listen() -> [Step] {
        state = .over
        switch lines.next() {
        case .line(let bytes):
            state = .asking
            return [.ask(String(decoding: bytes, as: UTF8.self))]
        case .nothingYet:
            state = .listening
            return []
        case .end: return [.finish(exit: lastExit)]
        case .cutOff: return refuse("the last line has no end, so it was not carried out")
        case .tooLong: return refuseLength()
        case .tooMuch:
            let limit = lines.bufferLimit
            return [.complain(.pipelinedInput)] + refuse("more than \(limit) bytes sent ahead")
        }
    }

    private func refuseLength() -> [Step] {
        [.complain(.requestLength)] + refuse("a request is at most \(lines.lineLimit) bytes")
    }

    private func refuse(_ reason: String) -> [Step] {
        let exit = ExitCode.usage.rawValue
        return [.say(Self.refusal(reason)), .finish(exit: exit)]
    }

    /// The door's own reply to what it does not hand over.
    static func refusal(_ reason: String) -> String {
        "\(ExitCode.usage.word) reason=\"\(reason)\"\n"
    }

    private static func end(_ exit: UInt8) -> String { "END exit=\(exit)\n" }

    private static func wholeLines(_ text: String) -> String {
        text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    }
}
