// What a session remembers of the job that it does.

internal import Fencing

struct JobUnderWay: Sendable {
    let job: LineJob
    var command: CommandState = .due
    /// Every command counts, the repeated ones too.
    var commandsSent = 0
    var lastCommandAt: Moment?
    /// How long the exchange of the latest command took.
    var commandTime = Duration.zero
    /// How long that and the first reading behind it took, without what was waited in between.
    var roundTime: Duration?
    /// How often it answered with something that the driver does not know.
    var strangeAnswers = 0
    /// How often a greeting was tried for a command that is owed.
    private var greetingsTried = 0
    /// When the next one may be.
    private var greetsAgainAt: Moment?
    /// The latest reading since the last command.
    var reading: Reading?
    /// The latest thing that went wrong, in words.
    var trouble: String?

    enum CommandState {
        case due
        /// Its exchange is under way, or was broken off, and it may not be sent again by itself.
        case given
        /// Its exchange was broken off before anything that acts had left: it goes again behind the next
        /// greeting that is answered.
        case owed
        /// The switch has said something to it.
        case answered
    }

    struct Reading {
        let state: PowerState
        let beganAt: Moment
    }

    init(_ job: LineJob) { self.job = job }

    var outlet: OutletName {
        switch job {
        case .turn(_, let outlet, _), .read(let outlet, _): outlet
        }
    }

    var until: Moment {
        switch job {
        case .turn(_, _, let until), .read(_, let until): until
        }
    }

    /// The command that has to be sent before anything is read, if one has.
    var dueCommand: PowerCommand? {
        switch (job, command) {
        case (.turn(let command, _, _), .due): command
        case (.turn, .given), (.turn, .owed), (.turn, .answered), (.read, _): nil
        }
    }

    /// A command that never went out does not wait until the line is in step, which only its proof needs:
    /// the switch is greeted again soon. Nil after a few times, and for everything else.
    var nextGreeting: Moment? {
        guard case .owed = command else { return nil }
        return greetsAgainAt
    }

    mutating func greetingBroken(at now: Moment) {
        greetingsTried += 1
        greetsAgainAt = greetingsTried <= Self.mostGreetings ? now + Self.betweenTries : nil
    }

    /// The switch has answered, and the command did not get through to it: it is read first, which tells
    /// more than the same again.
    mutating func commandNotUnderstood() {
        if case .owed = command { command = .given }
    }

    private static let mostGreetings = 4
    static let betweenTries = Duration.seconds(1)

    /// The exchange of the command was broken off. What never went out may go again, whatever it is;
    /// what may have acted is read first, and sent again only where it reads otherwise.
    mutating func commandBroken(hasActed: Bool) {
        command = hasActed ? .given : .owed
    }
}

/// A command that was sent and not read back: for the maximal latency it may still act.
struct UnprovedCommand: Hashable, Sendable {
    let command: PowerCommand
    let outlet: OutletName
    let sentAt: Moment
}
