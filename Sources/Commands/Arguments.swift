// What follows the verb, gathered word by word and then made into a command.

internal import Fencing

struct Arguments {
    /// Asks for JSON.
    static let json = "--json"
    /// Asks for tables with all their columns.
    static let wide = "--wide"
    /// Asks for tables that fit so many columns.
    static let columns = "--columns="
    /// Asks what the request would do, and does nothing.
    static let dryRun = "--dry-run"
    /// Tells a console that the answer to its question is yes. Nobody else asks.
    static let yes = "--yes"
    static let flags = [json, wide, dryRun, yes]

    let verb: Verb
    private(set) var format = ReplyFormat.text
    private(set) var purpose = Request.Purpose.act
    private var flags: Set<String> = []
    private var targets: [String] = []
    private var values: [OptionKey: String] = [:]

    init(of verb: Verb) { self.verb = verb }

    mutating func add(_ word: String) throws(UsageError) {
        if word.hasPrefix("-") {
            try addFlag(word)
        } else if let equals = word.firstIndex(of: "=") {
            let value = word[word.index(after: equals)...]
            try addOption(String(word[..<equals]), String(value))
        } else {
            try addTarget(word)
        }
    }

    private mutating func addFlag(_ word: String) throws(UsageError) {
        let flag = word.hasPrefix(Self.columns) ? Self.columns : word
        guard Self.flags.contains(flag) || flag == Self.columns else { throw .unknownFlag(word) }
        guard flags.insert(flag).inserted else { throw .repeated(word) }
        let formats = [Self.json, Self.wide, Self.columns].filter(flags.contains)
        if formats.count > 1 { throw .contradiction(formats[0], formats[1]) }
        switch flag {
        case Self.columns:
            guard let columns = Self.number(String(word.dropFirst(flag.utf8.count))),
                let count = Int(exactly: columns), ReplyFormat.columns.contains(count)
            else { throw .badColumns(word) }
            format = .fitted(columns: count)
        case Self.json: format = .json
        case Self.wide: format = .wide
        case Self.dryRun: purpose = .consider
        default: break
        }
    }

    private mutating func addOption(_ name: String, _ value: String) throws(UsageError) {
        guard let key = OptionKey(rawValue: name) else { throw .unknownKey(name) }
        guard verb.keys.contains(key) else { throw .unwantedKey(verb, key) }
        guard values.updateValue(value, forKey: key) == nil else { throw .repeated("\(name)=") }
    }

    private mutating func addTarget(_ word: String) throws(UsageError) {
        guard verb.takes != .nothing else { throw .unwantedTarget(verb, word) }
        guard !targets.contains(word) else { throw .repeated(word) }
        if let first = targets.first, verb.takes != .nodes {
            throw .secondTarget(verb, first, word)
        }
        guard targets.count < PowerRequest.mostTargets else { throw .tooManyTargets(verb) }
        targets.append(word)
    }

    func command() throws(UsageError) -> Command {
        switch verb {
        case .shoot: .order(try order(.shoot))
        case .off: .order(try order(.off))
        case .on: .order(try order(.on))
        case .reboot: .order(try order(.reboot))
        case .status: .status(targets.isEmpty ? nil : try name())
        case .list: .list
        case .quorum: .quorum(sees: try value(of: .sees) { Self.names($0) })
        case .result: .result(try name())
        case .admit: .admit(try name())
        case .withdraw: .withdraw(try name())
        case .checkOff: .checkOff(try name())
        case .protect: .lock(try name(), .protect, try reason())
        case .holdOff: .lock(try name(), .holdOff, try reason())
        case .release:
            .release(try name(), try value(of: .force) { Command.Force(rawValue: $0) } ?? .no)
        case .confirmOff: .confirmOff(try name(), try shot(), try reason())
        case .trace: .trace(try name())
        case .nodes: .see(.nodes)
        case .outlets: .see(.outlets(targets.isEmpty ? nil : try outlet()))
        case .switches: .see(.switches)
        case .shots: .see(.shots)
        case .history: .see(.history(targets.isEmpty ? nil : try name()))
        case .why: .see(.why(ShotNumber(try counter())))
        case .locks: .see(.locks)
        case .sessions: .see(.sessions)
        case .board: .see(.board)
        case .words: .see(.words)
        case .metrics: .see(.metrics)
        case .disconnect: .disconnect(SessionID(try counter()))
        case .help: .help
        }
    }

    /// Who reads it later wants to know why.
    private func reason() throws(UsageError) -> Reason {
        guard let reason = try value(of: .reason, { Reason($0) }) else {
            throw .missingKey(verb, .reason)
        }
        return reason
    }

    /// A person attests the off of one shot, and of no other that may have come since.
    private func shot() throws(UsageError) -> ShotNumber {
        guard let shot = try value(of: .shot, { Self.number($0).map { ShotNumber($0) } }) else {
            throw .missingKey(verb, .shot)
        }
        return shot
    }

    /// At most 64 names, an empty list being one that sees nobody.
    private static func names(_ text: String) -> [NodeName]? {
        let words = text.split(separator: ",")
        let names = words.compactMap { NodeName(String($0)) }
        return names.count == words.count && names.count <= 64 ? names : nil
    }

    private func order(_ power: PowerVerb) throws(UsageError) -> PowerRequest {
        guard !targets.isEmpty else { throw .missingTarget(verb) }
        var nodes: [NodeName] = []
        for target in targets {
            guard let node = NodeName(target) else { throw .badName(verb, target) }
            nodes.append(node)
        }
        return PowerRequest(
            power, nodes,
            id: try value(of: .id) { RequestID($0) },
            since: try value(of: .since) { Self.since($0, nodes) } ?? [:],
            wait: try value(of: .wait) { Self.wait($0) })
    }

    /// `30` for the one target, or `node2:30,node3:4`, about targets of the request only.
    private static func since(_ text: String, _ targets: [NodeName]) -> [NodeName: PowerSequence]? {
        if let only = targets.first, targets.count == 1, let number = number(text) {
            return [only: PowerSequence(number)]
        }
        var found: [NodeName: PowerSequence] = [:]
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = item.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2, let node = NodeName(String(halves[0])),
                let number = number(String(halves[1])), targets.contains(node),
                found.updateValue(PowerSequence(number), forKey: node) == nil
            else { return nil }
        }
        return found
    }

    private func name<Kind>() throws(UsageError) -> Name<Kind> {
        guard let target = targets.first else { throw .missingTarget(verb) }
        guard let name = Name<Kind>(target) else { throw .badName(verb, target) }
        return name
    }

    private func outlet() throws(UsageError) -> Outlet {
        guard let target = targets.first else { throw .missingTarget(verb) }
        guard let outlet = Outlet(target) else { throw .badOutlet(target) }
        return outlet
    }

    private func counter() throws(UsageError) -> UInt64 {
        guard let target = targets.first else { throw .missingTarget(verb) }
        guard let number = Self.number(target) else { throw .badNumber(verb, target) }
        return number
    }

    private func value<Value>(
        of key: OptionKey, _ read: (String) -> Value?
    ) throws(UsageError) -> Value? {
        guard let text = values[key] else { return nil }
        guard let value = read(text) else { throw .badValue(key, text) }
        return value
    }

    /// Digits only: the standard library's reader would take a sign too.
    private static func number(_ text: String) -> UInt64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? UInt64(text) : nil
    }

    private static func wait(_ text: String) -> Duration? {
        Duration(brief: text).flatMap { $0 <= Request.longestWait ? $0 : nil }
    }
}
