// What the appliance says.

/// One answer: an exit code and one line per target.
package struct Reply: Hashable, Sendable {
    package var code: ExitCode
    package var lines: [ReplyLine]

    package init(_ code: ExitCode, _ lines: [ReplyLine]) {
        self.code = code
        self.lines = lines
    }

    /// An answer of one line under the code's own word.
    package init(_ code: ExitCode, _ fields: [ReplyField]) {
        self.init(code, [ReplyLine(code.word, fields)])
    }

    /// Answers about several targets as one: all their lines, and the highest of their codes.
    package init(joining replies: [Reply]) {
        let code = replies.map(\.code).max { $0.rawValue < $1.rawValue }
        self.init(code ?? .ok, replies.flatMap(\.lines))
    }
}

/// `WORD key=value key=value …`
package struct ReplyLine: Hashable, Sendable {
    /// Upper-case; for a line about one target, the word of that target's own verdict.
    package var word: String
    package var fields: [ReplyField]

    package init(_ word: String, _ fields: [ReplyField]) {
        self.word = word
        self.fields = fields
    }

    /// The first value under `key`, if there is one.
    package subscript(_ key: String) -> String? { fields.first { $0.key == key }?.value }
}

/// Two fields that say the same are equal, however JSON prints it.
package struct ReplyField: Hashable, Sendable {
    package var key: String
    package var value: String
    /// What a program gets under `--json`; nil: what the key and the value's form suggest.
    package var json: JSONValue?

    package init(
        _ key: String, _ value: some CustomStringConvertible, json: JSONValue? = nil
    ) {
        self.key = key
        self.value = value.description
        self.json = json
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.key == right.key && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(value)
    }
}

/// A value of RFC 8259, as much of it as replies need.
package enum JSONValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    /// A number of seconds, to the millisecond.
    case seconds(Duration)
    case list([String])
    case null
}

/// The exit status of a request, and the word that opens its line. 255 is ssh's own: no conclusion.
package enum ExitCode: UInt8, Hashable, Sendable, CaseIterable {
    /// Done as asked; for a shot: the target was read back as off.
    case ok = 0
    /// The target's feeds, or some of them, read on, and nothing that was sent can act any more. Of
    /// an `on`: all of them read off. Never a refusal.
    case failed = 1
    /// It may or may not have worked; the target stays without standing until its feeds are read.
    case inDoubt = 2
    /// You were shot, or are about to be.
    case lost = 3
    /// You were shot and nobody has vouched for you since.
    case probation = 4
    /// Too few members asked for the same, in the time given.
    case noConsent = 5
    /// A lock forbids it.
    case locked = 6
    /// Too many shots in too short a time.
    case rate = 7
    /// The question is about a time that is gone: look again, then ask again.
    case stale = 8
    /// Withdrawn before it was granted; nothing was done.
    case withdrawn = 9
    /// The arbiter cannot decide here and now; nothing was done.
    case noQuorum = 10
    case usage = 64
    case notPermitted = 77

    package var word: String {
        switch self {
        case .ok: "OK"
        case .failed: "FAILED"
        case .inDoubt: "IN-DOUBT"
        case .lost: "LOST"
        case .probation: "PROBATION"
        case .noConsent: "NO-CONSENT"
        case .locked: "LOCKED"
        case .rate: "RATE"
        case .stale: "STALE"
        case .withdrawn: "WITHDRAWN"
        case .noQuorum: "NO-QUORUM"
        case .usage: "USAGE"
        case .notPermitted: "NOT-PERMITTED"
        }
    }
}
