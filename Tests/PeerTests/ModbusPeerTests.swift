// Modbus of other people's making: mbpoll (libmodbus) drives our simulated board, and our driver
// drives pymodbus' server.

import Drivers
import Fencing
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

private let mbpoll = "/usr/bin/mbpoll"

@Suite(.enabled(if: isInstalled(mbpoll), "needs Debian's mbpoll"))
struct ModbusPeerTests {
    /// `-r` counts from 1; a value behind the port is written.
    private func poll(_ bench: BenchSwitch, unit: Int = 1, _ words: String...) throws
        -> Program.Result
    {
        try Program.run(
            mbpoll,
            [
                "-m", "rtu", "-a", "\(unit)", "-b", "9600", "-P", "none", "-t", "0", "-1", "-o",
                "0.5",
            ]
                + words)
    }

    @Test func `mbpoll switches the simulated board, sees it, and hears what it has not`() throws {
        let board = try bench(.modbus)
        defer { board.stop() }
        let off = try poll(board, "-r", "3", board.path, "0")
        #expect(off.status == 0 && off.output.contains("Written 1 references."), "\(off)")
        #expect(board.outlets[try outlet("3")] == .off)
        let all = try poll(board, "-r", "1", "-c", "8", board.path)
        #expect(all.output.contains("[2]: \t1\n[3]: \t0\n[4]: \t1\n"), "\(all)")
        _ = try poll(board, "-r", "3", board.path, "1")
        #expect(board.changes.map(\.state) == [.off, .on])
        let none = try poll(board, "-r", "9", "-c", "1", board.path)
        #expect(none.status == 1 && none.errors.contains("Illegal data address"), "\(none)")
    }

    @Test func `mbpoll hears nothing from another unit, and notices a wrong CRC`() throws {
        let board = try bench(.modbus)
        defer { board.stop() }
        let other = try poll(board, unit: 2, "-r", "1", "-c", "1", board.path)
        #expect(other.status == 1 && other.errors.contains("timed out"), "\(other)")
        board.setFaults(try .init(parsing: "bad-checksum"))
        let wrong = try poll(board, "-r", "1", "-c", "1", board.path)
        #expect(wrong.status == 1 && wrong.errors.contains("Invalid CRC"), "\(wrong)")
    }

    @Test func `our driver switches pymodbus' coils`() throws {
        let line = try NearEnd()
        let server = try Program(
            "/usr/bin/python3", [fileBesideTests("modbus-server.py"), line.farEnd])
        defer { server.killNow() }
        let driven = try DrivenLine(try ModbusRelayDriver(), line)
        #expect(try driven.read("3").state == .on)
        let off = try driven.turn(.off, "3")
        #expect(off.state == .off, "\(off)")
        #expect(try driven.read("2").state == .on)
        #expect(try driven.turn(.on, "3").state == .on)
        let none = try driven.turn(.off, "9", within: .seconds(3))
        #expect(none.state == .unknown)
        #expect(none.trouble?.contains("exception 2, it has no such address") == true, "\(none)")
    }
}
