// The verbs, and what each of them takes: the one table from which lines are parsed, mistakes are
// explained and the help is printed.

internal import Fencing

package enum Verb: String, Hashable, Sendable, CaseIterable {
    case shoot
    case off
    case on
    case reboot
    case status
    case list
    case quorum
    case result
    case admit
    case withdraw
    case checkOff = "check-off"
    case protect
    case holdOff = "hold-off"
    case release
    case confirmOff = "confirm-off"
    case trace
    case nodes
    case outlets
    case switches
    case shots
    case history
    case why
    case locks
    case sessions
    case board
    case words
    case metrics
    case disconnect
    case help

    var takes: Argument {
        switch self {
        case .shoot, .off, .on, .reboot: .nodes
        case .admit, .checkOff, .protect, .holdOff, .release, .confirmOff: .node
        case .status, .history: .nodeOrNothing
        case .result, .withdraw: .requestID
        case .trace: .powerSwitch
        case .why: .shot
        case .disconnect: .session
        case .outlets: .outletOrNothing
        case .list, .quorum, .help, .nodes, .switches, .shots, .locks, .sessions,
            .board, .words, .metrics:
            .nothing
        }
    }

    var keys: [OptionKey] {
        switch self {
        case .shoot, .off, .on, .reboot: [.id, .since, .wait]
        case .protect, .holdOff: [.reason]
        case .confirmOff: [.shot, .reason]
        case .release: [.force]
        case .quorum: [.sees]
        case .status, .list, .result, .admit, .withdraw, .checkOff, .trace, .help, .nodes,
            .outlets, .switches, .shots, .history, .why, .locks, .sessions, .board, .words,
            .metrics, .disconnect:
            []
        }
    }

    /// What it does, in one line of the help.
    var summary: String {
        switch self {
        case .shoot: "do to the node what its site file says: reboot it, or off"
        case .off: "switch the node off, read it back, leave it off"
        case .on: "switch the node on, read it back"
        case .reboot: "off, read back, wait, on"
        case .status: "what the feeds of the node, or of all nodes, read"
        case .list: "the nodes that you may name"
        case .quorum: "is there an arbiter, and may you ask it?"
        case .result: "what became of the request that had this id"
        case .admit: "vouch that the node works again: ends its probation"
        case .withdraw: "take back a request that is not granted yet"
        case .checkOff: "the node is on record as off: read it, hold it off"
        case .protect: "let nobody switch the node off (operators)"
        case .holdOff: "let nobody switch the node on (operators)"
        case .release: "end the locks on the node"
        case .confirmOff: "attest that it is off, when the switch cannot (operators)"
        case .trace: "what went over the line of this switch lately (operators)"
        case .nodes: "how every node stands, and what may safely be done"
        case .outlets: "every outlet that feeds a node, and what it reads"
        case .switches: "the power switches and their lines"
        case .shots: "the latest shots, the newest first"
        case .history: "what is on record of the node, or of all"
        case .why: "the whole story of a shot: who, what, when, every byte"
        case .locks: "what is protected or held off, by whom and why"
        case .sessions: "who is logged in"
        case .board: "what `watch` shows, as lines for a program"
        case .words: "the words that completion offers"
        case .metrics: "figures for Prometheus"
        case .disconnect: "end a session (admins)"
        case .help: "this page"
        }
    }
}

/// The words that may follow a verb: one, except for `nodes`.
enum Argument: Hashable {
    case node
    case nodes
    case nodeOrNothing
    case requestID
    case powerSwitch
    case outletOrNothing
    case shot
    case session
    case nothing

    /// As the help shows it.
    var placeholder: String {
        switch self {
        case .node: "NODE"
        case .nodes: "NODE..."
        case .nodeOrNothing: "[NODE]"
        case .requestID: "ID"
        case .powerSwitch: "SWITCH"
        case .outletOrNothing: "[OUTLET]"
        case .shot: "SHOT"
        case .session: "SESSION"
        case .nothing: ""
        }
    }

    /// As a sentence names it.
    var noun: String {
        switch self {
        case .node, .nodes, .nodeOrNothing, .nothing: "node"
        case .requestID: "request id"
        case .powerSwitch: "switch"
        case .outletOrNothing: "outlet"
        case .shot: "shot's number"
        case .session: "session's number"
        }
    }

    var example: String {
        switch self {
        case .node, .nodes, .nodeOrNothing, .nothing: "node2"
        case .requestID: "7f3a"
        case .powerSwitch: "pdu-a"
        case .outletOrNothing: "pdu-a/3"
        case .shot, .session: "7"
        }
    }
}

package enum OptionKey: String, Hashable, Sendable, CaseIterable {
    case id
    case since
    case wait
    case shot
    case reason
    case force
    case sees

    /// What its value has to be.
    var expected: String {
        switch self {
        case .id: nameRule
        case .since:
            "a power sequence, a whole number as `pseq=` shows it; "
                + "of several targets, `node2:30,node3:4`"
        case .shot: "the number of the shot in doubt, as its page and `shots` show it"
        case .reason: "a word, \(nameRule)"
        case .force: "yes, to release what somebody else has locked"
        case .sees: "node names with commas between them"
        case .wait: "a duration from 0s to \(Request.longestWait.brief), such as 30s, 500ms, 2m"
        }
    }
}

/// The rule for names, as a sentence ends with it.
let nameRule = "1 to 64 characters of A-Z a-z 0-9 _ . -, not beginning with . or -"
