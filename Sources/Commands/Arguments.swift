// What follows the verb, gathered word by word and then made into a command.

internal import Fencing

struct Arguments {
    /// Asks for JSON.
    static let json = "--json"

    let verb: Verb
    private(set) var format = ReplyFormat.text
    private var target: String?
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
        guard word == Self.json else { throw .unknownFlag(word) }
        guard format == .text else { throw .repeated(word) }
        format = .json
    }

    private mutating func addOption(_ name: String, _ value: String) throws(UsageError) {
        guard let key = OptionKey(rawValue: name) else { throw .unknownKey(name) }
        guard verb.keys.contains(key) else { throw .unwantedKey(verb, key) }
        guard values.updateValue(value, forKey: key) == nil else { throw .repeated("\(name)=") }
    }

    private mutating func addTarget(_ word: String) throws(UsageError) {
        guard verb.takes != .nothing else { throw .unwantedTarget(verb, word) }
        if let target { throw .secondTarget(verb, target, word) }
        target = word
    }

    func command() throws(UsageError) -> Command {
        switch verb {
        case .shoot: .order(try order(.shoot))
        case .off: .order(try order(.off))
        case .on: .order(try order(.on))
        case .reboot: .order(try order(.reboot))
        case .status: .status(target == nil ? nil : try name())
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
        case .confirmOff: .confirmOff(try name(), try reason())
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

    /// At most 64 names, an empty list being one that sees nobody.
    private static func names(_ text: String) -> [NodeName]? {
        let words = text.split(separator: ",")
        let names = words.compactMap { NodeName(String($0)) }
        return names.count == words.count && names.count <= 64 ? names : nil
    }

    private func order(_ power: PowerVerb) throws(UsageError) -> PowerRequest {
        PowerRequest(
            power, try name(),
            id: try value(of: .id) { RequestID($0) },
            since: try value(of: .since) { Self.number($0).map { PowerSequence($0) } },
            wait: try value(of: .wait) { Self.wait($0) })
    }

    private func name<Kind>() throws(UsageError) -> Name<Kind> {
        guard let target else { throw .missingTarget(verb) }
        guard let name = Name<Kind>(target) else { throw .badName(verb, target) }
        return name
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
