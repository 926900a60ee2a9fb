// A table for a terminal of 80 columns, for a wide one, and as JSON lines: one source for the three.
//
// What a switch or a stranger has said can neither break a row nor drive a terminal: everything is
// printable ASCII when it leaves.

package import Fencing

package struct Table: Hashable, Sendable {
    package var columns: [Column]
    /// As many cells as columns.
    package var rows: [[String]] = []
    /// Sentences below the table.
    package var notes: [String] = []
    /// Instead of a table without rows.
    package var ifEmpty: String

    package struct Column: Hashable, Sendable {
        /// In JSON.
        package let key: String
        package let heading: String
        package let room: Room

        package init(_ key: String, _ heading: String, _ room: Room = .asItIs) {
            self.key = key
            self.heading = heading
            self.room = room
        }
    }

    package enum Room: Hashable, Sendable {
        case asItIs
        /// Only in a wide table, and in JSON.
        case wide
        /// Cut where the line would be too long.
        case cut
        /// Goes on in lines of its own where the line would be too long.
        case folded
    }

    package init(_ columns: [Column], ifEmpty: String) {
        self.columns = columns
        self.ifEmpty = ifEmpty
    }

    /// Columns of the terminal that everything fits.
    package static let narrow = 80
    static let gap = 2
    /// No cell that gives way becomes narrower than this.
    private static let leastRoom = 8

    package func printed(as format: ReplyFormat) -> String {
        switch format {
        case .text: text(within: Self.narrow)
        case .wide: text(within: nil)
        case .json: reply.printed(as: .json)
        }
    }

    /// One line for each row, with all columns.
    package var reply: Reply {
        Reply(
            .ok,
            rows.map { row in
                ReplyLine(
                    ExitCode.ok.word, zip(columns, row).map { ReplyField($0.key, $1) })
            })
    }

    private func text(within width: Int?) -> String {
        if rows.isEmpty { return ifEmpty + "\n" + notesText(width) }
        let shown = columns.indices.filter { width == nil || columns[$0].room != .wide }
        var widths = shown.map { column in
            max(
                columns[column].heading.utf8.count,
                rows.map { plain($0[column]).utf8.count }.max() ?? 0)
        }
        if let width { Self.squeeze(&widths, shown.map { columns[$0].room }, width) }
        var lines = [Self.line(shown.map { columns[$0].heading }, widths)]
        for row in rows {
            let cells = shown.enumerated().map { place, column in
                Self.pieces(plain(row[column]), columns[column].room, widths[place])
            }
            for depth in 0..<(cells.map(\.count).max() ?? 1) {
                lines.append(
                    Self.line(cells.map { depth < $0.count ? $0[depth] : "" }, widths))
            }
        }
        return lines.map { $0 + "\n" }.joined() + notesText(width)
    }

    /// Takes from what may give way, the widest first, until the line fits.
    private static func squeeze(_ widths: inout [Int], _ rooms: [Room], _ width: Int) {
        func excess() -> Int { widths.reduce(0, +) + gap * (widths.count - 1) - width }
        while excess() > 0 {
            let soft = rooms.indices.filter {
                (rooms[$0] == .cut || rooms[$0] == .folded) && widths[$0] > leastRoom
            }
            guard let widest = soft.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }

    private static func pieces(_ text: String, _ room: Room, _ width: Int) -> [String] {
        guard text.utf8.count > width else { return [text] }
        switch room {
        case .asItIs, .wide: return [text]
        case .cut: return [String(text.prefix(max(0, width - 2))) + ".."]
        case .folded: return folded(text, width)
        }
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (place, cell) in cells.enumerated() {
            line += cell
            guard place + 1 < cells.count else { break }
            line += String(repeating: " ", count: max(0, widths[place] - cell.utf8.count) + gap)
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private func notesText(_ width: Int?) -> String {
        guard !notes.isEmpty else { return "" }
        let lines = notes.flatMap { folded(plain($0), width ?? Self.narrow) }
        return "\n" + lines.map { $0 + "\n" }.joined()
    }
}

/// Lines of at most `width` columns, broken at spaces where there are any.
package func folded(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
        var word = word
        if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > width {
            lines.append(line)
            line = ""
        }
        while word.utf8.count > width {
            lines.append(String(word.prefix(width)))
            word = word.dropFirst(width)
        }
        line += line.isEmpty ? String(word) : " " + word
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
}

/// Printable ASCII; everything else as `\xHH`.
package func plain(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    return text.utf8.map { (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : escape($0) }
        .joined()
}
