// Some thousand worlds, each decided by its seed; and what a failure would look like.

import Fencing
import Simulation
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test(
        "No law of arbitration is broken in any of these worlds", arguments: 0..<8 as Range<UInt64>)
    func worlds(_ part: UInt64) {
        let size: UInt64 = 375
        for seed in (part * size)..<(part * size + size) {
            let trial = Trial(seed: seed)
            #expect(trial.violations.isEmpty, "\(trial.report())")
        }
    }

    @Test("The worlds are not empty: everything that can be answered is")
    func worldsAreFull() {
        var sum = World.Figures()
        for seed in 0..<100 as Range<UInt64> { sum.add(Trial(seed: seed).figures) }
        let heard = Set(sum.told.keys)
        #expect(
            heard.isSuperset(of: [
                .ok, .failed, .inDoubt, .lost, .probation, .stale, .withdrawn, .noQuorum,
            ]))
        #expect(sum.kills > 100)
        #expect(sum.deaths > 50)
    }

    @Test("A seed brings back the same world, to the last word")
    func sameSeed() {
        #expect(Trial.story(of: Plan(seed: 11)) == Trial.story(of: Plan(seed: 11)))
        #expect(Trial.story(of: Plan(seed: 11)) != Trial.story(of: Plan(seed: 12)))
    }

    @Test("A failure names its seed, the way to replay it, and the least that still fails")
    func failure() throws {
        // Without consent a shot may leave a minority: where that is a law, some world breaks it.
        let laws: Set<Law> = [.majorityRemains]
        let trial = try #require(
            (0..<50 as Range<UInt64>).lazy.map { Trial(seed: $0, laws: laws) }
                .first { !$0.violations.isEmpty })
        let small = trial.shrunk(laws: laws)
        #expect(small.plan.stimuli.count < trial.plan.stimuli.count)
        #expect(small.violations.first?.law == .majorityRemains)
        let report = trial.report(laws: laws)
        #expect(report.contains("deploy/simulate --replay \(trial.plan.seed)"))
        #expect(report.contains("GRANT") || report.contains("granted"))
    }
}
