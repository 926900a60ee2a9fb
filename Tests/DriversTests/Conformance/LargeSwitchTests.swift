// Switches with many outlets on a slow line: one table tells of all of them, and who has looked at it
// does not hold up a shot.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("A switch with 48 outlets at 9600 baud")
struct LargeSwitchTests {
    enum Large: String, CaseIterable, Sendable {
        case wti, baytech

        var model: Model { self == .wti ? .wti : .bayTech }
        var simulated: SimulatedModel { self == .wti ? .wti48 : .baytech48 }
    }

    private func bench(_ large: Large) throws -> Bench {
        var bench = Bench(
            large.model, SwitchSession(try large.model.driver()), large.simulated.make())
        try bench.set("pace=1ms")
        bench.open(andWait: .seconds(90))
        return bench
    }

    private func shot(_ bench: inout Bench, _ outlet: String) throws -> Duration {
        let began = bench.now
        #expect(try bench.turn(.off, outlet, within: .seconds(60)).state == .off)
        return bench.now - began
    }

    @Test("tells of all of them in one reading", arguments: Large.allCases)
    func all(_ large: Large) throws {
        var bench = try bench(large)
        for outlet in ["2", "17", "48"] { try bench.press(outlet, .off) }
        #expect(try bench.read("1", within: .seconds(12)).state == .on)
        #expect(bench.alsoRead == bench.simulated.outlets)
        // So does the reading of a shot.
        _ = try shot(&bench, "5")
        #expect(bench.alsoRead == bench.simulated.outlets)
    }

    @Test("takes no longer for a shot behind a reading", arguments: Large.allCases)
    func shotBehindReading(_ large: Large) throws {
        var alone = try bench(large)
        let time = try shot(&alone, "3")
        var bench = try bench(large)
        _ = try bench.read("1", within: .seconds(12))
        #expect(try shot(&bench, "3") < time * 12 / 10)
    }

    @Test("keeps its step where a reading was cut short", arguments: Large.allCases)
    func cut(_ large: Large) throws {
        var alone = try bench(large)
        let time = try shot(&alone, "3")
        for tenths in [3, 10, 15, 30] {
            var bench = try bench(large)
            let whole = bench.now
            _ = try bench.read("1", within: .seconds(30))
            let table = bench.now - whole
            _ = try bench.read("1", within: .milliseconds(tenths * 100))
            let behind = try shot(&bench, "3")
            #expect(behind < table + time * 12 / 10, "cut after \(tenths) tenths of \(table)")
        }
    }
}
