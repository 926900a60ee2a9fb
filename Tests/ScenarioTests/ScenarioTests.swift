// The fifty scenarios. Each is a file in Scenarios; README.md says how to read and write one.

import Fencing
import Foundation
import TestSupport
import Testing

@Suite("Scenarios")
struct ScenarioTests {
    /// Those whose rule the arbiter does not have yet.
    static let awaited = [38: "batches (R20)", 39: "batches (R20)", 40: "batches (R20)"]

    static let played = Folder.all.filter { awaited[$0.number] == nil }
    static let waiting = Folder.all.filter { awaited[$0.number] != nil }

    @Test("What is expected happens", arguments: played)
    func plays(_ file: Folder.File) throws {
        let scenario = try file.read()
        let swapped = try file.readSwapped()
        var random = Seeded(seed: UInt64(file.number))
        for _ in 0..<scenario.repetitions {
            let cast = random.number(0...1) == 0 ? scenario : swapped
            _ = try Player.play(cast, seed: random.next())
        }
    }

    @Test("It matters nothing when the machine was started", arguments: played)
    func origin(_ file: Folder.File) throws {
        let scenario = try file.read()
        let first = try Player.play(scenario)
        let century = Moment(sinceStart: .seconds(100 * 365 * 86_400))
        #expect(try Player.play(scenario, from: century) == first)
    }

    @Test("What is awaited really fails", arguments: waiting)
    func awaits(_ file: Folder.File) throws {
        let scenario = try file.read()
        #expect(throws: Player.Mismatch.self, "take \(file) out of `awaited`") {
            try Player.play(scenario)
        }
    }

    @Test("No number is missing, and no awaited one is unknown")
    func numbers() {
        #expect(Folder.all.count >= 50, "the folder was not found")
        #expect(Folder.all.map(\.number) == Array(1...max(1, Folder.all.count)))
        #expect(Self.waiting.count == Self.awaited.count)
    }
}
