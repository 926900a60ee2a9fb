// ipmitool, as Debian ships it, drives the simulated BMCs over both serial interfaces.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

private let ipmitool = "/usr/bin/ipmitool"

@Suite(.enabled(if: isInstalled(ipmitool), "needs Debian's ipmitool"))
struct IPMIPeerTests {
    @Test(arguments: [
        ("serial-terminal", SimulatedModel.ipmiTerminal), ("serial-basic", .ipmiBasic),
    ])
    func `ipmitool switches the machine off and on, and sees it`(
        _ interface: String, _ model: SimulatedModel
    ) throws {
        let machine = try bench(model)
        defer { machine.stop() }
        func power(_ word: String) throws -> Program.Result {
            try Program.run(
                ipmitool,
                ["-I", interface, "-D", "\(machine.path):9600", "chassis", "power", word],
                within: .seconds(30))
        }
        #expect(try power("status").output == "Chassis Power is on\n")
        let off = try power("off")
        #expect(off.status == 0 && off.output == "Chassis Power Control: Down/Off\n", "\(off)")
        #expect(machine.outlets[try outlet("1")] == .off)
        #expect(try power("status").output == "Chassis Power is off\n")
        let cycle = try power("cycle")
        #expect(
            cycle.status != 0 && cycle.errors.contains("not supported in present state"), "\(cycle)"
        )
        #expect(try power("on").output == "Chassis Power Control: Up/On\n")
        #expect(machine.changes.map(\.state) == [.off, .on])
    }

    @Test(arguments: [
        ("serial-terminal", SimulatedModel.ipmiTerminalLogin), ("serial-basic", .ipmiBasicLogin),
    ])
    func `ipmitool, which cannot log in on a serial line, may nothing without a login`(
        _ interface: String, _ model: SimulatedModel
    ) throws {
        let machine = try bench(model)
        defer { machine.stop() }
        let off = try Program.run(
            ipmitool,
            ["-I", interface, "-D", "\(machine.path):9600", "chassis", "power", "off"],
            within: .seconds(30))
        #expect(off.status != 0 && off.errors.contains("Insufficient privilege level"), "\(off)")
        #expect(machine.changes.isEmpty)
    }
}
