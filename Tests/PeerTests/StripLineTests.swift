// The drivers for strips at work on a real serial line: a pseudo-terminal with one of our simulated
// switches behind it, at the speed of the wire, with echo.

import Drivers
import Fencing
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("On a real line")
struct StripLineTests {
    struct Strip: Sendable, CustomTestStringConvertible {
        let model: SimulatedModel
        let driver: String
        var user: String?
        var password: String?
        var outlet = "3"
        var testDescription: String { model.rawValue }
    }

    private static let strips = [
        Strip(model: .baytech, driver: "baytech"),
        Strip(model: .baytechMenu, driver: "baytech", password: "baytech"),
        Strip(model: .wti, driver: "wti", password: "wti"),
        Strip(model: .apc, driver: "apc", user: "apc", password: "apc"),
        Strip(model: .apcMenu, driver: "apc", user: "apc", password: "apc"),
        Strip(model: .sentry, driver: "sentry", user: "admn", password: "admn", outlet: ".AA3"),
        Strip(model: .cyclades, driver: "cyclades-pm", user: "admin", password: "pm8"),
    ]

    @Test("a strip is logged in to, switched and read back", arguments: strips)
    func strip(_ strip: Strip) throws {
        let directory = TemporaryDirectory()
        var settings = BenchSwitch.Settings()
        settings.speed = 9600
        let bench = try BenchSwitch(strip.model.make(), settings)
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: "echo"))
        var options = DriverOptions()
        options.credentials = Credentials(
            user: strip.user, password: strip.password.flatMap { Secret($0) })
        let driver = try #require(try DriverCatalog.make(named: strip.driver, options))
        let port = SerialPort(
            path: bench.path, settings: try LineSettings(parsing: "9600,8n1"),
            modemLines: .raised, lockDirectory: directory.path)
        let line = try DrivenLine(driver, port)
        for command in [PowerCommand.off, .on] {
            let report = try line.turn(command, strip.outlet, within: .seconds(60))
            #expect(report.state == command.proof, "\(report)")
            #expect(bench.outlets[try outlet(strip.outlet)] == command.proof)
        }
        #expect(bench.changes.map(\.state) == [.off, .on])
        #expect(bench.trouble == nil)
    }
}
