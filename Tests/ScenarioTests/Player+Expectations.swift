// The expectations: each gives nothing if it holds, and otherwise what was seen instead.

import Arbiter
import Fencing
import Simulation

extension Player {
    mutating func mismatch(_ expectation: Expectation) -> String? {
        switch expectation {
        case .hears(let actor, let expected): return mismatch(actor, expected)
        case .hearsNothing(let actor):
            return heard[actor]?.first.map { "\(actor) heard \($0.text)" }
        case .outlet(let outlet, let command):
            let state = room.state(outlet)
            return state == command ? nil : "it is \(state?.rawValue ?? "nowhere")"
        case .stayed(let outlet, let command):
            let moved = command == .on ? everOff : everOn
            return moved.contains(outlet) ? "it did not" : nil
        case .told(let outlet, let command, times: let times):
            let count = told[Told(outlet: outlet, command: command)] ?? 0
            return count == times ? nil : "\(count) times"
        case .node(let name, let fields): return mismatch(name, fields)
        case .page(let words): return mismatch(page: words)
        case .noPage: return pages.isEmpty ? nil : "\(pages)"
        }
    }

    private mutating func mismatch(_ actor: Actor, _ expected: Expectation.Heard) -> String? {
        guard let first = heard[actor]?.first else { return "\(actor) heard nothing (more)" }
        heard[actor]?.removeFirst()
        return first.what.answers(expected) ? nil : first.text
    }

    private func mismatch(_ name: NodeName, _ fields: [Expectation.Field]) -> String? {
        guard let record = room.appliance.arbiter?.durable[name] else {
            return "the appliance is down"
        }
        let seen = [
            "standing": record.standing.rawValue, "pseq": "\(record.powerSequence)",
            "generation": "\(record.generation)",
        ]
        let holds = fields.allSatisfy { field in seen[field.key].map(field.holds) ?? false }
        return holds ? nil : seen.sorted { $0.key < $1.key }.description
    }

    private mutating func mismatch(page words: [String]) -> String? {
        guard !pages.isEmpty else { return "no page (more)" }
        let first = pages.removeFirst()
        return first.starts(with: words) ? nil : first.joined(separator: " ")
    }
}

extension Expectation.Heard {
    /// Each list of fields that was expected is in its line; lines that were not named are free.
    fileprivate func answers(_ expected: Expectation.Heard) -> Bool {
        switch (self, expected) {
        case (.closed, .closed): true
        case (.reply(let code, let lines), .reply(let wanted, let fields)):
            code == wanted && lines.count >= fields.count
                && zip(lines, fields).allSatisfy { line, wanted in
                    wanted.allSatisfy { field in
                        line.contains { $0.key == field.key && field.holds(of: $0.value) }
                    }
                }
        case (.closed, .reply), (.reply, .closed): false
        }
    }
}
