// How concentrators and switches say that somebody else is on the line.

enum Refusal {
    /// In lower case. ser2net says "Port already in use"; switches that let one caller in say that
    /// somebody is logged in already.
    private static let phrases = [
        "in use", "busy", "already logged in", "already connected", "another user",
        "another session", "someone else", "too many connections", "maximum number of",
    ]

    /// The line of the text that says so, as plain characters; nil if none does.
    static func words(in bytes: [UInt8]) -> String? {
        let lines = bytes.split { $0 == 13 || $0 == 10 }
        for line in lines {
            let text = String(decoding: line.filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
            let small = text.lowercased()
            if phrases.contains(where: { small.contains($0) }) { return text }
        }
        return nil
    }
}
