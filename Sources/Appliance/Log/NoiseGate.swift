// How many lines about sessions and requests are written: so many in a while, and of the rest the
// sum. The journal has no limit on picketd's lines, so that no page is ever lost; so this one is ours.

internal import Fencing

struct NoiseGate {
    /// Lines in each window.
    static let most = 2000
    static let window = Duration.seconds(10)

    private var windowEnd: Moment?
    private var told = 0
    private var leftOut = 0

    /// Whether one more is written. `isFull`: there is no room for it in any case.
    mutating func admits(at now: Moment, isFull: Bool = false) -> Bool {
        if let end = windowEnd, end <= now { (windowEnd, told) = (now + Self.window, 0) }
        if windowEnd == nil { windowEnd = now + Self.window }
        guard !isFull, told < Self.most else {
            leftOut += 1
            return false
        }
        told += 1
        return true
    }

    /// When a sum may be due; nil while nothing is counted.
    var nextSum: Moment? { windowEnd }

    /// The sum, once its window is over; 0 while it is not, or where there is none.
    mutating func takeLeftOut(at now: Moment) -> Int {
        guard let end = windowEnd, end <= now else { return 0 }
        defer { (windowEnd, told, leftOut) = (nil, 0, 0) }
        return leftOut
    }
}
