// Simulates as many worlds as it is told to and says what came of it. `deploy/simulate` builds it.

import Fencing
import Simulation

struct Options {
    var seeds: UInt64 = 10_000
    var from: UInt64 = 0
    var jobs = 1
    var replay: UInt64?
}

let arguments = CommandLine.arguments
print(arguments)
var total = World.Figures()
let clock = ContinuousClock()
let began = clock.now
let n = UInt64(arguments.dropFirst().first ?? "100") ?? 100
var failed = 0
for seed in 0..<n {
    let trial = Trial(seed: seed)
    if !trial.violations.isEmpty {
        failed += 1
        if failed <= 3 { print(trial.report()) } else { print(seed, trial.violations) }
        if failed > 30 { break }
    }
    total.simulated += trial.figures.simulated
    total.events += trial.figures.events
    total.grants += trial.figures.grants
    total.kills += trial.figures.kills
    total.deaths += trial.figures.deaths
    total.duels += trial.figures.duels
    for (code, count) in trial.figures.told { total.told[code, default: 0] += count }
}
let took = clock.now - began
print(total, took, total.simulated / .seconds(3600) / (took / .seconds(1)), "cluster-hours/s")
