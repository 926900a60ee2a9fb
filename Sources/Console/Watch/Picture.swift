// The board and the story as rows of a screen, of exactly its size. Readable without colours: what
// matters stands there as a word.

internal import Commands
internal import Fencing

struct Picture {
    private let watch: Watch
    private let terminal: TerminalKind

    init(_ watch: Watch, _ terminal: TerminalKind) {
        self.watch = watch
        self.terminal = terminal
    }

    var lines: [String] {
        let body: [String]
        let footer: String
        switch watch.page {
        case .reading:
            body = board
            footer = "every outlet is being read   q: leave"
        case .board, .opening:
            body = board
            footer = "up, down: move   Enter: the node's last shot   r: read anew   q: leave"
        case .story(let lines, let top):
            body = Array(lines.dropFirst(top).prefix(terminal.rows - 1)).map(cut)
            let end = min(lines.count, top + terminal.rows - 1)
            footer =
                "lines \(top + 1) to \(end) of \(lines.count)   up, down, space, b: move   "
                + "q: back"
        }
        var all = Array(body.prefix(terminal.rows - 1))
        while all.count < terminal.rows - 1 { all.append("") }
        return all + [Paint.reversed.on(padded(cut(footer)), terminal)]
    }

    // MARK: The board

    private var board: [String] {
        var lines = [title]
        if let trouble = watch.trouble { lines.append(Paint.bad.on(cut(trouble), terminal)) }
        let switches = switchLines
        let running = runningLines
        let fixed = lines.count + 2 + switches.count + running.count + 2 + 1
        let room = max(3, terminal.rows - 1 - fixed)
        let nodes = nodeLines(atMost: max(2, room - min(5, room / 3)))
        lines += [heading(nodeColumns)] + nodes + [""] + switches + running
        let left = terminal.rows - 1 - lines.count - 1
        if left > 1 { lines += [""] + eventLines(atMost: left) }
        return lines
    }

    private var title: String {
        let nodes = watch.nodes
        let off = nodes.count { $0["power"] == "OFF" }
        let doubt = nodes.count { $0["verdict"] == "in doubt" }
        let away = nodes.count { $0["standing"] != Standing.member.rawValue }
        var text = "Picket   \(nodes.count) nodes, \(off) off, \(away) not members"
        if doubt > 0 { text += ", \(doubt) IN DOUBT" }
        let alarms = nodes.count(where: Self.isAlarming)
        if alarms > 0 { text += ", \(alarms) ON THOUGH OFF" }
        let now = watch.lines(.moment).first?["now"].flatMap { Timestamp($0) }
        let clock = now.map { "\($0.date) \($0.clock) UTC" } ?? ""
        let gap = max(1, terminal.columns - text.utf8.count - clock.utf8.count)
        return Paint.bold.on(cut(text + String(repeating: " ", count: gap) + clock), terminal)
    }

    private struct Column {
        let key: String
        let heading: String
        let width: Int
    }

    /// The feeds get what is left.
    private var nodeColumns: [Column] {
        let nodes = watch.nodes
        func width(_ key: String, _ heading: String, _ most: Int) -> Int {
            min(most, max(heading.utf8.count, nodes.map { $0[key]?.utf8.count ?? 0 }.max() ?? 0))
        }
        var columns = [
            Column(key: "target", heading: "NODE", width: width("target", "NODE", 20)),
            Column(key: "standing", heading: "STANDING", width: 9),
            Column(key: "for", heading: "FOR", width: 6),
            Column(key: "power", heading: "POWER", width: width("power", "POWER", 6)),
            Column(key: "read", heading: "READ", width: max(6, width("read", "READ", 18))),
            Column(key: "feeds", heading: "FEEDS", width: 0),
            Column(key: "shot", heading: "SHOT", width: width("shot", "SHOT", 8)),
            Column(key: "verdict", heading: "VERDICT", width: width("verdict", "VERDICT", 16)),
            Column(key: "by", heading: "BY", width: width("by", "BY", 14)),
        ]
        let taken = columns.reduce(2) { $0 + $1.width + 1 }
        columns[5] = Column(
            key: "feeds", heading: "FEEDS", width: max(8, terminal.columns - taken))
        return columns
    }

    private func heading(_ columns: [Column]) -> String {
        Paint.bold.on(
            cut("  " + columns.map { fit($0.heading, $0.width) }.joined(separator: " ")), terminal)
    }

