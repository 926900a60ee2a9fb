// Reading a ledger without changing anything where it lies: SQLite, when it opens a database with a
// log file beside it, folds the one into the other. So a copy is opened.

internal import Glibc
internal import LinuxSystem

/// The two files of a ledger, in a directory of their own that goes with this.
struct LedgerCopy: ~Copyable {
    private let directory: String
    var path: String { directory + "/ledger.sqlite" }

    private init(_ directory: String) { self.directory = directory }

    /// Refuses a ledger that a process has open.
    static func made(of original: String) throws(LedgerError) -> LedgerCopy {
        do throws(SystemCallError) {
            let source = try Descriptor(opening: original, O_RDONLY)
            try refuseIfOpen(source, original)
            let copy = LedgerCopy(try newDirectory())
            try fill(source, copy.path)
            try fillLog(original, copy.path)
            return copy
        } catch {
            throw .unusable(
                path: original,
                why: error.number == EBUSY
                    ? "another process holds it: is picketd running already?" : "\(error)")
        }
    }

    private static func newDirectory() throws(SystemCallError) -> String {
        let place = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(place)/picket-ledger.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw SystemCallError("mkdtemp in \(place)", number: errno)
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// There is no log file where the last one to have the ledger open has closed it in order.
    private static func fillLog(_ original: String, _ path: String) throws(SystemCallError) {
        guard Ledger.isThere(original + "-wal") else { return }
        try fill(Descriptor(opening: original + "-wal", O_RDONLY), path + "-wal")
    }

    deinit {
        for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + suffix) }
        unsafe rmdir(directory)
    }

    /// SQLite's locks lie on these bytes (its file format, "locking bytes"), and this only looks.
    private static func refuseIfOpen(
        _ file: borrowing Descriptor, _ path: String
    ) throws(SystemCallError) {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        guard unsafe fcntl(file.number, F_GETLK, &lock) == 0 else {
            throw SystemCallError("fcntl \(path)", number: errno)
        }
        if lock.l_type != Int16(F_UNLCK) { throw SystemCallError("read \(path)", number: EBUSY) }
    }

    private static func fill(
        _ source: borrowing Descriptor, _ path: String
    ) throws(SystemCallError) {
        let target = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        while let part = try source.read(atMost: 1 << 16), !part.isEmpty {
            try target.writeAll(part)
        }
    }
}
