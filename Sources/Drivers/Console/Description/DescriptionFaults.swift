// What is wrong with a description, as far as that can be seen without the switch. A pattern that
// matches whatever the switch says would make a lie of an error; so would a prompt that is also a
// question for a password, and a row that is also the echo of a command.

internal import Fencing

extension DescriptionPatterns {
    struct Faults {
        private(set) var all: [DescriptionFault] = []

        static let mostPrompts = 16
        static let mostWords = 64
        /// Of the words for off, so many are tried in other talk.
        static let mostTried = 8
        /// Bytes of one line that is typed, or of one word.
        static let longestWord = 128

        /// What many switches ask, and no prompt is.
        private static let questions = [
            "Username:", "User Name :", "login:", "username>", "Password:", "password>",
            "Enter password:", "--More--", "Are you sure? (Y/N)", "Turn off outlet 3? [y/n]",
            "(Y/N)>",
        ]
        private static let nonsense = ["?", "~~", "sensor fault", "Zz 17 %"]
        /// What some switch takes for several outlets.
        private static let groups = [
            "all", "ALL", "*", "0", "1-8", "1,3", "1;3", "1&3", "1+3", "1:3", "1..3", "1 3", "x",
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
            } else if wants.isEmpty, Self.nonsense.allSatisfy({ pattern.match($0) != nil }) {
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

// MARK: - Words

extension DescriptionPatterns.Faults {
    mutating func checkWords(of description: ConsoleDescription) {
        if description.prompts.isEmpty {
            note(.prompts, "there is no prompt", "write the line at which commands are typed")
        }
        if description.prompts.count > Self.mostPrompts {
            note(
                .prompts, "there are more than \(Self.mostPrompts)", "write one pattern for several"
            )
        }
        checkTyped(of: description)
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
            if words.count > Self.mostWords || words.contains(where: Self.isLong) {
                note(
                    key, "there are more than \(Self.mostWords) words, or one is long",
                    "write at most \(Self.longestWord) bytes each")
            }
        }
        if let both = description.readsOff.first(where: description.readsOn.contains) {
            note(.readsOn, "`\(both)` is read as off and as on", "leave it in one of them")
        }
    }

    private static func isLong(_ word: String) -> Bool { word.utf8.count > longestWord }

    private mutating func checkTyped(of description: ConsoleDescription) {
        for (key, template) in [
            (ConsoleDescription.Key.off, description.off), (.on, description.on),
            (.status, description.status),
        ] {
            checkLine(template, key)
            if key != .status, !template.contains(DescriptionPatterns.outletPlace) {
                note(
                    key, "`\(template)` has no `{outlet}`: it could mean all of them",
                    "write it where the outlet stands")
            }
        }
        for (key, line) in [
            (ConsoleDescription.Key.name, description.name), (.yes, description.yes),
            (.no, description.no), (.logout, description.logout ?? "-"),
        ] { checkLine(line, key) }
        if description.off == description.on {
            note(.on, "`on` and `off` are typed alike", "write what switches an outlet on")
        }
        if description.yes == description.no {
            note(.no, "`yes` and `no` are typed alike", "write what a question is denied with")
        }
    }

    private mutating func checkLine(_ line: String, _ key: ConsoleDescription.Key) {
        let isPlain = line.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if line.trimmingBlanks.isEmpty || !isPlain || Self.isLong(line) {
            note(
                key, "`\(line.prefix(80))` cannot be typed",
                "write one line of plain characters, of \(Self.longestWord) bytes at most")
        }
    }
}

// MARK: - Rows

/// The patterns by which an answer is read, and names of outlets to try them with.
struct DescriptionNames {
    let description: ConsoleDescription
    let row: LinePattern
    let heading: LinePattern?
    /// The menu's too.
    let prompts: [LinePattern]
    let samples: [String]

    static let mostSamples = 8

    private static let tried = [
        "1", "3", "13", "A1", "A3", "AA3", ".AA3", "a3", "1A", "A", "1/3", "1.3", "1-3", "B01",
        "outlet3", "Outlet3", "port3", "plug3", "o3", "p3",
    ]

