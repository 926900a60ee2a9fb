// When a line that is down is tried again: soon, then less and less often; at once when an order
// comes.

internal import Fencing

struct Reopening {
    private(set) var nextAttempt: Moment
    private var lastAttempt: Moment?
    private var failures = 0

    /// While nothing waits.
    private static let delays: [Duration] = [1, 2, 4, 8, 15].map { .seconds($0) }
    /// While an order waits: its deadline is near, and a plug may be back any second.
    private static let urgentDelay = Duration.seconds(1)
    /// Never more often, whatever comes: a line that drops at once must not make us spin.
    private static let shortestGap = Duration.milliseconds(100)
    /// A line that lived so long was well: the next failure begins the delays anew.
    private static let healthyLife = Duration.seconds(15)
    /// A line that did not live so long is not tried at once again, whoever waits.
    private static let shortestLife = Duration.seconds(1)

    enum Urgency { case idle, orderWaits }

    init(at now: Moment) { nextAttempt = now }

    mutating func attempted(at now: Moment) { lastAttempt = now }

    mutating func failed(at now: Moment, _ urgency: Urgency) {
        let delay =
            switch urgency {
            case .idle: Self.delays[min(failures, Self.delays.count - 1)]
            case .orderWaits: Self.urgentDelay
            }
        failures += 1
        nextAttempt = now + delay
    }

    mutating func lost(after life: Duration, at now: Moment, _ urgency: Urgency) {
        if life >= Self.healthyLife { failures = 0 }
        failed(at: now, urgency)
        switch urgency {
        case .idle: break
        case .orderWaits: if life >= Self.shortestLife { hurry(at: now) }
        }
    }

    /// An order has come.
    mutating func hurry(at now: Moment) {
        failures = 0
        let earliest = lastAttempt.map { $0 + Self.shortestGap } ?? now
        nextAttempt = min(nextAttempt, max(now, earliest))
    }
}
