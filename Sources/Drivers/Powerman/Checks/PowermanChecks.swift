// What can be seen of a specification without running it.

internal import Fencing

enum PowermanChecks {
    static func findings(_ specification: PowermanSpecification) -> [PowermanFinding] {
        var result = wholes(specification)
        for (name, script) in specification.scripts {
            result += Walk(script: name).findings(script.statements)
            if name == .status || name == .statusAll { result += rows(name, script.statements) }
        }
        return result + unanchored(specification) + passwords(specification)
    }

    /// A secret that a site wants to keep does not stand in a file that a package installs.
    private static func passwords(
        _ specification: PowermanSpecification
    ) -> [PowermanFinding] {
        let steps = specification.scripts[.login]?.statements.all ?? []
        return zip(steps, steps.dropFirst()).compactMap { asked, answer in
            guard case .expect(let expectation) = asked, case .send(let format, let place) = answer,
                String(decoding: expectation.pattern.source, as: UTF8.self).lowercased()
                    .contains("password"), !format.isLineEnd
            else { return nil }
            return PowermanFinding(place, .holdsPassword, in: .login)
        }
    }

    /// What is missing.
    private static func wholes(_ specification: PowermanSpecification) -> [PowermanFinding] {
        var facts: [PowermanFinding.Fact] = []
        if specification.readingScript == nil {
            facts.append(.noStatusScript)
        } else if specification.readsBack == .no {
            facts.append(.noNamedRows)
        }
        if specification.scripts[.login] == nil { facts.append(.noLogin) }
        if specification.timeout == nil { facts.append(.noTimeout) }
        for command in [PowerCommand.on, .off] where specification.script(for: command) == nil {
            facts.append(.noScript(command))
        }
        var result = facts.map { PowermanFinding(specification.position, $0) }
        if let off = specification.script(for: .off),
            let fact = acknowledgement(off, specification)
        {
            result.append(PowermanFinding(off.position, fact, in: off.name))
        }
        return result
    }

    /// What is wrong with the answers that `off` waits for, if something is.
    private static func acknowledgement(
        _ off: Script, _ specification: PowermanSpecification
    ) -> PowermanFinding.Fact? {
        func patterns(_ script: Script?) -> [[UInt8]] {
            (script?.statements ?? []).expectations.map(\.pattern.source)
        }
        let awaited = patterns(off)
        let elsewhere = [Keyword.login, .status, .statusAll].flatMap {
            patterns(specification.scripts[$0])
        }
        if awaited.allSatisfy({ elsewhere.contains($0) && !isApproval($0) }) {
            return .promptOnlyOff
        }
        let ofOn = patterns(specification.script(for: .on))
        return awaited.allSatisfy(ofOn.contains) ? .offLikeOn : nil
    }

    /// A login may wait for the same word as a command; an error does not say it.
    private static func isApproval(_ pattern: [UInt8]) -> Bool {
        let words = String(decoding: pattern, as: UTF8.self).lowercased()
            .split { !$0.isASCII || !$0.isLetter }
        return words.contains { ["ok", "success", "successfully", "complete"].contains($0) }
    }

    private static func rows(_ script: Keyword, _ statements: [Statement]) -> [PowermanFinding] {
        NamedRows(statements).rows.compactMap { row in
            let fact: PowermanFinding.Fact
            switch (row.naming, row.rule.plug, script) {
            case (.byAnswer, _, _): return nil
            case (.byPlace, _, _): fact = .rowsByPlace
            // A table's rows are named in the pattern, as far as the file's author saw to it.
            case (.byQuestion, .literal, .statusAll): return nil
            case (.byQuestion, _, _): fact = .answerWithoutOutlet
            }
            return PowermanFinding(row.rule.position, fact, in: script)
        }
    }

    private static func unanchored(
        _ specification: PowermanSpecification
    ) -> [PowermanFinding] {
        let loose = [Keyword.status, .statusAll].compactMap { specification.scripts[$0] }
            .flatMap { NamedRows($0.statements).rows.map(\.rule) }
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
            format.namesOutlet && !hasOutlet
                ? [PowermanFinding(position, .noOutletToName, in: script)] : []
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

    /// `_ranged` scripts have outlets too.
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
        let shape = PatternShape(pattern.source)
        var facts: [PowermanFinding.Fact] = []
        if shape.isOpenAtEnd { facts.append(.openPattern(source)) }
        if shape.hasEndAnchor { facts.append(.endAnchor(source)) }
        if shape.hasStrayParenthesis { facts.append(.strayParenthesis(source)) }
        return facts.map { PowermanFinding(expectation.position, $0, in: script) }
    }

    private func ruleFindings(_ rule: StateRule) -> [PowermanFinding] {
        var facts: [PowermanFinding.Fact] = []
        for interpretation in rule.interpretations {
            let source = interpretation.pattern.source
            if PatternShape(source).hasEndAnchor {
                facts.append(.endAnchor(String(decoding: source, as: UTF8.self)))
            }
        }
        let anything = rule.interpretations.filter(\.pattern.matchesAnything)
        if let first = anything.first {
            let source = String(decoding: first.pattern.source, as: UTF8.self)
            facts.append(.matchesAnything("\(first.state)=\"\(source)\"", of: rule.literalPlug))
        }
        if script == .login || script == .ping { facts.append(.stateInLogin) }
        return facts.map { PowermanFinding(rule.position, $0, in: script) }
    }
}
