// One seed, played and judged; and if it fails, made as small as it can be.

package struct Trial: Sendable {
    package let plan: Plan
    package let violations: [Violation]
    package let figures: World.Figures

    package init(_ plan: Plan, laws: Set<Law> = Judge.always) {
        self.plan = plan
        var world = World(plan, laws: laws)
        violations = world.play()
        figures = world.figures
    }

    package init(seed: UInt64, laws: Set<Law> = Judge.always) {
        self.init(Plan(seed: seed), laws: laws)
    }

    /// The fewest stimuli that still break the same law: each is left out that can be.
    package func shrunk(laws: Set<Law> = Judge.always) -> Trial {
        guard let law = violations.first?.law else { return self }
        var best = self
        var size = max(1, best.plan.stimuli.count / 2)
        while size >= 1 {
            var from = 0
            while from < best.plan.stimuli.count {
                var smaller = best.plan
                smaller.stimuli.removeSubrange(from..<min(from + size, smaller.stimuli.count))
                let trial = Trial(smaller, laws: laws)
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
    package func report(laws: Set<Law> = Judge.always) -> String {
        let small = shrunk(laws: laws)
        var world = World(small.plan, .told, laws: laws)
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
