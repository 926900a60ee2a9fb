// Text of switches, looked at byte by byte: it is ASCII, and of whole screens of it much is looked at
// for every reading.

extension Substring {
    /// Without surrounding blanks.
    var trimmingBlanks: String {
        let start = utf8.drop { $0 == 0x20 }
        guard let last = start.lastIndex(where: { $0 != 0x20 }) else { return "" }
        return String(self[start.startIndex...last])
    }

    /// What stands between blanks.
    var blankSeparated: [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let start = rest.utf8.firstIndex(where: { $0 != 0x20 }) {
            let end = rest.utf8[start...].firstIndex(of: 0x20) ?? rest.endIndex
            found.append(self[start..<end])
            rest = self[end...]
        }
        return found
    }

    /// What stands before, between and behind this mark, which has one character at least.
    func pieces(around mark: String) -> [Substring] {
        guard let first = mark.utf8.first else { return [self[...]] }
        var found: [Substring] = []
        var start = startIndex
        var place = startIndex
        while let hit = utf8[place...].firstIndex(of: first) {
            if utf8[hit...].starts(with: mark.utf8) {
                found.append(self[start..<hit])
                start = utf8.index(hit, offsetBy: mark.utf8.count)
                place = start
            } else {
                place = utf8.index(after: hit)
            }
        }
        found.append(self[start...])
        return found
    }
}

extension String {
    var trimmingBlanks: String { self[...].trimmingBlanks }
    func pieces(around mark: String) -> [Substring] { self[...].pieces(around: mark) }
}

/// One of several words, wherever it stands in a text and in whatever case.
struct AnyWord: Sendable {
    private let words: [[UInt8]]

    /// In lower case.
    init(_ words: [String]) { self.words = words.map { Array($0.utf8) } }

    func stands(in text: String) -> Bool {
        let bytes = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return words.contains { word in
            guard let first = word.first, word.count <= bytes.count else { return word.isEmpty }
            return (0...bytes.count - word.count).contains { start in
                bytes[start] == first && bytes[start..<start + word.count].elementsEqual(word)
            }
        }
    }
}
