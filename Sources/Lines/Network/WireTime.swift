// When bytes that a concentrator has taken have left its serial port as well. Nobody tells us: it is
// reckoned from the line's speed.

internal import Fencing

struct WireTime {
    private var due: Duration = .zero
    private var endsAt: Moment?
    private var polls = 0

    /// Between two looks whether the other side has acknowledged what it was sent.
    private static let shortestPoll = Duration.milliseconds(1)
    private static let longestPoll = Duration.milliseconds(20)

    mutating func add(_ bytes: Int, _ byteTime: Duration) {
        due += byteTime * bytes
        endsAt = nil
        polls = 0
    }

    /// Nil when all of it is out.
    mutating func timeLeft(isOut: Bool, at now: Moment) -> Duration? {
        guard isOut else {
            polls += 1
            return min(Self.shortestPoll * polls, Self.longestPoll)
        }
        polls = 0
        let end = endsAt ?? now + due
        endsAt = end
        if now < end { return end - now }
        (due, endsAt) = (.zero, nil)
        return nil
    }
}
