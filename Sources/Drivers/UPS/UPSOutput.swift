// The voltage of a UPS's output, which tells whether there is one.

enum UPSOutput: Hashable, Sendable {
    case live
    case dead
    /// Something between, which no mains has and no dead output.
    case odd
    /// The model does not say.
    case untold

    /// A dead output picks up a few volts; the lowest mains in the world have a hundred.
    private static let mostDead = 30
    private static let leastLive = 70

    init(_ volts: Int?) {
        switch volts {
        case nil: self = .untold
        case let volts? where volts < Self.mostDead: self = .dead
        case let volts? where volts >= Self.leastLive: self = .live
        case _?: self = .odd
        }
    }

    /// The whole volts of `230.0`; nil for what is written otherwise.
    static func volts(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.count == 2, parts[0].utf8.count == 3, parts[1].utf8.count == 1,
            parts.allSatisfy({ $0.utf8.allSatisfy(digits.contains) })
        else { return nil }
        return Int(parts[0])
    }
}
