// Some thousand worlds, each decided by its seed.

import Simulation
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test("No law of arbitration is broken in any of these worlds", arguments: 0..<8)
    func worlds(_ part: UInt64) {
        for seed in (part * 250)..<(part * 250 + 250) {
            let trial = Trial(seed: seed)
            #expect(trial.violations.isEmpty, "\(trial.report())")
        }
    }
}
