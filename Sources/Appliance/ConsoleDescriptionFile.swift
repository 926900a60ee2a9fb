// A site's own description of a switch with a prompt: `driver: console:/etc/picket/x.yaml`.

internal import Drivers
internal import Fencing
internal import SiteConfiguration

struct ConsoleDescriptionFile {
    let description: ConsoleDescription
    private let path: String
    private let words: WordFile

    /// The largest one that is read: they have some twenty lines.
    static let largest = 1 << 14
    private static let owner = "the description"
    private static let latencies: ClosedRange<Duration> = .seconds(1) ... .seconds(300)
    private static let silences: ClosedRange<Duration> = .seconds(1) ... .seconds(120)

    /// Throws what is wrong with its form, and each key that is missing or holds no value.
    init(reading bytes: [UInt8], path: String) throws(SiteRefused) {
        let words = try WordFile(
            reading: bytes, path: path, owner: Self.owner,
            known: ConsoleDescription.Key.allCases.map(\.rawValue))
        var reader = Reader(path: path, words: words)
        let description = reader.description()
        guard reader.findings.isEmpty, let description else { throw SiteRefused(reader.findings) }
        (self.description, self.path, self.words) = (description, path, words)
    }

    /// Where each fault stands.
    func findings(_ refused: DescriptionRefused) -> [Diagnostic] {
        refused.faults.map { fault in
            let place = words[fault.key.rawValue]?.first?.position ?? .start
            return Diagnostic(.error, path: path, at: place, fault.what, fault.advice)
        }
    }

    private struct Reader {
        let path: String
        let words: WordFile
        var findings: [Diagnostic] = []

        mutating func description() -> ConsoleDescription? {
            let prompts = required(.prompts)
            let (off, on, status) = (one(.off), one(.on), one(.status))
            let (outlets, row, name) = (one(.outlets), one(.row), one(.name))
            let (readsOff, readsOn) = (required(.readsOff), required(.readsOn))
            let latency = duration(.latency, within: latencies)
            if latency == nil, words[ConsoleDescription.Key.latency.rawValue] == nil {
                missing(.latency)
            }
            guard let name, let off, let on, let status, let outlets, let row, let latency else {
                return nil
            }
            var described = ConsoleDescription(
                name: name, prompts: prompts, off: off, on: on, status: status, outlets: outlets,
                row: row, readsOff: readsOff, readsOn: readsOn, refusals: list(.refusals),
                latency: latency)
            fill(&described)
            return described
        }

        private mutating func fill(_ described: inout ConsoleDescription) {
            described.heading = optional(.heading)
            described.state = optional(.state) ?? described.state
            described.logout = optional(.logout)
            described.menu = optional(.menu)
            described.menuItem = optional(.menuItem)
            described.yes = optional(.yes) ?? described.yes
            described.no = optional(.no) ?? described.no
            described.settings = optional(.settings) ?? described.settings
            described.silence = duration(.silence, within: silences) ?? described.silence
            guard let written = optional(.enter) else { return }
            if let enter = ConsoleDescription.LineEnd(rawValue: written) {
                described.enter = enter
            } else {
                wrong(.enter, written, "write cr, lf or crlf")
            }
        }

        private func list(_ key: ConsoleDescription.Key) -> [String] {
            words[key.rawValue]?.map(\.value) ?? []
        }

        private mutating func required(_ key: ConsoleDescription.Key) -> [String] {
            if words[key.rawValue] == nil { missing(key) }
            return list(key)
        }

        private mutating func one(_ key: ConsoleDescription.Key) -> String? {
            if words[key.rawValue] == nil { missing(key) }
            return optional(key)
        }

        private mutating func optional(_ key: ConsoleDescription.Key) -> String? {
            let written = list(key)
            guard written.count > 1 else { return written.first }
            wrong(key, written.joined(separator: ", "), "write one")
            return nil
        }

        private mutating func duration(
            _ key: ConsoleDescription.Key, within bounds: ClosedRange<Duration>
        ) -> Duration? {
            guard let written = optional(key) else { return nil }
            if let duration = Duration(brief: written), bounds.contains(duration) {
                return duration
            }
            let range = "\(bounds.lowerBound.brief) to \(bounds.upperBound.brief)"
            wrong(key, written, "write a duration from \(range), such as 10s")
            return nil
        }

        private mutating func missing(_ key: ConsoleDescription.Key) {
            findings.append(
                Diagnostic(
                    .error, path: path, at: .start, "\(owner) has no `\(key.rawValue)`", "add it"))
        }

        private mutating func wrong(
            _ key: ConsoleDescription.Key, _ written: String, _ advice: String
        ) {
            let place = words[key.rawValue]?.first?.position ?? .start
            findings.append(
                Diagnostic(
                    .error, path: path, at: place, "\(key.rawValue) is `\(written)`", advice))
        }
    }
}
