// What operators do beside shooting, and a client that freezes: through the real daemon.

import Fencing
import Glibc
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("Locks, attestation, signs of life")
struct LockTests {
    @Test("Protected is not shot, also after kill -9; released it is")
    func protect() throws {
        let town = try Town()
        #expect(try town.ask("alice", "protect node2 reason=disk-swap").status == 0)
        try town.restart()
        let refused = try town.ask("node1", "off node2")
        #expect(refused.status == 6)
        #expect(refused.output.contains("by alice: disk-swap"))
        #expect(try town.ask("alice", "release node2").status == 0)
        #expect(try town.ask("node1", "off node2").status == 0)
        #expect(town.count(2, .off) == 1)
    }

    @Test("check-off and hold-off: who is off stays off")
    func holdOff() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2").status == 0)
        let check = try town.ask("node1", "check-off node2")
        #expect(check.status == 0, "\(check)")
        #expect(check.output.contains("held=yes"))
        #expect(try town.ask("alice", "on node2").status == 6)
        #expect(town.power(2) == .off)
        #expect(try town.ask("alice", "release node2 force=yes").status == 0)
        #expect(try town.ask("alice", "on node2").status == 0)
        #expect(town.power(2) == .on)
    }

    @Test("A dead switch, a person who pulled the plug, and a node that may take over")
    func confirmOff() throws {
        let town = try Town()
        var faults = Faults()
        faults.habits = [.deaf]
        town.pduA.setFaults(faults)
        #expect(try town.ask("node1", "off node2 id=A").status == 2)
        #expect(try town.ask("node1", "confirm-off node2 shot=1 reason=seen").status == 77)
        #expect(try town.ask("alice", "confirm-off node2 shot=1 reason=unplugged").status == 0)
        let result = try town.ask("node1", "result A")
        #expect(result.status == 0)
        #expect(result.output.contains("evidence=attested:alice"))
        #expect(try town.ask("node2", "off node1").status == 4)
    }

    @Test("A client that freezes while it waits gets nothing granted")
    func frozenClient() throws {
        let town = try Town(Town.Terms(preferDelay: "3s"))
        let shot = try town.begin("node1", "off node2 id=F wait=30s")
        town.until("the request waits") {
            (try? town.ask("node1", "result F").output.contains("state=waiting")) == true
        }
        shot.freeze()
        town.until("it was found silent", within: .seconds(20)) {
            (try? town.ask("node1", "result F").status) == 9
        }
        #expect(town.count(2, .off) == 0)
        #expect(try town.ask("node2", "quorum").status == 0)
    }

    @Test("A living client that waits is asked, and granted")
    func livingClient() throws {
        let town = try Town(Town.Terms(preferDelay: "2s"))
        #expect(try town.ask("node1", "off node2").status == 0)
        #expect(town.power(2) == .off)
    }
}
