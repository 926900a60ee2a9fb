// One line being typed, and those that were typed before. Knows nothing of screens.

package struct LineEditor: Hashable, Sendable {
    package private(set) var letters: [Unicode.Scalar] = []
    /// Of `letters`, as UTF-8. Counted along: a key's cost must not grow with the line.
    private var byteCount = 0
    /// 0 to `letters.count`: before which letter the cursor stands.
    package private(set) var cursor = 0
    private var cutOut: [Unicode.Scalar] = []
    private var past: [[Unicode.Scalar]] = []
    /// Which of `past` is shown; its count while the line is new.
    private var place = 0
    private var unfinished: [Unicode.Scalar] = []

    /// Bytes of a line, lines remembered.
    package static let longest = 4096
    package static let linesKept = 200
    /// Letters of all lines remembered together.
    package static let lettersKept = 8192
    private var keptLetters = 0

    package init() {}

    package var text: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: letters)
        return String(text)
    }

    package enum Effect: Hashable, Sendable {
        case nothing
        /// A letter came at the end: only that has to be drawn.
        case appended(Unicode.Scalar)
        case changed
        /// It cannot be done: no room, nothing there.
        case impossible
    }

    /// Editing keys; what means something to a whole console is not its affair.
    package mutating func take(_ key: Key) -> Effect {
        switch key {
        case .letter(let letter): return insert(letter)
        case .backspace: return remove(cursor - 1..<cursor)
        case .delete: return remove(cursor..<cursor + 1)
        case .left: return move(to: cursor - 1)
        case .right: return move(to: cursor + 1)
        case .home: return move(to: 0)
        case .end: return move(to: letters.count)
        case .wordLeft: return move(to: wordStart)
        case .wordRight: return move(to: wordEnd)
        case .deleteWordLeft: return cut(wordStart..<cursor)
        case .deleteWordRight: return cut(cursor..<wordEnd)
        case .deleteToEnd: return cut(cursor..<letters.count)
        case .deleteToStart: return cut(0..<cursor)
        case .putBack: return insert(cutOut)
        case .swapLetters: return swap()
        case .up: return recall(place - 1)
        case .down: return recall(place + 1)
        case .enter, .pageUp, .pageDown, .clear, .complete, .interrupt, .endOfInput, .escape:
            return .nothing
        }
    }

    /// Puts a text where the cursor is.
    package mutating func insert(_ text: some Swift.Sequence<Unicode.Scalar>) -> Effect {
        let more = Array(text)
        let count = Self.bytes(of: more[...])
        guard !more.isEmpty, byteCount + count <= Self.longest else { return .impossible }
        byteCount += count
        letters.insert(contentsOf: more, at: cursor)
        cursor += more.count
        return .changed
    }

    /// Ends the line, remembers it, and begins a new one.
    package mutating func finish() -> String {
        let line = text
        if !line.allSatisfy({ $0 == " " }), past.last != letters {
            past.append(letters)
            keptLetters += letters.count
            while past.count > Self.linesKept || keptLetters > Self.lettersKept {
                keptLetters -= past.removeFirst().count
            }
        }
        forget()
        return line
    }

    /// Begins a new line, and remembers nothing of this one.
    package mutating func forget() {
        letters = []
        byteCount = 0
        cursor = 0
        place = past.count
        unfinished = []
    }

    private static func bytes(of letters: ArraySlice<Unicode.Scalar>) -> Int {
        letters.reduce(0) { $0 + UTF8.width($1) }
    }

    private mutating func insert(_ letter: Unicode.Scalar) -> Effect {
        let atEnd = cursor == letters.count
        let effect = insert([letter])
        return atEnd && effect == .changed ? .appended(letter) : effect
    }

    private mutating func remove(_ range: Range<Int>) -> Effect {
        guard range.lowerBound >= 0, range.upperBound <= letters.count, !range.isEmpty else {
            return .impossible
        }
        byteCount -= Self.bytes(of: letters[range])
        letters.removeSubrange(range)
        cursor = range.lowerBound
        return .changed
    }

    private mutating func cut(_ range: Range<Int>) -> Effect {
        guard !range.isEmpty else { return .impossible }
        cutOut = Array(letters[range])
        return remove(range)
    }

    private mutating func move(to new: Int) -> Effect {
        guard (0...letters.count).contains(new), new != cursor else { return .impossible }
        cursor = new
        return .changed
    }

    private mutating func swap() -> Effect {
        guard letters.count >= 2, cursor > 0 else { return .impossible }
        let second = min(cursor, letters.count - 1)
        letters.swapAt(second - 1, second)
        cursor = second + 1
        return .changed
    }

    private mutating func recall(_ new: Int) -> Effect {
        guard (0...past.count).contains(new) else { return .impossible }
        if place == past.count { unfinished = letters }
        place = new
        letters = new == past.count ? unfinished : past[new]
        byteCount = Self.bytes(of: letters[...])
        cursor = letters.count
        return .changed
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, letters[place - 1] == " " { place -= 1 }
        while place > 0, letters[place - 1] != " " { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < letters.count, letters[place] == " " { place += 1 }
        while place < letters.count, letters[place] != " " { place += 1 }
        return place
    }
}

extension Unicode.Scalar {
    /// Columns that it takes: none for a mark on the letter before it, two in the scripts that are
    /// written wide (Unicode's East Asian Width, by its larger blocks).
    package var columns: Int {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x300...0x36F, 0x200B...0x200F, 0x20D0...0x20FF,
            0xFE00...0xFE0F:
            0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
