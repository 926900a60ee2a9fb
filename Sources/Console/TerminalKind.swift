// What a terminal can do, by the name that its owner gives it, and how large it is.

package struct TerminalKind: Hashable, Sendable {
    package let ability: Ability
    package var columns: Int
    package var rows: Int

    /// Each can do what the ones before it can.
    package enum Ability: Int, Hashable, Sendable, Comparable {
        /// Prints what it is sent, and can go back to the beginning of the line.
        case prints
        /// Moves its cursor and erases, as ECMA-48 says.
        case moves
        case colours

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A terminal that tells no size, or a silly one, has 80 columns and 24 rows.
    package init(named name: String, columns: Int, rows: Int) {
        ability = Self.ability(of: name)
        self.columns = Self.columnRange.contains(columns) ? columns : 80
        self.rows = Self.rowRange.contains(rows) ? rows : 24
    }

    package mutating func resize(columns: Int, rows: Int) {
        if Self.columnRange.contains(columns) { self.columns = columns }
        if Self.rowRange.contains(rows) { self.rows = rows }
    }

    private static let columnRange = 20...500
    private static let rowRange = 5...300

    /// By the beginnings of terminfo's names. Whoever is unknown is taken to print only: wrong in
    /// that direction costs comfort, and wrong in the other litters the screen.
    private static func ability(of name: String) -> Ability {
        let coloured = [
            "xterm", "screen", "tmux", "rxvt", "linux", "putty", "konsole", "gnome", "vte",
            "alacritty", "kitty", "foot", "st-", "iterm", "ansi", "cygwin", "wezterm", "ghostty",
            "contour", "mlterm", "eterm",
        ]
        if name.hasSuffix("-mono") || name.hasSuffix("-m") { return .moves }
        if coloured.contains(where: name.hasPrefix) || name == "st" || name.contains("color") {
            return .colours
        }
        let moving = ["vt1", "vt2", "vt3", "vt4", "vt5", "wsvt", "pcansi", "sun", "teraterm"]
        return moving.contains(where: name.hasPrefix) ? .moves : .prints
    }
}

/// Control sequences of ECMA-48, as every terminal of the last forty years takes them.
enum Sequence {
    static let eraseToEnd = "\u{1B}[K"
    static let eraseBelow = "\u{1B}[J"
    static let home = "\u{1B}[H"
    static let clear = "\u{1B}[H\u{1B}[2J"
    static let enterScreen = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[H\u{1B}[2J"
    static let leaveScreen = "\u{1B}[?25h\u{1B}[?1049l"
    static let reset = "\u{1B}[0m"

    static func right(_ columns: Int) -> String { columns > 0 ? "\u{1B}[\(columns)C" : "" }
    static func row(_ row: Int) -> String { "\u{1B}[\(row);1H" }
}

/// What stands out, and how, where the terminal has colours. Nothing is said by colour alone.
enum Paint: String {
    case bold = "\u{1B}[1m"
    case good = "\u{1B}[32m"
    case doubtful = "\u{1B}[33m"
    case bad = "\u{1B}[31m"
    case reversed = "\u{1B}[7m"

    func on(_ text: String, _ kind: TerminalKind) -> String {
        kind.ability < .colours ? text : rawValue + text + Sequence.reset
    }
}
