// Debian's fence_apc, as it comes, against a whole site whose nodes meet a rack PDU's command line.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("A stock fence agent")
struct StockAgentTests {
    @Test("fence_apc over ssh: list, status, off, on, reboot, each through the arbiter")
    func fences() throws {
        let town = try Town(Town.Terms(hasRackNumbers: true))
        town.until("the lines are up") { (try? town.ask("node1", "status").status) == 0 }
        let list = try fence(town, "node1", "list", nil)
        #expect(list.output == "1,node1\n2,node2\n7,node3\n", "\(list)")
        #expect(try fence(town, "node1", "monitor", nil).status == 0)
        let on = try fence(town, "node1", "status", 2)
        #expect(on.output == "Status: ON\n", "\(on)")
        let off = try fence(town, "node1", "off", 2)
        #expect(off.status == 0, "\(off)")
        #expect(town.power(2) == .off)
        #expect(town.count(2, .off) == 1)
        #expect(try town.ask("node2", "quorum").status == ExitCode.probation.rawValue)
        // Whoever is sent again finds it done: no second command.
        let again = try fence(town, "node3", "off", 2)
        #expect(again.status == 0, "\(again)")
        #expect(town.count(2, .off) == 1)
        #expect(try fence(town, "node1", "on", 2).status == 0)
        #expect(town.power(2) == .on)
        #expect(try fence(town, "node3", "reboot", 2).status == 0)
        #expect(town.count(2, .off) == 2)
        #expect(town.power(2) == .on)
        // Beside it, our own agent works as ever.
        let own = try FencePicket(town)
        #expect(try own.ask("off", ["plug": "node2"]).status == 0)
        #expect(town.count(2, .off) == 3)
    }

    @Test("Whoever was shot fences nobody through it, and a node that went off by itself is shot")
    func law() throws {
        let town = try Town(Town.Terms(hasRackNumbers: true))
        town.until("the lines are up") { (try? town.ask("node1", "status").status) == 0 }
        town.pduA.press(try #require(OutletName("3")), .off)
        town.pduB.press(try #require(OutletName("3")), .off)
        #expect(try fence(town, "node1", "off", 7).status == 0)
        let history = try town.ask("alice", "shots --json")
        #expect(history.output.contains("node3"), "\(history)")
        #expect(try fence(town, "node1", "off", 2).status == 0)
        #expect(try fence(town, "node1", "on", 2).status == 0)
        // node2 is on probation now: neither a shot nor the off of node3 is for it to build on.
        let shot = try fence(town, "node2", "off", 1, patience: 2)
        #expect(shot.status != 0, "\(shot)")
        #expect(town.power(1) == .on)
        let built = try fence(town, "node2", "off", 7, patience: 2)
        #expect(built.status != 0, "\(built)")
        let unknown = try fence(town, "node1", "off", 4, patience: 2)
        #expect(unknown.status != 0, "\(unknown)")
    }

    private func fence(
        _ town: Town, _ who: String, _ action: String, _ outlet: Int?, patience: Int = 20
    ) throws -> Program.Result {
        let options =
            "-F /dev/null -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o IdentityAgent=none "
            + "-o UserKnownHostsFile=\(town.directory.path)/known_hosts"
        let words =
            [
                "--ssh", "--ip=127.0.0.1", "--ipport=\(town.port)", "--username=\(who)",
                "--identity-file=\(Keys.people[who] ?? Keys.stranger)", "--ssh-options=\(options)",
                "--action=\(action)", "--shell-timeout=20", "--power-timeout=\(patience)",
            ] + (outlet.map { ["--plug=\($0)"] } ?? [])
        return try Program.run("/usr/sbin/fence_apc", words, within: .seconds(60))
    }
}
