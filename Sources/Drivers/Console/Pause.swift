// Where a switch stops and waits for somebody to type: what its unfinished line asks for.

internal import Fencing

enum Pause: Hashable, Sendable {
    case user
    case password
    /// Commands are typed here.
    case prompt
    /// A screen with numbered choices.
    case menu
    /// Yes or no.
    case question(String)
    /// It goes on when it gets these bytes, and what it said before still counts.
    case more([UInt8])

    /// The pauses that many switches share. Who asks for a name writes `username>`,
    /// `User Name :`, `login:`; who stops at the end of a page, `--More--` or
    /// `Press <ENTER> to continue...`.
    init?(common line: String) {
        let tail = line.lowercased()
        if let asked = Self.login(tail) {
            self = asked
        } else if let keys = Self.pagers.first(where: { tail.hasSuffix($0.sign) })?.keys {
            self = .more(Array(keys.utf8))
        } else if Self.questions.contains(where: tail.hasSuffix) {
            self = .question(line)
        } else {
            return nil
        }
    }

    /// How long the line must have been silent before the pause counts. Behind what looks like a
    /// prompt there may be more of the same answer. At a login a switch that is slow to close one
    /// conversation may still begin another; and APC's cards lose an ENTER that comes at once
    /// (fence-agents' fence_apc waits as long).
    var silence: Duration {
        switch self {
        case .prompt, .menu, .question: Self.shortSilence
        case .user, .password: .milliseconds(300)
        case .more: .milliseconds(500)
        }
    }

    static let shortSilence = Duration.milliseconds(100)

    private static func login(_ tail: String) -> Pause? {
        guard let sign = tail.last, sign == ":" || sign == ">" else { return nil }
        let asked = String(tail.dropLast()).trimmingBlanks
        if asked.hasSuffix("password") { return .password }
        return ["username", "user name", "login", "login name"].contains(where: asked.hasSuffix)
            ? .user : nil
    }

    private static let pagers: [(sign: String, keys: String)] = [
        ("--more--", " "), ("more (y/es n/o):", "y"), ("<enter> to continue...", "\r"),
        ("<strike cr to continue.>", "\r"), ("press any key to continue", "\r"), ("enter:", "\r"),
    ]

    private static let questions = [
        "(y/n)", "(y/n)?", "(y/n)>", "(y/n):", "[y/n]", "<enter> to cancel :",
    ]
}
