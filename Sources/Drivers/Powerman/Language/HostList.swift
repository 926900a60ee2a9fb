// powerman's lists of names: `p[1-3,7]`, `n[01-03]x`, `a,b`.

enum HostList {
    /// powerman's own limit (hostlist.c).
    static let mostMembers = 16_384

    /// In the order written; nil where a range is broken, empty, descending or too long.
    static func expanded(_ text: String) -> [String]? {
        var result: [String] = []
        for word in words(text) {
            guard let names = expandedWord(word), result.count + names.count <= mostMembers else {
                return nil
            }
            result += names
        }
        return result.isEmpty ? nil : result
    }

    /// Commas and blanks separate, except inside brackets.
    private static func words(_ text: String) -> [Substring] {
        var depth = 0
        return text.split { character in
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            return depth <= 0 && (character == "," || character == " " || character == "\t")
        }
    }

    private static func expandedWord(_ word: Substring) -> [String]? {
        guard let open = word.firstIndex(of: "[") else {
            return word.contains("]") ? nil : [String(word)]
        }
        let afterOpen = word[word.index(after: open)...]
        guard let close = afterOpen.firstIndex(of: "]"),
            let members = members(afterOpen[..<close]),
            let tails = expandedTail(afterOpen[afterOpen.index(after: close)...]),
            members.count * tails.count <= mostMembers
        else { return nil }
        let prefix = word[..<open]
        return members.flatMap { member in tails.map { prefix + member + $0 } }
    }

    private static func expandedTail(_ tail: Substring) -> [String]? {
        tail.isEmpty ? [""] : expandedWord(tail)
    }

    /// `1-3,7`; leading zeros set the width.
    private static func members(_ ranges: Substring) -> [String]? {
        var result: [String] = []
        for range in ranges.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count), let first = number(ends[0]),
                let last = number(ends[ends.count - 1]), first <= last,
                last - first < mostMembers
            else { return nil }
            result += (first...last).map { padded($0, to: ends[0].count) }
        }
        return result
    }

    private static func number(_ digits: Substring) -> Int? {
        let isPlain = (1...9).contains(digits.utf8.count) && digits.allSatisfy(\.isWholeNumber)
        return isPlain ? Int(digits) : nil
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
