// Noise in the log has a bound of its own, and takes nobody's place.

import Fencing
import Testing

@testable import Appliance

@Suite("Noise in the log")
struct NoiseGateTests {
    private let start = Moment(sinceStart: .seconds(100))

    @Test("So many in a window, then the sum, then as many again")
    func window() {
        var gate = NoiseGate()
        for number in 1...NoiseGate.most + 5 {
            let isAdmitted = gate.admits(at: start)
            #expect(isAdmitted == (number <= NoiseGate.most))
        }
        let early = gate.takeLeftOut(at: start + .seconds(1))
        let sum = gate.takeLeftOut(at: start + NoiseGate.window)
        let again = gate.takeLeftOut(at: start + NoiseGate.window)
        #expect([early, sum, again] == [0, 5, 0])
        let isAdmitted = gate.admits(at: start + NoiseGate.window)
        #expect(isAdmitted)
    }
}
