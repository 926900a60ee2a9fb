// What an operator sees of the wire, and what the log says of a shot that did not work; and a whole
// appliance whose switch hangs on a concentrator.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("The trace of a line")
struct TraceTests {
    @Test("shows an operator what a shot said and heard, and nobody else")
    func trace() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2").status == 0)
        let trace = try town.ask("alice", "trace pdu-a")
        #expect(trace.status == 0, "\(trace)")
        let lines = trace.output.split(separator: "\n")
        // As `picket try` shows it, and in 80 columns.
        #expect(lines.allSatisfy { $0.utf8.count <= 80 }, "\(trace)")
        let sent = try #require(
            lines.firstIndex { $0.contains(#/^\d\d:\d\d:\d\d\.\d{3}  \+\d+ms +>  off 2\\r/#) },
            "\(trace)")
        #expect(lines[sent...].contains { $0.contains(/ms +<  .*RPC3-NC>/) }, "\(trace)")
        #expect(lines[..<sent].contains { $0.hasSuffix(".  off 2") }, "\(trace)")
        let json = try town.ask("alice", "trace pdu-a --json").output.split(separator: "\n")
        #expect(json.allSatisfy { $0.contains(#""switch":"pdu-a","at":"20"#) }, "\(json)")
        #expect(json.contains { $0.contains(#""what":"sent","text":"off 2"#) }, "\(json)")
        for refused in [
            try town.ask("node1", "trace pdu-a"), try town.ask("alice", "trace pdu-x"),
        ] {
            #expect(refused.status == 77, "\(refused)")
            #expect(refused.output.hasPrefix("NOT-PERMITTED switch=pdu-"), "\(refused)")
        }
    }

    @Test("is quoted in the log where a shot did not do what it should")
    func log() throws {
        let town = try Town(Town.Terms(patience: "6s"))
        // A switch that is mute before the line has found its prompt is never sent `off`.
        town.until("the line is up, and its outlet read", within: .seconds(60)) {
            (try? town.ask("alice", "status node2").status) == 0
        }
        town.pduA.setFaults(try Faults(parsing: "mute"))
        #expect(try town.ask("node1", "off node2").status == 2)
        town.daemon.terminate()
        let log = try town.daemon.finish(within: .seconds(20)).errors
        let line = try #require(
            log.split(separator: "\n").first { $0.contains("warning: not as commanded") }, "\(log)")
        #expect(line.contains("outlet=pdu-a/2 state=unknown"), "\(line)")
        #expect(line.contains("wire=\"+0ms off 2 "), "\(line)")
        #expect(line.contains(">`off 2\\"), "\(line)")
        #expect(
            log.contains("notice: line up to switch pdu-a event=line-up switch=pdu-a"), "\(log)")
    }

    @Test(
        "an appliance shoots through a concentrator, and leaves it to others when nothing is to do",
        .enabled(if: Ser2net.isInstalled, "needs Debian's ser2net"))
    func concentrator() throws {
        let town = try Town()
        town.daemon.terminate()
        _ = try town.daemon.finish()
        let ser2net = try Ser2net("telnet(rfc2217),tcp", device: "\(town.directory.path)/pdu-a")
        let site = try Town.site(Town.Terms(patience: "15s"), town.directory.path)
            .replacing(
                "line: \(town.directory.path)/pdu-a",
                with: "line: rfc2217:127.0.0.1:\(ser2net.port)\n    leave_after: 1s")
        town.directory.write("picket.yaml", site)
        try town.restart(kill: false)
        let shot = try town.ask("node1", "off node2")
        #expect(shot.status == 0, "\(shot)")
        #expect(town.power(2) == .off)
        town.until("the line is left", within: .seconds(60)) {
            (try? town.ask("alice", "trace pdu-a").output.contains("closed: left")) == true
        }
        // The line is opened again for it, which a busy machine may not do within one request.
        town.until("the outlet is read over the line that was left", within: .seconds(60)) {
            (try? town.ask("node1", "status node2").output.contains("power=off")) == true
        }
    }
}
