// Reads a scenario's file. README.md beside this file shows the format.

import Fencing

struct Reader {
    private var scenario: Scenario
    private var clock: ClosedRange<Duration> = .zero ... .zero
    private var number = 0
    private var rounds: Rounds?

    /// Lines that are played several times.
    private struct Rounds {
        let count: Int
        let every: Duration
        var lines: [Scenario.Line] = []
    }

    struct Mistake: Error, CustomStringConvertible {
        let file: String
        let line: Int
        let text: String
        let why: String

        var description: String { "\(file):\(line): \(why)\n    \(text)" }
    }

    static func read(_ text: String, file: String) throws -> Scenario {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var reader = Reader(
            scenario: Scenario(file: file, shows: lines.first ?? ""))
        for (index, line) in lines.enumerated().dropFirst() {
            reader.number = index + 1
            do { try reader.take(line) } catch let why as Why {
                throw Mistake(file: file, line: index + 1, text: line, why: why.text)
            }
        }
        reader.endRounds()
        return reader.scenario
    }

    private init(scenario: Scenario) { self.scenario = scenario }

    private mutating func take(_ line: String) throws {
        let code = line.prefix { $0 != "#" }
        let words = code.split(separator: " ").map(String.init)
        guard let first = words.first else { return }
        if !line.hasPrefix(" ") { endRounds() }
        switch first {
        case "node": try addNode(words)
        case "switch": try addSwitch(words)
        case "operator": scenario.site.operators.insert(try name(words, 1))
        case "cluster": try addCluster(words)
        case "repeat": try addRepetitions(words)
        case "rounds": try beginRounds(words)
        case "at": try addLine(try time(words, 1), Array(words.dropFirst(2)))
        default: try addLine(clock, words)
        }
    }

    // MARK: The site

    private mutating func addNode(_ words: [String]) throws {
        let name: NodeName = try name(words, 1)
        guard let cluster = ClusterName("db") else { throw Why("constant") }
        var node = Node(
            name: name, cluster: cluster, feeds: [], shoot: .reboot, holdUp: .seconds(2),
            offTime: .seconds(5))
        for word in words.dropFirst(2) {
            guard let option = Draft.Option(word) else {
                node.feeds.append(try outlet(word))
                continue
            }
            switch option.key {
            case "hold-up": node.holdUp = try duration(option.value)
            case "off-time": node.offTime = try duration(option.value)
            case "cluster": node.cluster = try parsed(option.value)
            case "weight": node.weight = try count(option.value)
            default: throw Why("a node has no `\(option.key)`")
            }
        }
        scenario.site.nodes.append(node)
    }

    private mutating func addSwitch(_ words: [String]) throws {
        let name: SwitchName = try name(words, 1)
        var terms = Draft.terms
        for word in words.dropFirst(2) {
            guard let option = Draft.Option(word) else { throw Why("expected key=value") }
            switch option.key {
            case "patience": terms.patience = try duration(option.value)
            case "latency": terms.maximalLatency = try duration(option.value)
            default: throw Why("a switch has no `\(option.key)`")
            }
        }
        scenario.site.switches[name] = terms
    }

    private mutating func addCluster(_ words: [String]) throws {
        let name: ClusterName = try name(words, 1)
        var terms = ClusterTerms()
        for word in words.dropFirst(2) {
            guard let option = Draft.Option(word) else { throw Why("expected key=value") }
            try add(option, to: &terms)
        }
        scenario.site.clusters[name] = terms
    }

    private func add(_ option: Draft.Option, to terms: inout ClusterTerms) throws {
        switch option.key {
        case "prefer-delay": terms.preferDelay = try duration(option.value)
        case "tie-breaker": terms.tieBreaker = try parsed(option.value)
        case "view-lifetime": terms.viewLifetime = try duration(option.value)
        case "consent":
            guard let consent = ClusterTerms.Consent(rawValue: option.value) else {
                throw Why("consent is one or majority")
            }
            terms.consent = consent
        case "rates":
            let parts = option.value.split(separator: ",").map(String.init)
            guard parts.count == 3 else { throw Why("expected rates=5,10,10m") }
            terms.rates.perTarget = try count(parts[0])
            terms.rates.perRequester = try count(parts[1])
            terms.rates.window = try duration(parts[2])
        default: throw Why("a cluster has no `\(option.key)`")
        }
    }

