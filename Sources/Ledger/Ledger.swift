// The durable record of every decision, and the only maker of receipts.
//
// One SQLite table, appended to and never changed, in WAL mode with synchronous=FULL: an append
// returns when its bytes are on the disk (one fdatasync). docs/decisions/0003 has the figures.

package import Fencing

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
    /// Nobody can say whether the entry is on record. Only reading the ledger anew can.
    case unknown(why: String)

    package var description: String {
        switch self {
        case .unusable(let path, let why): "ledger \(path): \(why)"
        case .refused(let why), .unknown(let why): why
        }
    }
}

package struct Ledger: ~Copyable {
    private let database: Database
    private let path: String
    private let insert: Statement
    package private(set) var head: LedgerSequence

    /// "PCKT": marks the file as ours.
    private static let applicationID = 0x5043_4B54
    private static let schemaVersion = 2
    private static let columns =
        "kind, shot, role, principal, request, verb, target, feeds, detail"

    /// Opens the ledger, or makes an empty one. Refuses a file that is another program's, newer
    /// than this version, or damaged; and one that another process holds open.
    package static func open(path: String) throws(LedgerError) -> Ledger {
        let database = try translating(path) { () throws -> Database in
            let database = try Database(path: path)
            try configure(database)
            try check(database)
            return database
        }
        let insert = try prepareInsert(database, path)
        let head = try head(of: database, path)
        return Ledger(database: database, path: path, insert: insert, head: head)
    }

    private init(
        database: consuming Database, path: String, insert: consuming Statement,
        head: LedgerSequence
    ) {
        self.database = database
        self.path = path
        self.insert = insert
        self.head = head
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

    private static func head(
        of database: borrowing Database, _ path: String
    ) throws(LedgerError) -> LedgerSequence {
        do {
            let last = try database.value("SELECT max(sequence) FROM entry")
            return LedgerSequence(last.flatMap { UInt64($0) } ?? 0)
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
    /// time. Of those that condense only that they did.
    package func recent(
        _ count: UInt64, _ body: (LedgerReceipt, _ writtenAt: String) -> Void
    ) throws(LedgerError) {
        try Self.translating(path) {
            let first = head.number > count ? head.number - count + 1 : 1
            let rows = try database.prepare(
                "SELECT sequence, part, \(Self.columns), written_at FROM entry "
                    + "WHERE sequence >= ? AND kind <> '\(Row.Kind.condensed.rawValue)' "
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
    package mutating func append(
        _ entry: Entry, expecting: LedgerSequence, writtenAt: String
    ) throws(LedgerError) -> LedgerReceipt {
        guard expecting == head else {
            throw .refused(why: "ledger \(path) ends at \(head), not at \(expecting)")
        }
        do throws(DatabaseError) {
            switch entry {
            case .condensed(let condensate): try put(condensate, head.next, writtenAt)
            case .answered, .started, .verifiedOff, .onIntended, .closed, .admitted, .renamed,
                .attested, .locked, .released:
                try put(Row.rows(of: entry), head.next, writtenAt)
            }
        } catch {
            throw error.isCertainlyNotWritten
                ? .refused(why: "ledger \(path): \(error.advice)")
                : .unknown(why: "ledger \(path): \(error.advice)")
        }
        head = head.next
        return LedgerReceipt(head, entry)
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
        _ condensate: Condensate, _ sequence: LedgerSequence, _ writtenAt: String
    ) throws(DatabaseError) {
        let rows = Row.rows(of: condensate)
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

    private static func row(_ rows: borrowing Statement) -> Row? {
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

extension Ledger {
    private struct Unusable: Error {
        let why: String

        static func damaged(_ entry: LedgerSequence) -> Unusable {
            Unusable(
                why: "entry \(entry) is missing or cannot be read: the file is damaged. Keep it, "
                    + "and restore it from a backup")
        }
    }

    private static func translating<Result: ~Copyable>(
        _ path: String, _ body: () throws -> Result
    ) throws(LedgerError) -> Result {
        do {
            return try body()
        } catch let error as Unusable {
            throw .unusable(path: path, why: error.why)
        } catch let error as DatabaseError {
            throw .unusable(path: path, why: error.advice)
        } catch {
            throw .unusable(path: path, why: "\(error)")
        }
    }

    /// EXCLUSIVE: a second daemon on the same ledger is refused, and no shared memory is needed.
    private static func configure(_ database: borrowing Database) throws {
        try database.run("PRAGMA locking_mode = EXCLUSIVE")
        try database.run("PRAGMA journal_mode = WAL")
        try database.run("PRAGMA synchronous = FULL")
        // The WAL is folded into the file every 1000 pages (SQLite's default), so it stays small.
    }

    private static func check(_ database: borrowing Database) throws {
        let application = try database.value("PRAGMA application_id")
        let version = try database.value("PRAGMA user_version")
        let tables = try database.value("SELECT count(*) FROM sqlite_schema")
        if application == "0", version == "0", tables == "0" { return try create(database) }
        guard application == String(applicationID) else {
            throw Unusable(why: "is a database of another program. Name another file")
        }
        guard version == String(schemaVersion) else {
            throw Unusable(
                why: "has version \(version ?? "?"), this Picket writes \(schemaVersion). "
                    + "Use the Picket that wrote it")
        }
        let verdict = try database.value("PRAGMA quick_check(1)")
        guard verdict == "ok" else {
            throw Unusable(
                why: "is damaged (\(verdict ?? "no answer")). Keep it, and restore it from a backup"
            )
        }
    }

    private static func create(_ database: borrowing Database) throws {
        try database.run(
            """
            BEGIN;
            CREATE TABLE entry (
                sequence INTEGER NOT NULL,
                part INTEGER NOT NULL,
                kind TEXT NOT NULL,
                shot INTEGER,
                role TEXT,
                principal TEXT,
                request TEXT,
                verb TEXT,
                target TEXT,
                feeds TEXT,
                detail TEXT,
                written_at TEXT NOT NULL,
                PRIMARY KEY (sequence, part)
            ) STRICT, WITHOUT ROWID;
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(schemaVersion);
            COMMIT;
            """)
    }
}
