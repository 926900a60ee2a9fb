// What the log hears of strangers: a few each, the rest as a sum. Whoever wants to fill a disk must
// not be able to do it through our log.

internal import Fencing

struct StrangerLog: Hashable, Sendable {
    private let perWindow: Int
    private let window: Duration
    private var windowEnd: Moment?
    private var told = 0
    private var untold: [TurnedAway.Reason: Int] = [:]

    init(_ limits: DoorLimits) {
        perWindow = limits.strangersLogged
        window = limits.logWindow
    }

    /// When `summary` has something to say; nil while it has not.
    var nextSummary: Moment? { untold.isEmpty ? nil : windowEnd }

    /// The events to tell now that this one has happened.
    mutating func note(_ event: TurnedAway, at now: Moment) -> [DoorEvent] {
        let before = summary(at: now)
        if windowEnd == nil { windowEnd = now + window }
        guard told < perWindow else {
            untold[event.reason, default: 0] += 1
            return before
        }
        told += 1
        return before + [.strangerTurnedAway(event)]
    }

    /// So many of one kind that nobody has looked at each: part of the sum.
    mutating func note(
        _ count: Int, _ reason: TurnedAway.Reason, at now: Moment
    ) -> [DoorEvent] {
        let before = summary(at: now)
        if windowEnd == nil { windowEnd = now + window }
        untold[reason, default: 0] += count
        return before
    }

    /// Closes the window if its time is over.
    mutating func summary(at now: Moment) -> [DoorEvent] {
        guard let end = windowEnd, end <= now else { return [] }
        return flush()
    }

    /// Closes the window.
    mutating func flush() -> [DoorEvent] {
        defer {
            windowEnd = nil
            told = 0
            untold = [:]
        }
        return untold.isEmpty ? [] : [.moreStrangersTurnedAway(untold)]
    }
}
