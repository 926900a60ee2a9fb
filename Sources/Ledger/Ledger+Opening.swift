// Opening a ledger: what it must be, what a new one is, and which one it is.

internal import Fencing
internal import Glibc
internal import LinuxSystem

extension Ledger {
    /// "PCKT": marks the file as ours.
    private static let applicationID = 0x5043_4B54
    private static let schemaVersion = 2

    struct Unusable: Error {
        let why: String

        static func damaged(_ entry: LedgerSequence) -> Unusable {
            Unusable(
                why: "entry \(entry) is missing or cannot be read: the file is damaged. Keep it, "
                    + "and restore it from a backup")
        }
    }

    static func translating<Result: ~Copyable>(
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

    static func openDatabase(
        _ place: String, named path: String
    ) throws(LedgerError) -> Database {
        try translating(path) { () throws -> Database in
            try makePrivately(place)
            let database = try Database(path: place)
            try configure(database)
            try check(database)
            return database
        }
    }

    /// SQLite makes its files as the umask has it, and those beside the first with its mode.
    private static func makePrivately(_ path: String) throws {
        do throws(SystemCallError) {
            _ = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            // It is there, or cannot be made: SQLite says why, in the words that have advice.
        }
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
            \(identityTable);
            INSERT INTO identity VALUES ('\(HighWaterMark.newIdentity())', 0, 'made', '');
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(schemaVersion);
            COMMIT;
            """)
    }
}

// MARK: - Which ledger it is

extension Ledger {
    /// Every identity that it has had. The last row counts.
    private static let identityTable = """
        CREATE TABLE IF NOT EXISTS identity (
            id TEXT NOT NULL,
            from_entry INTEGER NOT NULL,
            why TEXT NOT NULL,
            written_at TEXT NOT NULL
        ) STRICT
        """

    static func identity(
        in database: borrowing Database, _ path: String
    ) throws(LedgerError) -> String? {
        do {
            guard
                try database.value("SELECT 1 FROM sqlite_schema WHERE name = 'identity'") != nil
            else { return nil }
            return try database.value("SELECT id FROM identity ORDER BY rowid DESC LIMIT 1")
        } catch {
            throw .unusable(path: path, why: error.advice)
        }
    }

    static func write(
        _ identity: String, from entry: LedgerSequence, _ why: String, _ writtenAt: String,
        into database: borrowing Database
    ) throws {
        try database.run(identityTable)
        let insert = try database.prepare("INSERT INTO identity VALUES (?, ?, ?, ?)")
        insert.bind(1, identity)
        insert.bind(2, Int64(entry.number))
        insert.bind(3, why)
        insert.bind(4, writtenAt)
        _ = try database.step(insert)
    }

    static func head(
        of database: borrowing Database, _ path: String
    ) throws(LedgerError) -> LedgerSequence {
        do {
            let last = try database.value("SELECT max(sequence) FROM entry")
            return LedgerSequence(last.flatMap { UInt64($0) } ?? 0)
        } catch {
            throw .unusable(path: path, why: error.advice)
        }
    }

    /// Nil where there is no such entry, or none that can be read: `replay` says so.
    static func checksum(
        of entry: LedgerSequence, in database: borrowing Database, _ path: String
    ) throws(LedgerError) -> String? {
        if entry.number == 0 { return HighWaterMark.noChecksum }
        do {
            let rows = try database.prepare(
                "SELECT sequence, part, \(columns), written_at FROM entry "
                    + "WHERE sequence = ? AND part = 0")
            rows.bind(1, Int64(entry.number))
            guard try database.step(rows) == .row, let row = row(rows) else { return nil }
            return row.checksum(entry, rows.text(11) ?? "")
        } catch {
            throw .unusable(path: path, why: error.advice)
        }
    }

    package static func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    static func readMark(
        _ mark: String, of path: String
    ) throws(LedgerError) -> HighWaterMark? {
        do throws(MarkError) {
            return try MarkFile.read(mark)
        } catch {
            throw .behind(path: path, why: .markUnreadable(error.why), mark: mark)
        }
    }

    /// Whether it is the ledger of the mark, and has come as far.
    func compare(with last: HighWaterMark?, _ mark: String) throws(LedgerError) {
        if let why = try difference(from: last) {
            throw .behind(path: path, why: why, mark: mark)
        }
    }

    private func difference(from last: HighWaterMark?) throws(LedgerError) -> LedgerLoss? {
        guard let last else {
            // A ledger without entries has lost none, and one of an older version had no mark.
            return identity == nil || head.number == 0 ? nil : .markMissing(head)
        }
        if last.sequence.number == 0 { return nil }
        // Of an older version, or of this one where it ended between the two: the history decides.
        if let identity, identity != last.identity { return .otherLedger(last, head) }
        if head < last.sequence { return .behind(last, head) }
        let checksum = try Self.checksum(of: last.sequence, in: database, path)
        return checksum == last.checksum ? nil : .otherHistory(last, head)
    }
}

extension Ledger {
    /// Why a start would refuse the ledger because of its mark; nil where it would not. Changes
    /// nothing.
    package static func loss(path: String, mark: String) throws(LedgerError) -> LedgerLoss? {
        do throws(LedgerError) {
            let last = try readMark(mark, of: path)
            guard isThere(path) else {
                return last.flatMap { $0.sequence.number > 0 ? .missing($0) : nil }
            }
            return try reading(path: path).difference(from: last)
        } catch {
            if case .behind(_, let why, _) = error { return why }
            throw error
        }
    }
}
