// Durations as people write them, in requests and in the site file alike.

extension Duration {
    /// Reads a number and a unit, `500ms`, `1.5s`, `2m`: at most nine digits, then at most three
    /// decimals, and nothing finer than a millisecond. Whatever `brief` prints of a duration that
    /// is not negative, this reads back.
    package init?(brief text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit: Int64
        switch text[number.endIndex...] {
        case "ms": unit = 1
        case "s": unit = 1000
        case "m": unit = 60_000
        default: return nil
        }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...9).contains(parts[0].count),
            parts.count == 1 || (1...3).contains(parts[1].count)
        else { return nil }
        let decimals = parts.count == 1 ? "" : String(parts[1])
        let padding = String(repeating: "0", count: 3 - decimals.count)
        guard let thousandths = Int64(parts[0] + decimals + padding),
            (thousandths * unit).isMultiple(of: 1000)
        else { return nil }
        self = .milliseconds(thousandths * unit / 1000)
    }
}

extension Duration {
    /// An age for a person, to its two largest units: `4s`, `3m12s`, `2h05m`, `4d3h`. What is not
    /// yet a second is `0s`.
    package var aged: String {
        let seconds = max(0, components.seconds)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m\(two(seconds % 60))s"
        case ..<86_400: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
        default: return "\(seconds / 86_400)d\(seconds / 3600 % 24)h"
        }
    }
}
