// The serial drivers of cluster-glue's stonith, as Debian ships them, drive the simulated switches.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

private let stonith = "/usr/sbin/stonith"

@Suite(.enabled(if: isInstalled(stonith), "needs Debian's cluster-glue"))
struct StonithPeerTests {
    @Test func `stonith switches a Smart-UPS' load off and on, and reads that it did`() throws {
        let ups = try bench(.apcSmart)
        defer { ups.stop() }
        func ask(_ words: String...) throws -> Program.Result {
            try Program.run(
                stonith, ["-t", "apcsmart", "ttydev=\(ups.path)", "hostlist=n1"] + words,
                within: .seconds(60))
        }
        #expect(try ask("-S").status == 0)
        let off = try ask("-T", "off", "n1")
        #expect(off.status == 0, "\(off)")
        #expect(ups.outlets[try outlet("1")] == .off)
        let on = try ask("-T", "on", "n1")
        #expect(on.status == 0, "\(on)")
        #expect(ups.changes.map(\.state) == [.off, .on])
        // It reads back, and is not fooled either.
        ups.setFaults(try Faults(parsing: "stuck-on=1"))
        #expect(try ask("-T", "off", "n1").status != 0)
    }

    @Test func `stonith waits for an RPS-10 to be ready, and switches its plugs`() throws {
        let plugs = try PluggedRPS10()
        defer { plugs.stop() }
        func ask(_ request: String) throws -> Program.Result {
            try Program.run(
                stonith,
                [
                    "-t", "rps10", "serial_to_targets=\(plugs.path) n1 0 n2 1", "-T", request, "n2",
                ], within: .seconds(60))
        }
        let off = try ask("off")
        #expect(off.status == 0, "\(off)")
        #expect(plugs.changes.map { "\($0.outlet) \($0.state)" } == ["1 off"])
        let on = try ask("on")
        #expect(on.status == 0, "\(on)")
        #expect(plugs.changes.map { "\($0.outlet) \($0.state)" } == ["1 off", "1 on"])
    }
}
