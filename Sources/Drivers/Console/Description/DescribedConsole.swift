// A switch with a prompt, as its description has it.

internal import Fencing

struct DescribedConsole: PromptDialect {
    let traits: DriverTraits
    let enter: [UInt8]
    let farewell: [UInt8]
    let silence: Duration
    private let description: ConsoleDescription
    private let patterns: DescriptionPatterns
    let asksTwice: Bool
    /// How many rows the longest table had.
    private var rowCount = 0

    /// Throws for a description that could lie, with every reason.
    init(_ description: ConsoleDescription) throws(DescriptionRefused) {
        patterns = try DescriptionPatterns(description)
        self.description = description
        enter = description.enter.bytes
        farewell = description.logout.map { Array($0.utf8) + description.enter.bytes } ?? []
        silence = description.silence
        asksTwice = description.readsOff.contains { off in
            description.readsOn.contains { Self.isOneByteFrom(off, $0) }
        }
        traits = DriverTraits(
            name: description.name, readsBack: .yes, patience: .seconds(300),
            maximalLatency: description.latency, lineSettings: description.settings,
            leavesAfter: .seconds(30))
    }

    /// One that stands in this program: a test makes every one of them, so none is refused.
    init(builtIn description: ConsoleDescription) {
        do throws(DescriptionRefused) {
            try self.init(description)
        } catch {
            preconditionFailure("a description of this program is refused: \(error)")
        }
    }

    func objection(to outlet: OutletName) -> String? {
        patterns.outlets.has(outlet)
            ? nil : "\(description.name)'s outlets are \(patterns.outlets), not \(outlet)"
    }

    /// Where no answer says which outlet it is about, the echo of the question does.
    var echoNamesOutlets: Bool { !patterns.namesOutlets }

    /// Who asks for a password is at no prompt, whatever the description says.
    func pause(_ line: String) -> Pause? {
        switch Pause(common: line) {
        case .user?, .password?: return nil
        case .prompt?, .menu?, .question?, .more?, nil: break
        }
        if patterns.prompts.contains(where: { $0.match(line) != nil }) { return .prompt }
        return patterns.menu?.match(line) != nil ? .menu : nil
    }

    func wayOut(ofMenu lines: [String]) -> Move {
        guard let item = patterns.menuItem else { return .end(.broken("it shows a menu")) }
        let key = lines.lazy.compactMap { item.match($0)?[.key] }.first
        return .press(Array((key ?? "").utf8) + enter)
    }

    func answer(to question: String, _ turn: Turn) -> Move {
        let (yes, no) = (Array(description.yes.utf8) + enter, Array(description.no.utf8) + enter)
        return answer(to: question, turn, yes: yes, no: no)
    }

    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: ""
        case .command(.on, let outlet): Self.filled(description.on, outlet)
        case .command(.off, let outlet): Self.filled(description.off, outlet)
        case .read(let outlet): Self.filled(description.status, outlet)
        }
    }

    private static func filled(_ template: String, _ outlet: OutletName) -> String {
        template.replacing(DescriptionPatterns.outletPlace, with: outlet.text)
    }

    /// Rows hold names, and names may hold any words.
    func refusal(in lines: [String]) -> String? {
        let answers = lines.filter { line in
            patterns.rows(in: line).isEmpty && patterns.heading?.match(line) == nil
        }
        return OutletTalk.line(in: answers, with: description.refusals.map { $0.lowercased() })
    }

    mutating func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        var answer = Answer()
        for line in lines { take(line, into: &answer, askedAbout: outlet) }
        guard !answer.rows.isEmpty else { return nil }
        if let damage = answer.damage { return .unknown(damage) }
        if !patterns.namesOutlets, let other = other(in: lines, askedAbout: outlet) {
            return .unknown("its answer has `\(other)` beside the state")
        }
        return patterns.isTable ? table(answer.rows, outlet) : single(answer.rows, outlet)
    }

    /// Every row about the outlet has to say the same.
    private func single(_ rows: [OutletTable.Row], _ outlet: OutletName) -> Reading {
        let states = Set(rows.filter { $0.key == outlet.text }.map(\.state))
        guard let state = states.first, states.count == 1 else {
            let named = rows.map(\.key).joined(separator: " ")
            return .unknown("asked about \(outlet), it told of \(named)")
        }
        guard state == .unknown else { return Reading(state: state) }
        return .unknown("its row says `\(rows.first { $0.key == outlet.text }?.text ?? "")`")
    }

    private mutating func table(_ rows: [OutletTable.Row], _ outlet: OutletName) -> Reading {
        var table = OutletTable()
        for row in rows { table.add(row) }
        let reading = table.reading(of: outlet.text, formerCount: rowCount)
        if reading.state != .unknown { rowCount = table.count }
        return reading
    }

    private struct Answer {
        var rows: [OutletTable.Row] = []
        /// The heading that came last.
        var named: String?
        /// Why none of it counts.
        var damage: String?
    }

    private func take(
        _ line: String, into answer: inout Answer, askedAbout outlet: OutletName
    ) {
        if let heading = patterns.heading?.match(line) {
            answer.named = heading[.outlet]
            return
        }
        for row in patterns.rows(in: line) {
            // Where nothing in an answer names the outlet, the question does.
            let key = row[.outlet] ?? (patterns.heading == nil ? outlet.text : answer.named)
            guard let key else {
                answer.damage = "nothing before its row `\(line)` names an outlet"
                continue
            }
            answer.rows.append(
                OutletTable.Row(key: key, state: state(of: row, key), text: line))
        }
    }

    /// A pattern with a `.*` in it takes two rows in one line for one, with the first one's name and
    /// the second one's state.
    private func state(of row: LinePattern.Found, _ key: String) -> PowerState {
        let words = row.text.split { $0 == " " || $0 == "|" }.map(String.init)
        let isState = { (word: String) in
            description.readsOff.contains(word) || description.readsOn.contains(word)
        }
        if let first = words.firstIndex(where: isState), let last = words.lastIndex(where: isState),
            words[first..<last].contains(where: { $0 != key && patterns.outlets.mayName($0) })
        {
            return .unknown
        }
        return state(row[.state] ?? "")
    }

    /// Lost, changed or added.
    private static func isOneByteFrom(_ one: String, _ other: String) -> Bool {
        let (short, long) = one.utf8.count < other.utf8.count ? (one, other) : (other, one)
        guard long.utf8.count - short.utf8.count <= 1 else { return false }
        let (few, many) = (Array(short.utf8), Array(long.utf8))
        let head = zip(few, many).prefix { $0 == $1 }.count
        let tail = zip(few.reversed(), many.reversed()).prefix { $0 == $1 }.count
        return head + tail >= many.count - 1
    }

    private func state(_ word: String) -> PowerState {
        let word = word.split(separator: " ").joined(separator: " ")
        if description.readsOff.contains(word) { return .off }
        return description.readsOn.contains(word) ? .on : .unknown
    }

    /// A line that is no row, no echo of the question and no prompt.
    private func other(in lines: [String], askedAbout outlet: OutletName) -> String? {
        let question = line(for: .read(outlet)).lowercased()
        return lines.first { line in
            patterns.rows(in: line).isEmpty && line.lowercased() != question
                && pause(line) == nil
        }
    }
}
