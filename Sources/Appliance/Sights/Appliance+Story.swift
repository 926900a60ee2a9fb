// One shot's story, put together from the record, from memory, and from the wire.

internal import Arbiter
internal import Commands
internal import Fencing
internal import Lines
internal import LinuxSystem

/// What a story is put together from, taken down on the thread that decides.
struct StorySource: Sendable {
    let record: Record
    /// Nil where nothing of it is in memory any more.
    let story: Stories.Story?
    /// A node does not see the bytes of a line: other clusters are on it too.
    let showsWire: Bool

    /// What a line may still say after the last that we noted.
    private static let afterglow = Duration.seconds(1)

    func story(of shot: ShotSight) -> StorySight {
        var items = recorded(shot)
        var gaps: [String] = []
        if let story {
            items += remembered(story)
            if story.omitted > 0 {
                gaps.append("\(story.omitted) steps in the middle are left out; the log has them.")
            }
            if !showsWire { gaps.append("The bytes on the wire are for operators.") }
        } else {
            gaps.append(
                "Who else asked, and the bytes on the wire, are kept in memory for the latest "
                    + "\(Stories.storiesKept) shots since the daemon's start, and this is none of "
                    + "them. The log has it: journalctl -t picketd PICKET_SHOT=\(shot.number)")
        }
        if shot.granted == nil { gaps.append("Its first entries are older than what is kept.") }
        return StorySight(shot: shot, items: items.sorted(), gaps: gaps)
    }

    private func recorded(_ shot: ShotSight) -> [StorySight.Item] {
        record.events(of: shot.number).map { event in
            StorySight.Item(
                at: event.at, event.kind == "granted" ? .decision : .verdict,
                "\(event.text) (entry \(event.sequence))")
        }
    }

    private func remembered(_ story: Stories.Story) -> [StorySight.Item] {
        let now = MonotonicClock.now()
        let end = (story.items.last?.at ?? story.began) + Self.afterglow
        let steps = story.items.map { item in
            StorySight.Item(at: wall(item.at, now), item.kind, item.text)
        }
        guard showsWire else { return steps }
        let wire = story.wires.sorted { $0.key < $1.key }.flatMap { name, wire in
            wire.lines(from: story.began, to: end).map { line in
                StorySight.Item(
                    at: wall(line.moment, now), line.kind.story, "\(name): \(line.text)")
            }
        }
        return steps + wire
    }

    private func wall(_ moment: Moment, _ now: Moment) -> Timestamp {
        WallClock.time(of: moment, now: now)
    }
}

extension LineTrace.Kind {
    fileprivate var story: StorySight.Kind {
        switch self {
        case .sent: .sent
        case .received: .received
        case .note: .line
        }
    }
}

extension [StorySight.Item] {
    /// By time; what happened in the same millisecond in the order in which it must have.
    fileprivate func sorted() -> [StorySight.Item] {
        enumerated().sorted { left, right in
            let order = (left.element.at?.milliseconds ?? 0, left.element.kind.rank, left.offset)
            return order
                < (right.element.at?.milliseconds ?? 0, right.element.kind.rank, right.offset)
        }.map(\.element)
    }
}

extension StorySight.Kind {
    fileprivate var rank: Int {
        switch self {
        case .request: 0
        case .vote: 1
        case .decision: 2
        case .order: 3
        case .line: 4
        case .sent: 5
        case .received: 6
        case .read: 7
        case .page: 8
        case .verdict: 9
        case .told: 10
        }
    }
}

extension Principal {
    var isOperator: Bool {
        switch self {
        case .operator: true
        case .node: false
        }
    }
}
