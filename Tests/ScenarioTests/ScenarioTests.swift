// The scenarios. Each is a file in Scenarios; README.md says how to read and write one.

import Fencing
import Foundation
import TestSupport
import Testing

@Suite("Scenarios")
struct ScenarioTests {
    @Test("What is expected happens", arguments: Folder.all)
    func plays(_ file: Folder.File) throws {
        let scenario = try file.read()
        let swapped = try file.readSwapped()
        var random = Seeded(seed: UInt64(file.number))
        for _ in 0..<scenario.repetitions {
            let cast = random.number(0...1) == 0 ? scenario : swapped
            _ = try Player.play(cast, seed: random.next())
        }
    }

    @Test("It matters nothing when the machine was started", arguments: Folder.all)
    func origin(_ file: Folder.File) throws {
        let scenario = try file.read()
        let first = try Player.play(scenario)
        let century = Moment(sinceStart: .seconds(100 * 365 * 86_400))
        #expect(try Player.play(scenario, from: century) == first)
    }

    @Test("It matters nothing how often the ledger is condensed", arguments: Folder.all)
    func condensed(_ file: Folder.File) throws {
        let often = Retention(condensesAfter: 1, keeps: 0)
        _ = try Player.play(try file.read(), retention: often)
    }

    @Test("No number is missing")
    func numbers() {
        #expect(Folder.all.count >= 50, "the folder was not found")
        #expect(Folder.all.map(\.number) == Array(1...max(1, Folder.all.count)))
    }
}
