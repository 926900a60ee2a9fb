// The command line of an APC rack PDU, for agents that know no other: a pure machine, bytes in,
// requests out.
//
//     listening ──olOn, olOff, olReboot──▶ asking ──answer──▶ listening
//         └ olStatus: asking whether the asker counts ──▶ asking what the feeds read ──▶ listening
//
// Whatever is typed becomes one of Picket's own requests, and what its reply means is said in APC's
// words. The words are those of firmware 6 ("Command Line Interface", User Guide of the AP8000 rack
// PDUs), as fence-agents' fence_apc reads them: a banner with ` v6.`, the prompt `apc>`, a code
// before each answer, and ` 2: node2: Off` for an outlet.

internal import Commands
package import Fencing

package struct RackCommandLine: Hashable, Sendable {
    private var state = State.listening
    private let outlets: [Int: NodeName]
    private var line: [UInt8] = []
    private var hasSeenReturn = false
    private var ahead: [UInt8] = []
    private var hasInputEnded = false
    private var lastExit = ExitCode.ok.rawValue
    private var steps: [Console.Step] = []

    private enum State: Hashable, Sendable {
        case listening
        /// Does the asker count? Before the power is told: see `state(_:counts:)`.
        case judging([Int])
        case reading([Int], counts: Bool)
        case switching
        case over
    }

    /// Bytes of one command. A hundred outlets are below that.
    package static let longestLine = 512
    /// Bytes that wait while a request is under way, or for a turn.
    package static let mostAhead = 16384
    /// Bytes read in one turn.
    private static let bytesPerTurn = 64

    /// `outlets`: the number of each node, as the site file gives it.
    package init(_ outlets: [Int: NodeName]) { self.outlets = outlets }

    package mutating func handle(_ event: Console.Event) -> [Console.Step] {
        steps = []
        switch event {
        case .begin: greet()
        case .input(let bytes): take(bytes)
        case .turn: takeTurn()
        case .inputEnded:
            hasInputEnded = true
        case .answered(let text, let exit): answered(text, exit)
        case .closing: finish()
        case .resized, .tick: break
        }
        if hasInputEnded, ahead.isEmpty, state == .listening { finish() }
        return steps
    }

    /// Bytes wait, and no answer is waited for: a `turn` reads some of them.
    package var wantsTurn: Bool { state == .listening && !ahead.isEmpty }

    private mutating func takeTurn() {
        let bytes = ahead
        ahead = []
        var read = 0
        while read < min(bytes.count, Self.bytesPerTurn), state == .listening {
            type(bytes[read])
            read += 1
        }
        take(Array(bytes[read...]))
    }

    /// No `v` with digits and a dot may stand before the version: fence_apc takes the first.
    private mutating func greet() {
        say("\nPicket, in the manner of an APC rack PDU      v6.0.0\n")
        say("Each command goes to the arbiter. ? lists them.\n")
        prompt()
    }

    // MARK: Input

    private mutating func take(_ bytes: [UInt8]) {
        for byte in bytes where state != .over { wait(byte) }
    }

    private mutating func wait(_ byte: UInt8) {
        if byte == Key.interrupt, state != .listening {
            ahead = []
            steps.append(.abandon)
            return answer(.commandFailed, "not waited for any more; what was granted goes on")
        }
        ahead.append(byte)
        if ahead.count > Self.mostAhead {
            if state != .listening { steps.append(.abandon) }
            lastExit = ExitCode.usage.rawValue
            say("\n\(Code.lineError.rawValue)\nmore than \(Self.mostAhead) bytes sent ahead\n")
            finish()
        }
    }

    private mutating func type(_ byte: UInt8) {
        let follows = hasSeenReturn
        hasSeenReturn = byte == Key.carriageReturn
        switch byte {
        // CR LF is one end of a line: two prompts for it, and an agent reads one answer behind.
        case Key.lineFeed where follows: break
        case Key.carriageReturn, Key.lineFeed: enter()
        case Key.interrupt:
            line = []
            prompt()
        case Key.endOfInput where line.isEmpty: finish()
        case Key.backspace, Key.delete:
            if line.popLast() != nil { say("\u{8} \u{8}") }
        // One byte more tells that it is too long; nothing beyond it is kept, or echoed.
        case Key.printable where line.count <= Self.longestLine:
            line.append(byte)
            say(String(UnicodeScalar(byte)))
        default: break
        }
    }

    private enum Key {
        static let interrupt: UInt8 = 0x03
        static let endOfInput: UInt8 = 0x04
        static let backspace: UInt8 = 0x08
        static let lineFeed: UInt8 = 0x0A
        static let carriageReturn: UInt8 = 0x0D
        static let printable: ClosedRange<UInt8> = 0x20...0x7E
        static let delete: UInt8 = 0x7F
    }

    private mutating func enter() {
        let text = String(decoding: line, as: UTF8.self)
        let isTooLong = line.count > Self.longestLine
        line = []
        say("\n")
        if isTooLong {
            return answer(.lineError, "a command is at most \(Self.longestLine) bytes")
        }
        carryOut(text.split(separator: " ").map(String.init))
    }

    // MARK: Commands

    private mutating func carryOut(_ words: [String]) {
        guard let command = words.first?.lowercased() else { return prompt() }
        switch command {
        case "exit", "quit", "bye", "logout": finish()
        case "?", "help": answer(.success, Self.help)
        case "olstatus": status(words.dropFirst())
        case "olon": turn("on", words.dropFirst())
        case "oloff": turn("off", words.dropFirst())
        case "olreboot": turn("reboot", words.dropFirst())
        default: answer(.notFound, "no such command here; ? lists them")
        }
    }

    private static let help = """
        olStatus all | OUTLET,...   what its feeds read; Off: read off, and on record as shot
        olOff OUTLET,...            cut, read back, leave off
        olOn OUTLET,...             give power, read back
        olReboot OUTLET,...         off, read back, on
        exit
        An OUTLET is a number of the site file, or the name of the node.
        """

    private mutating func status(_ words: ArraySlice<String>) {
        if words.isEmpty || (words.count == 1 && words.first?.lowercased() == "all") {
            return judge(outlets.keys.sorted())
        }
        guard let numbers = numbers(in: words) else { return }
        judge(numbers)
    }

    private mutating func judge(_ numbers: [Int]) {
        state = .judging(numbers)
        steps.append(.ask("quorum"))
    }

    private mutating func turn(_ verb: String, _ words: ArraySlice<String>) {
        guard let numbers = numbers(in: words) else { return }
        state = .switching
        let names = numbers.compactMap { outlets[$0]?.text }
        steps.append(.ask("\(verb) \(names.joined(separator: " "))"))
    }

    /// Nil where one of them is none: then it has been said, and nothing is done for any.
    private mutating func numbers(in words: ArraySlice<String>) -> [Int]? {
        let named = words.joined(separator: ",").split(separator: ",")
        guard !named.isEmpty else {
            answer(.parameterError, "which outlets? \(known)")
            return nil
        }
        var numbers: [Int] = []
        for word in named {
            let number =
                Int(word).flatMap { outlets[$0] == nil ? nil : $0 }
                ?? outlets.first { $0.value.text == word }?.key
            guard let number else {
                answer(.parameterError, "`\(word.prefix(64))` is none of the outlets: \(known)")
                return nil
            }
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    private var known: String {
        outlets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    // MARK: Answers

    private mutating func answered(_ text: String, _ exit: UInt8) {
        lastExit = exit
        switch state {
        case .judging(let numbers):
            state = .reading(numbers, counts: exit == ExitCode.ok.rawValue)
            let only = numbers.count == 1 ? numbers.first.flatMap { outlets[$0] } : nil
            steps.append(.ask(only.map { "status \($0)" } ?? "status"))
        case .reading(let numbers, let counts): tell(numbers, text, counts: counts)
        case .switching: answer(Code(exit: exit), exit == ExitCode.ok.rawValue ? "" : text)
        // Of a request that was given up.
        case .listening, .over: break
        }
    }

    private mutating func tell(_ numbers: [Int], _ text: String, counts: Bool) {
        let reply: Reply
        do throws(ReplySyntaxError) {
            reply = try Reply(parsing: text, code: .ok)
        } catch {
            return answer(.commandFailed, "the reply cannot be read: \(error)")
        }
        let rows = numbers.map { number in
            let name = outlets[number]?.text ?? ""
            let line = reply.lines.first { $0["target"] == name }
            return " \(number): \(name): \(Self.state(line, counts: counts))"
        }
        answer(.success, rows.joined(separator: "\n"))
    }

    /// Whoever reads `Off` here takes over without another question. So it stands only for a node
    /// whose feeds read off now *and* whose off is on record as verified, which makes its power
    /// sequence odd; and only for an asker that the arbiter lets ask. A node that is off without a
    /// shot reads `On`, so that it is shot like any other. For an asker that counts for nothing it
    /// has a star, as PDUs mark what is not settled: no agent takes that for off.
    private static func state(_ line: ReplyLine?, counts: Bool) -> String {
        switch line?["power"] {
        case PowerState.on.rawValue: return "On"
        case PowerState.off.rawValue:
            guard let sequence = line?["pseq"].flatMap({ Int($0) }) else { return "Unknown" }
            if sequence % 2 == 0 { return "On" }
            return counts ? "Off" : "Off*"
        default: return "Unknown"
        }
    }

    /// What APC's firmware says before an answer.
    private enum Code: String {
        case success = "E000: Success"
        case commandFailed = "E100: Command failed"
        case notFound = "E101: Command Not Found"
        case parameterError = "E102: Parameter Error"
        case lineError = "E103: Command Line Error"
        case denied = "E104: User Level Denial"

        init(exit: UInt8) {
            switch ExitCode(rawValue: exit) {
            case .ok: self = .success
            case .usage: self = .parameterError
            case .lost, .probation, .notPermitted: self = .denied
            case .failed, .inDoubt, .noConsent, .locked, .rate, .stale, .withdrawn, .noQuorum, nil:
                self = .commandFailed
            }
        }
    }

    private mutating func answer(_ code: Code, _ text: String) {
        state = .listening
        let body = text.isEmpty || text.utf8.last == Key.lineFeed ? text : text + "\n"
        say("\(code.rawValue)\n\(body)")
        prompt()
    }

    private mutating func finish() {
        if state == .over { return }
        state = .over
        steps.append(.finish(exit: lastExit))
    }

    // MARK: Saying

    private mutating func prompt() { say("\napc>") }

    private mutating func say(_ text: String) {
        steps.append(.say(text.replacing("\n", with: "\r\n")))
    }
}
