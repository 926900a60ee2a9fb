// What is said of a switch that did not answer as its driver awaits. "No answer" only where no byte
// came: whoever reads it looks at cables. Where something came, its last line says what it is.

enum Unanswered {
    static let silence = "no answer"
    private static let mostShown = 80

    /// `line` is what it said last, fit to be shown.
    static func words(lastLine line: String) -> String {
        let shown = line.utf8.count > mostShown ? String(line.suffix(mostShown)) : line
        return "it answered, its last line is no prompt that this driver knows: `\(shown)`"
    }

    /// `bytes` is everything that came. Its last line, or what there is of one; where nothing of it is
    /// text, its last bytes.
    static func words(lastOf bytes: some Collection<UInt8>) -> String {
        guard !bytes.isEmpty else { return silence }
        let text = ConsoleText(of: bytes)
        let line = text.current.isEmpty ? text.lines.last : text.current
        return words(
            lastLine: line ?? bytes.suffix(16).map(SeenBytes.escaped).joined())
    }

    /// The same where the line may repeat a password.
    static func words(lastOf bytes: some Collection<UInt8>, hiding secrets: [String]) -> String {
        guard !bytes.isEmpty else { return silence }
        let text = ConsoleText(of: bytes)
        let line = text.current.isEmpty ? text.lines.last : text.current
        guard let line else { return words(lastLine: hidden) }
        return words(lastLine: secrets.contains { repeats($0, line) } ? hidden : line)
    }

    /// A prompt that is known stands at the end of what came, and what was awaited does not.
    static func words(beforePrompt bytes: some Collection<UInt8>) -> String {
        let text = ConsoleText(of: bytes)
        return "it answered, and not what the file awaits: `\(text.lines.last ?? text.current)`"
    }

    static let hidden = "(not shown: it may repeat the password)"

    /// Whether the line has three letters of the secret in a row, in whatever case: an echo may be
    /// damaged, or not all there yet.
    static func repeats(_ secret: String, _ line: String) -> Bool {
        let letters = Array(secret.lowercased())
        guard !letters.isEmpty else { return false }
        let size = min(3, letters.count)
        let heard = line.lowercased()
        return (0...(letters.count - size)).contains { start in
            heard.contains(String(letters[start..<start + size]))
        }
    }
}
