// Nothing that was read before the last command, or before the question, is told as present. The
// switch acts and says nothing: what was read before is wrong then, in either direction.

import Commands
import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("What is told as present was read since")
struct PresentTests {
    /// node1 was verified off, and node2 read on; then the switch goes mute, node1 is switched on,
    /// and node2 is shot. Both are done, and nobody can read it.
    private static func town() throws -> Town {
        let town = try Town(Town.Terms(hasRackNumbers: true))
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        #expect(try town.ask("alice", "off node1").status == 0)
        let before = try town.ask("alice", "status")
        #expect(before.output.contains("target=node1 power=off"), "\(before)")
        #expect(before.output.contains("target=node2 power=on"), "\(before)")
        town.pduA.setFaults(try Faults(parsing: "mute"))
        #expect(try town.ask("alice", "on node1").status == 2)
        #expect(try town.ask("alice", "off node2").status == 2)
        town.until("both are done") { town.power(1) == .on && town.power(2) == .off }
        return town
    }

    @Test("status, text and JSON: unknown, exit 2, and what it was in the past tense")
    func status() throws {
        let town = try Self.town()
        for (node, was) in [("node1", "off"), ("node2", "on")] {
            let text = try town.ask("alice", "status \(node)")
            #expect(text.status == 2, "\(text)")
            #expect(text.output.hasPrefix("IN-DOUBT target=\(node) power=unknown"), "\(text)")
            let past = try Regex("was=\"pdu-a/\\d \(was) \\d+s ago\"")
            #expect(text.output.firstMatch(of: past) != nil, "\(text)")
            let json = try town.ask("alice", "status \(node) --json")
            #expect(json.output.contains("\"power\":\"unknown\""), "\(json)")
        }
        #expect(try town.ask("alice", "status").status == 2)
    }

