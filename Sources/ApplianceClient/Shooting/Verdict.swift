// What came of a request for power, as far as its asker knows.

internal import Commands
package import Fencing

package enum Verdict: Hashable, Sendable {
    /// Exit code 0 **and** the line with the target under our id: the only success.
    case done(ReplyLine)
    /// The appliance's last word, which was not that.
    case refused(ExitCode, ReplyLine?)
    /// No word of it.
    case troubled(Trouble)

    /// The reply as an answer to `verb target id`.
    init(_ reply: Reply, to verb: PowerVerb, _ target: NodeName, id: RequestID) {
        let line = reply.lines.first { $0["target"] == target.text && $0["id"] == id.text }
        guard reply.code == .ok else {
            self = .refused(reply.code, line ?? reply.lines.first)
            return
        }
        guard let line, line.word == ExitCode.ok.word, line.says(verb) else {
            self = .troubled(
                .unreadable("exit status 0 without the line that says so of \(target)"))
            return
        }
        self = .done(line)
    }

    /// One line, the appliance's own words in it.
    package var description: String {
        switch self {
        case .done(let line): line.brief
        case .refused(let code, let line): line?.brief ?? code.word
        case .troubled(let trouble): trouble.description
        }
    }

    /// As libpicket and its callers have it: the exit code, and 255 for no answer.
    package var number: Int32 {
        switch self {
        case .done: 0
        case .refused(let code, _): Int32(code.rawValue)
        case .troubled: Self.noAnswer
        }
    }

    /// As ssh has it where there is no answer.
    package static let noAnswer: Int32 = 255
}

extension ReplyLine {
    fileprivate func says(_ verb: PowerVerb) -> Bool {
        switch verb {
        case .off, .reboot, .shoot: self["off"] == "verified"
        case .on: self["power"] == "on" || self["on"] == "done"
        }
    }

    /// As the appliance printed it.
    package var brief: String {
        String(Reply(.ok, [self]).printed(as: .text).dropLast())
    }
}
