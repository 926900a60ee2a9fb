// The line being typed, on the screen: one row, which moves along under a line that is longer.

struct EditorLine: Hashable, Sendable {
    /// The first letter that is shown.
    private var first = 0
    /// Columns drawn at present, of a terminal that cannot erase.
    private var drawn = 0

    /// Draws all of it anew.
    mutating func draw(
        _ prompt: String, _ editor: LineEditor, _ kind: TerminalKind
    ) -> String {
        let room = max(4, kind.columns - prompt.utf8.count - 1)
        scroll(editor, room)
        var shown = ""
        var width = 0
        var before = 0
        for place in first..<editor.letters.count {
            let letter = editor.letters[place]
            if width + letter.columns > room { break }
            width += letter.columns
            if place < editor.cursor { before = width }
            shown.unicodeScalars.append(letter)
        }
        defer { drawn = prompt.utf8.count + width }
        let line = "\r" + prompt + shown
        if kind.ability >= .moves {
            return line + Sequence.eraseToEnd + "\r"
                + Sequence.right(prompt.utf8.count + before)
        }
        let rest = max(0, drawn - prompt.utf8.count - width)
        let again = String(shown.unicodeScalars.prefix(Self.letters(before, shown)))
        return line + String(repeating: " ", count: rest) + "\r" + prompt + again
    }

    /// Draws a letter that came at the end; nil where the whole line has to be drawn.
    mutating func append(
        _ letter: Unicode.Scalar, _ prompt: String, _ kind: TerminalKind
    ) -> String? {
        let width = drawn + letter.columns
        guard first == 0, width < kind.columns else { return nil }
        drawn = width
        return String(Character(letter))
    }

    mutating func forget() {
        first = 0
        drawn = 0
    }

    /// Half the room at a time, so that the line does not crawl.
    private mutating func scroll(_ editor: LineEditor, _ room: Int) {
        if editor.cursor < first { first = max(0, editor.cursor - room / 2) }
        let earliest = Self.start(of: editor, room)
        if earliest > first { first = min(editor.cursor, earliest + room / 2) }
    }

    /// The first letter from which those up to the cursor have room. Found from the cursor
    /// backwards: a key's cost must not grow with the line.
    private static func start(of editor: LineEditor, _ room: Int) -> Int {
        var place = editor.cursor
        var width = 0
        while place > 0 {
            width += editor.letters[place - 1].columns
            if width > room { break }
            place -= 1
        }
        return place
    }

    private static func letters(_ columns: Int, _ text: String) -> Int {
        var width = 0
        var count = 0
        for letter in text.unicodeScalars where width < columns {
            width += letter.columns
            count += 1
        }
        return count
    }
}
