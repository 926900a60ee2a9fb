// Shots over bad lines: one byte in a thousand, or in a hundred, is lost, changed or added, in either
// direction. Whatever else comes of it, no verdict may be false: neither an off that is not, nor
// one that does not last.
//
// PICKET_NOISE_SHOTS=100000 shoots so often with each driver at each rate; without it, a few
// times. PICKET_NOISE_MODELS=wti,rps10 leaves the other drivers out. A seed that fails is named, and
// PICKET_NOISE_SEED=N begins with it.

import Drivers
import Fencing
import Glibc
import Noise
import SimulatedSwitches
import Testing

@Suite("On a bad line")
struct NoiseTests {
    /// Shots from one seed, on one bench.
    private static let shotsPerSeed = 20

    private static let models = text("PICKET_NOISE_MODELS").map { wanted in
        wanted.split(separator: ",").map { name in
            guard let model = Model(rawValue: String(name)) else {
                preconditionFailure("there is no model \(name)")
            }
            return model
        }
    }

    @Test("no verdict is false", arguments: models ?? Model.allCases, [1, 10])
    func noise(_ model: Model, _ perMille: Int) throws {
        // The device files share one engine.
        let shots = Self.number("PICKET_NOISE_SHOTS") ?? (model.deviceFile == nil ? 100 : 20)
        let first = Self.number("PICKET_NOISE_SEED") ?? 1
        var tally = Tally()
        for seed in 0..<((shots + Self.shotsPerSeed - 1) / Self.shotsPerSeed) {
            try shoot(model, perMille, UInt64(first + seed), &tally)
        }
        print("noise \(perMille)/1000 \(model.rawValue): \(tally)")
        // A device file wants every row of a table whole, however long the table is.
        if model.deviceFile == nil || perMille < 10 {
            let least = model.deviceFile == nil ? tally.shots / 4 : 0
            #expect(tally.verified > least, "a line this bad is still good for something")
        }
    }

    private struct Tally: CustomStringConvertible {
        var shots = 0
        var verified = 0
        var readContrary = 0
        var inDoubt = 0
        var falseVerdicts = 0
        /// Outlets that nobody meant, and that moved: a command that was garbled on the way.
        var foreign = 0

        var description: String {
            "\(shots) shots, \(verified) verified, \(readContrary) read as not done, \(inDoubt) in "
                + "doubt, \(falseVerdicts) false, \(foreign) other outlets moved"
        }
    }

    private func shoot(
        _ model: Model, _ perMille: Int, _ seed: UInt64, _ tally: inout Tally
    ) throws {
        var bench = try model.closedBench()
        try bench.set(Exemption.reason(model, .echo) == nil ? "echo" : "none")
        bench.line = NoisyLine(seed: seed, perMille: perMille)
        bench.open(andWait: .seconds(30))
        for round in 1...Self.shotsPerSeed {
            let command: PowerCommand = round % 2 == 1 ? .off : .on
            let finding = try bench.turn(command, "3", within: .seconds(40))
            tally.shots += 1
            switch finding.state {
            case .unknown: tally.inDoubt += 1
            case command.proof: tally.verified += 1
            case .on, .off: tally.readContrary += 1
            }
            let isTrue = try stays(finding.state, &bench)
            if !isTrue { tally.falseVerdicts += 1 }
            #expect(
                isTrue || model.obeysAnyByte,
                "seed \(seed), \(perMille)/1000, round \(round): \(finding)")
            // The next shot begins where it should, whatever came of this one.
            try bench.press("3", command)
        }
        let moved = bench.simulated.changes.filter { $0.outlet.text != model.outlet("3") }
        tally.foreign += Set(moved.map(\.outlet)).count
        if model.checksCommands { #expect(moved.isEmpty, "seed \(seed): \(moved)") }
    }

    /// Whether the verdict is so, and stays so while nobody does anything.
    private func stays(_ state: PowerState, _ bench: inout Bench) throws -> Bool {
        guard state != .unknown else {
            // What is in doubt may act until the latency is over.
            bench.run(for: .seconds(30))
            return true
        }
        guard bench.state("3") == state else { return false }
        bench.run(for: .seconds(12))
        return bench.state("3") == state
    }

    private static func number(_ name: String) -> Int? {
        text(name).flatMap { Int($0) }
    }

    private static func text(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
