// Questions to whoever sits there: each again until the answer will do, or there are no more. `?`
// explains, `back` takes the last answer away.

internal import Fencing
internal import Glibc
internal import LinuxSystem

final class Questions {
    struct BrokenOff: Error {}

    enum Interrupted: Error {
        /// There are no more answers.
        case ended
        /// To the question before.
        case back
    }

    enum Echo {
        case yes
        case no
    }

    /// What was answered so far, and how much of it has been given again.
    private var answers: [String] = []
    private var given = 0

    /// Answers from before are given again: nothing is printed.
    var isReplaying: Bool { given < answers.count }

    /// Forgets the last answer; the others are given again from the first on.
    func takeBack() {
        _ = answers.popLast()
        given = 0
    }

    /// `fault` says what is wrong with an answer; nil: it will do.
    func ask(
        _ question: String, usually: String?, help: String, echoes: Echo = .yes,
        _ fault: (String) -> String?
    ) throws(Interrupted) -> String {
        if isReplaying {
            given += 1
            return answers[given - 1]
        }
        while true {
            StandardStream.output.say("\(question)\(usually.map { " [\($0)]" } ?? ""):")
            let typed = try line(echoes)
            if typed == "?" {
                StandardStream.output.say("  " + help + Self.usualHelp(usually))
                continue
            }
            if typed == "back" {
                guard answers.isEmpty else { throw .back }
                StandardStream.output.say("  this is the first question")
                continue
            }
            let answer = typed.allSatisfy { $0 == " " } ? usually ?? "" : typed
            guard let wrong = answer.isEmpty ? "there has to be an answer" : fault(answer) else {
                answers.append(answer)
                given = answers.count
                return answer
            }
            StandardStream.output.say("  \(wrong)")
        }
    }

    private static func usualHelp(_ usually: String?) -> String {
        usually.map { " Return alone: \($0)." } ?? ""
    }

    private func line(_ echo: Echo) throws(Interrupted) -> String {
        let before = echo == .no ? Self.silence() : nil
        defer {
            if var before {
                unsafe tcsetattr(0, TCSANOW, &before)
                StandardStream.output.say("")
            }
        }
        guard let line = readLine() else { throw .ended }
        return line.filter { $0 != "\r" }
    }

    /// Has the terminal show nothing of what is typed. Gives back how it was; nil where there is no
    /// terminal.
    private static func silence() -> termios? {
        var now = termios()
        guard unsafe tcgetattr(0, &now) == 0 else { return nil }
        let before = now
        now.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(0, TCSANOW, &now)
        return before
    }

    func name(
        _ question: String, usually: String? = nil, help: String,
        _ fault: (String) -> String? = { _ in nil }
    ) throws(Interrupted) -> String {
        try ask(question, usually: usually, help: help) { text in
            Name<AnyKind>(text) == nil
                ? "1 to 64 characters of A-Z a-z 0-9 _ . -, not beginning with . or -" : fault(text)
        }
    }

    func yes(
        _ question: String, usually: Bool, help: String
    ) throws(Interrupted) -> Bool {
        let answer = try ask(question, usually: usually ? "yes" : "no", help: help) { text in
            ["yes", "y", "no", "n"].contains(text.lowercased()) ? nil : "yes or no"
        }
        return answer.lowercased().hasPrefix("y")
    }

    private enum AnyKind {}
}
