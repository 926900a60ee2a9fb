// Wall time, as entries are stamped with it. It is printed and drawn; no decision reads it.

/// A point of wall time in UTC, to the millisecond: `2026-11-21T09:20:33.482Z`.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Since 1970, leap seconds left out as Unix does.
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads the one form that this program writes; the years 1970 to 9999.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[10] == UInt8(ascii: "T"), bytes[23] == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[19] == UInt8(ascii: "."),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
            let fraction = Self.number(bytes[20..<23]), year >= 1970, (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let days = Self.days(year, month, day)
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        milliseconds = seconds * 1000 + fraction
    }

    package var description: String {
        // Every line of the log and every entry of the ledger bears one: it is written into one
        // buffer, without a string for each number.
        Self.text { text in
            addDate("T", to: &text)
            addClock(".", to: &text)
            Self.add(milliseconds.mod(1000), 3, "Z", to: &text)
        }
    }

    /// `2026-11-21`
    package var date: String { Self.text { addDate(nil, to: &$0) } }

    /// `09:20:33`
    package var clock: String { Self.text { addClock(nil, to: &$0) } }

    /// `09:20:33.482`
    package var fineClock: String {
        Self.text { text in
            addClock(".", to: &text)
            Self.add(milliseconds.mod(1000), 3, nil, to: &text)
        }
    }

    /// `11-21 09:20:33`, for tables: the year is the reader's own.
    package var brief: String { "\(date.dropFirst(5)) \(clock)" }

    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    package static func - (later: Self, span: Duration) -> Self {
        Self(milliseconds: later.milliseconds - span.milliseconds)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? Int64(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        write(&text)
        return String(decoding: text, as: UTF8.self)
    }

    private func addDate(_ end: Unicode.Scalar?, to text: inout [UInt8]) {
        let (year, month, day) = Self.civil(milliseconds.floored(86_400_000))
        Self.add(year, 4, "-", to: &text)
        Self.add(month, 2, "-", to: &text)
        Self.add(day, 2, end, to: &text)
    }

    private func addClock(_ end: Unicode.Scalar?, to text: inout [UInt8]) {
        let seconds = milliseconds.floored(1000).mod(86_400)
        Self.add(seconds / 3600, 2, ":", to: &text)
        Self.add(seconds / 60 % 60, 2, ":", to: &text)
        Self.add(seconds % 60, 2, end, to: &text)
    }

    /// The number's last digits, so many of them, and what stands behind them.
    private static func add(
        _ number: Int64, _ width: Int, _ end: Unicode.Scalar?, to text: inout [UInt8]
    ) {
        var unit: Int64 = 1
        for _ in 1..<width { unit *= 10 }
        while unit > 0 {
            text.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
        if let end { text.append(UInt8(ascii: end)) }
    }

    /// Days since 1970 in the Gregorian calendar, counted in years that begin in March, so that the
    /// leap day is the last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.floored(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = shifted.floored(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func floored(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func mod(_ divisor: Int64) -> Int64 { self - floored(divisor) * divisor }
}
