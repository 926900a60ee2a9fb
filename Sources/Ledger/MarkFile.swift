// The file of the high-water mark.

internal import Fencing
internal import Glibc
internal import LinuxSystem

/// Open for as long as the ledger is.
struct MarkFile: ~Copyable {
    let path: String
    private var file: Descriptor
    /// What it says.
    private(set) var mark: HighWaterMark

    /// Nil where there is no such file; throws where it cannot be read, or says nothing.
    static func read(_ path: String) throws(MarkError) -> HighWaterMark? {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            bytes = try FileContent.read(path, atMost: HighWaterMark.fileSize)
        } catch {
            if error.number == ENOENT { return nil }
            throw .unreadable("\(error)")
        }
        guard let mark = HighWaterMark(file: bytes) else {
            throw .unreadable("\(path) is damaged, or no mark")
        }
        return mark
    }

    /// Writes the mark, durably: in place where there is a file of the right size, so that a full
    /// disk does no harm; otherwise a new one takes the path's place.
    static func opened(
        _ path: String, saying mark: HighWaterMark
    ) throws(MarkError) -> MarkFile {
        do throws(SystemCallError) {
            if size(of: path) != HighWaterMark.fileSize { try make(path, mark) }
            let file = try Descriptor(opening: path, O_RDWR)
            try file.write(mark.slot, at: mark.offset)
            try file.write(mark.slot, at: HighWaterMark.slotSize - mark.offset)
            try file.synchronise()
            return MarkFile(path, file, mark)
        } catch {
            throw .notWritten("\(error)")
        }
    }

    private init(_ path: String, _ file: consuming Descriptor, _ mark: HighWaterMark) {
        self.path = path
        self.file = file
        self.mark = mark
    }

    /// Has the mark written, and does not wait for the disk: it is in the kernel's hands when this
    /// returns, so only a power cut can lose it, and only that of the last moments.
    mutating func advance(to mark: HighWaterMark) throws(MarkError) {
        do throws(SystemCallError) {
            if !isInPlace { try Self.make(path, self.mark, into: &file) }
            try file.write(mark.slot, at: mark.offset)
            file.beginWritingBack()
        } catch {
            throw .notWritten("\(error)")
        }
        self.mark = mark
    }

    /// False where somebody has deleted or exchanged it.
    private var isInPlace: Bool {
        var ours = stat()
        var named = stat()
        guard unsafe fstat(file.number, &ours) == 0, unsafe stat(path, &named) == 0 else {
            return false
        }
        return ours.st_ino == named.st_ino && ours.st_dev == named.st_dev
            && named.st_size == HighWaterMark.fileSize
    }

    private static func size(of path: String) -> Int? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    private static func make(
        _ path: String, _ mark: HighWaterMark, into file: inout Descriptor
    ) throws(SystemCallError) {
        try make(path, mark)
        file = try Descriptor(opening: path, O_RDWR)
    }

    private static func make(_ path: String, _ mark: HighWaterMark) throws(SystemCallError) {
        let directory = Files.directory(of: path)
        if unsafe mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw SystemCallError("mkdir \(directory)", number: errno)
        }
        let new = path + ".new"
        let file = try Descriptor(opening: new, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try file.writeAll(mark.slot + mark.slot)
        try file.synchronise()
        try checked("rename \(new)") { unsafe rename(new, path) }
        try Descriptor(opening: directory, O_RDONLY | O_DIRECTORY).synchronise()
    }
}

enum MarkError: Error {
    case unreadable(String)
    case notWritten(String)

    var why: String {
        switch self {
        case .unreadable(let why): "the mark of how far it had come cannot be read: \(why)"
        case .notWritten(let why):
            "the mark of how far it has come cannot be written: \(why): free some space there, or "
                + "check the directory, its owner and its mode"
        }
    }
}
