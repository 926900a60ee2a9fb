// The latest entries with their times, kept in memory so that nobody who looks waits for the disk,
// or makes anybody wait for it.

internal import Commands
internal import Fencing
internal import Ledger

struct Chronicle {
    /// Between this many and twice as many are kept; of entries with several answers, so many
    /// answers. An answer is some 400 bytes with its names.
    static let entriesKept = 4096

    private(set) var entries: [Stamped] = []
    private var weight = 0
    private var lastDigest: Digest?

    struct Stamped {
        let sequence: LedgerSequence
        let at: Timestamp?
        let entry: Entry

        fileprivate var weight: Int {
            if case .answered(let answers) = entry { answers.count } else { 1 }
        }
    }

    mutating func note(_ entry: Entry, _ sequence: LedgerSequence, at: Timestamp?) {
        if case .condensed = entry { return }
        lastDigest = nil
        let stamped = Stamped(sequence: sequence, at: at, entry: entry)
        entries.append(stamped)
        weight += stamped.weight
        if weight > 2 * Self.entriesKept { forgetOldest() }
    }

    private mutating func forgetOldest() {
        var count = 0
        while weight > Self.entriesKept {
            weight -= entries[count].weight
            count += 1
        }
        entries.removeFirst(count)
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
                switch outcome {
                case .failed, .onFailed: if let node = targets(shot) { standingSince[node] = at }
                case .held, .on, .onUnknown: break
                }
            case .admitted(let node, by: _), .renamed(let node, from: _): standingSince[node] = at
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
