// What people see of a real appliance, and what each role may do.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("Looks and roles")
struct SightTests {
    @Test("The whole story of a shot: request, decision, bytes, readings, verdict, who was told")
    func story() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2 id=7f3a").status == 0)
        let why = try town.ask("alice", "why 1")
        #expect(why.status == 0)
        #expect(why.output.hasPrefix("Shot 1: off node2, asked by node1 under the id 7f3a"))
        var rest = Substring(why.output)
        for step in [
            "request   node1 from 127.0.0.1:", "decision  shot 1 granted", "order     off pdu-a/2",
            #"pdu-a: off 2\r"#, "read      pdu-a/2 reads off",
            "verdict   shot 1: node2 was read off",
            "told      node1: OK id=7f3a",
        ] {
            let found = try #require(rest.firstRange(of: step), "\(step) in \(why.output)")
            rest = rest[found.upperBound...]
        }
        #expect(why.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
        let json = try town.ask("alice", "why 1 --json")
        #expect(json.output.contains(#""what":"sent","text":"pdu-a: off 2"#), "\(json)")
        // After a restart the record is told, and what is missing from it.
        try town.restart()
        let again = try town.ask("alice", "why 1")
        #expect(again.output.contains("shot 1: node2 was read off (entry 3)"), "\(again)")
        #expect(again.output.contains("kept in memory"))
        #expect(try town.ask("alice", "why 2").status == 77)
    }

    @Test("A request that was refused has no part in the next shot's story")
    func refused() throws {
        let town = try Town()
        #expect(try town.ask("alice", "protect node2 reason=disk").status == 0)
        #expect(try town.ask("node1", "off node2 id=early").status == 6)
        #expect(try town.ask("alice", "release node2").status == 0)
        #expect(try town.ask("alice", "off node2").status == 0)
        let why = try town.ask("alice", "why 1").output
        #expect(why.contains("request   alice from"), "\(why)")
        #expect(!why.contains("early") && !why.contains("vote"), "\(why)")
    }

    @Test("Right after a start nothing is read yet, and nothing is called a trouble")
    func freshStart() throws {
        let town = try Town()
        town.pduB.setFaults(try Faults(parsing: "deaf"))
        try town.restart()
        let nodes = try town.ask("alice", "nodes").output
        #expect(nodes.contains("pdu-b/3 is not read yet"), "\(nodes)")
        #expect(!nodes.contains("in doubt") && !nodes.contains("never"), "\(nodes)")
    }

    @Test("Nodes, outlets, switches, shots, history, locks, sessions: as tables and as JSON")
    func tables() throws {
        let town = try Town(Town.Terms(patience: "10s"))
        #expect(try town.ask("node1", "off node3").status == 0)
        #expect(try town.ask("alice", "protect node1 reason=hands-in").status == 0)
        let session = try town.session("node2")
        #expect(try session.ask("quorum").exit == 0)
        for (look, words) in [
            ("nodes", ["node3  probation", "OFF", "protect by alice", "`check-off node3`"]),
            ("outlets", ["pdu-a/3", "pdu-b/3"]), ("outlets pdu-b/3", ["pdu-b/3  node3  off"]),
            ("switches", ["wti-rps10", "up"]), ("shots", ["off   node3  node1  off"]),
            ("history node3", ["shot 1 granted: off node3 by node1"]),
            ("locks", ["node1  protect  alice  hands-in"]),
            ("sessions", ["node2  node", "127.0.0.1"]),
        ] {
            let text = try town.ask("alice", look)
            #expect(text.status == 0, "\(text)")
            for word in words { #expect(text.output.contains(word), "\(look): \(text.output)") }
            #expect(text.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
            let json = try town.ask("alice", "\(look) --json").output.split(separator: "\n")
            #expect(!json.isEmpty)
            #expect(json.allSatisfy { $0.hasPrefix(#"{"result":"OK","exit":0,"#) })
        }
        #expect(try town.ask("alice", "outlets pdu-a/9").output == "no outlet feeds a node\n")
        // A node sees itself among the sessions, and nobody else.
        let own = try town.ask("node1", "sessions --json").output.split(separator: "\n")
        #expect(own.count == 1 && own[0].contains(#""who":"node1""#), "\(own)")
    }

    @Test("A node sees nothing of switches, shots and lines that are not its cluster's")
    func foreign() throws {
        let town = try Town()
        #expect(try town.ask("alice", "off node2").status == 0)
        let own = try town.ask("node1", "switches --wide").output
        #expect(!own.contains(town.directory.path), "\(own)")
        #expect(try town.ask("alice", "switches --wide").output.contains(town.directory.path))
        let story = try town.ask("node1", "why 1")
        #expect(story.status == 0)
        #expect(story.output.contains("for operators"), "\(story)")
        #expect(try !town.ask("alice", "why 1").output.contains("for operators"))
    }

    @Test("A viewer looks and changes nothing, an operator acts, an admin ends sessions")
    func roles() throws {
        let town = try Town()
        for line in ["off node2", "on node2", "protect node2 reason=x", "admit node2"] {
            let refused = try town.ask("vic", line)
            #expect(refused.status == 77, "\(refused)")
            #expect(refused.output.contains("vic is viewer"), "\(refused)")
        }
        #expect(town.count(2, .off) == 0)
        for line in ["nodes", "status", "trace pdu-a", "metrics", "off node2 --dry-run"] {
            #expect(try town.ask("vic", line).status == 0, "\(line)")
        }
        let session = try town.session("node2")
        #expect(try session.ask("quorum").exit == 0)
        let listed = try town.ask("bob", "sessions").output
        let row = try #require(listed.split(separator: "\n").first { $0.contains("node2") })
        let number = try #require(row.split(separator: " ").first)
        #expect(try town.ask("alice", "disconnect \(number)").status == 77)
        #expect(try town.ask("alice", "disconnect \(number) --dry-run").status == 0)
        let spied = try town.ask("node1", "disconnect \(number) --dry-run")
        #expect(spied.status == 77 && !spied.output.contains("node2 from"), "\(spied)")
        #expect(try town.ask("bob", "disconnect \(number)").status == 0)
        #expect(throws: LongSession.Ended.self) { try session.reply() }
        #expect(try town.ask("bob", "disconnect \(number)").status == 8)
        #expect(try town.ask("node1", "metrics").status == 77)
    }

    @Test("A node is told what is wrong with a line, and not where it goes")
    func linePlaces() throws {
        let town = try Town()
        town.pduA.stop()
        town.until("the line is down") {
            (try? town.ask("alice", "switches").output.contains(#/pdu-a .* down /#)) == true
        }
        let place = town.directory.path
        #expect(try town.ask("node1", "off node2").status == 2)
        #expect(try town.ask("alice", "switches --json").output.contains(place))
        for line in ["switches --json", "board --json", "nodes --json", "status", "why 1"] {
            let told = try town.ask("node1", line)
            #expect(!told.output.contains(place), "\(line): \(told)")
        }
        let again = try town.ask("node3", "off node2 wait=1s")
        #expect(!again.output.contains(place), "\(again)")
    }

    @Test("A role that is changed counts from the reload on, in sessions that are open, too")
    func reload() throws {
        let town = try Town()
        let vic = try town.session("vic")
        #expect(try vic.ask("admit node2").exit == 77)
        let site = try Program.run("cat", ["\(town.directory.path)/picket.yaml"]).output
        town.directory.write("picket.yaml", site.replacing("role: viewer", with: "role: operator"))
        town.daemon.hangUp()
        _ = try town.daemon.readErrors { $0.contains("site file read again") }
        #expect(try vic.ask("admit node2").exit != 77)
    }

    @Test("A dry run says what would happen, and nothing happens")
    func dryRun() throws {
        let town = try Town()
        let does = try town.ask("alice", "off node3 --dry-run")
        #expect(does.status == 0)
        #expect(
            does.output.hasPrefix(
                "OK does=\"off node3 cuts pdu-a/3 and pdu-b/3; node3 is a member and was not heard "
                    + "lately; its feeds "), "\(does)")
        #expect(does.output.hasSuffix("\" asks=yes\n"), "\(does)")
        #expect(town.count(3, .off) == 0)
        #expect(try town.ask("node1", "off node2 --dry-run").output.contains("asks=no"))
        #expect(try town.ask("node1", "off node9 --dry-run").status == 77)
    }
}
