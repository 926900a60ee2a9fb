// What went over a line lately, and when: for a person who wonders what the switch said. Bounded in
// entries and in bytes, and without passwords: neither one that was sent, nor what the switch said to
// it, nor a place where it comes again.

package import Fencing

package struct LineTrace: Sendable {
    var entries: [Entry] = []
    var byteCount = 0
    /// Something was before the first entry.
    var hasForgotten = false
    private var hearing = Hearing.openly
    private var secrets: [[UInt8]] = []

    /// Of one line, in one direction, together.
    package static let mostEntries = 128
    package static let mostBytes = 8192
    /// Bytes in the same direction with pauses no longer than this are one entry.
    static let together = Duration.milliseconds(100)
    static let longestEntry = 256
    /// Passwords that are looked for in what comes.
    private static let mostSecrets = 4
    /// Characters of a note.
    private static let longestNote = 160

    struct Entry: Hashable, Sendable {
        let moment: Moment
        var until: Moment
        var what: What
    }

    enum What: Hashable, Sendable {
        case sent([UInt8])
        case received([UInt8])
        case sentSecret
        /// It may have repeated the password.
        case receivedHidden
        case note(String)
        /// An exchange begins here: a job.
        case began(String)
        /// The questions before this were asked so often in all, with the same answers.
        case again(times: Int, since: Moment, last: Moment)
        /// So many entries were here, and had no room.
        case leftOut(Int)
    }

    /// After a password nothing that comes is kept, until something else was sent.
    private enum Hearing { case openly, discreetly }

    // MARK: Writing

    mutating func sent(_ bytes: [UInt8], at now: Moment) {
        hearing = .openly
        condense()
        for piece in Self.pieces(bytes) { add(.sent(piece), at: now) }
    }

    mutating func sentSecret(_ bytes: [UInt8], at now: Moment) {
        hearing = .discreetly
        let secret = Array(
            bytes.drop(while: Self.isEnd).reversed().drop(while: Self.isEnd).reversed())
        if !secret.isEmpty, !secrets.contains(secret) {
            secrets = secrets.suffix(Self.mostSecrets - 1) + [secret]
        }
        add(.sentSecret, at: now)
    }

    mutating func received(_ bytes: [UInt8], at now: Moment) {
        switch hearing {
        case .openly: for piece in Self.pieces(bytes) { add(.received(piece), at: now) }
        case .discreetly: if entries.last?.what != .receivedHidden { add(.receivedHidden, at: now) }
        }
    }

    mutating func note(_ text: String, at now: Moment) {
        condense()
        add(.note(String(text.prefix(Self.longestNote))), at: now)
    }

    mutating func began(_ text: String, at now: Moment) { add(.began(text), at: now) }

    private static func isEnd(_ byte: UInt8) -> Bool { byte == 13 || byte == 10 }

    private static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: longestEntry).map {
            Array(bytes[$0..<min($0 + longestEntry, bytes.count)])
        }
    }

    private mutating func add(_ what: What, at now: Moment) {
        byteCount += what.count
        if let last = entries.last, let joined = Self.joined(last, what, at: now) {
            entries[entries.count - 1] = joined
        } else {
            entries.append(Entry(moment: now, until: now, what: what))
        }
        makeRoom()
    }

    private static func joined(_ last: Entry, _ what: What, at now: Moment) -> Entry? {
        guard now - last.until <= together, last.what.count + what.count <= longestEntry else {
            return nil
        }
        var entry = last
        entry.until = now
        switch (last.what, what) {
        case (.sent(let old), .sent(let new)): entry.what = .sent(old + new)
        case (.received(let old), .received(let new)): entry.what = .received(old + new)
        case (.sent, _), (.received, _), (.sentSecret, _), (.receivedHidden, _), (.note, _),
            (.began, _), (.again, _), (.leftOut, _):
            return nil
        }
        return entry
    }
}

// MARK: - Reading

extension LineTrace {
    package enum Kind: String, Hashable, Sendable {
        case sent
        case received
        case note
    }

    package struct Line: Hashable, Sendable {
        package let moment: Moment
        package let kind: Kind
        /// Printable ASCII, whatever went over the wire.
        package let text: String
    }

    /// Oldest first.
    package var lines: [Line] {
        zip(entries, withoutSecrets).map { entry, text in
            Line(moment: entry.moment, kind: entry.what.kind, text: text)
        }
    }

    /// The entries that were still going on at that moment, and the later ones.
    func since(_ moment: Moment) -> LineTrace {
        var part = self
        let start = entries.lastIndex { $0.until < moment }.map { $0 + 1 } ?? 0
        part.entries = Array(entries[start...])
        part.hasForgotten = hasForgotten || start > 0
        return part
    }

