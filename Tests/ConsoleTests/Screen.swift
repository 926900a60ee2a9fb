// A terminal small enough to be believed: what its 80 by 24 characters show after some bytes.

struct Screen {
    private var rows: [[Character]]
    private var row = 0
    private var column = 0
    private(set) var bells = 0
    let columns: Int

    init(columns: Int = 80, rows: Int = 24) {
        self.columns = columns
        self.rows = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// Without spaces at the ends of lines, and without empty lines at the end.
    var text: String {
        var lines = rows.map { row in
            String(row).replacing(/[ ]+$/, with: "")
        }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    var cursor: (row: Int, column: Int) { (row, column) }

    mutating func take(_ text: String) {
        var rest = Substring(text)
        while let letter = rest.unicodeScalars.first {
            rest.unicodeScalars.removeFirst()
            switch letter {
            case "\u{1B}":
                guard let sequence = rest.prefixMatch(of: /\[([?0-9;]*)([A-Za-z])/) else {
                    preconditionFailure("an unknown sequence: \(rest.prefix(8))")
                }
                obey(String(sequence.1), String(sequence.2))
                rest = rest[sequence.range.upperBound...]
            case "\r": column = 0
            case "\n": feed()
            case "\u{07}": bells += 1
            default: put(Character(letter))
            }
        }
    }

    private mutating func put(_ letter: Character) {
        if column == columns {
            column = 0
            feed()
        }
        rows[row][column] = letter
        column += 1
    }

    private mutating func feed() {
        if row + 1 < rows.count {
            row += 1
        } else {
            rows.removeFirst()
            rows.append(Array(repeating: " ", count: columns))
        }
    }

    private mutating func obey(_ parameters: String, _ final: String) {
        let numbers = parameters.split(separator: ";").compactMap { Int($0) }
        switch final {
        case "H": (row, column) = ((numbers.first ?? 1) - 1, (numbers.dropFirst().first ?? 1) - 1)
        case "C": column += numbers.first ?? 1
        case "K": for place in min(column, columns - 1)..<columns { rows[row][place] = " " }
        case "J": for place in rows.indices { rows[place] = Array(repeating: " ", count: columns) }
        case "m", "h", "l": break
        default: preconditionFailure("an unknown sequence: \(parameters)\(final)")
        }
    }
}
