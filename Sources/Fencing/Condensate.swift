// Everything that a ledger says, in one entry: so that what came before it can be forgotten, and a
// start need not read it.

package struct Condensate: Hashable, Sendable {
    package var boot: BootID?
    package var lastShot = ShotNumber(0)
    package var nodes: [NodeName: NodeRecord] = [:]
    package var locks: [NodeLock] = []
    package var open: [Open] = []
    package var outcomes = OutcomeTable()
    /// Entries before this one are gone with this record.
    package var forgotten = LedgerSequence(0)
    /// Entries before this one will be gone with the next such record.
    package var forgottenNext = LedgerSequence(0)

    package init() {}

    /// What it holds at the most, so that it is smaller than the largest entry of a ledger. What it
    /// knows of the past is bounded by `OutcomeTable`, a node's feeds by `Node.mostFeeds`.
    package enum Most {
        /// Of all targets together.
        package static let openShots = 4096
        /// Of all nodes and kinds together.
        package static let locks = 16_384
        /// Nodes, also of earlier site files: their power sequences are never forgotten. Nothing
        /// holds more off: who changes the site file adds to them, and nobody else.
        package static let names = 65_536
    }

    /// A granted order without an outcome.
    package struct Open: Hashable, Sendable {
        package let grant: Grant
        package var stage: ShotStage
        /// What the target was before the grant, and is again if it turns out never to have lost
        /// power.
        package let standingBefore: Standing
        /// The boot of the machine in which it was granted.
        package let boot: BootID?

        package init(
            grant: Grant, stage: ShotStage, standingBefore: Standing, boot: BootID?
        ) {
            self.grant = grant
            self.stage = stage
            self.standingBefore = standingBefore
            self.boot = boot
        }
    }
}

/// How far an open shot has come, on record.
package enum ShotStage: String, Hashable, Sendable {
    /// Off may have been sent, and may still act.
    case granted
    case verifiedOff = "verified-off"
    /// On may have been sent, and may still act.
    case onIntended = "on-intended"
}

/// What is on record of a node.
package struct NodeRecord: Hashable, Sendable {
    package var standing = Standing.member
    package var generation = Generation(0)
    package var powerSequence = PowerSequence.initial
    /// The last shot granted at it.
    package var lastShot: ShotNumber?
    /// Whether it was ever commanded: after a restart the last command may still act.
    package var wasCommanded = Commanded.never
    /// The name under which the site file has it now: what is said here is about the past.
    package var renamedTo: NodeName?

    package enum Commanded: String, Hashable, Sendable {
        case never
        case once
    }

    package init() {}
}

/// How much of the past a ledger keeps, in entries.
package struct Retention: Hashable, Sendable {
    /// After so many entries, and when nothing is under way, the next one condenses. Four times as
    /// many, and it does so at once. A start reads no more than that.
    package var condensesAfter: UInt64
    /// At least so many entries are kept behind the one that condenses, for people to read.
    package var keeps: UInt64
    /// Shots, and answers to ids, that are known by heart: so many of each. At least 1; open shots
    /// are kept beyond it.
    package var outcomes: Int
    /// Shots without an outcome, and locks: what would be more is refused.
    package var openShots = Condensate.Most.openShots
    package var locks = Condensate.Most.locks

    package init(
        condensesAfter: UInt64, keeps: UInt64, outcomes: Int = OutcomeTable.standardCapacity
    ) {
        self.condensesAfter = condensesAfter
        self.keeps = keeps
        self.outcomes = outcomes
    }

    package static let standard = Retention(condensesAfter: 10_000, keeps: 100_000)
}
