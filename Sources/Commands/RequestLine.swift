// A request, as one line: `VERB [TARGET ...] [key=value ...] [--json]`.
//
// Words between spaces, nothing quoted, nothing escaped: every name and value that may stand here
// is plain already. Parser and printer are inverse.

package import Fencing

extension Request {
    /// Bytes in a request line, without its end.
    package static let longestLine = 4096
    /// The longest `wait=`.
    package static let longestWait: Duration = .seconds(600)

    /// Reads a line, without its end. Targets are checked for syntax only.
    package init(line bytes: some Collection<UInt8>) throws(UsageError) {
        let words = try Self.words(in: bytes)
        guard let first = words.first else { throw .emptyLine }
        guard let verb = Verb(rawValue: first) else { throw .unknownVerb(first) }
        var arguments = Arguments(of: verb)
        for word in words.dropFirst() { try arguments.add(word) }
        self.init(
            try arguments.command(), format: arguments.format, purpose: arguments.purpose)
    }

    package init(line: String) throws(UsageError) {
        try self.init(line: line.utf8)
    }

    private static func words(in bytes: some Collection<UInt8>) throws(UsageError) -> [String] {
        guard bytes.count <= longestLine else { throw .tooLong(bytes: bytes.count) }
        if let (index, byte) = bytes.enumerated().first(where: { !(0x20...0x7E).contains($1) }) {
            throw .notPlain(byte, column: index + 1)
        }
        return bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The line that means this request: reading it gives the request again. A `wait` is printed to
    /// the millisecond.
    package var line: String {
        let words: [String]
        switch command {
        case .order(let power): words = power.words
        case .status(let node): words = [Verb.status.rawValue] + (node.map { [$0.text] } ?? [])
        case .list: words = [Verb.list.rawValue]
        case .quorum(let sees):
            let list = sees.map {
                "\(OptionKey.sees.rawValue)=\($0.map(\.text).joined(separator: ","))"
            }
            words = [Verb.quorum.rawValue] + (list.map { [$0] } ?? [])
        case .result(let id): words = [Verb.result.rawValue, id.text]
        case .admit(let node): words = [Verb.admit.rawValue, node.text]
        case .withdraw(let id): words = [Verb.withdraw.rawValue, id.text]
        case .checkOff(let node): words = [Verb.checkOff.rawValue, node.text]
        case .lock(let node, let kind, let reason):
            words = [kind.verb.rawValue, node.text, "\(OptionKey.reason.rawValue)=\(reason)"]
        case .release(let node, let force):
            let option = force == .yes ? ["\(OptionKey.force.rawValue)=\(force.rawValue)"] : []
            words = [Verb.release.rawValue, node.text] + option
        case .confirmOff(let node, let shot, let reason):
            words = [
                Verb.confirmOff.rawValue, node.text, "\(OptionKey.shot.rawValue)=\(shot)",
                "\(OptionKey.reason.rawValue)=\(reason)",
            ]
        case .trace(let name): words = [Verb.trace.rawValue, name.text]
        case .see(let sight): words = sight.words
        case .disconnect(let session): words = [Verb.disconnect.rawValue, session.description]
        case .help: words = [Verb.help.rawValue]
        }
        return (words + flags).joined(separator: " ")
    }

    private var flags: [String] {
        var flags: [String] = []
        switch purpose {
        case .act: break
        case .consider: flags.append(Arguments.dryRun)
        }
        switch format {
        case .text: break
        case .fitted(let columns): flags.append("\(Arguments.columns)\(columns)")
        case .wide: flags.append(Arguments.wide)
        case .json: flags.append(Arguments.json)
        }
        return flags
    }
}

extension Sight {
    fileprivate var words: [String] {
        switch self {
        case .nodes: [Verb.nodes.rawValue]
        case .outlets(let outlet):
            [Verb.outlets.rawValue] + (outlet.map { [$0.description] } ?? [])
        case .switches: [Verb.switches.rawValue]
        case .shots: [Verb.shots.rawValue]
        case .history(let node): [Verb.history.rawValue] + (node.map { [$0.text] } ?? [])
        case .why(let shot): [Verb.why.rawValue, shot.description]
        case .locks: [Verb.locks.rawValue]
        case .sessions: [Verb.sessions.rawValue]
        case .board: [Verb.board.rawValue]
        case .words: [Verb.words.rawValue]
        case .metrics: [Verb.metrics.rawValue]
        }
    }
}

extension PowerRequest {
    fileprivate var words: [String] {
        var words = [verb.rawValue] + targets.map(\.text)
        if let id { words.append("\(OptionKey.id.rawValue)=\(id)") }
        if let sinceText { words.append("\(OptionKey.since.rawValue)=\(sinceText)") }
        if let wait { words.append("\(OptionKey.wait.rawValue)=\(wait.brief)") }
        return words
    }

    private var sinceText: String? {
        if since.isEmpty { return nil }
        if let only = targets.first, targets.count == 1 { return since[only]?.description }
        let items = targets.compactMap { target in since[target].map { "\(target):\($0)" } }
        return items.joined(separator: ",")
    }
}

extension NodeLock.Kind {
    fileprivate var verb: Verb {
        switch self {
        case .protect: .protect
        case .holdOff: .holdOff
        }
    }
}
