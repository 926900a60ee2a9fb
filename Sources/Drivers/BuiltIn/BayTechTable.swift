// The table that a BayTech prints for `status`: ` 3)...Outlet  3       : On`, one or two columns.
// The number before `)...` is the key; the name after it is whatever somebody called the outlet.

internal import Fencing

struct BayTechTable: Sendable {
    private var rows: [Int: Row] = [:]
    /// A number came twice, or is not the one in the outlet's own name.
    private var isDamaged = false

    var isEmpty: Bool { rows.isEmpty }
    var count: Int { rows.count }

    private struct Row {
        let state: PowerState
        let text: String
    }

    static let mostOutlets = 99

    mutating func add(_ line: String) {
        let cells = line.split(separator: ")...", omittingEmptySubsequences: false)
        // The number of each cell stands at the end of the piece before it.
        for (before, cell) in zip(cells, cells.dropFirst()) {
            guard let number = Self.number(endOf: before) else { continue }
            let named = Self.number(inName: cell) ?? number
            isDamaged = isDamaged || rows[number] != nil || named != number
            rows[number] = Self.row(cell)
        }
    }

    /// A number that lost a digit on the way is another outlet's number. So the table counts only
    /// as a whole: every number from 1 up, once, and no fewer rows than the switch had before.
    func reading(
        of outlet: OutletName, formerCount: Int
    ) -> (state: PowerState, remark: String?) {
        guard !isDamaged, rows.keys.max() == rows.count, rows.count >= formerCount else {
            let numbers = rows.keys.sorted().map(String.init).joined(separator: " ")
            return (.unknown, "the table is damaged: its rows are: \(numbers)")
        }
        guard let row = Int(outlet.text).flatMap({ rows[$0] }) else {
            return (.unknown, "the table has \(rows.count) rows and no outlet \(outlet)")
        }
        return (row.state, row.state == .unknown ? "the row says `\(row.text)`" : nil)
    }

    /// Of an outlet that nobody has named: `Outlet  3       : On`.
    private static func number(inName cell: Substring) -> Int? {
        let words = cell.split(separator: " ")
        return words.count > 1 && words[0] == "Outlet" ? Int(words[1]) : nil
    }

    private static func number(endOf text: Substring) -> Int? {
        let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(String(digits.reversed())), (1...mostOutlets).contains(number)
        else { return nil }
        return number
    }

    /// `Outlet  3       : On`; a word such as `Locked` may follow, or the next cell's number.
    private static func row(_ cell: Substring) -> Row {
        let text = String(cell).trimmingBlanks
        guard let colon = cell.lastIndex(of: ":"),
            let word = cell[cell.index(after: colon)...].split(separator: " ").first
        else { return Row(state: .unknown, text: text) }
        switch word {
        case "On": return Row(state: .on, text: text)
        case "Off": return Row(state: .off, text: text)
        default: return Row(state: .unknown, text: text)
        }
    }
}
