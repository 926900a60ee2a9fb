// What an error of SQLite means for the entry that was being written, and what to do about it.

internal import CSQLite

extension DatabaseError {
    /// A full disk, a lock, a file that may not be written, or a write that failed: the commit frame
    /// never became valid, and SQLite has rolled back. A failed fsync is not in the list: the bytes
    /// may be on the disk or not, and asking again proves nothing.
    var isCertainlyNotWritten: Bool {
        switch code & 0xFF {
        case SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_CANTOPEN: true
        case SQLITE_IOERR: code == SQLITE_IOERR | (3 << 8)  // SQLITE_IOERR_WRITE
        default: false
        }
    }

    /// SQLite's words, and what to do.
    var advice: String {
        let action: String? =
            switch code & 0xFF {
            case SQLITE_FULL: "free some space on that file system"
            case SQLITE_BUSY, SQLITE_LOCKED: "another process holds it: is picketd running already?"
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN:
                "check the directory, its owner and its mode"
            case SQLITE_NOTADB: "it is no ledger: name another file"
            case SQLITE_CORRUPT: "it is damaged: keep it, and restore it from a backup"
            case SQLITE_IOERR: "check the disk (dmesg)"
            default: nil
            }
        return action.map { "\(text): \($0)" } ?? "\(text) (SQLite code \(code))"
    }
}
