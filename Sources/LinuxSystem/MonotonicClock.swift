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

package enum WallClock {
    /// Since 1970. What it says can be wrong by any amount.
    package static func unixSeconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }

    /// `2026-11-21T09:20:33.482Z`, for people to read. Nothing compares it.
    package static func text() -> String { text(before: .zero) }

    /// What it showed at that moment, or would have if it was stepped since.
    package static func text(of moment: Moment, now: Moment) -> String {
        text(before: max(.zero, now - moment))
    }

    private static func text(before age: Duration) -> String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        time.tv_sec -= Int(age.components.seconds)
        time.tv_nsec -= Int(age.components.attoseconds / 1_000_000_000)
        if time.tv_nsec < 0 {
            time.tv_nsec += 1_000_000_000
            time.tv_sec -= 1
        }
        var parts = unsafe tm()
        var seconds = time.tv_sec
        unsafe gmtime_r(&seconds, &parts)
        let date = unsafe [
            padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2),
            padded(Int(parts.tm_mday), 2),
        ]
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
        let milliseconds = padded(Int(time.tv_nsec) / 1_000_000, 3)
        return date.joined(separator: "-") + "T" + clock.joined(separator: ":")
            + ".\(milliseconds)Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
