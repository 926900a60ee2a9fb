// Opening, and writing to the end: the two things that every file begins with.

internal import Glibc

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
