// Faults as text: there and back, and what is said to somebody who mistypes.

import SimulatedSwitches
import Testing

@Suite struct FaultTextTests {
    @Test(arguments: [
        "none", "late=8s", "acts-late=350ms", "pace=50ms", "stuck-on=3", "stuck-off=3",
        "answers-for=2",
        "lose-received=5", "lose-sent=5", "noise=4", "drop=20", "mute", "deaf", "garbage", "echo",
        "confirm", "refuse", "duplicate", "foreign", "bad-checksum", "not-yet", "handshake",
        "alerts",
        "late=1s acts-late=2s stuck-on=1 stuck-on=2 lose-sent=3 lose-sent=4 mute echo",
    ])
    func `what is printed reads back as the same`(_ text: String) throws {
        #expect(try Faults(parsing: text).description == text)
    }

    @Test func `commas and spaces part faults, and stuck is both ways of sticking`() throws {
        let faults = try Faults(parsing: " mute,stuck=3  echo ")
        #expect(faults.description == "stuck-on=3 stuck-off=3 mute echo")
        #expect(try Faults(parsing: "") == Faults())
    }

    @Test(arguments: ["slow", "late", "mute=1", "=", "LATE=8s"])
    func `an unknown fault is answered with all that are known`(_ text: String) {
        let error = #expect(throws: FaultTextError.self) { try Faults(parsing: text) }
        #expect(error == .unknownFault(text))
        let said = error?.description ?? ""
        #expect(said.contains("late=8s") && said.contains("mute") && said.contains("stuck=3"))
    }

    @Test(arguments: [
        "late=8", "late=s", "late=-1s", "late=3601s", "late=1.5s", "late=8 s", "pace=ms",
        "late=99999999999999999999s", "noise=0", "noise=257", "drop=x", "lose-sent=0", "stuck=",
        "stuck=a=b",
    ])
    func `a measure that cannot be read is refused`(_ text: String) {
        #expect(throws: FaultTextError.self) { try Faults(parsing: text) }
    }

    @Test func `the models are known by name`() throws {
        #expect(try SimulatedModel.make(named: "baytech").outlets.count == 8)
        #expect(try SimulatedModel.make(named: "rps10").outlets.count == 10)
        let error = #expect(throws: UnknownModel.self) { try SimulatedModel.make(named: "none") }
        #expect(error?.description.contains("baytech, baytech-menu") == true)
    }
}
