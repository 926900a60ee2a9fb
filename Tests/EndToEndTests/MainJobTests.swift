// The main job, end to end: real ssh, a serial line, one honest shot.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("The main job")
struct MainJobTests {
    @Test("Debian's own device file drives a BayTech over a serial line, asked by OpenSSH's client")
    func powermanFile() throws {
        let town = try Town()
        let shot = try town.ask("node1", "off node2 id=A")
        #expect(shot.status == 0, "\(shot)")
        #expect(shot.output.hasPrefix("OK id=A shot=1 target=node2 off=verified"), "\(shot)")
        #expect(town.power(2) == .off)
        #expect(town.power(1) == .on)
        let back = try town.ask("node2", "off node1")
        #expect(back.status == 4, "\(back)")
        #expect(town.power(1) == .on)
        let result = try town.ask("node1", "result A")
        #expect(result.status == 0)
        #expect(result.output.contains("off=verified"))
    }

    @Test("Reboot: off, verified, on, verified; the node is on probation until somebody admits it")
    func reboot() throws {
        let town = try Town()
        #expect(try town.ask("node1", "reboot node2 id=R").status == 0)
        town.until("node2 is on again") { town.power(2) == .on && town.count(2, .off) == 1 }
        town.until("and on record so") {
            (try? town.ask("node1", "result R").output.contains("on=done")) == true
        }
        #expect(try town.ask("node2", "quorum").status == 4)
        #expect(try town.ask("node1", "admit node2").status == 0)
        #expect(try town.ask("node2", "quorum").status == 0)
    }

    @Test("A node with two supplies is off when both are, on two switches")
    func twoSupplies() throws {
        let town = try Town(Town.Terms(patience: "15s"))
        let shot = try town.ask("node1", "off node3")
        #expect(shot.status == 0, "\(shot)")
        #expect(shot.output.contains("feeds=2/2"))
        #expect(town.power(3) == .off)
        #expect(town.pduB.outlets.first { $0.key.text == "3" }?.value == .off)
    }

    @Test("Two nodes in one request: a line for each, and one record before any byte")
    func batch() throws {
        let town = try Town(Town.Terms(patience: "15s"))
        let shot = try town.ask("node1", "off node2 node3 id=B")
        #expect(shot.status == 0, "\(shot)")
        let lines = shot.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("OK id=B shot=1 target=node2 off=verified") == true)
        #expect(lines.last?.hasPrefix("OK id=B shot=2 target=node3 off=verified") == true)
        #expect([2, 3].map(town.power) == [.off, .off])
        let result = try town.ask("node1", "result B")
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 2)
    }

    @Test("Look: list, status, quorum and help, as text and as JSON")
    func looking() throws {
        let town = try Town()
        let list = try town.ask("node1", "list")
        #expect(list.output.split(separator: "\n").count == 3)
        #expect(list.output.hasPrefix("OK target=node1 cluster=db feeds=pdu-a/1"))
        town.until("the lines are up") {
            (try? town.ask("alice", "status").status) == 0
        }
        let status = try town.ask("alice", "status node3 --json")
        #expect(status.output.contains("\"power\":\"on\""), "\(status)")
        let quorum = try town.ask("node1", "quorum")
        #expect(quorum.status == 0)
        #expect(quorum.output.contains("standing=member"))
        #expect(quorum.output.contains("pseq=node1:0,node2:0,node3:0"))
        #expect(try town.ask("node1", "help").output.contains("exit codes"))
    }

    @Test("A long-lived session without a terminal: request lines, one at a time")
    func longSession() throws {
        let town = try Town()
        let session = try town.session("node1")
        #expect(try session.ask("quorum").exit == 0)
        #expect(try session.ask("off node2").exit == 0)
        #expect(try session.ask("offf node2").exit == 64)
        #expect(try session.ask("status node2").text.contains("power=off"))
    }

    @Test("A mute switch is in doubt, and the target stays doomed until it can be read")
    func muteSwitch() throws {
        let town = try Town()
        var faults = Faults()
        faults.habits = [.deaf]
        town.pduA.setFaults(faults)
        let shot = try town.ask("node1", "off node2 id=M")
        #expect(shot.status == 2, "\(shot)")
        #expect(shot.output.contains("unknown=pdu-a/2"))
        #expect(try town.ask("node2", "off node1").status == 3)
        town.pduA.setFaults(Faults())
        town.until("it was read as still on", within: .seconds(40)) {
            (try? town.ask("node1", "result M").status) == 1
        }
        #expect(try town.ask("node2", "quorum").status == 0)
    }

    @Test("A stuck outlet is a failure with its name, never a success")
    func stuckOutlet() throws {
        let town = try Town()
        var faults = Faults()
        faults.stuckOn = Set(town.pduA.outlets.keys)
        town.pduA.setFaults(faults)
        let shot = try town.ask("node1", "off node2")
        #expect(shot.status == 1, "\(shot)")
        #expect(shot.output.contains("on=pdu-a/2"))
        #expect(try town.ask("node2", "quorum").status == 0)
    }

    @Test("SIGTERM: nothing more is granted, what was granted is finished, status 0")
    func terminates() throws {
        let town = try Town(Town.Terms(latency: "1s", patience: "15s"))
        var faults = Faults()
        faults.late = .milliseconds(700)
        town.pduA.setFaults(faults)
        let shot = try town.begin("node1", "off node2 id=T")
        town.until("the command is on the wire") {
            town.pduA.wire.contains { String(decoding: $0.bytes, as: UTF8.self).contains("off 2") }
        }
        town.daemon.terminate()
        _ = try town.daemon.readErrors { $0.contains("stopping: ") }
        town.daemon.terminate()
        let end = try town.daemon.finish(within: .seconds(30))
        #expect(end.status == 0, "\(end)")
        #expect(end.errors.matches(of: /stopping:/).count == 1, "a second time moves nothing")
        let told = try shot.finish()
        #expect(told.status == 0, "\(told) \(end.errors)")
        #expect(town.power(2) == .off)
    }
}
