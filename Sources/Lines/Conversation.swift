// An open line with what is still to be written on it.

internal import Fencing

final class Conversation {
    let line: any OpenLine
    let since: Moment
    private var unsent: [UInt8] = []
    private var stage = Stage.silent

    private enum Stage {
        /// Nothing of ours is on its way. Goes to `writing` when something is sent.
        case silent
        /// The line takes bytes, or will when it has room. Goes to `draining` when it has all.
        case writing
        /// The line has all bytes; they have not all left the machine. Goes to `silent` when they
        /// have, to `writing` when more is sent.
        case draining(checkAt: Moment)
    }

    enum Progress { case none, allSent }

    init(_ line: any OpenLine, since now: Moment) {
        self.line = line
        self.since = now
    }

    /// When to call `push` even though nothing happened.
    var nextCheck: Moment? {
        switch stage {
        case .silent, .writing: nil
        case .draining(let checkAt): checkAt
        }
    }

    var isSilent: Bool {
        switch stage {
        case .silent: true
        case .writing, .draining: false
        }
    }

    var wantsRoom: Bool { !unsent.isEmpty }

    func send(_ bytes: [UInt8]) {
        unsent += bytes
        stage = .writing
    }

    /// Writes what the line takes, and looks whether everything has left.
    func push(at now: Moment) throws(PortError) -> Progress {
        switch stage {
        case .silent: return .none
        case .writing:
            while !unsent.isEmpty {
                let taken = try line.write(unsent[...])
                if taken == 0 { return .none }
                unsent.removeFirst(taken)
            }
        case .draining(let checkAt):
            if now < checkAt { return .none }
        }
        if let wait = try line.timeToDrain() {
            stage = .draining(checkAt: now + wait)
            return .none
        }
        stage = .silent
        return .allSent
    }
}
