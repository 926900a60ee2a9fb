// When processors are kept awake: for how long, and after what.

import Fencing
import Testing

@testable import Appliance

@Suite("Vigil")
final class VigilTests {
    private var vigil = Vigil()

    private func isKept(at moment: Moment, while awaits: @autoclosure () -> Bool) -> Bool {
        vigil.isKept(at: moment, while: awaits())
    }

    private func at(_ seconds: Double) -> Moment { Moment(sinceStart: .seconds(seconds)) }

    @Test("Nobody keeps it before something was commanded, and nobody is asked")
    func idle() {
        var asked = 0
        func awaits() -> Bool {
            asked += 1
            return true
        }
        let isKept = vigil.isKept(at: at(0), while: awaits())
        #expect(!isKept)
        #expect(asked == 0)
        #expect(vigil.until == nil)
    }

    @Test("It is kept until the report, and not again without a command")
    func kept() {
        vigil.commanded(at: at(1))
        #expect(vigil.until == at(11))
        #expect(isKept(at: at(1), while: true))
        #expect(isKept(at: at(5), while: true))
        #expect(!isKept(at: at(5), while: false))
        #expect(vigil.until == nil)
        #expect(!isKept(at: at(5), while: true))
    }

    @Test("A switch that says nothing is not watched for longer than that")
    func tired() {
        vigil.commanded(at: at(1))
        #expect(isKept(at: at(10.999), while: true))
        #expect(!isKept(at: at(11), while: true))
        #expect(vigil.until == nil)
    }

    @Test("Another command renews it")
    func renewed() {
        vigil.commanded(at: at(1))
        vigil.commanded(at: at(8))
        #expect(isKept(at: at(17.9), while: true))
        #expect(!isKept(at: at(18), while: true))
    }
}
