// The options, and what many worlds add up to.

import Fencing
import Simulation

struct Options: Sendable {
    var seeds: UInt64 = 10_000
    var from: UInt64 = 0
    var jobs = 1
    var replay: UInt64?
    /// Violations of other laws are not looked for.
    var law: Law?
    /// No more work is begun after so many worlds in which a law was broken.
    var failures: UInt64 = 1

    init?(_ words: ArraySlice<String>) {
        var words = words
        while let option = words.popFirst() {
            guard let value = words.popFirst() else { return nil }
            switch (option, UInt64(value)) {
            case ("--seeds", let number?): seeds = number
            case ("--from", let number?): from = number
            case ("--jobs", let number?) where (1...64).contains(number): jobs = Int(number)
            case ("--replay", let number?): replay = number
            case ("--failures", let number?) where number > 0: failures = number
            case ("--law", _):
                guard let law = Law(rawValue: value) else { return nil }
                self.law = law
            default: return nil
            }
        }
    }
}

struct Tally: Sendable {
    var figures = World.Figures()
    var worlds = 0
    var failures: [Trial] = []

    init() {}

    init(playing seeds: Range<UInt64>, by options: Options) {
        let law = options.law
        let rules = law.map { Rules(laws: [$0]) } ?? Rules()
        for seed in seeds {
            let trial = Trial(seed: seed, rules: rules)
            worlds += 1
            figures.add(trial.figures)
            if !trial.violations.isEmpty {
                failures.append(trial)
                if law != nil, options.failures == 1 { return }
            }
        }
    }

    mutating func add(_ other: Tally) {
        figures.add(other.figures)
        worlds += other.worlds
        failures += other.failures
    }

    /// For people: what was played, how dense it was, and how fast.
    func lines(after time: Duration) -> String {
        let seconds = time / .seconds(1)
        let hours = figures.simulated / .seconds(3600)
        func rate(_ amount: Double) -> Int { Int(amount / seconds) }
        func density(_ amount: Int) -> Double {
            hours > 0 ? Double(Int(Double(amount) * 100 / hours)) / 100 : 0
        }
        return """
            \(worlds) worlds, \(failures.count) violations, \(Int(hours)) cluster-hours, \
            \(figures.duels) duels, \(figures.grants) shots, \(figures.kills) lives, \
            \(figures.deaths) crashes, \(figures.events) events; \(figures.batches) batches, \
            \(figures.grantsByConsent) shots by consent, \(figures.locks) locks, \
            \(figures.attestations) attestations
            in each cluster-hour: \(density(figures.duels)) duels, \
            \(density(figures.grants)) shots, \(density(figures.deaths)) crashes, \
            \(density(figures.events)) events; in each second: \(rate(Double(worlds))) worlds, \
            \(rate(hours)) cluster-hours, \(rate(Double(figures.events))) events
            """
    }

    /// By law, the worlds in which it was the first to break, and the least of their seeds.
    var broken: String {
        Law.allCases.compactMap { law in
            let seeds = failures.filter { $0.violations.first?.law == law }.map(\.plan.seed)
            return seeds.min().map { "\(law.rawValue): \(seeds.count) worlds, from seed \($0)" }
        }.joined(separator: "\n")
    }

    var answers: String {
        "answers: "
            + ExitCode.allCases.compactMap { code in
                figures.told[code].map { "\(code.word) \($0)" }
            }.joined(separator: ", ")
    }
}
