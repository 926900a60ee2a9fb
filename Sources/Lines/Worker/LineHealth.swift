// How a line is: for status answers, metrics, and whoever must go and look.

package import Fencing

package struct LineHealth: Hashable, Sendable {
    package var condition: Condition
    /// The last thing that went wrong, however long ago.
    package var lastTrouble: Trouble?
    /// For each outlet the last reading that said on or off.
    package var lastReadings: [OutletName: Reading] = [:]

    /// When a reading under way was last being answered.
    package var answeringAt: Moment?

    /// Why it is down, as it was last told.
    var trouble: String?
    private var noticedAt: Moment?

    /// Who polls a line may do so ten times a second.
    static let betweenNotices = Duration.seconds(60)

    package enum Condition: Hashable, Sendable {
        case up(since: Moment)
        case down(since: Moment)
        /// Closed on purpose, for others to use; an order opens it again.
        case left(since: Moment)
    }

    package struct Trouble: Hashable, Sendable {
        package var text: String
        package var moment: Moment
    }

    package struct Reading: Hashable, Sendable {
        package var state: PowerState
        /// When the job that read it ended.
        package var moment: Moment
    }

    /// A reading under way is being answered: more of it will come.
    package func isAnswering(at now: Moment) -> Bool {
        answeringAt.map { now < $0 + Self.pauseInAnAnswer } ?? false
    }

    private static let pauseInAnAnswer = Duration.milliseconds(500)

    /// Readings of further outlets are not kept. No switch has so many.
    static let mostReadings = 512

    init(downSince moment: Moment) { condition = .down(since: moment) }

    var isDown: Bool {
        switch condition {
        case .down: true
        case .up, .left: false
        }
    }

    mutating func note(_ trouble: String, at now: Moment) {
        lastTrouble = Trouble(text: trouble, moment: now)
    }

    /// Whether it is time to tell of it.
    mutating func notice(_ text: String, at now: Moment) -> Bool {
        note(text, at: now)
        if let noticedAt, now < noticedAt + Self.betweenNotices { return false }
        noticedAt = now
        return true
    }

    mutating func note(_ state: PowerState, of outlet: OutletName, at now: Moment) {
        guard state != .unknown else { return }
        guard lastReadings[outlet] != nil || lastReadings.count < Self.mostReadings else { return }
        lastReadings[outlet] = Reading(state: state, moment: now)
    }
}

/// What changes with a line by itself, for the log.
package enum LineNews: Hashable, Sendable {
    case up
    /// Said once for each reason, not for each attempt.
    case down(String)
    case left
    /// Something was seen on the line that somebody should know. Once a minute at most.
    case notice(String)
}
