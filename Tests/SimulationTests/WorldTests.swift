// Some thousand worlds, each decided by its seed; and what a failure would look like.

import Fencing
import Simulation
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test(
        "No law of arbitration is broken in any of these worlds",
        arguments: 0..<12 as Range<UInt64>)
    func worlds(_ part: UInt64) {
        let size: UInt64 = 250
        for seed in (part * size)..<(part * size + size) {
            let trial = Trial(seed: seed)
            #expect(trial.violations.isEmpty, "\(trial.report())")
        }
    }

    @Test("The worlds are not empty: everything that can be done and answered is")
    func worldsAreFull() {
        var sum = World.Figures()
        for seed in 0..<150 as Range<UInt64> { sum.add(Trial(seed: seed).figures) }
        let heard = Set(sum.told.keys)
        #expect(
            heard.isSuperset(of: [
                .ok, .failed, .inDoubt, .lost, .probation, .noConsent, .locked, .rate, .stale,
                .withdrawn, .noQuorum,
            ]))
        #expect(sum.kills > 100)
        #expect(sum.deaths > 50)
        #expect(sum.batches > 10)
        #expect(sum.grantsByConsent > 50)
        #expect(sum.locks > 10)
        #expect(sum.attestations > 0)
    }

    @Test("A seed brings back the same world, to the last word")
    func sameSeed() {
        #expect(Trial.story(of: Plan(seed: 11)) == Trial.story(of: Plan(seed: 11)))
        #expect(Trial.story(of: Plan(seed: 11)) != Trial.story(of: Plan(seed: 12)))
    }

    @Test("A failure names its seed, the way to replay it, and the least that still fails")
    func failure() throws {
        // A judge that goes by a rule of which the arbiter has not heard.
        let rules = Rules(laws: [.majorityRemains], consent: .majority)
        let trial = try #require(
            (0..<50 as Range<UInt64>).lazy.map { Trial(seed: $0, rules: rules) }
                .first { !$0.violations.isEmpty })
        let small = trial.shrunk()
        #expect(small.plan.stimuli.count < trial.plan.stimuli.count)
        #expect(small.violations.first?.law == .majorityRemains)
        let report = trial.report()
        #expect(report.contains("deploy/simulate --replay \(trial.plan.seed)"))
        #expect(report.contains("granted"))
    }
}
