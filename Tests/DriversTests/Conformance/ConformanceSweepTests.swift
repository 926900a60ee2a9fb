// Every driver against every fault in turn, and against mixtures from a seed. What must never
// happen: an off that is not, an off that does not last, a job without its one finding in time.
//
// The seventeen device files share one engine: of them every sixth case is tried, each file from
// another one on. PICKET_SWEEP=all tries every one of all.

import Drivers
import Fencing
import Glibc
import SimulatedSwitches
import TestSupport
import Testing

@Suite("No driver ever lies")
struct ConformanceSweepTests {
    @Test("when a byte to the switch is lost, whichever", arguments: Model.allCases)
    func losesReceived(_ model: Model) throws {
        for number in Self.some(of: Array(1...24), for: model) {
            try shootAndJudge(model, "lose-received=\(number)")
        }
    }

    @Test("when a byte from the switch is lost, whichever", arguments: Model.allCases)
    func losesSent(_ model: Model) throws {
        let numbers = Array(1...90) + stride(from: 91, through: 600, by: 7)
        for number in Self.some(of: numbers, for: model) {
            try shootAndJudge(model, "lose-sent=\(number)")
        }
    }

    @Test("when the line drops after any number of bytes", arguments: Model.allCases)
    func drops(_ model: Model) throws {
        let numbers = Array(1...60) + stride(from: 61, through: 600, by: 11)
        for number in Self.some(of: numbers, for: model) {
            try shootAndJudge(model, "drop=\(number)")
        }
    }

    @Test(
        "when the switch answers or acts late, within the maximal latency",
        arguments: Model.allCases)
    func late(_ model: Model) throws {
        for fault in ["late", "acts-late"] {
            for tenths in Self.some(of: Array(stride(from: 2, through: 88, by: 6)), for: model) {
                for patience in [2, 5, 9] {
                    var bench = try model.bench(
                        "\(fault)=\(tenths)00ms", latency: .seconds(10) + model.delay)
                    let note = "\(fault)=\(tenths)00ms, first deadline \(patience) s"
                    _ = try judged(&bench, .off, "3", within: .seconds(patience), note)
                    _ = try judged(&bench, .on, "3", within: .seconds(patience), note)
                    _ = try judged(&bench, .off, "3", within: .seconds(45), note)
                }
            }
        }
    }

    @Test("in a mixture of faults and jobs from a seed", arguments: Model.allCases)
    func mixtures(_ model: Model) throws {
        for seed in Self.some(of: Array(1...40), for: model) { try mixture(model, UInt64(seed)) }
    }

    private func mixture(_ model: Model, _ seed: UInt64) throws {
        var dice = Seeded(seed: seed)
        var bench = try model.bench("none", latency: .seconds(10) + model.delay)
        for round in 1...8 {
            let faults = dice.faults()
            try bench.set(faults)
            let outlet = String(Int.random(in: 1...4, using: &dice))
            let time = Duration.seconds(Int.random(in: 1...40, using: &dice))
            let note = "seed \(seed), round \(round): \(faults)"
            if Bool.random(using: &dice) { try bench.press(outlet, dice.command()) }
            if Int.random(in: 1...6, using: &dice) == 1 { bench.loseLine() }
            switch Int.random(in: 1...3, using: &dice) {
            case 1:
                let finding = try bench.read(outlet, within: time)
                if finding.state != .unknown { #expect(bench.state(outlet) == finding.state) }
            default:
                _ = try judged(&bench, dice.command(), outlet, within: time, note)
            }
        }
    }

    private static let triesAll = getenv("PICKET_SWEEP").map { String(cString: $0) } == "all"

    private static func some(of cases: [Int], for model: Model) -> [Int] {
        guard model.deviceFile != nil, !triesAll,
            let place = Model.allCases.firstIndex(of: model)
        else { return cases }
        return cases.enumerated().filter { $0.offset % 6 == place % 6 }.map(\.element)
    }

    // MARK: The judge

    /// One off under a single fault; then the switch is well again, and so must the session be.
    private func shootAndJudge(_ model: Model, _ fault: String) throws {
        var bench = try model.bench(fault)
        _ = try judged(&bench, .off, "3", within: .seconds(60), fault)
        try bench.set("none")
        let finding = try bench.turn(.off, "3", within: .seconds(60))
        #expect(finding.state == .off, "\(fault): it must find its step again")
    }

    /// What a turn says of the outlet must be so, and stay so while nobody else touches it.
    private func judged(
        _ bench: inout Bench, _ command: PowerCommand, _ outlet: String, within time: Duration,
        _ note: String
    ) throws -> Finding {
        let finding = try bench.turn(command, outlet, within: time)
        switch finding.state {
        case .unknown:
            #expect(finding.trouble != nil, "\(note)")
        case .on, .off:
            #expect(bench.state(outlet) == finding.state, "\(note): it is not so")
            let changes = bench.simulated.changes.count
            bench.run(for: .seconds(15))
            #expect(bench.state(outlet) == finding.state, "\(note): it did not last")
            #expect(bench.simulated.changes.count == changes, "\(note): something acts by itself")
        }
        return finding
    }
}

extension Seeded {
    mutating func command() -> PowerCommand { Bool.random(using: &self) ? .on : .off }

    /// Up to three faults. What is late is late by less than the maximal latency, all in all.
    mutating func faults() -> String {
        let number = Int.random(in: 1...300, using: &self)
        let all = [
            "late=\(number % 45)00ms", "acts-late=\(number % 45)00ms", "pace=\(number % 6 + 1)ms",
            "stuck-on=\(number % 4 + 1)", "stuck-off=\(number % 4 + 1)",
            "lose-received=\(number % 30 + 1)", "lose-sent=\(number)", "noise=\(number % 9 + 1)",
            "drop=\(number)", "answers-for=\(number % 4 + 1)", "mute", "garbage", "echo", "refuse",
            "duplicate",
        ]
        let count = Int.random(in: 0...3, using: &self)
        let chosen = all.shuffled(using: &self).prefix(count)
        return chosen.isEmpty ? "none" : chosen.joined(separator: " ")
    }
}
