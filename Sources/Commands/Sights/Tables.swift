// What is looked at, as tables: which columns, in which words.

package import Fencing

package enum Tables {
    package static func nodes(_ nodes: [NodeSight]) -> Table {
        var table = Table(
            [
                .init("target", "NODE", .cut), .init("cluster", "CLUSTER", .wide),
                .init("standing", "STANDING"), .init("for", "FOR"), .init("power", "POWER"),
                .init("read", "READ"), .init("feeds", "FEEDS", .cut), .init("shot", "SHOT"),
                .init("verdict", "VERDICT"), .init("by", "BY", .cut),
                .init("locks", "LOCKS", .wide),
                .init("heard", "HEARD", .wide),
            ], ifEmpty: "the site file has no node")
        table.rows = nodes.map { node in
            [
                node.name.text, node.cluster.text, node.standing.rawValue,
                node.standingFor.map(\.aged) ?? "-", node.powerWord,
                node.feeds.compactMap(\.age).max().map(\.aged) ?? "never",
                node.feeds.map(\.brief).joined(separator: " "),
                node.shot.map { "\($0.number)" } ?? "-", node.shot.map(\.verdict) ?? "-",
                node.shot.map { "\($0.by)" } ?? "-",
                node.locks.isEmpty
                    ? "-"
                    : node.locks.map { "\($0.kind.rawValue):\($0.reason)" }.joined(
                        separator: " "),
                node.heard.map { "\($0.aged) ago" } ?? "-",
            ]
        }
        let advice = nodes.flatMap(\.advice)
        let most = 8
        table.notes = Array(advice.prefix(most))
        if advice.count > most { table.notes.append("and \(advice.count - most) more like these") }
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
                .init("age", "AGE"), .init("why", "TROUBLE", .folded),
            ], ifEmpty: "no outlet feeds a node")
        table.rows = feeds.sorted { $0.outlet < $1.outlet }.map { feed in
            [
                feed.outlet.description, feed.node.text, feed.state.rawValue,
                feed.age.map(\.aged) ?? "never", feed.trouble ?? "",
            ]
        }
        if !feeds.isEmpty {
            table.notes = ["As last read, whoever asked. `status` reads anew."]
        }
        return table
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
            let trouble = line.trouble.map { text in
                (line.troubleAge.map { "\($0.aged) ago: " } ?? "") + text
            }
            return [
                line.name.text, line.driver, line.line, line.condition.rawValue,
                line.conditionFor.aged, line.lastRead.map(\.aged) ?? "never", "\(line.nodes)",
                trouble ?? "",
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
                "\(shot.number)", shot.granted.map(\.brief) ?? "long ago", shot.verb.rawValue,
                shot.target.text, "\(shot.by)", shot.id.map(\.text) ?? "", shot.verdict,
                took.map(\.tenths) ?? "-",
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
                "\(event.sequence)", event.at.map(\.description) ?? "",
                event.kind, event.shot.map { "\($0)" } ?? "", event.node.map(\.text) ?? "",
                event.by ?? "", event.detail, event.text,
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
        table.rows = locks.map { ["\($0.node)", $0.kind.rawValue, "\($0.owner)", "\($0.reason)"] }
        if let first = locks.first {
            table.notes = ["`release \(first.node)` ends a lock of your own"]
        }
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
                "\(session.number)", "\(session.principal)", session.role, session.from,
                session.openFor.aged, session.idleFor.aged, "\(session.requests)",
            ]
        }
        return table
    }
}

extension FeedSight {
    /// `pdu-a/3:on`, and `pdu-a/3:?` where nobody knows.
    package var brief: String { "\(outlet):\(state == .unknown ? "?" : state.rawValue)" }
}

extension NodeSight {
    /// Off in capitals: it has to be seen without colours.
    package var powerWord: String {
        switch power {
        case .on: "on"
        case .off: "OFF"
        case .unknown: "?"
        }
    }
}

extension Duration {
    /// `1.2s` below a minute, else as an age.
    package var tenths: String {
        guard milliseconds < 60_000 else { return aged }
        return "\(milliseconds / 1000).\(milliseconds / 100 % 10)s"
    }
}
