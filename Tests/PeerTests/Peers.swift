// Other people's programs, as Debian ships them, and simulated switches for them to drive.

import Fencing
import Glibc
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

/// A simulated switch behind a pseudo-terminal, by name.
func bench(_ model: SimulatedModel, _ faults: String = "none") throws -> BenchSwitch {
    let bench = try BenchSwitch(model.make())
    bench.setFaults(try Faults(parsing: faults))
    return bench
}

func outlet(_ text: String) throws -> OutletName { try #require(OutletName(text)) }

func isInstalled(_ program: String) -> Bool { access(program, X_OK) == 0 }

/// A file that lies beside the tests.
func fileBesideTests(_ name: String) -> String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/") + "/" + name
}