    @Test("nodes, outlets, board, the question of the console: ?, and beside it what it was")
    func tables() throws {
        let town = try Self.town()
        for (look, first, second) in [
            ("nodes", /node1 +\w+ +\S+ +\? .*was off/, /node2 +\w+ +\S+ +\? .*was on/),
            ("outlets", /pdu-a\/1 +node1 +\? +was off \d+s ago/, /pdu-a\/2 +node2 +\? +was on/),
            ("board", /target=node1 .*power=\? .*was off/, /target=node2 .*power=\? .*was on/),
        ] {
            let text = try town.ask("alice", look)
            #expect(text.output.contains(first), "\(look): \(text.output)")
            #expect(text.output.contains(second), "\(look): \(text.output)")
        }
        for look in ["nodes", "outlets", "board"] {
            let json = try town.ask("alice", "\(look) --json").output.split(separator: "\n")
            let lines = json.filter { $0.contains("\"pdu-a/1") || $0.contains("\"pdu-a/2") }
            #expect(lines.count == 2, "\(json)")
            #expect(
                lines.allSatisfy { !$0.contains(/"(power|state)":"(on|off|OFF)"/) }, "\(lines)")
        }
        let question = try town.ask("alice", "off node1 --dry-run")
        #expect(question.output.contains("was off"), "\(question)")
        #expect(question.output.contains("not read since"), "\(question)")
    }

    @Test("fence_picket: neither ON nor OFF, and UNKNOWN in the list")
    func agent() throws {
        let town = try Self.town()
        let agent = try FencePicket(town, as: "node3")
        for node in ["node1", "node2"] {
            let status = try agent.ask("status", ["plug": node])
            #expect(status.status == 1, "\(status)")
            #expect(!status.output.contains("Status:"), "\(status)")
        }
        let list = try agent.ask("list-status").output.split(separator: "\n")
        #expect(list.prefix(2) == ["node1,node1,UNKNOWN", "node2,node2,UNKNOWN"], "\(list)")
    }

    @Test("a rack PDU's command line: Unknown")
    func rack() throws {
        let town = try Self.town()
        let shell = try Program(
            "ssh", ["-tt"] + town.sshArguments("node3").filter { $0 != "-T" })
        _ = try shell.read { $0.contains("apc>") }
        shell.send("olStatus all\r")
        let said = try shell.read { $0.contains(" 7: node3:") }
        #expect(said.contains(" 1: node1: Unknown"), "\(said)")
        #expect(said.contains(" 2: node2: Unknown"), "\(said)")
    }

    @Test("an order makes it unknown when it is handed out, not when it reports")
    func handedOut() throws {
        let town = try Town(Town.Terms(patience: "10s"))
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        town.pduA.setFaults(try Faults(parsing: "late=2s"))
        let shot = try town.begin("node1", "off node2")
        town.until("the order is out") {
            (try? town.ask("alice", "nodes").output.contains("shot 1 by node1 is running")) == true
        }
        let board = try town.ask("alice", "board").output
        #expect(board.contains(#/target=node2 .*power=\? /#), "\(board)")
        #expect(try shot.finish(within: .seconds(20)).status == 0)
        #expect(try town.ask("alice", "board").output.contains(#/target=node2 .*power=OFF /#))
    }

    @Test("a status is answered by a reading that began after it was asked, or by none")
    func asked() throws {
        let town = try Town()
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        town.pduA.setFaults(try Faults(parsing: "deaf"))
        let status = try town.ask("alice", "status node2")
        #expect(status.status == 2, "\(status)")
        #expect(status.output.contains("power=unknown"), "\(status)")
        #expect(status.output.contains("why=\"pdu-a"), "\(status)")
    }

    @Test("a slow line that is asked about several outlets is waited for, one after the other")
    func slow() throws {
        let town = try Town()
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        town.pduA.setFaults(try Faults(parsing: "late=1200ms"))
        let status = try town.ask("alice", "status")
        #expect(status.status == 0, "\(status)")
    }

    @Test("a node on record as off that reads on is said loudly: tables, log, metric; once")
    func contradiction() throws {
        let town = try Town()
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        #expect(try town.ask("node1", "off node2").status == 0)
        #expect(try town.ask("alice", "metrics").output.contains("picket_nodes_on_though_off 0\n"))
        let outlet = try #require(OutletName("2"))
        town.pduA.press(outlet, .on)
        for _ in 1...2 {
            let status = try town.ask("alice", "status node2")
            #expect(status.output.contains("power=on"), "\(status)")
            #expect(status.output.contains("on record as off since shot 1"), "\(status)")
        }
        let nodes = try town.ask("alice", "nodes").output
        #expect(nodes.contains("node2: ON ALTHOUGH IT IS ON RECORD AS OFF"), "\(nodes)")
        let metrics = try town.ask("alice", "metrics").output
        #expect(metrics.contains("picket_nodes_on_though_off 1\n"), "\(metrics)")
        town.pduA.press(outlet, .off)
        #expect(try town.ask("alice", "status node2").status == 0)
        let after = try town.ask("alice", "metrics").output
        #expect(after.contains("picket_nodes_on_though_off 0\n"), "\(after)")
        town.daemon.terminate()
        let log = try town.daemon.finish(within: .seconds(20)).errors.split(separator: "\n")
        let said = log.filter { $0.contains("event=on-though-off") }
        #expect(said.count == 1, "\(log)")
        #expect(said.first?.contains("critical: node2 reads on (pdu-a/2)") == true, "\(said)")
    }

    @Test("after confirm-off the tables say who confirmed, and go on saying that nobody read it")
    func attested() throws {
        let town = try Town()
        town.pduA.setFaults(try Faults(parsing: "deaf"))
        #expect(try town.ask("node1", "off node2").status == 2)
        #expect(try town.ask("alice", "confirm-off node2 shot=1 reason=unplugged").status == 0)
        for look in ["nodes --wide", "board", "shots"] {
            let text = try town.ask("alice", look).output
            #expect(text.contains("off, says alice"), "\(look): \(text)")
        }
        #expect(try town.ask("alice", "nodes").output.contains("node2: alice says that it is off"))
        let nodes = try town.ask("alice", "nodes").output
        #expect(nodes.contains(#/node2 +probation +\S+ +\? /#), "\(nodes)")
        let status = try town.ask("alice", "status node2")
        #expect(status.status == 2, "\(status)")
        #expect(status.output.contains("attested=alice"), "\(status)")
    }

    @Test("what a session was shown is the life that its next shot means: every look teaches it")
    func taught() throws {
        let town = try Town(Town.Terms(patience: "10s"))
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        let session = try town.session("alice")
        var shots = 0
        for look in [
            "nodes", "outlets pdu-a/1", "board", "status node1", "list", "shots", "history node1",
            "why LAST", "off node1 --dry-run", "locks --json",
        ] {
            #expect(try session.ask("reboot node1").exit == 0)
            shots += 1
            let last = try Self.lastShot(town)
            let shown = look.replacing("LAST", with: "\(last)")
            town.until("node1 is on again") {
                (try? town.ask("alice", "shots").output.contains("off, then on")) == true
                    && town.power(1) == .on
                    && (try? town.ask("alice", "board").output.contains("part=running")) == false
            }
            #expect(try session.ask(shown).exit == 0, "\(shown)")
            let off = try session.ask("off node1")
            // A list of locks shows nobody's power, and teaches nothing.
            guard !look.hasPrefix("locks") else {
                #expect(off.exit == 8, "\(shown): \(off)")
                continue
            }
            #expect(off.exit == 0, "\(shown): \(off)")
            shots += 1
            #expect(!off.text.contains("satisfied"), "\(shown): \(off)")
            #expect(town.power(1) == .off, "\(shown)")
            #expect(town.count(1, .off) == shots, "\(shown)")
            #expect(try session.ask("on node1").exit == 0)
        }
    }

    private static func lastShot(_ town: Town) throws -> Int {
        let shots = try town.ask("alice", "shots").output
        return try #require(shots.firstMatch(of: #/\n(\d+) /#).flatMap { Int($0.1) })
    }

    @Test("a console that was open before: rebooted, up, looked at, and shot afresh")
    func console() throws {
        let town = try Town(Town.Terms(patience: "10s"))
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        let console = try Program(
            "ssh", ["-tt"] + town.sshArguments("alice").filter { $0 != "-T" })
        _ = try console.read(within: .seconds(20)) { $0.contains("alice@picket> ") }
        console.send("reboot node1 --yes\r")
        _ = try console.read(within: .seconds(20)) { $0.contains("shot=1 target=node1") }
        town.until("node1 is up") {
            (try? town.ask("alice", "shots").output.contains("off, then on")) == true
        }
        console.send("off node1\r")
        let question = try console.read(within: .seconds(20)) { $0.contains("Do it? [y/N] ") }
        let words = question.split { $0.isWhitespace }.joined(separator: " ")
        #expect(words.contains("its feeds read on"), "\(words.suffix(300))")
        console.send("y")
        let verdict = try console.read(within: .seconds(20)) { $0.contains("shot=2 target=node1") }
        #expect(!verdict.contains("satisfied"), "\(verdict)")
        #expect(town.count(1, .off) == 2)
        #expect(town.power(1) == .off)
    }
}
