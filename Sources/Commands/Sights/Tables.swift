// What is looked at, as tables: which columns, in which words.

package import Fencing

package enum Tables {
    package static func nodes(_ nodes: [NodeSight]) -> Table {
        var table = Table(
            [
                .init("target", "NODE", .cut), .init("cluster", "CLUSTER", .wide),
                .init("standing", "STANDING"), .init("for", "FOR"), .init("power", "POWER"),
                .init("read", "READ", .folded), .init("feeds", "FEEDS", .folded),
                .init("shot", "SHOT"), .init("verdict", "VERDICT", .folded),
                .init("by", "BY", .cut), .init("locks", "LOCKS", .wide),
                .init("heard", "HEARD", .wide), .init("alarm", "", .json),
            ], ifEmpty: "the site file has no node")
        table.rows = nodes.map { node in
            [
                Cell(node.name.text), Cell(node.cluster.text), Cell(node.standing.rawValue),
                .span(node.standingFor), Cell(node.powerWord, json: .text(node.power.rawValue)),
                node.readCell, .list(node.feeds.map(\.brief)), .number(node.shot?.number),
                Cell(node.shot?.verdict, none: "-"),
                Cell(node.shot.map { "\($0.by)" }, none: "-"),
                .list(node.locks.map { "\($0.kind.rawValue):\($0.reason)" }, none: "-"),
                .span(node.heard, after: " ago"),
                Cell(node.onThoughOff.isEmpty ? nil : "on-though-off", none: "-"),
            ]
        }
        let advice = nodes.flatMap(\.advice)
        let most = 8
        // Alarms are never among those that there is no room for.
        let urgent = nodes.filter { !$0.onThoughOff.isEmpty }.compactMap(\.advice.first)
        let sorted = urgent + advice.filter { !urgent.contains($0) }
        table.notes = Array(sorted.prefix(max(most, urgent.count)))
        if sorted.count > table.notes.count {
            table.notes.append("and \(sorted.count - table.notes.count) more like these")
        }
        let isFine = nodes.allSatisfy { $0.standing == .member && $0.power == .on }
        if advice.isEmpty, !nodes.isEmpty, isFine {
            table.notes = ["Every node is a member, on, and free of locks. Nothing is in doubt."]
        }
        return table
    }

    package static func outlets(_ feeds: [FeedSight]) -> Table {
        var table = Table(
            [
                .init("outlet", "OUTLET"), .init("target", "NODE"), .init("state", "READS"),
                .init("age", "AGE", .folded), .init("why", "TROUBLE", .folded),
            ], ifEmpty: "no outlet feeds a node")
        table.rows = feeds.sorted { $0.outlet < $1.outlet }.map { feed in
            let state = feed.knowledge.state
            return [
                Cell(feed.outlet.description), Cell(feed.node.text),
                Cell(state == .unknown ? "?" : state.rawValue, json: .text(state.rawValue)),
                Self.age(feed.knowledge), Cell(feed.trouble ?? "", json: feed.trouble.json),
            ]
        }
        if !feeds.isEmpty {
            table.notes = ["As read since the last order, whoever asked. `status` reads anew."]
        }
        return table
    }

    /// For people also what it was; for programs only the age of what it is.
    private static func age(_ knowledge: OutletKnowledge) -> Cell {
        switch knowledge {
        case .read(_, let age): .span(age)
        case .unknown(let was): Cell(was.map { "was \($0.text)" } ?? "not yet", json: .null)
        }
    }

    package static func switches(_ switches: [SwitchSight]) -> Table {
        var table = Table(
            [
                .init("switch", "SWITCH"), .init("driver", "DRIVER", .cut),
                .init("line", "LINE", .cut), .init("state", "STATE"), .init("for", "FOR"),
                .init("read", "READ"), .init("nodes", "NODES"),
                .init("why", "LAST TROUBLE", .folded),
            ], ifEmpty: "the site file has no switch")
        table.rows = switches.map { line in
            [
                Cell(line.name.text), Cell(line.driver), Cell(line.line),
                Cell(line.condition.rawValue), .span(line.conditionFor),
                .span(line.lastRead, none: "not yet"), .number(line.nodes),
                Cell(line.troubleText, json: line.trouble.json),
            ]
        }
        table.notes = switches.filter { $0.condition == .down }.map {
            "\($0.name) cannot be reached: look at its line, then `trace \($0.name)`. Shots at what "
                + "it feeds will be in doubt."
        }
        return table
    }

    /// The newest first.
    package static func shots(_ shots: [ShotSight], of count: Int) -> Table {
        var table = Table(
            [
                .init("shot", "SHOT"), .init("granted", "GRANTED (UTC)"), .init("verb", "VERB"),
                .init("target", "NODE", .cut), .init("by", "BY", .cut), .init("id", "ID", .wide),
                .init("verdict", "VERDICT"), .init("took", "TOOK"),
            ], ifEmpty: "no shot is on record")
        table.rows = shots.map { shot in
            let took = shot.granted.flatMap { start in shot.ended.map { $0 - start } }
            return [
                .number(shot.number), .time(shot.granted, shot.granted?.brief ?? "long ago"),
                Cell(shot.verb.rawValue), Cell(shot.target.text), "\(shot.by)",
                Cell(shot.id?.text, none: ""), Cell(shot.verdict),
                Cell(took.map(\.tenths) ?? "-", json: took.map { .seconds($0) } ?? .null),
            ]
        }
        if count > shots.count {
            table.notes = [
                "the latest \(shots.count) of \(count); `history NODE` tells of one node"
            ]
        } else if let newest = shots.first {
            table.notes = ["`why \(newest.number)` tells the whole story of shot \(newest.number)"]
        }
        return table
    }

    package static func history(_ events: [EventSight], about node: NodeName?) -> Table {
        var table = Table(
            [
                .init("seq", "ENTRY"), .init("at", "AT (UTC)"), .init("kind", "KIND", .wide),
                .init("shot", "SHOT"), .init("target", "NODE", .wide), .init("by", "BY", .wide),
                .init("detail", "DETAIL", .wide), .init("text", "WHAT", .folded),
            ], ifEmpty: node.map { "nothing is on record of \($0)" } ?? "nothing is on record")
        table.rows = events.map { event in
            [
                .number(event.sequence), .time(event.at, event.at?.description ?? ""),
                Cell(event.kind), .number(event.shot, none: ""),
                Cell(event.node?.text, none: ""), Cell(event.by, none: ""), Cell(event.detail),
                Cell(event.text),
            ]
        }
        return table
    }

    package static func locks(_ locks: [NodeLock]) -> Table {
        var table = Table(
            [
                .init("target", "NODE"), .init("lock", "LOCK"), .init("by", "BY"),
                .init("reason", "REASON", .cut),
            ], ifEmpty: "nothing is locked")
        table.rows = locks.map {
            ["\($0.node)", Cell($0.kind.rawValue), "\($0.owner)", "\($0.reason)"]
        }
        if let first = locks.first {
            table.notes = ["`release \(first.node)` ends a lock of your own"]
        }
        return table
    }

    /// The oldest first, as `picket try` shows it: `>` sent, `<` received, `.` of the line itself.
    package static func trace(of name: SwitchName, _ lines: [TraceSight]) -> Table {
        var table = Table(
            [
                .init("switch", "SWITCH", .json), .init("at", "TIME (UTC)"),
                .init("after", "AFTER"), .init("what", ""), .init("text", "", .folded),
            ], ifEmpty: "nothing went over the line of \(name) yet")
        for (index, line) in lines.enumerated() {
            let span = index > 0 ? line.at - lines[index - 1].at : nil
            table.rows.append([
                Cell(name.text), .time(line.at, line.at.fineClock),
                Cell(
                    span.map { "+\($0.milliseconds)ms" } ?? "",
                    json: span.map { .seconds($0) } ?? .null),
                Cell(line.sign, json: .text(line.kind)), Cell(line.text),
            ])
        }
        if !lines.isEmpty { table.notes = ["> sent   < received   . of the line itself"] }
        return table
    }

    package static func sessions(_ sessions: [SessionSight]) -> Table {
        var table = Table(
            [
                .init("session", "SESSION"), .init("who", "WHO"), .init("role", "ROLE"),
                .init("from", "FROM", .cut), .init("open", "OPEN"), .init("idle", "IDLE"),
                .init("requests", "REQUESTS"),
            ], ifEmpty: "nobody is logged in")
        table.rows = sessions.map { session in
            [
                .number(session.number), "\(session.principal)", Cell(session.role),
                Cell(session.from), .span(session.openFor), .span(session.idleFor),
                .number(session.requests),
            ]
        }
        return table
    }
}

