// What one line of a timeline says: who or what, and then a few fixed phrases.

import Fencing

struct Phrase {
    private let words: [String]
    private let site: Draft

    init(_ words: [String], _ site: Draft) {
        self.words = words
        self.site = site
    }

    private var subject: String { words[0] }
    private var rest: String { words.dropFirst().joined(separator: " ") }

    func step() throws -> Scenario.Step {
        guard words.count > 1 else { throw Why("expected who, and what") }
        switch subject {
        case "page": return .expect(page())
        case "ledger": return .act(.ledger(try ledger()))
        case "appliance": return .act(try appliance())
        case "wall": return .act(.wallClock(try wallClock()))
        default: break
        }
        if subject.contains("/") { return try outletStep(try outlet(subject)) }
        if let name = SwitchName(subject), isSwitch(name) { return .act(.fault(name, try fault())) }
        return try actorStep()
    }

    private func isSwitch(_ name: SwitchName) -> Bool {
        site.switches[name] != nil
            || site.nodes.contains { $0.feeds.contains { $0.powerSwitch == name } }
    }

    private func page() -> Expectation {
        rest == "none" ? .noPage : .page(Array(words.dropFirst()))
    }

    private func ledger() throws -> LedgerMood {
        guard let mood = LedgerMood(rawValue: rest) else {
            throw Why("a ledger: \(LedgerMood.allCases.map(\.rawValue))")
        }
        return mood
    }

    private func appliance() throws -> Act {
        switch words[1] {
        case "crashes":
            let point = words.dropFirst(2).joined(separator: " ")
            guard let found = CrashPoint(rawValue: point) else {
                throw Why("crashes: \(CrashPoint.allCases.map(\.rawValue))")
            }
            return .crash(found)
        case "starts" where words.count == 2: return .start(boot: nil)
        case "starts" where words.count == 4 && words[2] == "on": return .start(boot: words[3])
        case "stops" where words.count == 2: return .stop
        default: throw Why("an appliance `crashes`, `crashes POINT`, `starts [on BOOT]`, `stops`")
        }
    }

    private func wallClock() throws -> Duration {
        guard words.count == 5, words[1...2] == ["clock", "jumps"] else {
            throw Why("expected `wall clock jumps ahead|back DURATION`")
        }
        return try duration(words[4]) * (words[3] == "back" ? -1 : 1)
    }

    private func fault() throws -> Fault {
        switch rest {
        case "is well": return .well
        case "is mute", "garbles": return .mute
        case "is dead": return .dead
        case "is deaf": return .deaf
        case "is unplugged": return .unplugged
        default: break
        }
        switch (words[1], words.count) {
        case ("takes", 3): return .takes(try range(words[2]))
        case ("acts", 4) where words[3] == "late": return .actsLate(try duration(words[2]))
        default:
            throw Why(
                "a switch `is well|mute|dead|deaf|unplugged`, `garbles`, `takes TIME`, "
                    + "`acts TIME late`")
        }
    }

    private func outletStep(_ outlet: Outlet) throws -> Scenario.Step {
        switch words[1] {
        case "is" where words.count == 3: return .expect(.outlet(outlet, try power(2)))
        case "stayed": return .expect(.stayed(outlet, try power(2)))
        case "sticks": return .act(.stick(outlet))
        case "comes" where rest == "comes loose": return .act(.loosen(outlet))
        case "is" where words[2] == "pressed": return .act(.press(outlet, try power(3)))
        case "was" where words.count > 4 && words[2] == "told":
            return .expect(.told(outlet, try power(3), times: try times(words[4])))
        default:
            throw Why(
                "an outlet `is on`, `stayed on`, `was told off once`, `is pressed on`, "
                    + "`sticks`, `comes loose`")
        }
    }

    private func power(_ index: Int) throws -> PowerCommand {
        guard words.indices.contains(index), let power = PowerCommand(rawValue: words[index]) else {
            throw Why("expected on or off")
        }
        return power
    }

    private func times(_ word: String) throws -> Int {
        switch word {
        case "never": 0
        case "once": 1
        case "twice": 2
        default: try count(word)
        }
    }

    private func actorStep() throws -> Scenario.Step {
        let parts = subject.split(separator: "@").map(String.init)
        guard parts.count <= 2, let who = parts.first, isKnown(who) else {
            throw Why("`\(subject)` is no node, operator, outlet or switch of this site")
        }
        let actor = Actor(name: who, session: parts.count == 2 ? parts[1] : nil)
        switch words[1] {
        case "asks":
            return .act(.ask(actor, words.dropFirst(2).joined(separator: " ")))
        case "connects": return .act(.connect(actor))
        case "leaves": return .act(.leave(actor))
        case "freezes": return .act(.freeze(actor))
        case "wakes": return .act(.wake(actor))
        case "hears": return .expect(try hears(actor))
        case "has":
            return .expect(.node(try name(words, 0), try words.dropFirst(2).map(field)))
        default: throw Why("`\(words[1])`? who asks, connects, leaves, freezes, wakes, hears, has")
        }
    }

    private func isKnown(_ who: String) -> Bool {
        site.nodes.contains { $0.name.text == who }
            || site.operators.contains { $0.text == who }
    }

    private func hears(_ actor: Actor) throws -> Expectation {
        switch rest {
        case "hears nothing": return .hearsNothing(actor)
        case "hears closed": return .hears(actor, .closed)
        default: break
        }
        guard words.count > 2, let code = UInt8(words[2]) else {
            throw Why("hears nothing, closed, or an exit code")
        }
        let lines = words.dropFirst(3).split(separator: ";", omittingEmptySubsequences: false)
        return .hears(actor, .reply(code, try lines.map { try $0.map(field) }))
    }

    private func field(_ word: String) throws -> Expectation.Field {
        for (mark, match) in [("=", Expectation.Field.Match.whole), ("~", .part)] {
            if let found = word.firstRange(of: mark) {
                return Expectation.Field(
                    key: String(word[..<found.lowerBound]),
                    value: String(word[found.upperBound...]), isWhole: match)
            }
        }
        throw Why("`\(word)` is neither key=value nor key~part")
    }
}
