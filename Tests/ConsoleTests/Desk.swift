// A person, a console, a screen, and an appliance that answers by rote.

import Commands
import Console
import Fencing

struct Desk {
    var console: Console
    var screen: Screen
    /// All that was sent to the terminal.
    private(set) var sent = ""
    private(set) var asked: [String] = []
    private(set) var abandoned = 0
    private(set) var exit: UInt8?
    private(set) var wakes = 0
    var answers: [String: (String, UInt8)] = [
        "words": (
            WordList(
                nodes: ["node1", "node2", "node3"], outlets: ["pdu-a/1", "pdu-b/7"],
                switches: ["pdu-a", "pdu-b"], shots: ["8", "7"]
            ).reply.printed(as: .text), 0
        ),
        "nodes": ("NODE   POWER\nnode1  on\n", 0),
        "off node2 --dry-run": (
            Self.does("off node2 cuts pdu-a/3 and pdu-b/7; node2 is a member and answered 2s ago"),
            0
        ),
        "off node2": ("OK shot=7 target=node2 off=verified\n", 0),
        "list": ("OK target=node1\n", 0),
        "why 8": ((1...40).map { "line \($0)\n" }.joined(), 0),
    ]

    static func does(_ text: String, asks: String = "yes") -> String {
        Reply(.ok, [ReplyField("does", text), ReplyField("asks", asks)]).printed(as: .text)
    }

    init(_ terminal: String = "xterm", columns: Int = 80, rows: Int = 24, only: String? = nil) {
        console = Console(
            for: "alice", TerminalKind(named: terminal, columns: columns, rows: rows), only: only)
        screen = Screen(columns: columns, rows: rows)
    }

    static func open(_ terminal: String = "xterm", columns: Int = 80, rows: Int = 24) -> Desk {
        var desk = Desk(terminal, columns: columns, rows: rows)
        desk.take(.begin)
        return desk
    }

    /// Hands the event in, and answers what is known.
    mutating func take(_ event: Console.Event) {
        var events = [event]
        while !events.isEmpty {
            for step in console.handle(events.removeFirst()) {
                switch step {
                case .ask(let line):
                    asked.append(line)
                    let plain = line.replacing(#/ --columns=\d+/#, with: "")
                    if let answer = answers[line] ?? answers[plain] {
                        events.append(.answered(answer.0, exit: answer.1))
                    }
                case .say(let text):
                    sent += text
                    screen.take(text)
                case .abandon: abandoned += 1
                case .wake: wakes += 1
                case .finish(let status): exit = status
                }
            }
            if events.isEmpty, console.wantsTurn { events.append(.turn) }
        }
    }

    mutating func type(_ text: String) { take(.input(Array(text.utf8))) }
}