    init(
        _ description: ConsoleDescription, _ row: LinePattern, _ heading: LinePattern?,
        _ prompts: [LinePattern], _ outlets: OutletRule?
    ) {
        self.description = description
        self.row = row
        self.heading = heading
        self.prompts = prompts
        let fitting = Self.tried.filter { name in outlets?.mayName(name) ?? false }
        samples = Array(fitting.prefix(Self.mostSamples))
    }

    /// Whether some part of the line is a row that says so.
    func isRow(_ line: String, saying words: [String]) -> Bool {
        row.rows(in: line).contains { words.contains($0[.state] ?? "") }
    }
}

extension DescriptionPatterns.Faults {
    /// Other things that a switch may say, with an outlet's name and a word for off in them.
    private static let talk = [
        "~~ N ~~ W ~~", "~~ N W", "~~ N: W", "fault N W", "sensor fault N W", "fault: N: W",
    ]
    /// Where nothing names the outlet, the answer for another one is no row either.
    private static let unnamedTalk = [
        "sensor fault W", "~~ W", "W ~~", "W sensor fault", "N W", "N: W", "N is W", "W N",
        "outlet N W", "outlet N: W", "outlet N is W", "Outlet N: W", "Outlet N is W",
    ]
    private static let headingTalk = ["~~ N ~~", "~~ N", "fault N", "sensor fault N %", "N %"]

    private static func filled(_ frames: [String], _ name: String, _ word: String) -> [String] {
        frames.map { $0.replacing("N", with: name).replacing("W", with: word) }
    }

    mutating func checkRow(_ names: DescriptionNames, isTable: Bool) {
        let (row, description) = (names.row, names.description)
        if isTable, !row.has(.outlet), names.heading == nil {
            note(
                .row, "no row names an outlet, and `status` asks about none",
                "write `{outlet}` into `row`, `heading` or `status`")
        }
        if row.has(.outlet), names.heading != nil {
            note(.heading, "the row names the outlet already", "leave `heading` out")
        }
        let isNamed = row.has(.outlet) || names.heading != nil
        let frames = Self.talk + (isNamed ? [] : Self.unnamedTalk)
        let found = names.samples.lazy.flatMap { name in
            description.readsOff.prefix(Self.mostTried).lazy.flatMap {
                Self.filled(frames, name, $0)
            }
        }.first { names.isRow($0, saying: description.readsOff) }
        if let found {
            note(
                .row, "`\(description.row)` also takes `\(found)` for a row",
                "write what the switch writes before the state and behind it")
        }
        checkHeading(names)
    }

    private mutating func checkHeading(_ names: DescriptionNames) {
        guard let heading = names.heading else { return }
        let found = names.samples.lazy.flatMap { Self.filled(Self.headingTalk, $0, "") }
            .first { heading.match($0) != nil }
        if let found {
            note(
                .heading,
                "`\(names.description.heading ?? "")` also takes `\(found)` for a heading",
                "write what the switch writes before the outlet and behind it")
        }
    }

    /// The echo of a line may come late, or without the line end before it.
    mutating func checkEchoes(_ names: DescriptionNames) {
        let description = names.description
        for (key, template) in [
            (ConsoleDescription.Key.off, description.off), (.on, description.on),
            (.status, description.status),
        ] {
            for name in names.samples {
                let echo = template.replacing(DescriptionPatterns.outletPlace, with: name)
                let isAnswer =
                    !names.row.rows(in: echo).isEmpty || names.heading?.match(echo) != nil
                guard isAnswer || names.prompts.contains(where: { $0.match(echo) != nil }) else {
                    continue
                }
                note(
                    key, "its echo `\(echo)` looks like \(isAnswer ? "an answer" : "a prompt")",
                    "write patterns that the echo of a line does not match")
                break
            }
        }
    }

    mutating func checkTable(_ outlets: OutletRule?, isTable: Bool) {
        guard isTable, case .numbers(let range)? = outlets else { return }
        if range.lowerBound < 1 || range.upperBound > OutletTable.mostOutlets {
            note(
                .outlets, "a table counts from 1 to \(OutletTable.mostOutlets) at most",
                "write a `status` about one `{outlet}`, or other outlets")
        }
    }
}
