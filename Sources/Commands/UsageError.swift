// Every mistake that a request line can hold, and what to say about it: the word, what was
// expected, and the near miss where there is one.

package import Fencing

package enum UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptyLine
    case tooLong(bytes: Int)
    /// Columns count from 1.
    case notPlain(UInt8, column: Int)
    case unknownVerb(String)
    case missingTarget(Verb)
    case secondTarget(Verb, String, String)
    case tooManyTargets(Verb)
    case unwantedTarget(Verb, String)
    case badName(Verb, String)
    case badNumber(Verb, String)
    case badOutlet(String)
    case unknownKey(String)
    case unwantedKey(Verb, OptionKey)
    case badValue(OptionKey, String)
    case missingKey(Verb, OptionKey)
    case unknownFlag(String)
    case badColumns(String)
    case repeated(String)
    case contradiction(String, String)

    package var description: String {
        switch self {
        case .emptyLine: "an empty line asks nothing: \(Self.verbs)"
        case .tooLong(let bytes):
            "the line has \(bytes) bytes; it may have \(Request.longestLine)"
        case .notPlain(let byte, let column):
            "`\(escape(byte))` in column \(column): a request is printable ASCII and spaces"
        case .unknownVerb(let word): Self.aboutVerb(word)
        case .missingTarget(let verb):
            "\(verb.rawValue) needs a \(verb.takes.noun): say \(verb.with(verb.takes.example))"
        case .secondTarget(let verb, let first, let second):
            "\(verb.rawValue) takes one \(verb.takes.noun): "
                + "say \(verb.with(first)), then \(verb.with(second))"
        case .tooManyTargets(let verb):
            "\(verb.rawValue) takes \(PowerRequest.mostTargets) nodes at most: "
                + "ask for the rest in another request"
        case .unwantedTarget(let verb, let word):
            "\(verb.rawValue) takes no \(verb.takes.noun): leave \(shown(word)) out"
        case .badName(let verb, let word): Self.aboutName(verb, word)
        case .badNumber(let verb, let word):
            "\(shown(word)) is no \(verb.takes.noun): a whole number, as in "
                + verb.with(verb.takes.example)
        case .badOutlet(let word):
            "\(shown(word)) cannot be an outlet: write its switch, a slash and its name, pdu-a/3"
        case .unknownKey(let word): Self.aboutKey(word)
        case .unwantedKey(let verb, let key):
            "\(verb.rawValue) takes no \(key.rawValue)=: that is for \(Self.takers(of: key))"
        case .badValue(let key, let text):
            "\(key.rawValue)= takes \(key.expected); \(shown(text)) is none"
        case .missingKey(let verb, let key):
            "\(verb.rawValue) needs \(key.rawValue)=: say "
                + "`\(verb.rawValue) \(verb.takes.example) \(key.rawValue)=disk-swap`"
        case .unknownFlag(let word):
            "unknown option \(shown(word)): the options are "
                + Arguments.flags.joined(separator: " ")
        case .badColumns(let word):
            "\(shown(word)): a terminal has \(ReplyFormat.columns.lowerBound) to "
                + "\(ReplyFormat.columns.upperBound) columns, as in `nodes \(Arguments.columns)132`"
        case .repeated(let word): "\(shown(word)) stands there twice: say it once"
        case .contradiction(let one, let other): "\(one) and \(other): say one of them"
        }
    }
}

extension UsageError {
    private static let verbs =
        "the verbs are " + Verb.allCases.map(\.rawValue).joined(separator: " ")

    private static func aboutVerb(_ word: String) -> String {
        if word == Arguments.json { return "the verb comes first, then \(word): \(verbs)" }
        let near = nearest(to: word, among: Verb.allCases.map(\.rawValue))
        return "unknown verb \(shown(word)): " + (near.map { "did you mean \($0)?" } ?? verbs)
    }

    private static func aboutKey(_ word: String) -> String {
        let keys = OptionKey.allCases.map(\.rawValue)
        let known = "the keys are " + keys.map { "\($0)=" }.joined(separator: " ")
        let near = nearest(to: word, among: keys)
        return "unknown key \(shown(word)): " + (near.map { "did you mean \($0)=?" } ?? known)
    }

    private static func aboutName(_ verb: Verb, _ word: String) -> String {
        if word.contains("\"") || word.contains("'") {
            return "\(shown(word)) has quotes: they are neither needed nor understood"
        }
        return "\(shown(word)) cannot be a \(verb.takes.noun): expected \(nameRule)"
    }

    private static func takers(of key: OptionKey) -> String {
        Verb.allCases.filter { $0.keys.contains(key) }.map(\.rawValue).joined(separator: " ")
    }
}

extension Verb {
    /// The verb and its word, as something to type.
    fileprivate func with(_ word: String) -> String { shown("\(rawValue) \(word)") }
}

extension Reply {
    /// The answer to a line that is no request: what is wrong with it, in the field `error`.
    package static func usage(_ error: UsageError) -> Reply {
        Reply(.usage, [ReplyField("error", error)])
    }
}