    private mutating func addRepetitions(_ words: [String]) throws {
        guard words.count == 2 || (words.count == 5 && words[2] == "swapping") else {
            throw Why("expected `repeat N` or `repeat N swapping NODE NODE`")
        }
        scenario.repetitions = try count(words[1])
        scenario.swaps = Array(words.dropFirst(3))
    }

    // MARK: The timeline

    /// `rounds 50 every 60s`, then indented lines whose times count from the round's beginning.
    private mutating func beginRounds(_ words: [String]) throws {
        guard words.count == 4, words[2] == "every" else {
            throw Why("expected `rounds N every DURATION`")
        }
        rounds = Rounds(count: try count(words[1]), every: try duration(words[3]))
        clock = .zero ... .zero
    }

    private mutating func endRounds() {
        guard let rounds else { return }
        self.rounds = nil
        let begin = scenario.timeline.last?.at.upperBound ?? .zero
        for round in 0..<rounds.count {
            let offset = begin + rounds.every * round
            for line in rounds.lines {
                let at = line.at.lowerBound + offset...line.at.upperBound + offset
                scenario.timeline.append(
                    Scenario.Line(number: line.number, text: line.text, at: at, step: line.step))
                clock = at
            }
        }
    }

    private mutating func addLine(
        _ at: ClosedRange<Duration>, _ words: [String]
    ) throws {
        if rounds == nil, at.lowerBound < clock.lowerBound { throw Why("time runs forward") }
        let step = try Phrase(words, scenario.site).step()
        let text = words.joined(separator: " ")
        let line = Scenario.Line(number: number, text: text, at: at, step: step)
        if rounds == nil {
            scenario.timeline.append(line)
        } else {
            rounds?.lines.append(line)
        }
        clock = at
    }

    private func time(_ words: [String], _ index: Int) throws -> ClosedRange<Duration> {
        guard words.indices.contains(index) else { throw Why("expected a time") }
        return try range(words[index])
    }
}

/// Why a line cannot be read.
struct Why: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

extension Draft.Option {
    init?(_ word: String) {
        guard let equals = word.firstIndex(of: "=") else { return nil }
        self.init(
            key: String(word[..<equals]), value: String(word[word.index(after: equals)...]))
    }
}

func name<Kind>(_ words: [String], _ index: Int) throws -> Name<Kind> {
    guard words.indices.contains(index) else { throw Why("expected a name") }
    return try parsed(words[index])
}

func parsed<Kind>(_ word: String) throws -> Name<Kind> {
    guard let name = Name<Kind>(word) else { throw Why("`\(word)` is no name") }
    return name
}

func outlet(_ word: String) throws -> Outlet {
    guard let outlet = Outlet(word) else { throw Why("`\(word)` is no outlet") }
    return outlet
}

func duration(_ word: String) throws -> Duration {
    guard let duration = Duration(brief: word) else { throw Why("`\(word)` is no duration") }
    return duration
}

/// `2s`, or `0ms..3ms`.
func range(_ word: String) throws -> ClosedRange<Duration> {
    guard let dots = word.firstRange(of: "..") else {
        let moment = try duration(word)
        return moment...moment
    }
    let first = try duration(String(word[..<dots.lowerBound]))
    let last = try duration(String(word[dots.upperBound...]))
    guard first <= last else { throw Why("`\(word)` ends before it begins") }
    return first...last
}

func count(_ word: String) throws -> Int {
    guard let count = Int(word), (1...100_000).contains(count) else {
        throw Why("`\(word)` is no count")
    }
    return count
}
