// The patterns of a description, compiled, and everything that is wrong with them. A pattern that
// matches whatever the switch says would make a lie of an error; so would a prompt that is also a
// question for a password.

internal import Fencing

struct DescriptionPatterns: Sendable {
    let prompts: [LinePattern]
    let menu: LinePattern?
    let menuItem: LinePattern?
    let heading: LinePattern?
    let row: LinePattern
    let outlets: OutletRule
    /// The question is about all outlets.
    let isTable: Bool

    static let outletPlace = "{outlet}"

    /// Throws every fault.
    init(_ description: ConsoleDescription) throws(DescriptionRefused) {
        var gathered = Faults()
        gathered.checkWords(of: description)
        let outlets = gathered.outlets(description.outlets)
        let name = outlets?.pattern ?? "[0-9]+"
        prompts = description.prompts.compactMap { gathered.prompt($0) }
        menu = description.menu.flatMap { gathered.prompt($0, .menu) }
        menuItem = description.menuItem.flatMap {
            gathered.pattern($0, .menuItem, [.key: "[A-Za-z0-9]+"], wants: [.key])
        }
        heading = description.heading.flatMap {
            gathered.pattern($0, .heading, [.outlet: name], wants: [.outlet])
        }
        let row = gathered.pattern(
            description.row, .row, [.outlet: name, .state: description.state], wants: [.state])
        isTable = !description.status.contains(Self.outletPlace)
        if let row { gathered.checkRow(row, heading, description, isTable) }
        guard let row, let outlets, gathered.all.isEmpty else {
            throw DescriptionRefused(faults: gathered.all)
        }
        (self.row, self.outlets) = (row, outlets)
    }
}

/// Which names are one outlet's.
enum OutletRule: Sendable, CustomStringConvertible {
    case numbers(ClosedRange<Int>)
    case names(LinePattern, written: String)

    static let mostOutlets = 999

    /// `{outlet}` in a row stands for any number, also for one that the model has not.
    var pattern: String {
        switch self {
        case .numbers: "[0-9]+"
        case .names(_, let written): written
        }
    }

    func has(_ outlet: OutletName) -> Bool {
        switch self {
        case .numbers(let range):
            OutletTalk.isNumber(outlet, from: range.lowerBound, upTo: range.upperBound)
        case .names(let pattern, _): pattern.match(outlet.text) != nil
        }
    }

    var description: String {
        switch self {
        case .numbers(let range): "numbers from \(range.lowerBound) to \(range.upperBound)"
        case .names(_, let written): "such as the pattern `\(written)`"
        }
    }
}

// MARK: - What is wrong

