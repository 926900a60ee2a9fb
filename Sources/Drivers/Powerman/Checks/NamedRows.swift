// Which of a script's readings say what outlet they are of. In a loop powerman takes the first row
// for the first plug; a row counts here only if it names its outlet, or the question did.

struct NamedRows {
    struct Row {
        let rule: StateRule
        let naming: Naming
    }

    enum Naming: Hashable {
        /// By the answer, always.
        case byAnswer
        /// By the question, or by the file alone.
        case byQuestion
        /// By its place among the rows.
        case byPlace
    }

    private(set) var rows: [Row] = []
    /// Groups that the pattern that was awaited last can leave out.
    private var optionalGroups: Set<Int> = []
    private var isAsked = true

    init(_ statements: [Statement]) { walk(statements) }

    /// At least one can be believed.
    var isGoodForReading: Bool { rows.contains { $0.naming != .byPlace } }

    private mutating func walk(_ statements: [Statement]) {
        for statement in statements {
            switch statement {
            case .send(let format, _):
                if format.namesOutlet { isAsked = true }
            case .expect(let expectation):
                optionalGroups = PatternShape(expectation.pattern.source).optionalGroups
            case .setPlugState(let rule):
                rows.append(Row(rule: rule, naming: naming(rule)))
            case .forEachPlug(let block), .forEachNode(let block):
                let before = isAsked
                isAsked = false
                walk(block)
                isAsked = before
            case .ifState(_, let block):
                walk(block)
            case .delay, .setResult:
                break
            }
        }
    }

    private func naming(_ rule: StateRule) -> Naming {
        switch rule.plug {
        case .literal: .byQuestion
        case .capture(let number) where !optionalGroups.contains(number): .byAnswer
        case .capture, .current: isAsked ? .byQuestion : .byPlace
        }
    }
}
