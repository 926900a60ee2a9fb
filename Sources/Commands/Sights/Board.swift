// All that a live board shows, as reply lines: whoever draws it needs to know nothing else.

package import Fencing

package struct BoardSight: Hashable, Sendable {
    package var now: Timestamp
    package var nodes: [NodeSight]
    package var switches: [SwitchSight]
    package var running: [ShotSight]
    /// The newest first.
    package var events: [EventSight]

    package init(
        now: Timestamp, nodes: [NodeSight], switches: [SwitchSight], running: [ShotSight],
        events: [EventSight]
    ) {
        self.now = now
        self.nodes = nodes
        self.switches = switches
        self.running = running
        self.events = events
    }

    /// What a line is about: the value of its first field.
    package enum Part: String, Hashable, Sendable {
        case moment
        case node
        case powerSwitch = "switch"
        case running
        case event
    }

    static let partKey = "part"

    package var reply: Reply {
        var lines = [Self.line(.moment, [ReplyField("now", now)])]
        lines += Self.lines(.node, Tables.nodes(nodes))
        lines += Self.lines(.powerSwitch, Tables.switches(switches.map(\.withoutPastTrouble)))
        lines += running.map { shot in
            Self.line(
                .running,
                [
                    ReplyField("shot", shot.number), ReplyField("verb", shot.verb.rawValue),
                    ReplyField("target", shot.target), ReplyField("by", shot.by),
                    ReplyField("verdict", shot.verdict),
                    Self.field("since", .span(shot.granted.map { now - $0 })),
                ])
        }
        lines += events.map { event in
            Self.line(
                .event,
                [
                    Self.field("at", .time(event.at, event.at?.clock ?? "-")),
                    Self.field("shot", .number(event.shot)),
                    ReplyField("text", plain(event.text)),
                ])
        }
        return Reply(.ok, lines)
    }

    private static func lines(_ part: Part, _ table: Table) -> [ReplyLine] {
        table.reply.lines.map { line(part, $0.fields) }
    }

    private static func field(_ key: String, _ cell: Cell) -> ReplyField {
        ReplyField(key, cell.text, json: cell.json)
    }

    private static func line(_ part: Part, _ fields: [ReplyField]) -> ReplyLine {
        ReplyLine(ExitCode.ok.word, [ReplyField(partKey, part.rawValue)] + fields)
    }
}

extension SwitchSight {
    /// On a board stands what is wrong now. A line that has read since is well.
    fileprivate var withoutPastTrouble: SwitchSight {
        guard condition == .up, let read = lastRead, let age = troubleAge, read < age else {
            return self
        }
        var sight = self
        sight.trouble = nil
        return sight
    }
}

extension ReplyLine {
    /// Nil where it is no line of a board.
    package var part: BoardSight.Part? {
        self[BoardSight.partKey].flatMap { BoardSight.Part(rawValue: $0) }
    }
}

/// The words that completion offers, one line for each kind of thing.
package struct WordList: Hashable, Sendable {
    package var nodes: [String]
    package var outlets: [String]
    package var switches: [String]
    /// The newest first.
    package var shots: [String]

    package init(nodes: [String], outlets: [String], switches: [String], shots: [String]) {
        self.nodes = nodes
        self.outlets = outlets
        self.switches = switches
        self.shots = shots
    }

    package static let none = WordList(nodes: [], outlets: [], switches: [], shots: [])

    package var reply: Reply {
        let lists = [
            ("node", nodes), ("outlet", outlets), ("switch", switches), ("shot", shots),
            ("verb", Verb.allCases.map(\.rawValue)),
        ]
        return Reply(
            .ok,
            lists.map { kind, words in
                ReplyLine(
                    ExitCode.ok.word,
                    [
                        ReplyField("kind", kind),
                        ReplyField("words", words.joined(separator: " "), json: .list(words)),
                    ])
            })
    }

    /// Whatever is missing is empty.
    package init(_ reply: Reply) {
        func words(_ kind: String) -> [String] {
            let line = reply.lines.first { $0["kind"] == kind }
            return line?["words"]?.split(separator: " ").map(String.init) ?? []
        }
        self.init(
            nodes: words("node"), outlets: words("outlet"), switches: words("switch"),
            shots: words("shot"))
    }
}

extension Verb {
    /// What may be typed in the place of the word after it.
    package func candidates(_ words: WordList) -> [String] {
        switch takes {
        case .node, .nodes, .nodeOrNothing: words.nodes
        case .powerSwitch: words.switches
        case .outletOrNothing: words.outlets
        case .shot: words.shots
        case .requestID, .session, .nothing: []
        }
    }

    /// Whether several words may follow.
    package var takesSeveral: Bool { takes == .nodes }

    /// `since=` and its like, and the flags.
    package var options: [String] {
        keys.map { "\($0.rawValue)=" } + Arguments.flags
    }

    /// Whether it is answered by a table, which takes the terminal's width.
    package var showsTable: Bool {
        switch self {
        case .nodes, .outlets, .switches, .shots, .history, .why, .locks, .sessions, .trace: true
        case .shoot, .off, .on, .reboot, .status, .list, .quorum, .result, .admit, .withdraw,
            .checkOff, .protect, .holdOff, .release, .confirmOff, .board, .words, .metrics,
            .disconnect, .help:
            false
        }
    }

    /// Whether a person is asked before it is done: it cuts or gives power, or says of a machine
    /// what nobody has read.
    package var isDangerous: Bool {
        switch self {
        case .shoot, .off, .on, .reboot, .confirmOff, .release, .disconnect: true
        case .status, .list, .quorum, .result, .admit, .withdraw, .checkOff, .protect, .holdOff,
            .trace, .nodes, .outlets, .switches, .shots, .history, .why, .locks, .sessions,
            .board, .words, .metrics, .help:
            false
        }
    }
}

extension Request {
    /// Looking, as opposed to changing anything.
    package var isLook: Bool {
        switch command {
        case .quorum, .result, .status, .list, .trace, .help, .see: true
        case .order, .admit, .withdraw, .checkOff, .lock, .release, .confirmOff, .disconnect:
            purpose == .consider
        }
    }
}
