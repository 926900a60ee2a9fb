// What a person may do.

/// Of an operator, by the site file. Each may do what the ones before it may.
package enum Role: String, Hashable, Sendable, CaseIterable, Comparable {
    /// May look, and change nothing.
    case viewer
    /// May switch, lock, vouch and attest.
    case `operator`
    /// May also end other people's sessions.
    case admin

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
