// What a session remembers of the job that it does.

internal import Fencing

struct JobUnderWay: Sendable {
    let job: LineJob
    var command: CommandState = .due
    /// Every command counts, the repeated ones too.
    var commandsSent = 0
    var lastCommandAt: Moment?
    /// When the exchange of the latest command began.
    var commandBeganAt: Moment?
    /// From there to the end of the first reading that came after a command: what the switch takes
    /// for both.
    var roundTime: Duration?
    /// The latest reading since the last command.
    var reading: Reading?
    /// The latest thing that went wrong, in words.
    var trouble: String?

    enum CommandState { case due, given }

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
        case (.turn, .given), (.read, _): nil
        }
    }
}

/// A command that was sent and not read back: for the maximal latency it may still act.
struct UnprovedCommand: Hashable, Sendable {
    let command: PowerCommand
    let outlet: OutletName
    let sentAt: Moment
}
