// Whether the files at the ledger's paths are still those that are open, and as we left them. SQLite
// writes on into a file that has no name any more, and calls that success.

internal import Glibc

struct OwnFiles {
    private let paths: [String]
    private var seen: [Look]

    private struct Look: Hashable {
        var device: UInt64 = 0
        var inode: UInt64 = 0
        var size: Int64 = 0
        var seconds: Int = 0
        var nanoseconds: Int = 0

        /// All zero where there is no such file.
        init(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }

        func isSameFile(as other: Look) -> Bool {
            device == other.device && inode == other.inode
        }
    }

    /// The database is open, and has been read: the log file beside it is there.
    init(ofDatabase path: String) {
        paths = [path, path + "-wal"]
        seen = paths.map { Look($0) }
    }

    /// Before we write. Nil where all is as we left it.
    func change() -> String? {
        for (path, before) in zip(paths, seen) {
            let now = Look(path)
            if now == before { continue }
            return now.isSameFile(as: before)
                ? "\(path) was written to by somebody else" : Self.replaced(path, now)
        }
        return nil
    }

    /// After we have written: what was written to must still be there.
    mutating func noteOwnWrite() -> String? {
        for index in paths.indices {
            let now = Look(paths[index])
            guard now.isSameFile(as: seen[index]) else { return Self.replaced(paths[index], now) }
            seen[index] = now
        }
        return nil
    }

    private static func replaced(_ path: String, _ now: Look) -> String {
        now.inode == 0
            ? "\(path) was deleted or moved away"
            : "\(path) is another file than the one that is open"
    }
}