    private func nodeLines(atMost count: Int) -> [String] {
        let nodes = watch.nodes
        let columns = nodeColumns
        let place = watch.markedPlace
        let top = max(0, min(place - count / 2, nodes.count - count))
        return nodes.indices.dropFirst(top).prefix(count).map { index in
            let mark = index == place ? "> " : "  "
            let text = columns.map { column in
                let value = nodes[index][column.key] ?? ""
                return fit(
                    column.key == "feeds" ? Self.feeds(value, within: column.width) : value,
                    column.width)
            }.joined(separator: " ")
            return paint(nodes[index]).map { $0.on(cut(mark + text), terminal) }
                ?? cut(mark + text)
        }
    }

    /// A row has one line, and no state of a feed may be cut: first names give way, then it is said
    /// how many are in which state.
    private static func feeds(_ text: String, within width: Int) -> String {
        guard text.utf8.count > width else { return text }
        let feeds = text.split(separator: " ").map { feed in
            let colon = feed.lastIndex(of: ":") ?? feed.endIndex
            return (name: String(feed[..<colon]), state: String(feed[colon...].dropFirst()))
        }
        let room = (width - (feeds.count - 1)) / max(1, feeds.count)
        let least = 5
        if feeds.allSatisfy({ room >= $0.state.utf8.count + 1 + least }) {
            return feeds.map { name, state in
                let most = room - state.utf8.count - 1
                let short = name.utf8.count > most ? ".." + name.suffix(most - 2) : name
                return "\(short):\(state)"
            }.joined(separator: " ")
        }
        return ["on", "off", "?"].compactMap { state in
            let count = feeds.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state)"
        }.joined(separator: ",")
    }

    private static func isAlarming(_ node: ReplyLine) -> Bool {
        node["alarm"].map { $0 != "-" } ?? false
    }

    private func paint(_ node: ReplyLine) -> Paint? {
        if Self.isAlarming(node) { return .bad }
        if node["verdict"] == "in doubt" || node["power"] == "?" { return .doubtful }
        if node["standing"] != Standing.member.rawValue { return .bad }
        return nil
    }

    private var switchLines: [String] {
        let switches = watch.lines(.powerSwitch)
        let most = max(1, terminal.rows / 5)
        // Those in trouble first, so that they are seen.
        let sorted =
            switches.filter { $0["state"] == "down" }
            + switches.filter { $0["state"] != "down" }
        var lines = sorted.prefix(most).map { line in
            let isDown = line["state"] == "down"
            let state = isDown ? "DOWN" : line["state"] ?? "?"
            let text =
                "  " + fit(line["switch"] ?? "", 16) + " " + fit(state, 4)
                + " for " + fit(line["for"] ?? "", 7) + "read " + fit(line["read"] ?? "", 6)
                + " " + (line["why"] ?? "")
            return isDown ? Paint.bad.on(cut(text), terminal) : cut(text)
        }
        if switches.count > most { lines.append("  and \(switches.count - most) more switches") }
        return [Paint.bold.on("  SWITCHES", terminal)] + lines
    }

    private var runningLines: [String] {
        watch.lines(.running).prefix(3).map { line in
            func field(_ key: String) -> String { line[key] ?? "?" }
            return Paint.doubtful.on(
                cut(
                    "  SHOT \(field("shot")): \(field("verb")) \(field("target")) by "
                        + "\(field("by")), \(field("verdict")), \(field("since"))"), terminal)
        }
    }

    private func eventLines(atMost count: Int) -> [String] {
        [Paint.bold.on("  LATEST", terminal)]
            + watch.lines(.event).prefix(count - 1).map { line in
                cut("  \(line["at"] ?? "") \(line["text"] ?? "")")
            }
    }

    // MARK: Widths

    private func cut(_ text: String) -> String {
        text.utf8.count <= terminal.columns
            ? text : String(text.prefix(terminal.columns - 2)) + ".."
    }

    private func padded(_ text: String) -> String { fit(text, terminal.columns) }

    private func fit(_ text: String, _ width: Int) -> String {
        if text.utf8.count > width { return String(text.prefix(max(0, width - 2))) + ".." }
        return text + String(repeating: " ", count: width - text.utf8.count)
    }
}