    /// The latest job, in so many characters at most: its beginning and its end.
    func lastExchange(atMost limit: Int = 400) -> String? {
        guard let start = entries.lastIndex(where: { $0.what.isBeginning }) else { return nil }
        let texts = withoutSecrets
        let begun = entries[start].moment
        let words = (start..<entries.count).map { index -> String in
            let entry = entries[index]
            let time = "+\((entry.moment - begun).milliseconds)ms"
            return switch entry.what {
            case .sent, .sentSecret: "\(time) >`\(texts[index])`"
            case .received, .receivedHidden: "\(time) <`\(texts[index])`"
            case .note, .began, .again, .leftOut: "\(time) \(texts[index])"
            }
        }
        let text = words.joined(separator: " ")
        guard text.utf8.count > limit else { return text }
        return "\(text.prefix(limit / 2)) ... \(text.suffix(limit / 2))"
    }

    /// The entries' texts. All that came is looked at as one: a password may have been cut in two, with
    /// a note between, or its second half may be still to come.
    private var withoutSecrets: [String] {
        var isSecret: [Bool] = []
        var (heard, start) = ([UInt8](), hasForgotten ? Start.cut : .wholeStart)
        for entry in entries {
            switch entry.what {
            case .received(let bytes): heard += bytes
            case .again, .leftOut:
                isSecret += secretPlaces(in: heard, start)
                (heard, start) = ([], .cut)
            case .sent, .sentSecret, .receivedHidden, .note, .began: break
            }
        }
        isSecret += secretPlaces(in: heard, start)
        return texts(hiding: isSecret)
    }

    private func texts(hiding isSecret: [Bool]) -> [String] {
        var start = 0
        return entries.map { entry in
            guard case .received(let bytes) = entry.what else { return entry.what.text }
            defer { start += bytes.count }
            return bytes.indices.map { isSecret[start + $0] ? "*" : shown(bytes[$0]) }.joined()
        }
    }

    /// Whether something came before that is not there any more.
    enum Start { case wholeStart, cut }

    func secretPlaces(in heard: [UInt8], _ begins: Start) -> [Bool] {
        var isSecret = [Bool](repeating: false, count: heard.count)
        for secret in secrets {
            for start in heard.indices {
                let end = min(start + secret.count, heard.count)
                guard heard[start..<end].elementsEqual(secret.prefix(end - start)) else { continue }
                for place in start..<end { isSecret[place] = true }
            }
            // Its first half may be what is gone.
            guard begins == .cut else { continue }
            for count in stride(from: min(secret.count, heard.count), to: 1, by: -1)
            where heard.prefix(count).elementsEqual(secret.suffix(count)) {
                for place in 0..<count { isSecret[place] = true }
            }
        }
        return isSecret
    }
}

extension LineTrace.What {
    var count: Int {
        switch self {
        case .sent(let bytes), .received(let bytes): bytes.count
        case .sentSecret, .receivedHidden, .again, .leftOut: 0
        case .note(let text), .began(let text): text.utf8.count
        }
    }

    fileprivate var kind: LineTrace.Kind {
        switch self {
        case .sent, .sentSecret: .sent
        case .received, .receivedHidden: .received
        case .note, .began, .again, .leftOut: .note
        }
    }

    var isBeginning: Bool {
        switch self {
        case .began: true
        case .sent, .received, .sentSecret, .receivedHidden, .note, .again, .leftOut: false
        }
    }

    /// Of what is received, the reader of the trace makes its own, because of the secrets.
    fileprivate var text: String {
        switch self {
        case .sent(let bytes), .received(let bytes): bytes.map(shown).joined()
        case .sentSecret: "(a password)"
        case .receivedHidden: "(what it said to the password)"
        case .note(let text), .began(let text): text.utf8.map(shown).joined()
        case .again(let times, let since, let last):
            "asked \(times) times in \((last - since).brief), answered the same"
        case .leftOut(let count): "(\(count) more, and no room for them)"
        }
    }
}

extension LineTrace {
    /// Bytes of a wire for a person: `\r`, `\n`, `\x18`, and what is printable as it is.
    package static func text(of bytes: [UInt8]) -> String { bytes.map(shown).joined() }
}

private func shown(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\r"): return "\\r"
    case UInt8(ascii: "\n"): return "\\n"
    case UInt8(ascii: "\\"): return "\\\\"
    case 0x20...0x7E: return String(UnicodeScalar(byte))
    default: return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
