// How a message talks about a word that came from outside: shown so that it can neither break the
// line nor drive a terminal, and with the word that was probably meant.

/// A word from outside, in backquotes: ASCII only, everything else as `\xHH`, cut after 40 bytes.
package func shown(_ text: String) -> String {
    let limit = 40
    let escaped = text.utf8.prefix(limit).map { byte in
        (0x20...0x7E).contains(byte) ? String(UnicodeScalar(byte)) : escape(byte)
    }
    return "`" + escaped.joined() + (text.utf8.count > limit ? "..." : "") + "`"
}

/// `\x0A`: always two digits, upper-case.
package func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
}

/// The word that somebody who wrote `word` probably meant, if one is near: one mistake in three
/// letters, the first candidate where several are as near. Case does not count as a mistake.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let longest = 64
    guard word.utf8.count <= longest else { return nil }
    let allowed = max(1, word.utf8.count / 3)
    let judged = candidates.filter { $0.utf8.count <= longest }.map { candidate in
        (candidate, mistakes(from: word.lowercased(), to: candidate.lowercased()))
    }
    let best = judged.min { $0.1 < $1.1 }
    guard let (candidate, distance) = best, distance <= allowed else { return nil }
    return candidate
}

/// How many letters were left out, put in, exchanged for another, or swapped with their neighbour
/// (the restricted Damerau-Levenshtein distance).
private func mistakes(from written: String, to meant: String) -> Int {
    let written = [UInt8](written.utf8)
    let meant = [UInt8](meant.utf8)
    var beforeLast: [Int] = []
    var last = [Int](0...meant.count)
    for (row, letter) in written.enumerated() {
        var current = [row + 1]
        for (column, other) in meant.enumerated() {
            var cost = min(last[column + 1] + 1, current[column] + 1)
            cost = min(cost, last[column] + (letter == other ? 0 : 1))
            if row > 0, column > 0, letter == meant[column - 1], written[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforeLast, last) = (last, current)
    }
    return last[meant.count]
}
