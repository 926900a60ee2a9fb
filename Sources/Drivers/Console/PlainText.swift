// Text of switches, looked at byte by byte: it is ASCII, and of whole screens of it much is looked at
// for every reading.

extension Substring {
    /// Without surrounding blanks.
    var trimmingBlanks: String {
        let start = utf8.drop { $0 == 0x20 }
        guard let last = start.lastIndex(where: { $0 != 0x20 }) else { return "" }
        return String(self[start.startIndex...last])
    }
}

extension String {
    var trimmingBlanks: String { self[...].trimmingBlanks }
}

extension ArraySlice<UInt8> {
    /// Without surrounding blanks.
    var trimmingBlanks: Self {
        guard let first = firstIndex(where: { $0 != 0x20 }),
            let last = lastIndex(where: { $0 != 0x20 })
        else { return [] }
        return self[first...last]
    }

    /// What stands between blanks.
    var blankSeparated: [Self] { split(separator: 0x20) }

    /// What stands before, between and behind this mark, which has one byte at least.
    func pieces(around mark: [UInt8]) -> [Self] {
        guard let first = mark.first else { return [self] }
        var found: [Self] = []
        var start = startIndex
        var place = startIndex
        while let hit = self[place...].firstIndex(of: first) {
            if self[hit...].starts(with: mark) {
                found.append(self[start..<hit])
                start = hit + mark.count
                place = start
            } else {
                place = hit + 1
            }
        }
        found.append(self[start...])
        return found
    }

    /// The longest end of which this is true throughout.
    func suffix(while isPart: (UInt8) -> Bool) -> Self {
        guard let last = lastIndex(where: { !isPart($0) }) else { return self }
        return self[(last + 1)...]
    }
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
