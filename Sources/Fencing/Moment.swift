// Time, as the decisions see it.

/// A point on the machine's monotonic clock that also runs while it sleeps (CLOCK_BOOTTIME).
/// Wall time decides nothing anywhere; it is only printed.
package struct Moment: Hashable, Sendable, Comparable {
    /// Time since an arbitrary start; only differences mean something.
    package var sinceStart: Duration

    package init(sinceStart: Duration) { self.sinceStart = sinceStart }

    package static func < (left: Self, right: Self) -> Bool { left.sinceStart < right.sinceStart }

    package static func + (moment: Self, duration: Duration) -> Self {
        Moment(sinceStart: moment.sinceStart + duration)
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        later.sinceStart - earlier.sinceStart
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// `2s`, `350ms`, `1.5s`: the shortest exact form to a millisecond, as replies print it.
    package var brief: String {
        let all = milliseconds
        if all % 1000 == 0 { return "\(all / 1000)s" }
        if all.magnitude < 1000 { return "\(all)ms" }
        var fraction = String((all % 1000).magnitude + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(all / 1000).\(fraction)s"
    }
}
