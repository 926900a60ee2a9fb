// The latest entries with their times, kept in memory so that nobody who looks waits for the disk,
// or makes anybody wait for it.

internal import Commands
internal import Fencing
internal import Ledger

struct Chronicle {
    /// Between this many and twice as many are kept.
    static let entriesKept = 4096

    private(set) var entries: [Stamped] = []
    private var lastDigest: Digest?

    struct Stamped {
        let sequence: LedgerSequence
        let at: Timestamp?
        let entry: Entry
    }

    mutating func note(_ entry: Entry, _ sequence: LedgerSequence, at: Timestamp?) {
        if case .condensed = entry { return }
        lastDigest = nil
        entries.append(Stamped(sequence: sequence, at: at, entry: entry))
        if entries.count > 2 * Self.entriesKept {
            entries.removeFirst(entries.count - Self.entriesKept)
        }
    }

    /// When shots were granted and ended, and since when nodes stand as they do.
    mutating func digest(_ targets: (ShotNumber) -> NodeName?) -> Digest {
        if let lastDigest { return lastDigest }
        var digest = Digest()
        for stamped in entries { digest.take(stamped, targets) }
        lastDigest = digest
        return digest
    }

    struct Digest {
        private(set) var granted: [ShotNumber: Timestamp] = [:]
        private(set) var ended: [ShotNumber: Timestamp] = [:]
        private(set) var standingSince: [NodeName: Timestamp] = [:]

        fileprivate mutating func take(
            _ stamped: Stamped, _ targets: (ShotNumber) -> NodeName?
        ) {
            guard let at = stamped.at else { return }
            switch stamped.entry {
            case .answered:
                for grant in stamped.entry.grants {
                    granted[grant.shot] = at
                    if grant.verb != .on { standingSince[grant.target] = at }
                }
            case .verifiedOff(let shot), .attested(let shot, by: _, _):
                ended[shot] = at
                if let node = targets(shot) { standingSince[node] = at }
            case .closed(let shot, let outcome):
                ended[shot] = at
                if case .failed = outcome, let node = targets(shot) { standingSince[node] = at }
            case .admitted(let node, by: _): standingSince[node] = at
            case .started, .onIntended, .locked, .released, .condensed: break
            }
        }
    }
}

/// The record as it was at one moment, for whoever puts it into words in another thread.
struct Record: Sendable {
    private let entries: [Chronicle.Stamped]
    private let outcomes: OutcomeTable

    init(_ entries: [Chronicle.Stamped], _ outcomes: OutcomeTable) {
        self.entries = entries
        self.outcomes = outcomes
    }

    /// Of these nodes, and of no node; the newest first.
    func latestEvents(_ names: Set<NodeName>, _ count: Int) -> [EventSight] {
        var found: [EventSight] = []
        for stamped in entries.reversed() where found.count < count {
            found += events(stamped).reversed().filter { event in
                event.node.map(names.contains) ?? true
            }
        }
        return Array(found.prefix(count))
    }

    /// The oldest first.
    func events(of shot: ShotNumber) -> [EventSight] {
        entries.flatMap { events($0).filter { $0.shot == shot } }
    }

    private func events(_ stamped: Chronicle.Stamped) -> [EventSight] {
        EventSight.events(stamped.entry, stamped.sequence, at: stamped.at) {
            outcomes[$0]?.grant.target
        }
    }
}
