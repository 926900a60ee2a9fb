// Every driver under every condition: it switches off, reads, and switches on. Where a model cannot
// be in the condition, the table says why; and what is said even then must be true.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("Every driver does its work")
struct ConditionTests {
    @Test("under every condition", arguments: Model.allCases, Condition.allCases)
    func condition(_ model: Model, _ condition: Condition) throws {
        if condition == .answersForAnother { return }
        for stray in condition == .sessionOpen ? model.strays : [""] {
            try shoot(model, condition, stray)
        }
    }

    @Test("which somebody can be in; and every reason is somebody's")
    func table() throws {
        for condition in Condition.allCases {
            let able = Model.allCases.filter { Exemption.reason($0, condition) == nil }
            #expect(able.count >= 2, "\(condition)")
        }
        for exemption in Exemption.all {
            #expect(!exemption.reason.isEmpty && !exemption.models.isEmpty)
            for model in exemption.models {
                for condition in exemption.conditions {
                    #expect(Exemption.reason(model, condition) != nil)
                }
            }
        }
    }

    @Test(
        "and believes nothing of a switch that answers for another outlet",
        arguments: Model.allCases)
    func answersForAnother(_ model: Model) throws {
        guard Exemption.reason(model, .answersForAnother) == nil else { return }
        for (relay, other) in [("stuck-on=3", PowerCommand.off), ("stuck-off=3", .on)] {
            var bench = try model.closedBench()
            try bench.set("answers-for=2 \(relay)")
            try bench.press("3", other == .off ? .on : .off)
            try bench.press("2", other)
            bench.open()
            let pressed = bench.simulated.changes.count
            let reading = try bench.read("3", within: .seconds(40))
            #expect(reading.state != other.proof, "\(reading.trouble ?? "")")
            let finding = try bench.turn(other, "3", within: .seconds(60))
            #expect(finding.state != other.proof, "\(finding.trouble ?? "")")
            #expect(finding.trouble != nil)
            #expect(bench.simulated.changes.count == pressed, "it has switched another outlet")
            try bench.set("none")
            let after = try bench.turn(other, "3", within: .seconds(90))
            #expect(after.state == other.proof, "\(after.trouble ?? "")")
        }
    }

    private func shoot(_ model: Model, _ condition: Condition, _ stray: String) throws {
        let time = Duration.seconds(condition == .slowBytes ? 900 : 150)
        var bench = try prepared(model, condition, stray)
        if condition == .secondUser, Exemption.reason(model, condition) == nil {
            try expectTurnedAway(&bench)
        }
        let isExempt = Exemption.reason(model, condition) != nil
        for command in [PowerCommand.off, .on] {
            let finding = try bench.turn(command, "3", within: time)
            let note = "\(condition), after `\(stray)`: \(finding.trouble ?? "")"
            if finding.state != .unknown {
                #expect(bench.state("3") == finding.state, "it is not so: \(note)")
            }
            if !isExempt { #expect(finding.state == command.proof, "\(note)") }
            let other = try bench.read("4", within: time).state
            let untouched = model.hasOneOutlet ? command.proof : .on
            #expect(other == untouched || isExempt && other == .unknown, "\(note)")
            if condition == .idleLogOff { bench.run(for: .seconds(20)) }
        }
        let others = bench.simulated.changes.filter { $0.outlet.text != model.outlet("3") }
        #expect(others.isEmpty, "\(condition): \(others)")
    }

    private func prepared(_ model: Model, _ condition: Condition, _ stray: String) throws -> Bench {
        var bench = try model.closedBench()
        try bench.set(condition.fault)
        bench.type(stray)
        if condition == .promptSplit { bench.splitTime = .milliseconds(250) }
        bench.openNow()
        if condition == .bannerSeen { bench.type("\r") }
        bench.run(for: .seconds(condition == .slowBytes ? 300 : 45))
        return bench
    }

    private func expectTurnedAway(_ bench: inout Bench) throws {
        let finding = try bench.turn(.off, "3", within: .seconds(20))
        #expect(finding.state == .unknown)
        let trouble = try #require(finding.trouble)
        #expect(trouble.contains("somebody else is logged in: it says"), "\(trouble)")
        #expect(trouble.contains("`off` was not sent"), "\(trouble)")
        #expect(bench.state("3") == .on)
        try bench.set("none")
    }
}
