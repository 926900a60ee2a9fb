// The durable record of every decision, and the only maker of receipts.
//
// One SQLite table, appended to and never changed, in WAL mode with synchronous=FULL: an append
// returns when its bytes are on the disk (one fdatasync). docs/decisions/0003 has the figures.

package import Fencing
internal import Glibc
internal import LinuxSystem

/// Proof that an entry is on disk. No other target can make one: whoever holds a receipt got it
/// from `append`, or from reading the ledger back.
package struct LedgerReceipt: Receipt {
    package let sequence: LedgerSequence
    package let entry: Entry

    fileprivate init(_ sequence: LedgerSequence, _ entry: Entry) {
        self.sequence = sequence
        self.entry = entry
    }
}

package enum LedgerError: Error, Hashable, CustomStringConvertible {
    /// It cannot be opened, or is none of ours. The daemon must not start.
    case unusable(path: String, why: String)
    /// The entry is certainly not on record; the next may be taken again.
    case refused(why: String)
    /// The entry is larger than any that a ledger takes (`Ledger.largestEntry`): it is not on record,
    /// and never will be. Other entries are taken.
    case tooLarge(bytes: Int, why: String)
    /// Nobody can say whether the entry is on record. Only reading the ledger anew can.
    case unknown(why: String)
    /// It is not the ledger of its mark, or ends before it: what is missing may hold shots. The
    /// daemon must not start before a person has adopted it.
    case behind(path: String, why: LedgerLoss, mark: String)

    package var description: String {
        switch self {
        case .unusable(let path, let why): "ledger \(path): \(why)"
        case .behind(let path, let why, let mark): why.description(path, mark)
        case .refused(let why), .unknown(let why), .tooLarge(_, let why): why
        }
    }
}

