// Request lines: what each of them means.

import Commands
import Fencing
import TestSupport
import Testing

@Suite("Request lines")
struct RequestLineTests {
    private static let node2 = Name<NodeKind>("node2")

    @Test(
        "every verb",
        arguments: [
            ("status", Command.status(nil)), ("list", .list), ("quorum", .quorum(sees: nil)),
            ("help", .help),
        ])
    func bare(line: String, command: Command) throws {
        #expect(try Request(line: line) == Request(command))
        #expect(try Request(line: line + " --json") == Request(command, format: .json))
    }

    @Test(
        "every verb with a target",
        arguments: [PowerVerb.shoot, .off, .on, .reboot])
    func powerVerbs(verb: PowerVerb) throws {
        let node = try #require(Self.node2)
        #expect(
            try Request(line: "\(verb.rawValue) node2") == Request(.order(PowerRequest(verb, node)))
        )
    }

    @Test("status, admit and result take their one word")
    func targets() throws {
        let node = try #require(Self.node2)
        #expect(try Request(line: "status node2") == Request(.status(node)))
        #expect(try Request(line: "admit node2") == Request(.admit(node)))
        let id = try #require(RequestID("7f3a"))
        #expect(try Request(line: "result 7f3a") == Request(.result(id)))
    }

    @Test(
        "what follows the verb may come in any order, between any number of spaces",
        arguments: [
            "off node2 id=7f3a since=31 wait=30s --json",
            "off --json wait=30s since=31 id=7f3a node2",
            "  off  since=31   node2 wait=30000ms --json id=7f3a ",
        ])
    func anyOrder(line: String) throws {
        let request = try Request(line: line)
        #expect(request.line == "off node2 id=7f3a since=31 wait=30s --json")
    }

    @Test(
        "a wait is 0 to 10 minutes",
        arguments: [("0s", 0), ("500ms", 500), ("1.5s", 1500), ("2m", 120_000), ("600s", 600_000)])
    func waits(text: String, milliseconds: Int64) throws {
        let node = try #require(Self.node2)
        let order = PowerRequest(.off, node, wait: .milliseconds(milliseconds))
        #expect(try Request(line: "off node2 wait=\(text)") == Request(.order(order)))
    }

    @Test("a line of the longest length is read, one byte more is not")
    func length() throws {
        let padding = Request.longestLine - "list".utf8.count
        let longest = "list" + String(repeating: " ", count: padding)
        #expect(try Request(line: longest) == Request(.list))
        #expect(throws: UsageError.tooLong(bytes: 4097)) { try Request(line: longest + " ") }
    }

    @Test("printing and reading a request are inverse", arguments: UInt64(1)...8)
    func roundTrip(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        for _ in 0..<500 {
            let request = Self.request(&random)
            let again = try Request(line: request.line)
            #expect(again == request, "seed \(seed): \(request.line)")
        }
    }

    @Test("no line of random words does anything but parse or explain", arguments: UInt64(1)...4)
    func randomLines(seed: UInt64) {
        var random = Seeded(seed: seed)
        let words =
            Verb.allCases.map(\.rawValue)
            + [
                "node2", "id=1", "since=", "wait=9m", "wait=11m", "--json", "=", "-", "x=y",
                "\"a\"",
            ]
        for _ in 0..<1000 {
            let line = (0..<random.number(0...5)).map { _ in random.one(of: words) }
                .joined(separator: " ")
            do throws(UsageError) {
                let request = try Request(line: line)
                let again = try Request(line: request.line)
                #expect(again == request, "seed \(seed): \(line)")
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed): \(line)")
            }
        }
    }

    @Test("locks and attestations take a reason, quorum a view")
    func reasons() throws {
        let node = try #require(Self.node2)
        let reason = try #require(Reason("disk-swap"))
        #expect(
            try Request(line: "protect node2 reason=disk-swap")
                == Request(.lock(node, .protect, reason)))
        #expect(
            try Request(line: "hold-off node2 reason=disk-swap")
                == Request(.lock(node, .holdOff, reason)))
        #expect(
            try Request(line: "confirm-off node2 shot=3 reason=disk-swap")
                == Request(.confirmOff(node, ShotNumber(3), reason)))
        #expect(throws: UsageError.self) { try Request(line: "confirm-off node2 reason=x") }
        #expect(throws: UsageError.self) { try Request(line: "confirm-off node2 shot=x reason=x") }
        #expect(try Request(line: "release node2") == Request(.release(node, .no)))
        #expect(try Request(line: "release node2 force=yes") == Request(.release(node, .yes)))
        #expect(try Request(line: "check-off node2") == Request(.checkOff(node)))
        #expect(try Request(line: "quorum sees=node2") == Request(.quorum(sees: [node])))
        #expect(try Request(line: "quorum sees=") == Request(.quorum(sees: [])))
    }

    @Test("a trace is of a switch")
    func trace() throws {
        let name = try #require(SwitchName("pdu-a"))
        #expect(try Request(line: "trace pdu-a --json") == Request(.trace(name), format: .json))
        let error = #expect(throws: UsageError.self) { try Request(line: "trace") }
        #expect(error?.description.contains("say `trace pdu-a`") == true)
        #expect(throws: UsageError.self) { try Request(line: "trace pdu-a since=3") }
    }

    private static func request(_ random: inout Seeded) -> Request {
        let command: Command =
            switch random.number(0...14) {
            case 0: .status(random.maybe { $0.name() })
            case 1: .list
            case 2:
                .quorum(
                    sees: random.maybe { dice in (0..<dice.number(0...4)).map { _ in dice.name() } }
                )
            case 6: .withdraw(random.name())
            case 7: .checkOff(random.name())
            case 8: .lock(random.name(), random.one(of: [.protect, .holdOff]), random.name())
            case 9: .release(random.name(), random.one(of: [.yes, .no]))
            case 10:
                .confirmOff(
                    random.name(), ShotNumber(UInt64(random.number(0...99))), random.name())
            case 3: .result(random.name())
            case 4: .admit(random.name())
            case 5: .help
            case 11: .trace(random.name())
            case 12: .see(sight(&random))
            case 13: .disconnect(SessionID(random.next()))
            default: .order(power(&random))
            }
        return Request(
            command, format: random.one(of: [.text, .fitted(columns: 132), .wide, .json]),
            purpose: random.one(of: [.act, .consider]))
    }

    private static func sight(_ random: inout Seeded) -> Sight {
        switch random.number(0...10) {
        case 0: .outlets(Outlet("pdu-a/\(random.number(1...9))"))
        case 1: .switches
        case 2: .shots
        case 3: .history(random.maybe { $0.name() })
        case 4: .why(ShotNumber(random.next()))
        case 5: .locks
        case 6: .sessions
        case 7: .board
        case 8: .words
        case 9: .metrics
        default: .nodes
        }
    }

    private static func power(_ random: inout Seeded) -> PowerRequest {
        var targets: [NodeName] = []
        for _ in 0..<random.number(1...5) {
            let target: NodeName = random.name()
            if !targets.contains(target) { targets.append(target) }
        }
        var since: [NodeName: PowerSequence] = [:]
        for target in targets { since[target] = random.maybe { PowerSequence($0.next()) } }
        return PowerRequest(
            random.one(of: [.shoot, .off, .on, .reboot]), targets,
            id: random.maybe { $0.name() }, since: since,
            wait: random.maybe { .milliseconds($0.number(0...600_000)) })
    }
}
