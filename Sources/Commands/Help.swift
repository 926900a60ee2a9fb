// The help: for a person a page of plain text that fits 80 columns, for a program the verbs as
// JSON lines.

package import Fencing

/// What `help` answers. As text it is a page for a person, not reply lines; as JSON it is one
/// object per verb in the shape of every other reply.
package func help(as format: ReplyFormat) -> String {
    switch format {
    case .text, .fitted, .wide: page
    case .json: Reply(.ok, Verb.allCases.map(\.replyLine)).printed(as: .json)
    }
}

private let page = """
    VERB [NODE ...] [key=value ...] [--json]

    to look
    \(list(Verb.allCases.filter { $0.isLook }.map { [$0.form, $0.summary] }))

    to act
    \(list(Verb.allCases.filter { !$0.isLook }.map { [$0.form, $0.summary] }))

    options
    \(list(OptionKey.allCases.map { ["\($0.rawValue)=", $0.meaning] } + flags))

    examples
      ssh node1@picket off node2 id=7f3a wait=30s
      ssh node1@picket result 7f3a
      ssh alice@picket status --json
      ssh alice@picket off node2 --dry-run
      ssh -t alice@picket         the console: help, nodes, why 7, watch, exit

    exit codes
    \(list(
        ExitCode.allCases.map { ["\($0.rawValue) \($0.word)", $0.meaning] } + [sshFailed]))

    """

/// The exit status that ssh keeps for itself.
private let sshFailed = ["255", "ssh itself failed: nothing is known; ask with `result`"]

private let flags = [
    [Arguments.json, "answers as one JSON object per line; stands anywhere after the verb"],
    [Arguments.wide, "tables with all their columns, however wide"],
    [Arguments.columns + "N", "tables for a terminal of N columns; the console says it by itself"],
    [Arguments.dryRun, "only says what the request would do"],
    [Arguments.yes, "in the console: do not ask whether it is meant"],
]

/// Two columns, the second in as many lines as it needs.
private func list(_ rows: [[String]]) -> String {
    let width = rows.map { $0[0].utf8.count }.max() ?? 0
    return rows.flatMap { row -> [String] in
        let lines = folded(row[1], Table.narrow - width - 4)
        let padding = String(repeating: " ", count: width - row[0].utf8.count)
        let indented = String(repeating: " ", count: width + 4)
        return ["  \(row[0])\(padding)  \(lines[0])"] + lines.dropFirst().map { indented + $0 }
    }.joined(separator: "\n")
}

extension Verb {
    /// The verb and what follows it, without options.
    fileprivate var form: String {
        takes.placeholder.isEmpty ? rawValue : "\(rawValue) \(takes.placeholder)"
    }

    fileprivate var usage: String {
        let options = keys.map { "[\($0.rawValue)=]" }
        return ([rawValue, takes.placeholder] + options).filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    fileprivate var isLook: Bool {
        switch self {
        case .status, .list, .quorum, .result, .trace, .nodes, .outlets, .switches, .shots,
            .history, .why, .locks, .sessions, .board, .words, .metrics, .help:
            true
        case .shoot, .off, .on, .reboot, .admit, .withdraw, .checkOff, .protect, .holdOff,
            .release, .confirmOff, .disconnect:
            false
        }
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
        case .id: "off, on, reboot, shoot: your name for the request; the same never acts twice"
        case .since:
            "off, reboot, shoot: the node's power sequence as you last knew it: a newer off "
                + "answers you"
        case .shot: "confirm-off: the number of the shot in doubt"
        case .reason: "protect, hold-off, confirm-off: why, in a word: disk-swap"
        case .force: "release: yes releases also what somebody else has locked"
        case .sees:
            "quorum: whom you see now: your vote for shots at others, in a cluster that wants "
                + "consent"
        case .wait:
            "off, on, reboot, shoot: how long to wait for a node that is busy, at most "
                + "\(Request.longestWait.brief)"
        }
    }
}

extension ExitCode {
    fileprivate var meaning: String {
        switch self {
        case .ok: "done as asked; for off, reboot and shoot: the node was read back as off"
        case .failed: "a feed of the node still reads on (of an `on`: all feeds read off)"
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