package struct Ledger: ~Copyable {
    let database: Database
    let path: String
    private let insert: Statement
    private var files: OwnFiles
    /// Where it is a copy, the copy.
    private let copy: LedgerCopy?
    /// Nil where none is kept.
    private var mark: MarkFile?
    /// Of the last entry.
    private var checksum: String
    package private(set) var head: LedgerSequence
    /// 32 random hexadecimal digits; nil in a ledger of a version that gave none.
    package private(set) var identity: String?

    /// Of an entry, in bytes of the text of all its rows.
    package static let largestEntry = 64 << 20

    static let columns =
        "kind, shot, role, principal, request, verb, target, feeds, detail"

    /// Opens the ledger, or makes an empty one. Refuses a file that is another program's, newer
    /// than this version, or damaged; and one that another process holds open.
    ///
    /// `mark`: the path of the file in which, from now on, is kept how far the ledger has come. A
    /// ledger that is not the one of the mark, or ends before it, is refused (`LedgerError.behind`).
    package static func open(
        path: String, mark: String? = nil
    ) throws(LedgerError) -> Ledger {
        guard let mark else { return try opened(path, named: path, copy: nil) }
        let last = try readMark(mark, of: path)
        if let last, last.sequence.number > 0, !Self.isThere(path) {
            throw .behind(path: path, why: .missing(last), mark: mark)
        }
        var ledger = try opened(path, named: path, copy: nil)
        try ledger.compare(with: last, mark)
        try ledger.keepMark(at: mark)
        return ledger
    }

    /// Opens a copy of the ledger, to look at it: nothing changes where it lies.
    package static func reading(path: String) throws(LedgerError) -> Ledger {
        let copy = try LedgerCopy.made(of: path)
        let place = copy.path
        return try opened(place, named: path, copy: copy)
    }

    private static func opened(
        _ place: String, named path: String, copy: consuming LedgerCopy?
    ) throws(LedgerError) -> Ledger {
        let database = try openDatabase(place, named: path)
        let insert = try prepareInsert(database, path)
        let head = try head(of: database, path)
        let checksum = try checksum(of: head, in: database, path) ?? HighWaterMark.noChecksum
        let identity = try identity(in: database, path)
        return Ledger(
            database: database, path: path, insert: insert, files: OwnFiles(ofDatabase: place),
            copy: copy, checksum: checksum, head: head, identity: identity)
    }

    private init(
        database: consuming Database, path: String, insert: consuming Statement, files: OwnFiles,
        copy: consuming LedgerCopy?, checksum: String, head: LedgerSequence, identity: String?
    ) {
        self.database = database
        self.path = path
        self.insert = insert
        self.files = files
        self.copy = copy
        mark = nil
        self.checksum = checksum
        self.head = head
        self.identity = identity
    }

    private static func prepareInsert(
        _ database: borrowing Database, _ path: String
    ) throws(LedgerError) -> Statement {
        do {
            return try database.prepare(
                "INSERT INTO entry (sequence, part, \(columns), written_at) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        } catch {
            throw .unusable(path: path, why: error.advice)
        }
    }

    /// Every entry in order from the last one that condenses, as the receipts that they are: what is
    /// read from the disk is on it.
    package func replay(_ body: (LedgerReceipt) -> Void) throws(LedgerError) {
        try Self.translating(path) {
            let first = try lastCondensed() ?? LedgerSequence(1)
            let rows = try database.prepare(
                "SELECT sequence, part, \(Self.columns) FROM entry WHERE sequence >= ? "
                    + "ORDER BY sequence, part")
            rows.bind(1, Int64(first.number))
            var expected = first
            var parts: [Row] = []
            while try database.step(rows) == .row {
                if rows.number(0) != expected.number, !parts.isEmpty {
                    body(try Self.receipt(expected, parts))
                    expected = expected.next
                    parts = []
                }
                guard rows.number(0) == expected.number, rows.number(1) == UInt64(parts.count),
                    let row = Self.row(rows)
                else { throw Unusable.damaged(expected) }
                parts.append(row)
            }
            if !parts.isEmpty { body(try Self.receipt(expected, parts)) }
        }
    }

    /// The latest entries in order, `count` of them at most, with what is written on each of the
    /// time; without those that condense, which say nothing new.
    package func recent(
        _ count: UInt64, _ body: (LedgerReceipt, _ writtenAt: String) -> Void
    ) throws(LedgerError) {
        try Self.translating(path) {
            let first = head.number > count ? head.number - count + 1 : 1
            let rows = try database.prepare(
                "SELECT sequence, part, \(Self.columns), written_at FROM entry "
                    + "WHERE sequence >= ? AND sequence NOT IN "
                    + "(SELECT sequence FROM entry WHERE kind = '\(Row.Kind.condensed.rawValue)') "
                    + "ORDER BY sequence, part")
            rows.bind(1, Int64(first))
            var parts: [Row] = []
            var current = LedgerSequence(0)
            var writtenAt = ""
            while try database.step(rows) == .row {
                guard let number = rows.number(0), let row = Self.row(rows) else {
                    throw Unusable.damaged(current.next)
                }
                if number != current.number, !parts.isEmpty {
                    body(try Self.receipt(current, parts), writtenAt)
                    parts = []
                }
                current = LedgerSequence(number)
                writtenAt = rows.text(11) ?? ""
                parts.append(row)
            }
            if !parts.isEmpty { body(try Self.receipt(current, parts), writtenAt) }
        }
    }

    private func lastCondensed() throws(DatabaseError) -> LedgerSequence? {
        let found = try database.value(
            "SELECT max(sequence) FROM entry WHERE kind = '\(Row.Kind.condensed.rawValue)'")
        return found.flatMap { UInt64($0) }.map { LedgerSequence($0) }
    }

    private static func receipt(
        _ sequence: LedgerSequence, _ parts: [Row]
    ) throws -> LedgerReceipt {
        guard let entry = Row.entry(of: parts) else { throw Unusable.damaged(sequence) }
        return LedgerReceipt(sequence, entry)
    }

    /// `commit(compare, put)`: the entry is put if the ledger ends at `expecting`, and is on the
    /// disk when this returns. `writtenAt` is printed, never compared.
    ///
    /// Refused where it is certainly not on record; unknown where nobody can say, and where the
    /// files at the ledger's paths are not those that are written to.
    package mutating func append(
        _ entry: Entry, expecting: LedgerSequence, writtenAt: String
    ) throws(LedgerError) -> LedgerReceipt {
        guard expecting == head else {
            throw .refused(why: "ledger \(path) ends at \(head), not at \(expecting)")
        }
        let rows = Row.rows(of: entry)
        try refuseSize(of: rows, entry)
        try catchUpMark()
        if let change = files.change() { throw .unknown(why: "ledger \(change)") }
        do throws(DatabaseError) {
            if case .condensed(let condensate) = entry {
                try put(rows, forgetting: condensate, head.next, writtenAt)
            } else {
                try put(rows, head.next, writtenAt)
            }
        } catch {
            throw error.isCertainlyNotWritten
                ? .refused(why: "ledger \(path): \(error.advice)")
                : .unknown(why: "ledger \(path): \(error.advice)")
        }
        if let change = files.noteOwnWrite() { throw .unknown(why: "ledger \(change)") }
        head = head.next
        checksum = rows[0].checksum(head, writtenAt)
        // The entry stands without it; the next one does not (`catchUpMark`).
        do throws(LedgerError) { try catchUpMark() } catch {}
        return LedgerReceipt(head, entry)
    }

    /// Of an entry, as `largestEntry` counts them.
    package static func bytes(of entry: Entry) -> Int { bytes(of: Row.rows(of: entry)) }

    private static func bytes(of rows: [Row]) -> Int { rows.reduce(0) { $0 + $1.size } }

    private func refuseSize(of rows: [Row], _ entry: Entry) throws(LedgerError) {
        let size = Self.bytes(of: rows)
        if size > Self.largestEntry {
            throw .tooLarge(
                bytes: size,
                why: "ledger \(path): the \(entry.ofSize) has \(size) bytes, and an entry may have "
                    + "\(Self.largestEntry) at most: \(entry.waySmaller)")
        }
    }

    /// All of the rows, or none. A single row needs no transaction around it.
    private func put(
        _ rows: [Row], _ sequence: LedgerSequence, _ writtenAt: String
    ) throws(DatabaseError) {
        if rows.count == 1 { return try put(rows[0], part: 0, sequence, writtenAt) }
        try inTransaction { () throws(DatabaseError) in
            for (part, row) in rows.enumerated() { try put(row, part: part, sequence, writtenAt) }
        }
    }

    /// What was announced to be forgotten goes in the same transaction; and of older condensing
    /// entries all but the row that says so, because this one says it all.
    private func put(
        _ rows: [Row], forgetting condensate: Condensate, _ sequence: LedgerSequence,
        _ writtenAt: String
    ) throws(DatabaseError) {
        let earlier = try lastCondensed()
        try inTransaction { () throws(DatabaseError) in
            try database.run("DELETE FROM entry WHERE sequence < \(condensate.forgotten)")
            if let earlier {
                try database.run("DELETE FROM entry WHERE sequence = \(earlier) AND part > 0")
            }
            for (part, row) in rows.enumerated() { try put(row, part: part, sequence, writtenAt) }
        }
    }

    private func inTransaction(
        _ body: () throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try database.run("BEGIN IMMEDIATE")
        do throws(DatabaseError) {
            try body()
            try database.run("COMMIT")
        } catch {
            // Where SQLite has rolled back by itself, there is nothing left to roll back; the
            // error that matters is the first.
            do throws(DatabaseError) { try database.run("ROLLBACK") } catch {}
            throw error
        }
    }

    private func put(
        _ row: Row, part: Int, _ sequence: LedgerSequence, _ writtenAt: String
    ) throws(DatabaseError) {
        insert.reset()
        bind(row, part, sequence, writtenAt)
        do throws(DatabaseError) {
            _ = try database.step(insert)
        } catch {
            insert.reset()
            throw error
        }
        insert.reset()
    }

    private func bind(
        _ row: Row, _ part: Int, _ sequence: LedgerSequence, _ writtenAt: String
    ) {
        insert.bind(1, Int64(sequence.number))
        insert.bind(2, Int64(part))
        insert.bind(3, row.kind.rawValue)
        insert.bind(4, row.shot.map { Int64($0) })
        insert.bind(5, row.role?.rawValue)
        insert.bind(6, row.principal)
        insert.bind(7, row.request)
        insert.bind(8, row.verb)
        insert.bind(9, row.target)
        insert.bind(10, row.feeds)
        insert.bind(11, row.detail)
        insert.bind(12, writtenAt)
    }

    static func row(_ rows: borrowing Statement) -> Row? {
        guard let kind = rows.text(2).flatMap({ Row.Kind(rawValue: $0) }) else { return nil }
        var row = Row(kind)
        row.shot = rows.number(3)
        row.role = rows.text(4).flatMap { Row.Role(rawValue: $0) }
        row.principal = rows.text(5)
        row.request = rows.text(6)
        row.verb = rows.text(7)
        row.target = rows.text(8)
        row.feeds = rows.text(9)
        row.detail = rows.text(10)
        return row
    }
}

// MARK: - The mark

extension Ledger {
    /// Writes down what is not yet: at most one entry may be ahead of the mark.
    private mutating func catchUpMark() throws(LedgerError) {
        guard let present = presentMark, mark != nil, mark?.mark != present else { return }
        do throws(MarkError) {
            try mark?.advance(to: present)
        } catch {
            throw .refused(why: "ledger \(path): \(error.why)")
        }
    }

    private var presentMark: HighWaterMark? {
        identity.map { HighWaterMark(identity: $0, sequence: head, checksum: checksum) }
    }

    /// A ledger of an older version gets its identity: first the mark says it, then the ledger, so
    /// that whatever ends in between is taken up by the next start.
    private mutating func keepMark(at place: String) throws(LedgerError) {
        let given = identity == nil
        if given { identity = try Self.readMark(place, of: path)?.identity }
        identity = identity ?? HighWaterMark.newIdentity()
        guard let present = presentMark else { preconditionFailure("it has an identity") }
        do throws(MarkError) {
            mark = try MarkFile.opened(place, saying: present)
        } catch {
            throw .unusable(path: path, why: error.why)
        }
        if given { try name(present.identity, "named", writtenAt: "") }
    }

    /// Declares it to be the ledger that counts: gives it a new identity, with the reason and the
    /// time, and a new mark. Whatever stood for the old identity is refused from then on.
    package mutating func adopt(
        mark place: String, because why: String, writtenAt: String
    ) throws(LedgerError) {
        let identity = HighWaterMark.newIdentity()
        try name(identity, why, writtenAt: writtenAt)
        self.identity = identity
        mark = nil
        try keepMark(at: place)
    }

    private mutating func name(
        _ identity: String, _ why: String, writtenAt: String
    ) throws(LedgerError) {
        try Self.translating(path) {
            try Self.write(identity, from: head, why, writtenAt, into: database)
        }
        _ = files.noteOwnWrite()
    }
}
