// A file that is there whole, or not at all.

internal import Glibc
internal import LinuxSystem

enum NewFile {
    enum Manner: Hashable, Sendable {
        /// EEXIST where the path exists already.
        case asNew
        case replacing
    }

    /// Written beside the path, made durable, then given its name in one step.
    static func write(
        _ text: String, to path: String, mode: mode_t, _ manner: Manner
    ) throws(SystemCallError) {
        let draft = "\(path).\(getpid())"
        // A crash may have left one under the same process number.
        unsafe unlink(draft)
        defer { unsafe unlink(draft) }
        try fill(draft, with: text, mode)
        switch manner {
        case .asNew: try checked("link \(path)") { unsafe link(draft, path) }
        case .replacing: try checked("rename \(path)") { unsafe rename(draft, path) }
        }
        try makeNameDurable(path)
    }

    private static func fill(
        _ path: String, with text: String, _ mode: mode_t
    ) throws(SystemCallError) {
        let file = Descriptor(
            owning: try checked("create \(path)") {
                unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
            })
        // Whatever the umask said.
        try checked("chmod \(path)") { fchmod(file.number, mode) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty { bytes = bytes.dropFirst(try file.write(bytes)) }
        try checked("fsync \(path)") { fsync(file.number) }
    }

    private static func makeNameDurable(_ path: String) throws(SystemCallError) {
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = Descriptor(
            owning: try checked("open \(parent)") {
                unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            })
        try checked("fsync \(parent)") { fsync(directory.number) }
    }
}
