// powerman, as Debian ships it, drives the simulated switches with its own device files.

import Fencing
import Glibc
import SimulatedSwitches
import SwitchBench
import Testing

private let powermand = "/usr/sbin/powermand"

@Suite(.enabled(if: access(powermand, X_OK) == 0, "needs Debian's powerman"))
struct PowermanTests {
    private struct Setting: Sendable, CustomTestStringConvertible {
        let model: String
        let device: String
        let nodes: String
        let outlets: String
        var faults = "none"
        var testDescription: String { "\(model) \(faults)" }
    }

    private static let settings = [
        Setting(model: "baytech", device: "baytech-rpc3-nc", nodes: "n[1-8]", outlets: "[1-8]"),
        Setting(
            model: "baytech", device: "baytech-rpc3-nc", nodes: "n[1-8]", outlets: "[1-8]",
            faults: "echo late=200ms"),
        Setting(model: "rps10", device: "wti-rps10", nodes: "n[0-9]", outlets: "[0-9]"),
    ]

    @Test(arguments: settings)
    private func `powerman switches an outlet off and on and sees it`(_ setting: Setting) throws {
        let place = try Place()
        let bench = try BenchSwitch(
            try SimulatedModel.make(named: setting.model), place.settings)
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: setting.faults))
        try place.write(
            "powerman.conf",
            """
            include "/etc/powerman/\(setting.device).dev"
            device "pdu" "\(setting.device)" "\(bench.path)" "9600,8n1"
            node "\(setting.nodes)" "pdu" "\(setting.outlets)"
            """)
        let powerman = try Peer(powermand, ["-f", "-s", "-Y", "-c", "\(place.path)/powerman.conf"])
        _ = powerman.heard(until: "powerman> ")
        #expect(try ask(powerman, "off n3").contains("102 Command completed"))
        #expect(bench.outlets[try outlet("3")] == .off)
        let status = try ask(powerman, "status").split(whereSeparator: \.isNewline)
        #expect(status.contains("302 off:     n3"))
        #expect(try ask(powerman, "on n3").contains("102 Command completed"))
        #expect(bench.changes.map(\.state) == [.off, .on])
        try powerman.say("quit")
        #expect(powerman.status == 0)
    }

    private func ask(_ powerman: Peer, _ command: String) throws -> String {
        try powerman.say(command)
        return powerman.heard(until: "powerman> ")
    }
}
