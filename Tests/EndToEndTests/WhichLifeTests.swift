// Which life of a node an answer is about, and what a changed site file does to an open shot: through
// the real daemon, as people and nodes meet it.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("Which life")
struct WhichLifeTests {
    @Test("A person reboots a node, and later wants it off in the same session")
    func oneSession() throws {
        let town = try Town()
        let alice = try town.session("alice")
        #expect(try alice.ask("reboot node2").exit == 0)
        town.until("it is up again") { town.power(2) == .on }
        town.until("and on record so") {
            (try? town.ask("node1", "quorum").output.contains("node2:2")) == true
        }
        let off = try alice.ask("off node2")
        #expect(off.exit == 8, "\(off)")
        #expect(off.text.contains("since=2"), "\(off)")
        #expect(town.power(2) == .on)
        #expect(try alice.ask("quorum").exit == 0)
        let again = try alice.ask("off node2")
        #expect(again.exit == 0, "\(again)")
        #expect(town.power(2) == .off)
    }

    @Test(
        "An off in the off time of a reboot holds it",
        arguments: ["off node2", "off node2 since=1", "off node2 since=0"])
    func offTime(line: String) throws {
        let town = try Town(Town.Terms(offTime: "6s"))
        #expect(try town.ask("node1", "reboot node2 id=A").status == 0)
        let off = try town.ask("alice", line)
        #expect(off.status == 0, "\(off)")
        #expect(off.output.contains("on=held"), "\(off)")
        #expect(try town.ask("node1", "result A").output.contains("on=held"))
        #expect(town.power(2) == .off)
        #expect(town.count(2, .on) == 0)
        #expect(try town.ask("alice", "on node2").status == 0, "until somebody says so")
    }

    @Test("An id that is counted from 1 again is not answered by the old off")
    func sameID() throws {
        let town = try Town()
        #expect(try town.ask("node1", "reboot node2 id=1 since=0").status == 0)
        town.until("it is up again") { town.power(2) == .on }
        town.until("and on record so") {
            (try? town.ask("node1", "result 1").output.contains("on=done")) == true
        }
        #expect(try town.ask("node1", "reboot node2 id=1 since=2").status == 64)
        #expect(try town.ask("node1", "reboot node2 id=1").status == 8)
        #expect(try town.ask("node1", "reboot node2 id=1 since=0").status == 0)
        #expect(town.count(2, .off) == 1)
    }

    /// node1 has shot at node2; the order is on its way, the daemon is dead, and the site file is
    /// another one when it starts again.
    private func interrupted(_ change: (String) -> String) throws -> Town {
        let town = try Town(Town.Terms(latency: "2s", patience: "8s"))
        var faults = Faults()
        faults.actsLate = .milliseconds(1200)
        town.pduA.setFaults(faults)
        let shot = try town.begin("node1", "off node2 id=A")
        town.untilSent("off 2")
        town.daemon.killNow()
        _ = try shot.finish()
        let path = "\(town.directory.path)/picket.yaml"
        town.directory.write("picket.yaml", change(try Program.run("cat", [path]).output))
        try town.restart()
        return town
    }

    @Test("The site file gains a feed: off is told only of all of them")
    func feedGained() throws {
        let town = try interrupted {
            $0.replacing("node2: {feeds: [pdu-a/2]", with: "node2: {feeds: [pdu-a/2, pdu-b/1]")
        }
        try town.awaitResult("A", code: 1)
        #expect(try town.ask("node1", "result A").output.contains("pdu-b/1"))
        #expect(try town.ask("alice", "status node2").output.contains("power=on"))
    }

    @Test("The site file calls the node by another name: nothing is sent, and it is no member")
    func renamed() throws {
        let town = try interrupted { $0.replacing("      node2: {", with: "      db2: {") }
        let key = Keys.people["node2"]
        #expect(try town.ask("db2", "off node1", key: key).status == 3)
        try town.awaitResult("A", code: 0)
        #expect(try town.ask("db2", "off node1", key: key).status == 4)
        #expect(try town.ask("alice", "shots").output.contains("node2"))
        #expect(town.power(1) == .on)
        #expect(town.count(2, .off) == 1)
        #expect(try town.ask("alice", "on db2").status == 0)
    }

    @Test("The node is gone from the site file: its shot still ends, and its lock can be released")
    func removed() throws {
        let town = try interrupted { text in
            text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.contains("      node2: {") }.joined(separator: "\n")
        }
        try town.awaitResult("A", code: 0)
        #expect(try town.ask("alice", "shots").output.contains("node2"))
        #expect(try town.ask("alice", "release node2").status == 77, "nothing locks it")
    }
}
