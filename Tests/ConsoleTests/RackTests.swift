// Dialogues with the command line of a rack PDU: what an agent types, what is asked of the arbiter,
// what the agent reads.

import Commands
import Console
import Fencing
import TestSupport
import Testing

/// An agent at the rack's command line, and an appliance that answers by rote.
private struct Rack {
    private var machine: RackCommandLine
    private(set) var asked: [String] = []
    private(set) var heard = ""
    private(set) var exit: UInt8?
    private(set) var abandoned = 0
    var answers: [String: (String, UInt8)] = [
        "quorum": ("OK standing=member\n", 0),
        "status": (
            "OK target=node1 power=on pseq=2\nOK target=node2 power=off pseq=3\n"
                + "IN-DOUBT target=node3 power=unknown pseq=0\n", 2
        ),
        "status node2": ("OK target=node2 power=off pseq=3\n", 0),
        "off node2": ("OK shot=7 target=node2 off=verified\n", 0),
        "off node2 node3": ("OK shot=7 target=node2\nOK shot=8 target=node3\n", 0),
    ]

    init() throws {
        let names = try ["node1", "node2", "node3"].map { try #require(NodeName($0)) }
        machine = RackCommandLine([1: names[0], 2: names[1], 7: names[2]])
        take(.begin)
    }

    mutating func take(_ event: Console.Event) {
        var events = [event]
        while !events.isEmpty {
            for step in machine.handle(events.removeFirst()) {
                switch step {
                case .ask(let line):
                    asked.append(line)
                    if let answer = answers[line] {
                        events.append(.answered(answer.0, exit: answer.1))
                    }
                case .say(let text): heard += text
                case .abandon: abandoned += 1
                case .wake: Issue.record("it wants no time")
                case .finish(let status): exit = status
                }
            }
            if events.isEmpty, machine.wantsTurn { events.append(.turn) }
        }
    }

    /// What it says to this.
    mutating func type(_ text: String) -> String {
        let before = heard.unicodeScalars.count
        take(.input(Array(text.utf8)))
        return String(String.UnicodeScalarView(heard.unicodeScalars.dropFirst(before)))
    }
}

@Suite("The command line of a rack PDU")
struct RackTests {
    @Test("The banner has the version that agents look for, and nothing before it that looks so")
    func banner() throws {
        let rack = try Rack()
        let version = try #require(try Regex("v([0-9])*\\.").firstMatch(in: rack.heard))
        #expect(rack.heard[version.range] == "v6.")
        #expect(rack.heard.hasSuffix("\r\napc>"))
        #expect(rack.asked == [])
    }

    @Test("Every command becomes one of ours; numbers and names both mean a node")
    func commands() throws {
        var rack = try Rack()
        let done = "\r\nE000: Success\r\n\r\napc>"
        #expect(rack.type("olOff 2\r\n") == "olOff 2" + done)
        #expect(rack.type("OLOFF node2\n") == "OLOFF node2" + done)
        #expect(rack.type("olOff 2,7\r") == "olOff 2,7" + done)
        #expect(rack.type("olOff node2, 7, 2\r") == "olOff node2, 7, 2" + done)
        #expect(rack.asked == ["off node2", "off node2", "off node2 node3", "off node2 node3"])
        #expect(rack.type("olOn 1\r") == "olOn 1\r\n")
        rack.take(.answered("OK target=node1\n", exit: 0))
        #expect(rack.type("olReboot 1\r") == "olReboot 1\r\n")
        #expect(rack.asked.suffix(2) == ["on node1", "reboot node1"])
    }

    @Test("Off stands only for a node that is read off and on record as off")
    func states() throws {
        var rack = try Rack()
        let rows = "E000: Success\r\n 1: node1: On\r\n 2: node2: Off\r\n 7: node3: Unknown\r\n"
        #expect(rack.type("olStatus all\r") == "olStatus all\r\n" + rows + "\r\napc>")
        #expect(rack.asked == ["quorum", "status"])
        #expect(rack.type("olStatus 2\r").contains("2: node2: Off\r\n"))
        #expect(rack.asked == ["quorum", "status", "quorum", "status node2"])
        // Off, but nobody shot it: an agent that read Off would not shoot.
        rack.answers["status node2"] = ("OK target=node2 power=off pseq=4\n", 0)
        #expect(rack.type("olStatus 2\r").contains("2: node2: On\r\n"))
        rack.answers["status node2"] = ("OK target=node2 power=off\n", 0)
        #expect(rack.type("olStatus 2\r").contains("2: node2: Unknown\r\n"))
        rack.answers["status node2"] = ("OK target=node3 power=off pseq=3\n", 0)
        #expect(rack.type("olStatus 2\r").contains("2: node2: Unknown\r\n"))
        rack.answers["status node2"] = ("cut off in the mid", 0)
        #expect(rack.type("olStatus 2\r").contains("E100: Command failed\r\n"))
    }

