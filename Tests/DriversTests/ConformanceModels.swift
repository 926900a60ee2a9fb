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

    var testDescription: String { rawValue }

    /// The models with a prompt, a table and echo.
    static let withPrompt = [Model.bayTech, .powermanBayTech]

    func driver() throws -> any SwitchDriver {
        switch self {
        case .bayTech: try #require(DriverCatalog.make(named: "baytech-prompt"))
        case .rps10: try #require(DriverCatalog.make(named: "wti-rps10"))
        case .powermanBayTech: try installedDriver("baytech-rpc3-nc")
        case .powermanRPS10: try installedDriver("wti-rps10")
        }
    }

    func simulated() -> any SimulatedSwitch {
        switch self {
        case .bayTech, .powermanBayTech: SimulatedBayTech()
        case .rps10, .powermanRPS10: SimulatedRPS10()
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
        Bench(SwitchSession(try driver(), maximalLatency: latency), simulated())
    }

    var latency: Duration {
        get throws { try driver().traits.maximalLatency }
    }
}

func installedDriver(_ name: String) throws -> PowermanDriver {
    let file = try installedFile(name)
    return PowermanDriver(try #require(file.specifications.first { $0.name == name }))
}

func installedFile(_ name: String) throws -> PowermanFile {
    let path = "/etc/powerman/\(name).dev"
    return try PowermanFile.parse(text: try bytes(ofFile: path), path: path) { _ in nil }
}
