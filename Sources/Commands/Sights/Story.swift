// The whole story of one shot, in the order in which it happened.

package import Fencing

package struct StorySight: Hashable, Sendable {
    package var shot: ShotSight
    package var items: [Item]
    /// What is missing from it, and where else to look.
    package var gaps: [String]

    package init(shot: ShotSight, items: [Item], gaps: [String]) {
        self.shot = shot
        self.items = items
        self.gaps = gaps
    }

    package struct Item: Hashable, Sendable {
        /// Nil where nobody wrote it down.
        package var at: Timestamp?
        package var kind: Kind
        package var text: String

        package init(at: Timestamp?, _ kind: Kind, _ text: String) {
            self.at = at
            self.kind = kind
            self.text = text
        }
    }

    package enum Kind: String, Hashable, Sendable {
        /// Somebody asked for it.
        case request
        /// A member's view that counted for it.
        case vote
        /// On record.
        case decision
        /// A command, or a reading, goes to a line.
        case order
        /// Bytes on the wire.
        case sent
        case received
        /// What the line itself had to say.
        case line
        /// What came of an order.
        case read
        /// On record, and the end of it.
        case verdict
        /// Somebody was told.
        case told
        /// A person was called.
        case page
    }

    private static let columns: [Table.Column] = [
        .init("at", "TIME (UTC)"), .init("after", "AFTER"), .init("what", "WHAT"),
        .init("text", "", .folded),
    ]

    package func printed(as format: ReplyFormat) -> String {
        var table = Table(Self.columns, ifEmpty: "nothing is known of it beyond that")
        let start = shot.granted
        table.rows = items.map { item in
            [
                .time(item.at, item.at?.fineClock ?? ""), Self.after(item.at, start),
                Cell(item.kind.rawValue), Cell(item.text),
            ]
        }
        table.notes = gaps
        switch format {
        case .json: return table.printed(as: .json)
        case .text, .wide: return heading(Table.narrow) + "\n" + table.printed(as: format)
        case .fitted(let columns): return heading(columns) + "\n" + table.printed(as: format)
        }
    }

    private func heading(_ width: Int) -> String {
        let id = shot.id.map { " under the id \($0)" } ?? ""
        let at = shot.granted.map { ", granted on \($0.date) at \($0.clock) UTC" } ?? ""
        let first =
            "Shot \(shot.number): \(shot.verb.rawValue) \(shot.target), asked by "
            + "\(shot.by)\(id)\(at)."
        return folded("\(first) \(conclusion)", width).map { $0 + "\n" }.joined()
    }

    private var conclusion: String {
        let took = shot.granted.flatMap { start in
            shot.ended.map { " after \(($0 - start).tenths)" }
        }
        switch shot.stage {
        case .running: return "It is under way: \(shot.verdict)."
        case .inDoubt(let why):
            return "It is in doubt (\(why)): \(shot.target) counts as alive and is read on."
        case .ended(.held):
            let who = shot.attestedBy.map { "\($0) attests that it is off" } ?? "verified off"
            return "Verdict: \(who)\(took ?? ""), and left off."
        case .ended(.on):
            return "Verdict: \(shot.verb == .on ? "on" : "verified off, then on")\(took ?? "")."
        case .ended(.onFailed): return "Verdict: off, and it could not be switched on\(took ?? "")."
        case .ended(.onUnknown):
            return "Verdict: switched on, and nobody can read whether it is\(took ?? "")."
        case .ended(.failed(let feeds)):
            let names = feeds.map(\.description).joined(separator: ", ")
            return "Verdict: failed\(took ?? ""), \(names) read on. \(shot.target) lives."
        }
    }

    /// `+1.204s`, and `-0.003s` for what came before the grant.
    private static func after(_ at: Timestamp?, _ start: Timestamp?) -> Cell {
        guard let at, let start else { return Cell("", json: .null) }
        let all = (at - start).milliseconds
        let digits = String(all.magnitude % 1000 + 1000).dropFirst()
        return Cell(
            "\(all < 0 ? "-" : "+")\(all.magnitude / 1000).\(digits)s",
            json: .seconds(at - start))
    }
}
