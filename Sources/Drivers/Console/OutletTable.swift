// A table of all outlets, as many switches print it. A number that lost a digit on the way is
// another outlet's number. So a table counts only as a whole: every number from 1 up, once, and no
// fewer rows than the switch had before.

internal import Fencing

struct OutletTable: Sendable {
    private var rows: [Place: Row] = [:]
    /// What made it incredible, in words.
    private var damage: String?

    struct Row: Hashable, Sendable {
        /// As commands name the outlet: `3`, `A3`.
        let key: String
        let state: PowerState
        let text: String
        /// The number in the name of an outlet that nobody has named otherwise.
        var alsoKnownAs: String?
    }

    /// `A3`: the third of those with an `A`.
    private struct Place: Hashable {
        let letters: String
        let number: Int
    }

    static let mostOutlets = 99

    var isEmpty: Bool { rows.isEmpty }
    var count: Int { rows.count }

    /// The same row may come twice, as when a switch gives its answer twice. Two different rows
    /// with one number are damage.
    mutating func add(_ row: Row) {
        guard let place = Self.place(row.key) else {
            damage = "a row says `\(row.text)`"
            return
        }
        if let before = rows[place], before != row {
            damage = "outlet \(row.key) has two rows"
        }
        if let own = row.alsoKnownAs, own != row.key {
            damage = "the row of \(row.key) says `\(row.text)`"
        }
        rows[place] = row
    }

    /// Something is in the table that belongs to no row.
    mutating func noteDamage(_ words: String) { damage = words }

    /// Of all outlets whose rows say on or off, as commands name them; empty where a reading of one would
    /// not be believed.
    func states(formerCount: Int) -> [OutletName: PowerState] {
        guard damage ?? gap ?? loss(formerCount) == nil else { return [:] }
        var states: [OutletName: PowerState] = [:]
        for row in rows.values where row.state != .unknown {
            if let name = OutletName(row.key) { states[name] = row.state }
        }
        return states
    }

    func reading(of outlet: String, formerCount: Int) -> Reading {
        if let reason = damage ?? gap ?? loss(formerCount) {
            return .unknown("the table is damaged: \(reason)")
        }
        guard let row = Self.place(outlet).flatMap({ rows[$0] }) else {
            return .unknown("its table has \(rows.count) rows and no outlet \(outlet)")
        }
        return row.state == .unknown
            ? .unknown("its row says `\(row.text)`") : Reading(state: row.state)
    }

    private var gap: String? {
        let numbers = Dictionary(grouping: rows.keys, by: \.letters).mapValues { $0.map(\.number) }
        let isWhole = numbers.values.allSatisfy { $0.max() == $0.count }
        return isWhole ? nil : "its rows are \(rows.values.map(\.key).sorted())"
    }

    private func loss(_ formerCount: Int) -> String? {
        rows.count < formerCount ? "it has \(rows.count) rows, and had \(formerCount)" : nil
    }

    private static func place(_ key: String) -> Place? {
        let digits = key.utf8.drop { (0x41...0x5A).contains($0 & ~0x20) }
        guard let number = Int(key[digits.startIndex...]), (1...mostOutlets).contains(number)
        else { return nil }
        let letters = key[..<digits.startIndex]
        return Place(letters: letters.isEmpty ? "" : letters.uppercased(), number: number)
    }
}
