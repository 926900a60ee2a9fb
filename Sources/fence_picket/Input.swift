// What the agent is told: `name=value` lines on its standard input where it has no arguments, and
// otherwise options, as fence-agents has both.

internal import ApplianceClient

/// A mistake of whoever calls; nothing was asked.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

struct Input {
    /// By the current name of the parameter. Which of `plug` and `port` was meant is not for us to
    /// guess, so every value is kept.
    private(set) var values: [String: [String]] = [:]

    /// The first of what was said; a repeated parameter is read by `only`, or it does not matter.
    subscript(_ name: String) -> String? { values[name]?.last }

    func isSet(_ name: String) -> Bool { self[name].map { truth($0) ?? true } ?? false }

    private mutating func note(_ name: String, _ value: String) {
        values[name, default: []].append(value)
    }

    /// The lines come in any order: Pacemaker walks a hash table. What nobody here knows is for
    /// others: it is passed over.
    init(lines text: String) {
        // Only a line feed ends a line: U+0085 and U+2028 are part of a value.
        for bytes in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let plain = trimmed(Substring(bytes))
            guard !plain.hasPrefix("#"), let equals = plain.firstIndex(of: "=") else { continue }
            let name = trimmed(plain[..<equals]).replacing("-", with: "_")
            guard let parameter = Parameter.named(name) else { continue }
            note(parameter.name, unquoted(trimmed(plain[plain.index(after: equals)...])))
        }
    }

    /// `-o reboot`, `-oreboot`, `--action reboot`, `--action=reboot`.
    init(arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word.hasPrefix("--"), word.count > 2 {
                try addLong(word.dropFirst(2), &rest)
            } else if word.hasPrefix("-"), word.count > 1 {
                try addShort(word.dropFirst(), &rest)
            } else {
                throw UsageError("'\(word)' is no option: see --help")
            }
        }
    }

    private mutating func addLong(
        _ word: Substring, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0]).replacing("-", with: "_")
        let given = parts.count == 2 ? String(parts[1]) : nil
        guard let parameter = Parameter.named(name) else {
            guard Parameter.idle[name] != nil else {
                throw UsageError("unknown option --\(parts[0]): see --help")
            }
            if given == nil, !Self.idleFlags.contains(name) { _ = rest.popFirst() }
            return
        }
        try add(parameter, given, &rest)
    }

    private static let idleFlags: Set = ["ssh", "missing_as_off", "use_sudo", "port_as_ip"]

    private mutating func addShort(
        _ word: Substring, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        guard let letter = word.first else { return }
        let tail = word.dropFirst()
        guard let parameter = Parameter.all.first(where: { $0.short == letter }) else {
            switch letter {
            // `-x` of agents that speak telnet too; a password, its script, the method.
            case "x": return tail.isEmpty ? () : try addShort(tail, &rest)
            case "p", "S", "m", "c":
                if tail.isEmpty { _ = rest.popFirst() }
                return
            default: throw UsageError("unknown option -\(letter): see --help")
            }
        }
        if parameter.value == nil {
            note(parameter.name, "1")
            if !tail.isEmpty { try addShort(tail, &rest) }
        } else {
            try add(parameter, tail.isEmpty ? nil : String(tail), &rest)
        }
    }

    private mutating func add(
        _ parameter: Parameter, _ given: String?, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        guard parameter.value != nil else { return note(parameter.name, given ?? "1") }
        guard let value = given ?? rest.popFirst() else {
            throw UsageError("--\(parameter.long) needs a value")
        }
        note(parameter.name, value)
    }
}

extension Parameter {
    static func named(_ name: String) -> Parameter? {
        all.first { $0.name == name || $0.alias == name }
    }
}

/// The fencing library takes one pair of quotes off.
private func unquoted(_ value: String) -> String {
    guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
    return String(value.dropFirst().dropLast())
}