    @Test("Whoever does not count reads no Off", arguments: [ExitCode.probation, .lost, .noQuorum])
    func standing(_ code: ExitCode) throws {
        var rack = try Rack()
        rack.answers["quorum"] = ("\(code.word)\n", code.rawValue)
        let said = rack.type("olStatus 2\r")
        #expect(said.contains(" 2: node2: Off*\r\n"))
        #expect(!said.contains("Off\r"))
    }

    @Test("What was not done is no success, and says why")
    func refusals() throws {
        var rack = try Rack()
        for (code, word) in [
            (ExitCode.inDoubt, "E100: Command failed"), (.failed, "E100: Command failed"),
            (.locked, "E100: Command failed"), (.noQuorum, "E100: Command failed"),
            (.probation, "E104: User Level Denial"), (.lost, "E104: User Level Denial"),
            (.notPermitted, "E104: User Level Denial"), (.usage, "E102: Parameter Error"),
        ] {
            rack.answers["off node2"] = ("\(code.word) why=x\n", code.rawValue)
            #expect(
                rack.type("olOff 2\r") == "olOff 2\r\n\(word)\r\n\(code.word) why=x\r\n\r\napc>")
        }
        let before = rack.asked.count
        for (line, code) in [
            ("olOff 3", "E102"), ("olOff 2,3", "E102"), ("olOff", "E102"), ("olOff all", "E102"),
            ("olDlyOff 2", "E101"), ("shell", "E101"), ("4", "E101"), ("off node2", "E101"),
            ("olOff " + String(repeating: "2,", count: 300) + "2", "E103"),
        ] {
            #expect(rack.type(line + "\r").contains("\r\n\(code): "), "\(line)")
        }
        #expect(rack.asked.count == before)
    }

    @Test("Line ends, corrections, Ctrl-C, typing ahead, the end")
    func keys() throws {
        var rack = try Rack()
        #expect(rack.type("\r") == "\r\n\r\napc>")
        #expect(rack.type("\n") == "")
        #expect(rack.type("olOff 1\u{7F}2\r").contains("E000"))
        #expect(rack.type("olOff 1\u{3}olOff 2\r").contains("E000"))
        #expect(rack.asked == ["off node2", "off node2"])
        rack.answers["off node2"] = nil
        #expect(rack.type("olOff 2\rexit\r") == "olOff 2\r\n")
        rack.take(.answered("FAILED\n", exit: 1))
        #expect(rack.exit == 1)
        var ahead = try Rack()
        ahead.answers["off node2"] = nil
        _ = ahead.type("olOff 2\r?\rolOff 1\rolOff 3\r")
        ahead.take(.inputEnded)
        ahead.take(.answered("OK\n", exit: 0))
        #expect(ahead.asked == ["off node2", "off node1"])
        ahead.take(.answered("OK\n", exit: 0))
        #expect(ahead.heard.contains("E102"))
        #expect(ahead.exit == 0)
        var waiting = try Rack()
        waiting.answers = [:]
        _ = waiting.type("olStatus all\r")
        #expect(waiting.type("\u{3}").contains("E100: Command failed"))
        #expect(waiting.abandoned == 1)
        _ = waiting.type("olOff 2\r")
        let flood = waiting.type(String(repeating: "x", count: RackCommandLine.mostAhead + 1))
        #expect(flood.contains("E103"))
        #expect(waiting.exit == ExitCode.usage.rawValue)
        #expect(waiting.abandoned == 2)
        var left = try Rack()
        _ = left.type("\u{4}")
        #expect(left.exit == 0)
        var ended = try Rack()
        ended.answers["off node2"] = nil
        _ = ended.type("olOff 2\n")
        ended.take(.inputEnded)
        #expect(ended.exit == nil)
        ended.take(.answered("OK\n", exit: 0))
        #expect(ended.exit == 0)
    }
}

@Suite("A rack's line without an end")
struct EndlessLineTests {
    @Test("It is neither kept nor echoed beyond the longest command")
    func endless() throws {
        var rack = try Rack()
        for _ in 1...100 { _ = rack.type(String(repeating: "x", count: 1000)) }
        #expect(rack.heard.utf8.count <= 2 * RackCommandLine.longestLine)
        #expect(rack.type("\r").contains("E103"))
        #expect(rack.type("olOff 2\r").contains("E000"))
    }
}
