// Real concentrators: Debian's ser2net, and pyserial's RFC 2217 server. Our lines and drivers shoot
// through them at a simulated BayTech on a pseudo-terminal; a button is pressed through pyserial.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

private let python = "/usr/bin/python3"
private let pyserial = "/usr/lib/python3/dist-packages/serial/rfc2217.py"

private func bayTech() throws -> any SwitchDriver {
    try #require(try DriverCatalog.make(named: "baytech"))
}

/// pyserial's server on a port that the system chose.
private final class Pyserial {
    let program: Program
    let port: UInt16

    init(serving what: String) throws {
        let script =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/Peers/rfc2217_server.py"
        program = try Program(python, [script, what])
        let said = try program.read { $0.contains(#/port [0-9]+\n/#) }
        let line = said.split(separator: "\n").last { $0.hasPrefix("port ") }
        port = try #require(line.flatMap { UInt16($0.dropFirst("port ".count)) })
    }
}

@Suite(.enabled(if: Ser2net.isInstalled, "needs Debian's ser2net"))
struct Ser2netTests {
    private let reports: Reports

    init() throws { reports = try Reports() }

    private struct Setting: Sendable, CustomTestStringConvertible {
        let language: NetworkPort.Language
        let accepter: String
        var testDescription: String { "\(language.rawValue) to \(accepter)" }
    }

    private static let settings = [
        Setting(language: .raw, accepter: "tcp"),
        Setting(language: .telnet, accepter: "telnet,tcp"),
        Setting(language: .telnet, accepter: "telnet(rfc2217),tcp"),
        Setting(language: .rfc2217, accepter: "telnet(rfc2217),tcp"),
    ]

    private func worker(_ language: NetworkPort.Language, _ port: UInt16) throws -> Worker {
        let line = NetworkPort(
            language, host: "127.0.0.1", port: port,
            settings: try LineSettings(parsing: "9600,8n1"))
        return try Worker(
            switch: pdu, port: line,
            dialogue: SwitchSession(try bayTech(), maximalLatency: .seconds(1)),
            report: reports.take)
    }

    @Test(arguments: settings)
    private func `shoots through it, reads back, and switches on`(_ setting: Setting) throws {
        let bench = try BenchSwitch(SimulatedBayTech(), BenchSwitch.Settings())
        defer { bench.stop() }
        let peer = try Ser2net(setting.accepter, device: bench.path)
        let worker = try worker(setting.language, peer.port)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .off, "\(report)")
        worker.enter(try power(2, .on, "3"))
        worker.enter(try read(3, "4"))
        #expect(reports.first(3).map(\.state) == [.off, .on, .on])
        #expect(bench.changes.map(\.state) == [.off, .on])
    }

    @Test(arguments: settings)
    private func `a second caller is told, waits, and comes in`(_ setting: Setting) throws {
        let bench = try BenchSwitch(SimulatedBayTech(), BenchSwitch.Settings())
        defer { bench.stop() }
        let peer = try Ser2net(setting.accepter, device: bench.path)
        var other: ClientSocket? = try ClientSocket(
            connectingTo: InternetAddress(.v4([127, 0, 0, 1]), port: peer.port))
        #expect(LinesTests.eventually { (try? other?.outcome()) == .connected })
        let worker = try worker(setting.language, peer.port)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(20)))
        #expect(
            LinesTests.eventually {
                worker.health.lastTrouble?.text.contains("it said `Port already in use`") == true
            }, "\(worker.health)")
        #expect(bench.changes.isEmpty)
        other = nil
        #expect(reports.first(1).first?.state == .off)
        #expect(bench.changes.map(\.state) == [.off])
    }

    @Test func `a concentrator that is killed under an order: unknown, and said so`() throws {
        let bench = try BenchSwitch(SimulatedBayTech(), BenchSwitch.Settings())
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: "mute"))
        let peer = try Ser2net("tcp", device: bench.path)
        let worker = try worker(.raw, peer.port)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(6)))
        #expect(LinesTests.eventually { !bench.wire.isEmpty })
        peer.program.killNow()
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown)
        #expect(report.trouble?.contains("the line was lost") == true, "\(report)")
        #expect(report.trouble?.contains("cannot be reached") == true, "\(report)")
    }
}

@Suite(.enabled(if: access(pyserial, R_OK) == 0, "needs Debian's python3-serial"))
struct PyserialTests {
    private let reports: Reports

    init() throws { reports = try Reports() }

    private func worker(
        _ port: UInt16, _ driver: any SwitchDriver, settings: String = "9600,8n1"
    ) throws -> Worker {
        try Worker(
            switch: pdu,
            port: NetworkPort(
                .rfc2217, host: "127.0.0.1", port: port,
                settings: try LineSettings(parsing: settings), modemLines: driver.traits.modemLines),
            dialogue: SwitchSession(driver, maximalLatency: .seconds(1)), report: reports.take)
    }

    @Test func `shoots through it, with its settings set and its lines raised`() throws {
        let bench = try BenchSwitch(SimulatedBayTech(), BenchSwitch.Settings())
        defer { bench.stop() }
        let peer = try Pyserial(serving: bench.path)
        let worker = try worker(peer.port, try bayTech(), settings: "19200,8n2")
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        #expect(reports.first(1).first?.state == .off)
        #expect(bench.changes.map(\.state) == [.off])
        let said = try peer.program.read { $0.contains("set 19200 8 N 2") }
        #expect(said.contains("dtr 1\nrts 1\n"), "\(said)")
    }

    @Test func `holds a power button through it, and sees the light go out and come back`() throws {
        let peer = try Pyserial(serving: "machine")
        let wiring = ButtonWiring(
            power: .dtr, reset: .rts, hold: .milliseconds(600), tap: .milliseconds(100),
            sense: ButtonWiring.Sense(input: .dcd, raisedMeans: .on))
        let worker = try worker(peer.port, ButtonDriver(wiring))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "power"))
        let off = try #require(reports.first(1).first)
        #expect(off.state == .off, "\(off)")
        worker.enter(try power(2, .on, "power"))
        let on = try #require(reports.first(2).last)
        #expect(on.state == .on, "\(on)")
        let said = try peer.program.read { $0.contains("power on") }
        let presses = said.split(separator: "\n").filter { $0 == "dtr 1" }
        #expect(presses.count == 2, "\(said)")
        #expect(said.contains("dtr 1\npower off\n"), "\(said)")
        #expect(!said.contains("rts 1"), "\(said)")
    }
}