extension DescriptionPatterns {
    fileprivate struct Faults {
        private(set) var all: [DescriptionFault] = []

        /// What many switches ask, and no prompt is.
        private static let questions = [
            "Username:", "User Name :", "login:", "username>", "Password:", "password>",
            "Enter password:", "--More--", "Are you sure? (Y/N)", "Turn off outlet 3? [y/n]",
            "(Y/N)>",
        ]
        private static let nonsense = ["?", "~~", "sensor fault", "Zz 17 %"]
        /// What some switch takes for several outlets.
        private static let groups = [
            "all", "ALL", "*", "0", "1-8", "1,3", "1+3", "1:3", "1 3", "x",
        ]

        mutating func note(_ key: ConsoleDescription.Key, _ what: String, _ advice: String) {
            all.append(DescriptionFault(key: key, what: what, advice: advice))
        }

        mutating func pattern(
            _ text: String, _ key: ConsoleDescription.Key,
            _ meanings: [LinePattern.Place: String] = [:], wants: [LinePattern.Place] = []
        ) -> LinePattern? {
            let pattern: LinePattern
            do throws(PatternError) {
                pattern = try LinePattern(text, meanings)
            } catch {
                note(
                    key, "the pattern `\(text)` cannot be used: \(error.reason)",
                    "write an extended regular expression for a whole line")
                return nil
            }
            for place in wants where !pattern.has(place) {
                note(
                    key, "`\(text)` has no `{\(place.rawValue)}`",
                    "put it where the switch writes it")
            }
            if pattern.match("") != nil {
                note(key, "`\(text)` also matches nothing at all", "write what always stands there")
            } else if wants.isEmpty || key == .heading,
                Self.nonsense.allSatisfy({ pattern.match($0) != nil })
            {
                note(key, "`\(text)` matches whatever it says", "write what the switch writes")
            }
            return pattern
        }

        mutating func prompt(
            _ text: String, _ key: ConsoleDescription.Key = .prompts
        ) -> LinePattern? {
            guard let pattern = pattern(text, key) else { return nil }
            if let question = Self.questions.first(where: { pattern.match($0) != nil }) {
                note(
                    key, "`\(text)` also matches `\(question)`, which asks for something else",
                    "write what stands before its last character")
            }
            return pattern
        }

        mutating func outlets(_ text: String) -> OutletRule? {
            let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
            if bounds.count == 2, let first = Int(bounds[0]), let last = Int(bounds[1]) {
                guard 0 <= first, first <= last, last <= OutletRule.mostOutlets else {
                    note(.outlets, "`\(text)` is no range of outlets", "write 1-24")
                    return nil
                }
                return .numbers(first...last)
            }
            guard let pattern = pattern(text, .outlets) else { return nil }
            if let group = Self.groups.first(where: { pattern.match($0) != nil }) {
                note(
                    .outlets, "`\(text)` also matches `\(group)`, which can mean several outlets",
                    "write a pattern of single outlets only, or a range such as 1-24")
            }
            return .names(pattern, written: text)
        }
    }
}

extension DescriptionPatterns.Faults {
    fileprivate mutating func checkWords(of description: ConsoleDescription) {
        if description.prompts.isEmpty {
            note(.prompts, "there is no prompt", "write the line at which commands are typed")
        }
        for (key, template) in [
            (ConsoleDescription.Key.off, description.off), (.on, description.on),
            (.status, description.status),
        ] { checkTemplate(template, key) }
        if description.off == description.on {
            note(.on, "`on` and `off` are typed alike", "write what switches an outlet on")
        }
        for (key, words) in [
            (ConsoleDescription.Key.readsOff, description.readsOff),
            (.readsOn, description.readsOn), (.refusals, description.refusals),
        ] {
            if words.isEmpty, key != .refusals {
                note(key, "no word is read so", "write the words of the switch, such as [Off]")
            }
            if words.contains(where: { $0.trimmingBlanks.isEmpty }) {
                note(key, "an empty word stands in everything it says", "leave it out")
            }
        }
        if let both = description.readsOff.first(where: description.readsOn.contains) {
            note(.readsOn, "`\(both)` is read as off and as on", "leave it in one of them")
        }
    }

    private mutating func checkTemplate(_ template: String, _ key: ConsoleDescription.Key) {
        let isPlain = template.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if template.trimmingBlanks.isEmpty || !isPlain {
            note(key, "`\(template)` cannot be typed", "write one line of plain characters")
        }
        if key != .status, !template.contains(DescriptionPatterns.outletPlace) {
            note(
                key, "`\(template)` has no `{outlet}`: it could mean all of them",
                "write it where the outlet stands")
        }
    }

    fileprivate mutating func checkRow(
        _ row: LinePattern, _ heading: LinePattern?, _ description: ConsoleDescription,
        _ isTable: Bool
    ) {
        let namesOutlet = row.has(.outlet) || heading != nil
        if isTable, !namesOutlet {
            note(
                .row, "no row names an outlet, and `status` asks about none",
                "write `{outlet}` into `row`, `heading` or `status`")
        }
        if row.has(.outlet), heading != nil {
            note(.heading, "the row names the outlet already", "leave `heading` out")
        }
        for word in description.readsOff {
            let sentence = "~~ 3 ~~ \(word) ~~"
            if row.matches(sentence).contains(where: { $0[.state] == word }) {
                note(
                    .row, "`\(description.row)` finds `\(word)` in the midst of anything",
                    "write what the switch writes before it and behind it")
            }
        }
    }
}
