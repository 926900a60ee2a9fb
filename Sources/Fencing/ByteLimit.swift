// Limits in bytes. A character may be of any length: one letter with ten thousand accents is one.

extension StringProtocol {
    /// The beginning, at most `limit` bytes of UTF-8, cut between Unicode scalars.
    package func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return String(self) }
        var text = String.UnicodeScalarView()
        var left = limit
        for scalar in unicodeScalars {
            left -= UTF8.width(scalar)
            if left < 0 { break }
            text.append(scalar)
        }
        return String(text)
    }
}
