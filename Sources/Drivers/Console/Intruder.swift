// Words by which a switch, or the concentrator before it, says that somebody else is using it. Makers
// word it as they like, and few manuals say how: these are ser2net's, and what several models' words
// have in common.

struct Intruder: Hashable, Sendable {
    let line: String
    /// The words in it that are known: nothing else of the line can be one.
    let words: String

    static let signs = [
        "already in use", "in use by", "port in use", "already logged", "logged in already",
        "another user", "another session", "someone else", "session is active",
        "session in progress", "too many sessions", "maximum number of sessions",
    ]

    static func sign(in lines: [String]) -> Intruder? {
        for line in lines {
            let heard = line.lowercased()
            if let words = signs.first(where: heard.contains) {
                return Intruder(line: line, words: words)
            }
        }
        return nil
    }
}
