// Numbers that mean something. Each is a type of its own, so that none is passed for another.

/// A number that only ever grows. `Kind` is a phantom.
package struct Counter<Kind>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }

    package var next: Self { Self(number + 1) }
    package var description: String { String(number) }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

package enum ShotKind {}
package enum GenerationKind {}
package enum SequenceKind {}
package enum SessionKind {}
package enum TokenKind {}
package enum OrderKind {}

/// One granted order, numbered for ever.
package typealias ShotNumber = Counter<ShotKind>
/// Of a node's standing: one more at each grant against it and at each readmission. A request
/// counts only if its session was opened in the node's present generation.
package typealias Generation = Counter<GenerationKind>
/// A position in the ledger: the total order of all decisions.
package typealias LedgerSequence = Counter<SequenceKind>
/// One authenticated SSH connection, numbered within this run of the daemon.
package typealias SessionID = Counter<SessionKind>
/// One request in flight, numbered within this run of the daemon: where its reply goes.
package typealias RequestToken = Counter<TokenKind>
/// One order to a line, numbered within this run of the daemon.
package typealias OrderID = Counter<OrderKind>

/// A node's power sequence (`pseq`): even while it is on or not known to be off, odd while it is
/// verified off. It grows by one at a verified off, at the intent to switch on, and when an "on"
/// is read back as still off. A requester quotes it as `since`: "the last I knew".
package struct PowerSequence: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }

    package static let initial = PowerSequence(0)

    package var isVerifiedOff: Bool { number % 2 == 1 }
    /// The sequence that the last verified off made; nil where there was none yet.
    package var newestOff: Self? {
        if isVerifiedOff { return self }
        return number == 0 ? nil : Self(number - 1)
    }
    package var next: Self { Self(number + 1) }
    package var description: String { String(number) }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
