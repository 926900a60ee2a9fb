// What may stand where the cursor is.

internal import Commands

struct Completion: Hashable, Sendable {
    /// Letters before the cursor that belong to the word.
    let typed: Int
    let candidates: [String]

    /// Of `text`, which ends at the cursor.
    init(of text: String, _ words: WordList) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let word = parts.last ?? ""
        let before = parts.dropLast().filter { !$0.isEmpty }
        typed = word.unicodeScalars.count
        candidates = Self.all(word, after: before, words).filter { $0.hasPrefix(word) }
    }

    private static func all(
        _ word: String, after before: [String], _ words: WordList
    ) -> [String] {
        guard let first = before.first else {
            return Verb.allCases.map(\.rawValue) + Console.ownWords
        }
        guard let verb = Verb(rawValue: first) else { return [] }
        let said = before.dropFirst()
        let targets = said.filter { !$0.contains("=") && !$0.hasPrefix("-") }
        let options = verb.options.filter { option in !said.contains { $0.hasPrefix(option) } }
        guard targets.isEmpty || verb.takesSeveral else { return options }
        let names = verb.candidates(words).filter { !targets.contains($0) }
        // Options would bury the names.
        return word.isEmpty && targets.isEmpty && !names.isEmpty ? names : names + options
    }

    /// What all of them begin with, beyond what is typed; with a space where it is the only one.
    var addition: String {
        guard let first = candidates.first else { return "" }
        if candidates.count == 1 {
            return String(first.unicodeScalars.dropFirst(typed)) + (first.last == "=" ? "" : " ")
        }
        var common = Array(first.unicodeScalars)
        for other in candidates.dropFirst() {
            let same = zip(common, other.unicodeScalars).prefix { $0 == $1 }.count
            common = Array(common.prefix(same))
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: common.dropFirst(typed))
        return String(text)
    }

    /// The candidates in columns, as many as a screen may take.
    func listed(_ columns: Int) -> [String] {
        let most = 200
        let shown = candidates.prefix(most)
        let width = (shown.map(\.utf8.count).max() ?? 0) + 2
        let perLine = max(1, columns / width)
        var lines = stride(from: 0, to: shown.count, by: perLine).map { start in
            shown[start..<min(start + perLine, shown.count)].map { word in
                word + String(repeating: " ", count: width - word.utf8.count)
            }.joined().trimmed
        }
        if candidates.count > most { lines.append("and \(candidates.count - most) more") }
        return lines
    }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
