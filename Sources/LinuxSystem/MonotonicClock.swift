// The two clocks. Only the first decides anything.

package import Fencing
internal import Glibc

package enum MonotonicClock {
    /// CLOCK_BOOTTIME: never steps, and counts the time that the machine sleeps.
    package static func now() -> Moment {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Moment(
            sinceStart: .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec)))
    }
}

/// What it says can be wrong by any amount: it is printed, and decides nothing but whether a key or a
/// certificate has run out.
package enum WallClock {
    package static func now() -> Timestamp { timestamp(before: .zero) }

    /// Since 1970.
    package static func unixSeconds() -> Int64 { now().milliseconds / 1000 }

    /// What it showed at that moment, or would have if it was stepped since.
    package static func time(of moment: Moment, now: Moment) -> Timestamp {
        timestamp(before: max(.zero, now - moment))
    }

    private static func timestamp(before age: Duration) -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let now = Duration.seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
        return Timestamp(milliseconds: (now - age).milliseconds)
    }
}
