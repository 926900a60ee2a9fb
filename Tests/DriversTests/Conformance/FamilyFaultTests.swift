// Faults that only some families can have: what must work all the same, and what must never be
// believed.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("A family's own faults")
struct FamilyFaultTests {
    private static let modbus: [Model] = [
        .modbus, .modbusHolding, .modbusSkyDrive, .modbusWhole, .modbusOnlyEight, .modbusPadded,
        .modbus32,
    ]
    private static let ipmi: [Model] = [
        .ipmiTerminal, .ipmiTerminalLogin, .ipmiBasic, .ipmiBasicLogin,
    ]

    @Test("do no harm: busy twice before everything", arguments: modbus + ipmi)
    func notYet(_ model: Model) throws { try expectWork(model, "not-yet") }

    @Test("do no harm: ready more often than it need say", arguments: ipmi)
    func handshake(_ model: Model) throws { try expectWork(model, "handshake") }

    @Test("do no harm: other news in the middle of every answer", arguments: [Model.apcSmart])
    func alerts(_ model: Model) throws { try expectWork(model, "alerts") }

    @Test("do no harm: echo and handshake together", arguments: [Model.ipmiTerminalLogin])
    func echo(_ model: Model) throws { try expectWork(model, "echo handshake") }

    @Test(
        "are never believed: an answer of somebody else",
        arguments: modbus + ipmi + [.kmTronic2, .lcus, .raritan, .cyberPower, .synaccess])
    func foreign(_ model: Model) throws { try expectDoubt(model, "foreign") }

    @Test(
        "are never believed: an answer whose checksum is wrong",
        arguments: modbus + [.ipmiBasic, .ipmiBasicLogin])
    func badChecksum(_ model: Model) throws { try expectDoubt(model, "bad-checksum") }

    private func expectWork(_ model: Model, _ fault: String) throws {
        var bench = try model.bench(fault)
        for command in [PowerCommand.off, .on, .off] {
            let finding = try bench.turn(command, "3", within: .seconds(40))
            #expect(finding.state == command.proof, "\(finding.trouble ?? "")")
        }
        #expect(bench.simulated.changes.map(\.state) == [.off, .on, .off])
    }

    private func expectDoubt(_ model: Model, _ fault: String) throws {
        var bench = try model.bench(fault)
        try bench.press("3", .off)
        let reading = try bench.read("3", within: .seconds(40))
        #expect(reading.state == .unknown)
        let finding = try bench.turn(.off, "3", within: .seconds(60))
        #expect(finding.state == .unknown)
        #expect(finding.trouble != nil)
        // And what was out of step gets into step again.
        try bench.set("none")
        #expect(try bench.turn(.off, "3", within: .seconds(90)).state == .off)
    }
}
