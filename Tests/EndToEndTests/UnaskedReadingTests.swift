// Readings that no request asks for: a node that was verified off and has power again, and a switch
// that says nothing any more.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("What is read without a request")
struct UnaskedReadingTests {
    private static func town(_ terms: Town.Terms = Town.Terms()) throws -> Town {
        let town = try Town(terms)
        try town.restart(under: ["env", "RUNTIME_DIRECTORY=\(town.directory.path)"])
        town.until("the lines are up") { (try? town.ask("alice", "status").status) == 0 }
        return town
    }

    private static func health(_ town: Town) throws -> Program.Result {
        try Program.run(
            "\(Program.products)/picket",
            ["status", "--brief", "--socket", "\(town.directory.path)/control"])
    }

    private static func powerReturns(_ town: Town) throws {
        let outlet = try #require(OutletName("2"))
        town.pduA.press(outlet, .on)
        town.until("it is noticed, though nobody asks for the node") {
            (try? health(town).output.contains("node2 is on record as off, and pdu-a/2 reads on"))
                == true
        }
    }

    @Test("a verified off whose power comes back is an alarm, and `result` says so")
    func powerIsBack() throws {
        let town = try Self.town()
        #expect(try town.ask("node1", "off node2 id=a").status == 0)
        let before = try town.ask("node1", "result a")
        #expect(!before.output.contains("why="), "\(before)")
        try Self.powerReturns(town)
        let after = try town.ask("node1", "result a")
        #expect(after.status == 0, "the life that was meant is over: \(after)")
        #expect(after.output.contains("why=\"node2 reads on since"), "\(after)")
        town.daemon.terminate()
        let log = try town.daemon.finish(within: .seconds(20)).errors.split(separator: "\n")
        #expect(log.count { $0.contains("event=on-though-off") } == 1, "\(log)")
    }

    @Test("also where picketd was started anew since")
    func afterRestart() throws {
        let town = try Self.town()
        #expect(try town.ask("node1", "off node2").status == 0)
        try town.restart(under: ["env", "RUNTIME_DIRECTORY=\(town.directory.path)"])
        try Self.powerReturns(town)
    }

    @Test("a switch with `read_every` that says nothing any more is named before a shot needs it")
    func silentSwitch() throws {
        var terms = Town.Terms()
        terms.readEveryB = "5s"
        let town = try Self.town(terms)
        #expect(try Self.health(town).status == 0)
        town.pduB.setFaults(try Faults(parsing: "mute"))
        town.until("it is noticed, though nobody asks") {
            (try? Self.health(town)).map { $0.status == 1 && $0.output.contains("pdu-b: ") } == true
        }
        town.pduB.setFaults(try Faults(parsing: "none"))
        town.until("it answers again") { (try? Self.health(town).status) == 0 }
    }

    @Test("what was not asked yet, because the line was just opened, is no trouble of the switch")
    func justOpened() throws {
        let town = try Town(Town.Terms(latency: "20s", patience: "45s"))
        try town.restart(under: ["env", "RUNTIME_DIRECTORY=\(town.directory.path)"])
        town.until("a status says that it was not asked") {
            (try? town.ask("alice", "status node1").output.contains("was not asked yet")) == true
        }
        let switches = try town.ask("alice", "switches --wide").output
        #expect(switches.contains(#/pdu-a .* up /#), "\(switches)")
        #expect(!switches.contains("not asked yet"), "\(switches)")
        #expect(try Self.health(town).status == 0)
    }

    @Test("a switch that says something unasked is told in the past tense, and in the log")
    func unaskedText() throws {
        let town = try Self.town()
        let before = try town.ask("alice", "board").output
        #expect(before.contains(#/target=node1 .*power=on /#), "\(before)")
        // Right behind an answer it would be a late part of that.
        town.until("what it says now is news") {
            town.pduA.say("\r\n*** power restored ***\r\n")
            return
                (try? town.ask("alice", "board").output
                .contains(#/target=node1 .*power=\? .*was on/#)) == true
        }
        #expect(try town.ask("alice", "switches").output.contains("unasked"))
        #expect(try town.ask("alice", "status node1").status == 0)
        town.daemon.terminate()
        let log = try town.daemon.finish(within: .seconds(20)).errors.split(separator: "\n")
        let said = log.filter { $0.contains("event=line-notice") }
        #expect(said.count == 1, "\(log)")
        #expect(said.first?.contains("power restored") == true, "\(said)")
    }
}
