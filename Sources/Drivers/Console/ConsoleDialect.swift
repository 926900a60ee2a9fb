// What is particular about a switch that talks as to a person at a terminal. Waking it, logging in,
// typing, the echo, the pages of a long answer: all that is the same for all of them, and
// `ConsoleDriver` does it.

internal import Fencing

protocol ConsoleDialect: Sendable {
    var traits: DriverTraits { get }
    /// What ends a line that is typed.
    var enter: [UInt8] { get }
    /// So long it may say nothing with a command in hand.
    var silence: Duration { get }
    /// Whether a command may be typed at a switch that shows nothing: an off that is sent in vain
    /// does no harm, but where a single digit means something nothing is sent into the dark.
    var typesBlindly: Bool { get }
    /// An answer says which outlets it is about. Where it does not, the switch is woken before each
    /// question: what it still had to say to an older one comes before that.
    var answersNameOutlets: Bool { get }
    /// No line that could be made of a question by damage on the way switches anything. A switch that
    /// has shown that it echoes is then asked without waiting for the echo: it comes before the
    /// answer, and the answer does not count without it.
    var questionsAreHarmless: Bool { get }
    /// What the latest reading says of all outlets; empty where it is about one.
    var allRead: [OutletName: PowerState] { get }
    /// Nothing but the echo of a question shows which outlet its answer is about: what has come back as
    /// another line is never entered, however often it does.
    var echoNamesOutlets: Bool { get }
    /// One damaged byte would make an off of an on: only two answers that agree are believed.
    var asksTwice: Bool { get }
    /// Ends the conversation, from wherever a task ends.
    var farewell: [UInt8] { get }
    /// Why this cannot be the name of one outlet. What means several of them is never sent.
    func objection(to outlet: OutletName) -> String?
    /// The pause that an unfinished line is, where it is not one that many switches share.
    func pause(_ line: String) -> Pause?
    /// What is typed at the prompt.
    func line(for task: SwitchTask) -> String
    /// What to do at a prompt, a menu or a question.
    mutating func move(at pause: Pause, _ turn: Turn) -> Move
}

/// How far a task is.
struct Turn {
    let task: SwitchTask
    /// Its line was entered.
    let hasEntered: Bool
    /// What the switch said since anything was last entered or pressed.
    let lines: [String]
}

enum Move {
    /// To be entered when the echo shows that it was understood.
    case type(String)
    case press([UInt8])
    /// Whatever is awaited has not come yet.
    case wait
    case end(TaskEnd)
    /// Sent, and its answer is not awaited.
    case pressAndEnd([UInt8], TaskEnd)
}

extension ConsoleDialect {
    var enter: [UInt8] { Array("\r".utf8) }
    var silence: Duration { .seconds(10) }
    var typesBlindly: Bool { true }
    var answersNameOutlets: Bool { false }
    var questionsAreHarmless: Bool { false }
    var echoNamesOutlets: Bool { false }
    var asksTwice: Bool { false }
    var allRead: [OutletName: PowerState] { [:] }
}
