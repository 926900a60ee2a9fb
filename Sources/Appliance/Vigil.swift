// When no processor may sleep: while a switch has been told to do something and has not reported. From
// its answer to that of whoever waits, one thread wakes the next, and each wake on a sleeping processor
// takes its time (docs/benchmarks.md). A switch that says nothing for minutes is not watched so: that
// would cost power, and nobody notices a tenth of a millisecond any more.

internal import Fencing

struct Vigil {
    /// After the last command. Most switches have answered within a few seconds.
    static let longest = Duration.seconds(10)

    private(set) var until: Moment?

    mutating func commanded(at now: Moment) { until = now + Self.longest }

    /// `awaitsReports` is asked only where it matters.
    mutating func isKept(at now: Moment, while awaitsReports: @autoclosure () -> Bool) -> Bool {
        guard let until else { return false }
        if now < until, awaitsReports() { return true }
        self.until = nil
        return false
    }
}
