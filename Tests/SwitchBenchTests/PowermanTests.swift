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
        /// What the device file calls itself, where that is not its name.
        var specification: String?
        /// The password in the device file: it waits for a login that nobody has asked for.
        var password: String?
        var third = "3"
        var faults = "none"
        var testDescription: String { "\(model) \(device) \(faults)" }
    }

    private static let settings = [
        Setting(model: "baytech", device: "baytech-rpc3-nc", nodes: "n[1-8]", outlets: "[1-8]"),
        Setting(
            model: "baytech", device: "baytech-rpc3-nc", nodes: "n[1-8]", outlets: "[1-8]",
            faults: "echo late=200ms"),
        Setting(model: "rps10", device: "wti-rps10", nodes: "n[0-9]", outlets: "[0-9]"),
        behindLogin("baytech-menu", "baytech", "baytech"),
        behindLogin("wti", "wti", "wti"),
        behindLogin("cyclades", "cyclades-pm8", "pm8", specification: "pm8"),
        behindLogin("apc-menu", "apc7900v3", "apc"),
        behindLogin("apc-menu2", "apc7900", "apc"),
        behindLogin("apc-plus", "apc", "apc"),
        behindLogin("apc-plus22", "apcnew", "apc"),
        behindLogin("apc-old", "apcold", "apc"),
        Setting(
            model: "sentry", device: "sentry_cdu", nodes: "n[1-8]", outlets: ".AA[1-8]",
            password: "admn", third: ".AA3", faults: "echo"),
    ]

    private static func behindLogin(
        _ model: String, _ device: String, _ password: String, specification: String? = nil
    ) -> Setting {
        Setting(
            model: model, device: device, nodes: "n[1-8]", outlets: "[1-8]",
            specification: specification, password: password)
    }

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
            device "pdu" "\(setting.specification ?? setting.device)" "\(bench.path)" "9600,8n1"
            node "\(setting.nodes)" "pdu" "\(setting.outlets)"
            """)
        let powerman = try Peer(powermand, ["-f", "-s", "-Y", "-c", "\(place.path)/powerman.conf"])
        _ = powerman.heard(until: "powerman> ")
        if let password = setting.password { try showLogin(bench, until: password) }
        #expect(try ask(powerman, "off n3").contains("102 Command completed"))
        #expect(bench.outlets[try outlet(setting.third)] == .off)
        let status = try ask(powerman, "status").split(whereSeparator: \.isNewline)
        #expect(status.contains("302 off:     n3"))
        #expect(try ask(powerman, "on n3").contains("102 Command completed"))
        #expect(bench.changes.map(\.state) == [.off, .on])
        try powerman.say("quit")
        #expect(powerman.status == 0)
    }

    /// Somebody presses Enter at the switch's terminal, as often as it takes until powerman, which
    /// waits for a login without asking for one, has seen it.
    private func showLogin(_ bench: BenchSwitch, until password: String) throws {
        let terminal = try Client(bench.path)
        for _ in 1...40 {
            let heard = bench.wire.filter { $0.direction == .received }.flatMap(\.bytes)
            // As bytes: to a String, CR LF is one character that contains neither.
            let ends: [UInt8] = [0x0D, 0x0A]
            if ends.contains(where: { heard.contains(Array(password.utf8) + [$0]) }) { return }
            try terminal.send("\r")
            usleep(250_000)
        }
        Issue.record("powerman has not logged in: \(bench.wire)")
    }

    private func ask(_ powerman: Peer, _ command: String) throws -> String {
        try powerman.say(command)
        return powerman.heard(until: "powerman> ")
    }
}
