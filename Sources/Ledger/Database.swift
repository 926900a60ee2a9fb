// SQLite, as much of it as a ledger needs: one owner per handle, codes become errors at the call.

internal import CSQLite

/// An error of SQLite with its extended code and its own words.
struct DatabaseError: Error, Hashable {
    let code: Int32
    let text: String
    let statement: String
}

@safe
struct Database: ~Copyable {
    private let handle: OpaquePointer

    /// Opens or makes the file. One connection, one thread: SQLite's own mutexes are left out.
    init(path: String) throws(DatabaseError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened = unsafe opened else {
            throw DatabaseError(code: code, text: "out of memory", statement: "open \(path)")
        }
        guard code == SQLITE_OK else {
            let text = unsafe String(cString: sqlite3_errmsg(opened))
            unsafe sqlite3_close_v2(opened)
            throw DatabaseError(code: code, text: text, statement: "open \(path)")
        }
        unsafe handle = opened
        unsafe sqlite3_extended_result_codes(handle, 1)
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Runs statements that give no rows back, or whose rows do not matter.
    func run(_ sql: String) throws(DatabaseError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw error(code, sql) }
    }

    func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else { throw error(code, sql) }
        return unsafe Statement(owning: prepared)
    }

    /// The first column of the first row, as text.
    func value(_ sql: String) throws(DatabaseError) -> String? {
        let statement = try prepare(sql)
        return try step(statement) == .row ? statement.text(0) : nil
    }

    enum Step {
        case row
        case done
    }

    func step(_ statement: borrowing Statement) throws(DatabaseError) -> Step {
        let code = unsafe sqlite3_step(statement.handle)
        switch code {
        case SQLITE_ROW: return .row
        case SQLITE_DONE: return .done
        default: throw error(code, statement.sql)
        }
    }

    private func error(_ code: Int32, _ sql: String) -> DatabaseError {
        DatabaseError(
            code: code, text: unsafe String(cString: sqlite3_errmsg(handle)), statement: sql)
    }
}

@safe
struct Statement: ~Copyable {
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe sqlite3_finalize(handle) }

    var sql: String { unsafe String(cString: sqlite3_sql(handle)) }

    /// To be run again with other values. The error that a reset repeats was thrown by `step`.
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    /// Columns are numbered from 1 here, as SQLite does.
    func bind(_ column: Int32, _ value: Int64?) {
        if let value { unsafe sqlite3_bind_int64(handle, column, value) }
    }

    func bind(_ column: Int32, _ value: String?) {
        guard let value else { return }
        // SQLITE_TRANSIENT is a cast that Swift does not import: -1 tells SQLite to copy the text.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        unsafe sqlite3_bind_text(handle, column, value, -1, transient)
    }

    /// Columns are numbered from 0 here, as SQLite does.
    func text(_ column: Int32) -> String? {
        unsafe sqlite3_column_text(handle, column).map { unsafe String(cString: $0) }
    }

    func number(_ column: Int32) -> UInt64? {
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_INTEGER else { return nil }
        return UInt64(bitPattern: unsafe sqlite3_column_int64(handle, column))
    }
}
