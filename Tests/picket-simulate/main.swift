// Simulates as many worlds as it is told to, on as many cores, and says what came of it.
// `deploy/simulate` builds and runs it; docs/simulation.md says what it means.

import Fencing
import Glibc
import Simulation

let usage = """
    usage: picket-simulate --seeds N [--from K] [--jobs J] [--law P1] [--failures N]
           picket-simulate --replay SEED
    """

guard let options = Options(CommandLine.arguments.dropFirst()) else {
    print(usage)
    exit(64)
}
if let seed = options.replay {
    let trial = Trial(seed: seed)
    print(trial.violations.isEmpty ? Trial.story(of: trial.plan) : trial.report())
    exit(trial.violations.isEmpty ? 0 : 1)
}

let clock = ContinuousClock()
let began = clock.now
let tally = await campaign(options, since: began)
print(tally.lines(after: clock.now - began))
print(tally.answers)
if !tally.failures.isEmpty { print(tally.broken) }
for trial in tally.failures.prefix(1) { print(trial.report()) }
for trial in tally.failures.dropFirst() { print("seed \(trial.plan.seed): \(trial.violations[0])") }
exit(tally.failures.isEmpty ? 0 : 1)

/// Enters no more work after as many violations as are wanted.
nonisolated func campaign(_ options: Options, since began: ContinuousClock.Instant) async -> Tally {
    /// A share of the work that one task does between two words of progress.
    let chunk: UInt64 = 200
    var tally = Tally()
    var said = began
    var next = options.from
    let end = options.from + options.seeds
    await withTaskGroup(of: Tally.self) { group in
        for _ in 0..<options.jobs where next < end {
            let part = next..<min(end, next + chunk)
            next = part.upperBound
            group.addTask { Tally(playing: part, by: options) }
        }
        for await part in group {
            tally.add(part)
            if next < end, tally.failures.count < options.failures {
                let part = next..<min(end, next + chunk)
                next = part.upperBound
                group.addTask { Tally(playing: part, by: options) }
            }
            let now = ContinuousClock().now
            if now - said > .seconds(2) {
                said = now
                print(tally.lines(after: now - began))
                fflush(nil)
            }
        }
    }
    return tally
}
