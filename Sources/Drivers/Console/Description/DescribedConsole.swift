// A switch with a prompt, as its description has it.

internal import Fencing

struct DescribedConsole: PromptDialect {
    let traits: DriverTraits
    let enter: [UInt8]
    let farewell: [UInt8]
    let silence: Duration
    private let description: ConsoleDescription
    private let patterns: DescriptionPatterns
    /// How many rows the longest table had.
    private var rowCount = 0

    /// Throws for a description that could lie, with every reason.
    init(_ description: ConsoleDescription) throws(DescriptionRefused) {
        patterns = try DescriptionPatterns(description)
        self.description = description
        enter = description.enter.bytes
        farewell = description.logout.map { Array($0.utf8) + description.enter.bytes } ?? []
        silence = description.silence
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

    func pause(_ line: String) -> Pause? {
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
            patterns.row.matches(line).isEmpty && patterns.heading?.match(line) == nil
        }
        return OutletTalk.line(in: answers, with: description.refusals.map { $0.lowercased() })
    }

    mutating func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        let rows = rows(in: lines, askedAbout: outlet)
        guard !rows.isEmpty else { return nil }
        return patterns.isTable ? table(rows, outlet) : single(rows, outlet)
    }

    /// Every row that came has to be ours, and say the same.
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

    private func rows(in lines: [String], askedAbout outlet: OutletName) -> [OutletTable.Row] {
        var rows: [OutletTable.Row] = []
        var named: String?
        for line in lines {
            if let heading = patterns.heading?.match(line) {
                named = heading[.outlet]
                continue
            }
            for row in patterns.row.matches(line) {
                // Where nothing in an answer names the outlet, the question does.
                let key = row[.outlet] ?? (patterns.heading == nil ? outlet.text : named)
                named = nil
                guard let key else { continue }
                rows.append(
                    OutletTable.Row(key: key, state: state(row[.state] ?? ""), text: line))
            }
        }
        return rows
    }

    private func state(_ word: String) -> PowerState {
        let word = word.split(separator: " ").joined(separator: " ")
        if description.readsOff.contains(word) { return .off }
        return description.readsOn.contains(word) ? .on : .unknown
    }
}
