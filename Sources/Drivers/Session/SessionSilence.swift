// How long a line has to be silent before the next exchange begins.
//
// Out of step, and with a switch that says more than it was asked, always for a while that begins
// now: what still comes is thrown away. A tidy line in step owes nothing: its last exchange was
// answered to the end, and once such an end was followed by silence, it need not be waited for again
// before each question. Who breaks that habit, even once, is heard out until the line is opened anew.

internal import Fencing

/// Whether silence follows when a switch has answered.
struct Tidiness: Sendable {
    private var habit = Habit.unproved
    private var heardAt: Moment?
    private var unaskedAt: Moment?
    private var endedAt: Moment?

    private enum Habit {
        /// Nobody has looked since the step was found. Goes to `proved` when an exchange is followed
        /// by silence, to `broken` when it is not.
        case unproved
        /// Goes back to `unproved` when the step was lost.
        case proved
        /// It said more than it was asked. Stays so until the line is opened.
        case broken
    }

    /// What comes so late after an exchange is no part of its answer, but something new: a notice,
    /// a logout for idleness.
    private static let aftermath = Duration.seconds(2)

    var isBroken: Bool {
        switch habit {
        case .broken: true
        case .unproved, .proved: false
        }
    }

    /// Something had gone wrong, or nothing was known yet: silence has to be seen anew.
    mutating func foundStep() {
        switch habit {
        case .proved: habit = .unproved
        case .unproved, .broken: break
        }
    }

    /// Something came while an exchange was under way.
    mutating func heard(at now: Moment) { heardAt = now }

    mutating func exchangeEnded(at now: Moment) { endedAt = now }

    /// Something came that nobody had asked for.
    mutating func heardUnasked(at now: Moment) {
        heardAt = now
        unaskedAt = now
        if isAftermath(at: now) { habit = .broken }
    }

    /// What comes now may belong to the last exchange.
    func isAftermath(at now: Moment) -> Bool { endedAt.map { now < $0 + Self.aftermath } ?? false }

    /// It said more, in one go with the answer.
    mutating func breakHabit() { habit = .broken }

    /// A line in step was silent for long enough.
    mutating func wasSilent() {
        switch habit {
        case .unproved: habit = .proved
        case .proved, .broken: break
        }
    }

    /// When an exchange may begin on a line in step that was last sent something at that moment.
    func mayBegin(at now: Moment, sentAt: Moment?, quiet: Duration) -> Moment {
        let silentAt = [heardAt, sentAt].compactMap(\.self).max().map { $0 + quiet } ?? now + quiet
        switch habit {
        case .broken: return now + quiet
        case .unproved: return max(now, silentAt)
        case .proved: return unaskedAt.map { max(now, $0 + quiet) } ?? now
        }
    }

    /// Whether the line has been silent for so long by itself.
    func isSilent(at now: Moment, sentAt: Moment?, quiet: Duration) -> Bool {
        [heardAt, sentAt].compactMap(\.self).max().map { $0 + quiet <= now } ?? false
    }
}

extension SwitchSession {
    /// Begins the task when the line has been silent for long enough: now, if it has.
    mutating func startWhenSilent(_ task: SwitchTask, at now: Moment) {
        let begin: Moment
        switch trust {
        case .never, .outOfStep: begin = now + Self.quietTime
        case .inStep:
            if tidiness.isSilent(at: now, sentAt: wire.lastSentAt, quiet: Self.quietTime) {
                tidiness.wasSilent()
            }
            begin = tidiness.mayBegin(at: now, sentAt: wire.lastSentAt, quiet: Self.quietTime)
        }
        if begin <= now {
            startExchange(task, .quiet, at: now)
        } else {
            phase = .draining(
                Drain(task: task, gaveUpAt: now + Self.longestDrain, silentAt: begin))
        }
    }

    mutating func noteUnasked(_ bytes: some Sequence<UInt8>, at now: Moment) {
        let isNews = isNews(at: now)
        switch trust {
        case .never, .outOfStep: tidiness.heard(at: now)
        case .inStep: tidiness.heardUnasked(at: now)
        }
        if let reason = driver.heardUnasked(Array(bytes), at: now) {
            trust = .outOfStep(since: now)
            job?.trouble = reason
            doubtPast(reason)
        } else if isNews {
            doubtPast(
                "it sent something unasked; \(seen.text). It may have been started anew, or another "
                    + "user is on it")
        }
    }

    private mutating func doubtPast(_ reason: String) {
        steps.append(.notice(reason))
        steps.append(.distrust)
    }

    /// At rest, and long after the last exchange: no late part of an answer, but a switch that was
    /// started anew, or somebody else's session. The line is as much in step as it was: the next
    /// question waits for silence.
    private func isNews(at now: Moment) -> Bool {
        guard case .rest = phase, trust == .inStep else { return false }
        return !tidiness.isAftermath(at: now)
    }

    /// The drain is over, and nothing has come in it.
    mutating func noteSilence() {
        switch trust {
        case .never, .outOfStep: break
        case .inStep: tidiness.wasSilent()
        }
    }

    /// What a reading that begins after a pause still waits for.
    var silenceBeforeNext: Duration { tidiness.isBroken ? Self.quietTime : .zero }
}
