// The help: for a person a page of plain text, for a program the verbs as JSON lines.

package import Fencing

/// What `help` answers. As text it is a page for a person, not reply lines; as JSON it is one
/// object per verb in the shape of every other reply.
package func help(as format: ReplyFormat) -> String {
    switch format {
    case .text: page
    case .json: Reply(.ok, Verb.allCases.map(\.replyLine)).printed(as: .json)
    }
}

private let page = """
    VERB [NODE ...] [key=value ...] [--json]

    \(table(Verb.allCases.map { [$0.usage, $0.summary] }))

    \(table(OptionKey.allCases.map { ["\($0.rawValue)=", $0.meaning] }))
      --json  answers as one JSON object per line; --json stands anywhere after the verb

    examples
      ssh node1@picket off node2 id=7f3a wait=30s
      ssh node1@picket result 7f3a
      ssh alice@picket status --json

    exit codes
    \(table(ExitCode.allCases.map { [String($0.rawValue), $0.word, $0.meaning] } + [sshFailed]))

    """

/// The exit status that ssh keeps for itself.
private let sshFailed = ["255", "", "ssh itself failed: nothing is known; ask with `result`"]

/// Rows in columns, each as wide as its widest cell.
private func table(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
    return rows.map { row in
        let cells = zip(row, widths).map { cell, width in
            cell + String(repeating: " ", count: width - cell.utf8.count)
        }
        return "  " + cells.dropLast().joined(separator: "  ") + "  " + (row.last ?? "")
    }.joined(separator: "\n")
}

extension Verb {
    fileprivate var usage: String {
        let options = keys.map { "[\($0.rawValue)=]" }
        return ([rawValue, takes.placeholder] + options).filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    fileprivate var replyLine: ReplyLine {
        ReplyLine(
            ExitCode.ok.word,
            [ReplyField("verb", rawValue), ReplyField("usage", usage), ReplyField("does", summary)])
    }
}

extension OptionKey {
    fileprivate var meaning: String {
        switch self {
        case .id: "a name of your choice for the request; with it, asking again never acts twice"
        case .since: "the node's power sequence as you last knew it: a newer off answers you"
        case .reason: "why, in a word: disk-swap"
        case .force: "yes: release also what somebody else has locked (operators)"
        case .sees:
            "whom you see now: your vote for shots at others, in a cluster that wants consent"
        case .wait: "how long to wait for a node that is busy, at most \(Request.longestWait.brief)"
        }
    }
}

extension ExitCode {
    fileprivate var meaning: String {
        switch self {
        case .ok: "done as asked; for off, reboot and shoot: the node was read back as off"
        case .failed: "a feed of the node still reads on"
        case .inDoubt: "it may or may not have worked; take the node for alive"
        case .lost: "you were shot, or are about to be"
        case .probation: "you were shot, and nobody has admitted you since"
        case .noConsent: "too few members asked for the same in time"
        case .locked: "a lock forbids it"
        case .rate: "too many shots in too short a time"
        case .stale: "you ask about a time that is gone: look again, then ask again"
        case .withdrawn: "withdrawn before it was granted; nothing was done"
        case .noQuorum: "the appliance cannot decide now; nothing was done"
        case .usage: "the line is no request; `error` says why"
        case .notPermitted: "not yours to ask"
        }
    }
}
