// A simulated switch on a pseudo-terminal, a site file that names it, and the picket program.

import Fencing
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

struct Site {
    let directory = TemporaryDirectory()
    let bench: BenchSwitch
    let link: String

    init(_ model: SimulatedModel) throws {
        link = "\(directory.path)/pdu"
        var settings = BenchSwitch.Settings()
        settings.link = link
        bench = try BenchSwitch(model.make(), settings)
    }

    /// `driver` with the model's own outlets; node1 hangs on outlet `fed`.
    func file(driver: String, fed: String, latency: String = "1s") -> String {
        directory.write(
            "picket.yaml",
            """
            appliance: {lock_directory: \(directory.path)}
            switches:
              pdu-a: {driver: \(driver), line: \(link), latency: \(latency), patience: 9s}
            clusters:
              db:
                nodes:
                  node1: {feeds: [pdu-a/\(fed)]}
            """)
    }

    func picket(_ arguments: [String], typing text: String = "") throws -> Program.Result {
        try Program.run(
            "\(Program.products)/picket", arguments, input: text, within: .seconds(90))
    }

    func state(_ outlet: String) throws -> PowerState? {
        bench.outlets[try #require(OutletName(outlet))]
    }
}