extension FeedSight {
    /// `pdu-a/3:on`, and `pdu-a/3:?` where nobody knows.
    package var brief: String {
        let state = knowledge.state
        return "\(outlet):\(state == .unknown ? "?" : state.rawValue)"
    }
}

extension NodeSight {
    /// Off in capitals: it has to be seen without colours. `on 1/2`: one feed of two is on.
    package var powerWord: String {
        switch power {
        case .on:
            let on = feeds.count { $0.knowledge.state == .on }
            return on == feeds.count ? "on" : "on \(on)/\(feeds.count)"
        case .off: return "OFF"
        case .unknown: return "?"
        }
    }

    /// The age of the oldest reading that counts; where the power is not known, what it was.
    fileprivate var readCell: Cell {
        if power != .unknown { return .span(feeds.compactMap(\.knowledge.age).max()) }
        let former = feeds.compactMap(\.knowledge.former)
        guard let oldest = former.max(by: { $0.ago < $1.ago }) else {
            return Cell("not yet", json: .null)
        }
        return Cell("was \(oldest.text)", json: .null)
    }
}

extension SwitchSight {
    /// With its age.
    package var troubleText: String {
        guard let trouble else { return "" }
        return (troubleAge.map { "\($0.aged) ago: " } ?? "") + trouble
    }
}

extension String? {
    fileprivate var json: JSONValue { map { .text($0) } ?? .null }
}

extension Duration {
    /// `1.2s` below a minute, else as an age.
    package var tenths: String {
        guard milliseconds < 60_000 else { return aged }
        return "\(milliseconds / 1000).\(milliseconds / 100 % 10)s"
    }
}
