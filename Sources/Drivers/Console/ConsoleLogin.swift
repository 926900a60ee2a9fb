// Logging in, once per task: the user name when it is asked for, the password when it is asked for,
// and no second try with what was not taken. After three or four some switches lock everybody out:
// a password that was not taken is tried again after a minute, in whatever task.

internal import Fencing

struct ConsoleLogin: Sendable {
    private let credentials: Credentials
    private var given = Given.nothing
    /// Somebody is logged in by our doing.
    private(set) var hasLoggedIn = false
    /// The password was taken once: then it is right, and a line may be bad.
    private var wasTaken = false
    /// Passwords sent since one was taken, and when the last was.
    private var untaken = 0
    private var lastSent: Moment?
    /// What the switch said to it.
    private var refusal = ConsoleLogin.notTaken([])
    static let rest = Duration.seconds(60)
    /// The password was sent, and what comes may repeat it.
    private(set) var mayHearSecret = false

    /// It wants the password changed: before this moment nothing is typed, because every line could be
    /// taken for a new one.
    private var stoppedUntil: Moment?

    private static let stopTime = Duration.seconds(60)

    private enum Given {
        case nothing
        /// An empty password, to get past the question after an empty user name.
        case blank
        case user
        case password
    }

    enum Asked { case user, password }

    enum Answer {
        case send([UInt8])
        case fail(String)
    }

    init(_ credentials: Credentials) { self.credentials = credentials }

    mutating func begin() { given = .nothing }

    /// Why nothing at all is sent now: each line end at a login that is refused is a try, too. Nil
    /// where it may be tried.
    func rests(at now: Moment) -> String? {
        guard let lastSent, untaken >= (wasTaken ? 2 : 1), now < lastSent + Self.rest else {
            return nil
        }
        let left = (lastSent + Self.rest - now).components.seconds + 1
        return "\(refusal); it is tried again in \(left)s"
    }

    /// Why nothing may be typed now.
    func objection(at now: Moment) -> String? {
        stoppedUntil.map { now < $0 } ?? false ? Self.wantsChange : nil
    }

    /// Gives the reason.
    mutating func stop(at now: Moment) -> String {
        stoppedUntil = now + Self.stopTime
        return Self.wantsChange
    }

    private static let wantsChange =
        "it wants its password changed, and nothing is typed into that: log in to it by hand once, "
        + "and give this switch the new `password`"

    /// `Enter current password:`, `New password:`, `Confirm password:`: no question of a login.
    static func asksForAnother(_ lines: [String]) -> Bool {
        guard let asked = lines.last?.lowercased() else { return false }
        return ["current", "new ", "old ", "confirm", "change", "retype", "re-enter", "again"]
            .contains(where: asked.contains)
    }

    /// A line of its for a person; not the one that may be the password's echo.
    func withoutSecret(_ line: String) -> String {
        guard mayHearSecret, let secret = credentials.password?.revealed else { return line }
        return secret.isEmpty || Unanswered.repeats(secret, line) ? Unanswered.hidden : line
    }

    /// The switch listens.
    mutating func succeeded() {
        stoppedUntil = nil
        if given != .nothing { hasLoggedIn = true }
        if given == .password {
            wasTaken = true
            untaken = 0
        }
        given = .nothing
        mayHearSecret = false
    }

    /// Nothing of the login was sent for the task under way.
    var hasGivenNothing: Bool { given == .nothing }

    mutating func left() { hasLoggedIn = false }

    /// `lines` came since the last answer.
    mutating func answer(
        _ asked: Asked, after lines: [String], enter: [UInt8], at now: Moment
    ) -> Answer {
        switch (asked, given) {
        case (_, .password):
            refusal = Self.notTaken(lines)
            return .fail(refusal)
        case (.user, .user): return .fail("it does not take the user name `\(user)`")
        case (.user, .nothing), (.user, .blank): return giveUser(enter)
        case (.password, .nothing) where credentials.user != nil:
            // The CR that woke it was taken for the name of nobody.
            given = .blank
            return .send(enter)
        case (.password, .nothing), (.password, .blank), (.password, .user):
            return givePassword(enter, at: now)
        }
    }

    private var user: String { credentials.user ?? "" }

    private mutating func giveUser(_ enter: [UInt8]) -> Answer {
        guard let user = credentials.user else {
            return .fail("it asks for a user name: give this switch `user` and `password`")
        }
        given = .user
        return .send(Array(user.utf8) + enter)
    }

    private mutating func givePassword(_ enter: [UInt8], at now: Moment) -> Answer {
        guard let password = credentials.password else {
            return .fail("it asks for a password: give this switch a `password`")
        }
        untaken += 1
        lastSent = now
        given = .password
        mayHearSecret = true
        return .send(Array(password.revealed.utf8) + enter)
    }

    /// Of what it said only words of ours are repeated: a line may hold the echo of the password.
    private static func notTaken(_ lines: [String]) -> String {
        let heard = lines.joined(separator: " ").lowercased()
        let said = complaints.first(where: heard.contains).map { " (it said `\($0)`)" } ?? ""
        return "it does not take the password\(said): look at `user` and `password` of this switch"
    }

    private static let complaints = [
        "invalid password", "authentication failed", "access denied", "login incorrect",
        "login failed", "invalid login", "invalid", "denied", "failed", "incorrect",
    ]
}
