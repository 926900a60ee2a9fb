// Questions to whoever sits there: each again until the answer will do, or there are no more.

internal import Fencing
internal import LinuxSystem

enum Questions {
    struct BrokenOff: Error {}

    /// `fault` says what is wrong with an answer; nil: it will do.
    static func ask(
        _ question: String, usually: String?, _ fault: (String) -> String?
    ) throws(BrokenOff) -> String {
        while true {
            StandardStream.output.say("\(question)\(usually.map { " [\($0)]" } ?? ""):")
            guard let line = readLine() else { throw BrokenOff() }
            let typed = line.filter { $0 != "\r" }
            let answer = typed.allSatisfy { $0 == " " } ? usually ?? "" : typed
            guard let wrong = answer.isEmpty ? "there has to be an answer" : fault(answer) else {
                return answer
            }
            StandardStream.output.say("  \(wrong)")
        }
    }

    static func name(
        _ question: String, usually: String? = nil, _ fault: (String) -> String? = { _ in nil }
    ) throws(BrokenOff) -> String {
        try ask(question, usually: usually) { text in
            Name<AnyKind>(text) == nil
                ? "1 to 64 characters of A-Z a-z 0-9 _ . -, not beginning with . or -" : fault(text)
        }
    }

    static func yes(_ question: String, usually: Bool) throws(BrokenOff) -> Bool {
        let answer = try ask(question, usually: usually ? "yes" : "no") { text in
            ["yes", "y", "no", "n"].contains(text.lowercased()) ? nil : "yes or no"
        }
        return answer.lowercased().hasPrefix("y")
    }

    private enum AnyKind {}
}
