// NUT's drivers, as Debian ships them, read the simulated UPSes and see whether their output is live.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

private let directory = "/lib/nut"

@Suite(.enabled(if: isInstalled("\(directory)/nutdrv_qx"), "needs Debian's nut-server"))
struct NUTPeerTests {
    @Test(arguments: [
        (SimulatedModel.megatec, ["nutdrv_qx", "-x", "protocol=megatec"]),
        (.voltronic, ["nutdrv_qx", "-x", "protocol=voltronic"]), (.apcSmart, ["apcsmart"]),
    ])
    func `NUT knows the UPS, and sees its output on and off`(
        _ model: SimulatedModel, _ words: [String]
    ) throws {
        let ups = try bench(model)
        defer { ups.stop() }
        func output() throws -> String {
            let dump = try Program.run(
                "\(directory)/\(words[0])",
                ["-u", "root", "-s", "ups", "-x", "port=\(ups.path)", "-d", "1"]
                    + words.dropFirst(), within: .seconds(60))
            let line = dump.output.split(separator: "\n").first { $0.hasPrefix("output.voltage: ") }
            return String(try #require(line, "\(dump)"))
        }
        let on = try output()
        #expect(["output.voltage: 230.0", "output.voltage: 229.8"].contains(on), "\(on)")
        ups.press(try outlet("1"), .off)
        let off = try output()
        #expect(["output.voltage: 0.0", "output.voltage: 000.0"].contains(off), "\(off)")
    }
}
