// An open line with what is still to be written on it, bytes and movements of leads in their order.

internal import Drivers
internal import Fencing
internal import LinuxSystem

final class Conversation {
    let line: any OpenLine
    let since: Moment
    private var unsent: [Outgoing] = []
    private var stage = Stage.silent
    /// The inputs were asked for, and are waited for until then.
    var inputsDue: Moment?

    private enum Outgoing {
        case bytes([UInt8])
        case move(Lead, LeadLevel)
    }

    private enum Stage {
        /// Nothing of ours is on its way. Goes to `writing` when something is sent.
        case silent
        /// The line takes bytes, or will when it has room. Goes to `draining` when it has all.
        case writing
        /// What the line has been given has not all left the machine. Goes to `silent` when it has
        /// and nothing else waits, to `writing` when more is sent.
        case draining(checkAt: Moment)
    }

    enum Progress { case none, allSent }

    static let inputPatience = Duration.seconds(5)

    init(_ line: any OpenLine, since now: Moment) {
        self.line = line
        self.since = now
    }

    /// When to look at it even though nothing happened.
    var nextCheck: Moment? {
        switch stage {
        case .silent, .writing: inputsDue
        case .draining(let checkAt): min(checkAt, inputsDue ?? checkAt)
        }
    }

    var isSilent: Bool {
        switch stage {
        case .silent: true
        case .writing, .draining: false
        }
    }

    var interest: Epoll.Interest {
        switch stage {
        case .writing: [.read, .write]
        case .silent, .draining: line.interest
        }
    }

    func send(_ bytes: [UInt8]) { put(.bytes(bytes)) }
    func move(_ lead: Lead, _ level: LeadLevel) { put(.move(lead, level)) }

    private func put(_ new: Outgoing) {
        unsent.append(new)
        stage = .writing
    }

    /// Writes what the line takes, and looks whether everything has left.
    func push(at now: Moment) throws(PortError) -> Progress {
        switch stage {
        case .silent: return .none
        case .writing: break
        case .draining(let checkAt): if now < checkAt { return .none }
        }
        while let next = unsent.first {
            switch next {
            case .bytes(let bytes):
                let taken = try line.write(bytes[...])
                if taken < bytes.count {
                    unsent[0] = .bytes(Array(bytes[taken...]))
                    stage = .writing
                    if taken == 0 { return .none }
                    continue
                }
            case .move(let lead, let level):
                // A lead moves when all that was sent before it is out.
                if try isDraining(at: now) { return .none }
                try line.move(lead, level)
            }
            unsent.removeFirst()
        }
        if try isDraining(at: now) { return .none }
        stage = .silent
        return .allSent
    }

    private func isDraining(at now: Moment) throws(PortError) -> Bool {
        guard let wait = try line.timeToDrain() else { return false }
        stage = .draining(checkAt: now + wait)
        return true
    }
}

extension OpenLine {
    var interest: Epoll.Interest { wantsRoom ? [.read, .write] : .read }
}
