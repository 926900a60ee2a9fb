// A table for a terminal of so many columns, for one of any width, and as JSON lines: one source.
//
// What a switch or a stranger has said can neither break a row nor drive a terminal: everything is
// printable ASCII when it leaves.

package import Fencing

package struct Table: Hashable, Sendable {
    package var columns: [Column]
    /// As many cells as columns.
    package var rows: [[Cell]] = []
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
        /// Only where all columns fit, and in JSON.
        case wide
        /// Only in JSON.
        case json
        /// Cut where the line would be too long. Never what somebody decides by: a name may be cut, a
        /// state may not.
        case cut
        /// Goes on in lines of its own where the line would be too long.
        case folded
    }

    package init(_ columns: [Column], ifEmpty: String) {
        self.columns = columns
        self.ifEmpty = ifEmpty
    }

    /// Columns of a terminal that nobody has told about.
    package static let narrow = 80
    static let gap = 2
    /// No cell that gives way becomes narrower than this.
    private static let leastRoom = 8

    package func printed(as format: ReplyFormat) -> String {
        switch format {
        case .text: text(within: Self.narrow)
        case .fitted(let columns): text(within: columns)
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
                    ExitCode.ok.word,
                    zip(columns, row).map { ReplyField($0.key, $1.text, json: $1.json) })
            })
    }

    private func text(within width: Int?) -> String {
        if rows.isEmpty { return ifEmpty + "\n" + notesText(width) }
        let shown = shown(within: width)
        var widths = shown.map(self.width)
        if let width { squeeze(&widths, shown, to: width) }
        var lines = [Self.line(shown.map { columns[$0].heading }, widths)]
        for row in rows {
            let cells = shown.enumerated().map { place, column in
                Self.pieces(plain(row[column].text), columns[column].room, widths[place])
            }
            for depth in 0..<(cells.map(\.count).max() ?? 1) {
                lines.append(
                    Self.line(cells.map { depth < $0.count ? $0[depth] : "" }, widths))
            }
        }
        return lines.map { $0 + "\n" }.joined() + notesText(width)
    }

    /// All columns, where a terminal is wider than most and they fit as they are.
    private func shown(within width: Int?) -> [Int] {
        let all = columns.indices.filter { columns[$0].room != .json }
        guard let width else { return all }
        let needed = all.map(self.width).reduce(0, +) + Self.gap * (all.count - 1)
        if needed <= width, width > Self.narrow { return all }
        return all.filter { columns[$0].room != .wide }
    }

    /// Of a column that gives nothing away.
    private func width(_ column: Int) -> Int {
        max(
            columns[column].heading.utf8.count,
            rows.map { plain($0[column].text).utf8.count }.max() ?? 0)
    }

    /// Takes from what may give way, the widest first, until the line fits: first without breaking
    /// a word, then as far as it must be.
    private func squeeze(_ widths: inout [Int], _ shown: [Int], to width: Int) {
        for least in [shown.map(longestWord), shown.map { _ in Self.leastRoom }] {
            while widths.reduce(0, +) + Self.gap * (widths.count - 1) > width {
                let soft = shown.indices.filter {
                    let room = columns[shown[$0]].room
                    return (room == .cut || room == .folded)
                        && widths[$0] > max(Self.leastRoom, least[$0])
                }
                guard let widest = soft.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
            }
        }
    }

    private func longestWord(_ column: Int) -> Int {
        guard columns[column].room == .folded else { return 0 }
        let words = rows.flatMap { plain($0[column].text).split(separator: " ") }
        return words.map(\.utf8.count).max() ?? 0
    }

    private static func pieces(_ text: String, _ room: Room, _ width: Int) -> [String] {
        guard text.utf8.count > width else { return [text] }
        switch room {
        case .asItIs, .wide, .json: return [text]
        case .cut: return [String(text.prefix(max(0, width - 2))) + ".."]
        case .folded: return folded(breakable(text, width), width)
        }
    }

    /// A name that has no room is broken before its state, `pdu-a/3` and `:off`, never in it.
    private static func breakable(_ text: String, _ width: Int) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard word.utf8.count > width, let colon = word.lastIndex(of: ":") else {
                return String(word)
            }
            return "\(word[..<colon]) \(word[colon...])"
        }.joined(separator: " ")
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
