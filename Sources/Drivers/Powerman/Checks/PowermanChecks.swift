// What can be seen of a specification without running it.

internal import Fencing

enum PowermanChecks {
    static func findings(_ specification: PowermanSpecification) -> [PowermanFinding] {
        var result = wholes(specification)
        for (name, script) in specification.scripts {
            result += Walk(script: name).findings(script.statements)
        }
        return result + unanchored(specification)
    }

    /// What is missing.
    private static func wholes(_ specification: PowermanSpecification) -> [PowermanFinding] {
        var facts: [PowermanFinding.Fact] = []
        if specification.readsBack == .no { facts.append(.noStatusScript) }
        if specification.scripts[.login] == nil { facts.append(.noLogin) }
        if specification.timeout == nil { facts.append(.noTimeout) }
        for command in [PowerCommand.on, .off] where specification.script(for: command) == nil {
            facts.append(.noScript(command))
        }
        var result = facts.map { PowermanFinding(specification.position, $0) }
        if let off = specification.scripts[.off], let fact = acknowledgement(off, specification) {
            result.append(PowermanFinding(off.position, fact))
        }
        return result
    }

    /// What is wrong with the answers that `off` waits for, if something is.
    private static func acknowledgement(
        _ off: Script, _ specification: PowermanSpecification
    ) -> PowermanFinding.Fact? {
        func patterns(_ script: Keyword) -> [[UInt8]] {
            expectations(specification.scripts[script]?.statements ?? []).map(\.pattern.source)
        }
        let awaited = patterns(.off)
        let ends = [patterns(.status), patterns(.statusAll)].compactMap(\.last)
        let prompts = patterns(.login) + ends
        if awaited.allSatisfy(prompts.contains) { return .promptOnlyOff }
        return awaited.allSatisfy(patterns(.on).contains) ? .offLikeOn : nil
    }

    private static func unanchored(
        _ specification: PowermanSpecification
    ) -> [PowermanFinding] {
        let loose = [Keyword.status, .statusAll].compactMap { specification.scripts[$0] }
            .flatMap { rules($0.statements) }
            .map { rule in
                (rule.position, rule.interpretations.count { !isAnchored($0.pattern) })
            }
            .filter { $0.1 > 0 }
        guard let first = loose.first else { return [] }
        let count = loose.map(\.1).reduce(0, +)
        return [PowermanFinding(first.0, .unanchoredInterpretations(count))]
    }

    private static func isAnchored(_ pattern: RegularExpression) -> Bool {
        PatternShape(pattern.source).isAnchored
    }

    private static func expectations(_ statements: [Statement]) -> [Expectation] {
        statements.flatMap { statement -> [Expectation] in
            switch statement {
            case .expect(let expectation): [expectation]
            case .forEachPlug(let block), .forEachNode(let block), .ifState(_, let block):
                expectations(block)
            case .send, .delay, .setPlugState, .setResult: []
            }
        }
    }

    private static func rules(_ statements: [Statement]) -> [StateRule] {
        statements.flatMap { statement -> [StateRule] in
            switch statement {
            case .setPlugState(let rule): [rule]
            case .forEachPlug(let block), .forEachNode(let block), .ifState(_, let block):
                rules(block)
            case .send, .expect, .delay, .setResult: []
            }
        }
    }
}

/// Statement by statement through one script.
private struct Walk {
    let script: Keyword
    var isInLoop = false

    func findings(_ statements: [Statement]) -> [PowermanFinding] {
        statements.flatMap(findings)
    }

    private func findings(_ statement: Statement) -> [PowermanFinding] {
        switch statement {
        case .send(let format, let position):
            format.namesOutlet && !hasOutlet ? [PowermanFinding(position, .noOutletToName)] : []
        case .expect(let expectation):
            patternFindings(expectation)
        case .setPlugState(let rule):
            ruleFindings(rule)
        case .forEachPlug(let block), .forEachNode(let block):
            Walk(script: script, isInLoop: true).findings(block)
        case .ifState(_, let block):
            findings(block)
        case .delay, .setResult:
            []
        }
    }

    /// `_ranged` scripts have outlets too; they are never run.
    private var hasOutlet: Bool {
        switch script {
        case .login, .logout, .ping, .statusAll, .onAll, .offAll, .cycleAll, .resetAll,
            .statusTempAll, .statusBeaconAll:
            isInLoop
        default: true
        }
    }

    private func patternFindings(_ expectation: Expectation) -> [PowermanFinding] {
        let pattern = expectation.pattern
        let source = String(decoding: pattern.source, as: UTF8.self)
        var facts: [PowermanFinding.Fact] = []
        if pattern.isOpenAtEnd { facts.append(.openPattern(source)) }
        if PatternShape(pattern.source).hasEndAnchor { facts.append(.endAnchor(source)) }
        return facts.map { PowermanFinding(expectation.position, $0) }
    }

    private func ruleFindings(_ rule: StateRule) -> [PowermanFinding] {
        var facts: [PowermanFinding.Fact] = []
        for interpretation in rule.interpretations {
            let source = interpretation.pattern.source
            if PatternShape(source).hasEndAnchor {
                facts.append(.endAnchor(String(decoding: source, as: UTF8.self)))
            }
        }
        if script == .login || script == .ping { facts.append(.stateInLogin) }
        switch (script, rule.plug) {
        case (.status, .literal), (.status, .current), (.statusAll, .current):
            facts.append(.answerWithoutOutlet)
        default: break
        }
        return facts.map { PowermanFinding(rule.position, $0) }
    }
}
