// Every driver that the conformance suite runs, and the simulated switch that it must be able to
// drive. The device files are those that Debian's package installs; they are read, not copied.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

enum Model: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case bayTech
    case rps10
    case powermanBayTech
    case powermanRPS10
    case modbus
    case modbusHolding
    case modbusSkyDrive
    case modbusClosed
    case lcus
    case kmTronic2
    case kmTronic8
    case devantech

    var testDescription: String { rawValue }

    func driver() throws -> any SwitchDriver {
        switch self {
        case .bayTech: try #require(try DriverCatalog.make(named: "baytech-prompt"))
        case .rps10: try #require(try DriverCatalog.make(named: "wti-rps10"))
        case .powermanBayTech: try installedDriver("baytech-rpc3-nc")
        case .powermanRPS10: try installedDriver("wti-rps10")
        case .modbus: try relayBoard("modbus-relay")
        case .modbusHolding: try relayBoard("modbus-relay", dialect: "holding", unit: 17)
        case .modbusSkyDrive: try relayBoard("modbus-relay", dialect: "skydrive")
        case .modbusClosed: try relayBoard("modbus-relay", contacts: .normallyClosed)
        case .lcus: try relayBoard("lcus")
        case .kmTronic2: try relayBoard("kmtronic-2")
        case .kmTronic8: try relayBoard("kmtronic-8", contacts: .normallyClosed)
        case .devantech: try relayBoard("devantech")
        }
    }

    func simulated() -> any SimulatedSwitch {
        switch self {
        case .bayTech, .powermanBayTech: SimulatedBayTech()
        case .rps10, .powermanRPS10: SimulatedRPS10()
        case .modbus: SimulatedModbus()
        case .modbusHolding: SimulatedModbus(.holding, unit: 17)
        case .modbusSkyDrive: SimulatedModbus(.skydrive)
        case .modbusClosed: SimulatedModbus(contacts: .normallyClosed)
        case .lcus: SimulatedModel.lcus.make()
        case .kmTronic2: SimulatedModel.kmTronic2.make()
        case .kmTronic8: SimulatedByteRelay(.kmTronic8, contacts: .normallyClosed)
        case .devantech: SimulatedModel.devantech.make()
        }
    }

    /// What an outlet of this model is called, that the tests call by a number.
    func outlet(_ number: String) -> String {
        switch self {
        case .kmTronic2: number == "3" || number == "5" ? "2" : "1"
        case .bayTech, .rps10, .powermanBayTech, .powermanRPS10, .modbus, .modbusHolding,
            .modbusSkyDrive, .modbusClosed, .lcus, .kmTronic8, .devantech:
            number
        }
    }

    /// Why noise before an answer cannot be told from the answer; nil where it can.
    var isBlindToNoise: String? {
        switch self {
        case .kmTronic2, .kmTronic8, .devantech:
            "an answer is whatever bytes come until the line is silent"
        case .bayTech, .rps10, .powermanBayTech, .powermanRPS10, .modbus, .modbusHolding,
            .modbusSkyDrive, .modbusClosed, .lcus:
            nil
        }
    }

    /// What the device says when it refuses, as it must be told; nil where it is silent.
    var refusal: String? {
        switch self {
        case .bayTech, .powermanBayTech: "Input error"
        case .rps10, .powermanRPS10: nil
        case .modbus, .modbusHolding, .modbusSkyDrive, .modbusClosed: "exception 1"
        case .lcus, .kmTronic2, .kmTronic8, .devantech: nil
        }
    }

    /// On an open line, in step, with these faults from then on.
    func bench(_ faults: String = "none", latency: Duration? = nil) throws -> Bench {
        var bench = try closedBench(latency: latency)
        bench.open()
        try bench.set(faults)
        return bench
    }

    func closedBench(latency: Duration? = nil) throws -> Bench {
        Bench(self, SwitchSession(try driver(), maximalLatency: latency), simulated())
    }

    var latency: Duration {
        get throws { try driver().traits.maximalLatency }
    }
}

private func relayBoard(
    _ name: String, dialect: String? = nil, unit: Int? = nil,
    contacts: DriverOptions.Contacts? = nil
) throws -> any SwitchDriver {
    var options = DriverOptions()
    options.dialect = dialect
    options.unit = unit
    options.contacts = contacts
    return try #require(try DriverCatalog.make(named: name, options))
}

func installedDriver(_ name: String) throws -> PowermanDriver {
    let file = try installedFile(name)
    return PowermanDriver(try #require(file.specifications.first { $0.name == name }))
}

func installedFile(_ name: String) throws -> PowermanFile {
    let path = "/etc/powerman/\(name).dev"
    return try PowermanFile.parse(text: try bytes(ofFile: path), path: path) { _ in nil }
}
