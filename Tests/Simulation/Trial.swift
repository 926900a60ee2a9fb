// One seed, played and judged; and if it fails, made as small as it can be.

package import Fencing

/// What the judge goes by.
package struct Rules: Sendable {
    package var laws = Set(Law.allCases)
    /// Another than the arbiter's, where a test wants to see a failure.
    package var consent: ClusterTerms.Consent?

    package init(laws: Set<Law> = Set(Law.allCases), consent: ClusterTerms.Consent? = nil) {
        self.laws = laws
        self.consent = consent
    }
}

package struct Trial: Sendable {
    package let plan: Plan
    package let violations: [Violation]
    package let figures: World.Figures
    private let rules: Rules

    package init(_ plan: Plan, rules: Rules = Rules()) {
        self.plan = plan
        self.rules = rules
        var world = World(plan, rules: rules)
        violations = world.play()
        figures = world.figures
    }

    package init(seed: UInt64, rules: Rules = Rules()) {
        self.init(Plan(seed: seed), rules: rules)
    }

    /// The fewest stimuli that still break the same law: each is left out that can be.
    package func shrunk() -> Trial {
        guard let law = violations.first?.law else { return self }
        var best = self
        var size = max(1, best.plan.stimuli.count / 2)
        while size >= 1 {
            var from = 0
            while from < best.plan.stimuli.count {
                var smaller = best.plan
                smaller.stimuli.removeSubrange(from..<min(from + size, smaller.stimuli.count))
                let trial = Trial(smaller, rules: rules)
                if trial.violations.first?.law == law { best = trial } else { from += size }
            }
            size /= 2
        }
        return best
    }

    /// What happens in a world, line by line.
    package static func story(of plan: Plan) -> String {
        var world = World(plan, .told)
        let violations = world.play()
        return (world.timeline + violations.map(\.description)).joined(separator: "\n")
    }

    /// Everything somebody needs who wants to understand a failure.
    package func report() -> String {
        let small = shrunk()
        var world = World(small.plan, .told, rules: rules)
        let found = world.play()
        let stimuli = small.plan.stimuli.map { "  \($0)" }.joined(separator: "\n")
        let story = world.timeline.map { "  \($0)" }.joined(separator: "\n")
        return """
            seed \(plan.seed): \(violations.map(\.description).joined(separator: "; "))
            replay: deploy/simulate --replay \(plan.seed)
            \(small.plan.stimuli.count) of \(plan.stimuli.count) stimuli still fail:
            \(stimuli)
            what happens then:
            \(story)
            \(found.map(\.description).joined(separator: "\n"))
            """
    }
}
