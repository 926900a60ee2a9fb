// Opening, and writing to the end: the two things that every file begins with.

internal import CLinux
internal import Glibc

package enum Files {
    /// The directory in which the path's file lies, or would.
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The number of the user; nil where there is no such directory, or nobody says.
    package static func owner(ofDirectoryOf path: String) -> UInt32? {
        var status = stat()
        return unsafe stat(directory(of: path), &status) == 0 ? status.st_uid : nil
    }
}

extension Descriptor {
    /// Opens `path`; the descriptor is not inherited by other programs. `mode` is for a file that
    /// this call makes.
    package init(
        opening path: String, _ flags: Int32, mode: UInt32 = 0o644
    ) throws(SystemCallError) {
        self.init(
            owning: try checked("open \(path)") {
                unsafe Glibc.open(path, flags | O_CLOEXEC, mode_t(mode))
            })
    }

    /// Writes all of it at `offset`, in bytes from the file's beginning.
    package func write(_ bytes: [UInt8], at offset: Int) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes[done...].withUnsafeBytes { rest in
                unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if written < 0, errno != EINTR { throw SystemCallError("pwrite", number: errno) }
            done += max(0, written)
        }
    }

    /// Returns when everything that was written is on the disk.
    package func synchronise() throws(SystemCallError) {
        try checked("fsync") { fsync(number) }
    }

    /// Has the kernel begin to write what was written, and does not wait for it. That it fails is
    /// heard at the next `synchronise`.
    package func beginWritingBack() { clinux_begin_writing_back(number) }

    /// Writes all of it to a file that takes what it is given, as a regular one does.
    package func writeAll(_ bytes: [UInt8]) throws(SystemCallError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = try write(rest)
            if written == 0 { throw SystemCallError("write", number: EAGAIN) }
            rest = rest.dropFirst(written)
        }
    }
}
