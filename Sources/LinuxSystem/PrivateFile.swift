// Files that hold a secret: taken only where nobody else can read or replace them.

internal import Glibc

package enum PrivateFile {
    /// All of the file; nil where there is none.
    package static func read(
        _ path: String, atMost limit: Int
    ) throws(PrivateFileError) -> [UInt8]? {
        // Not blocking, should the path name a pipe.
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if number < 0, errno == ENOENT { return nil }
        guard number >= 0 else { throw .failed(errorText(errno)) }
        let file = Descriptor(owning: number)
        var status = stat()
        // Of the open file, not of the path: the two can differ.
        guard unsafe fstat(number, &status) == 0 else { throw .failed(errorText(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .failed("it is not a file") }
        guard status.st_mode & 0o077 == 0 else {
            throw .openToOthers(path, mode: status.st_mode & 0o777)
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw .foreign(path, owner: status.st_uid)
        }
        do throws(SystemCallError) {
            return try file.read(atMost: limit) ?? []
        } catch {
            throw .failed(error.description)
        }
    }

    /// The mode of a file that its group or everybody may read, in octal; nil where nobody else
    /// may, or nothing is known.
    package static func modeIfOpenToOthers(_ path: String) -> String? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & 0o044 != 0 else { return nil }
        return String(status.st_mode & 0o777, radix: 8)
    }
}

package enum PrivateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case openToOthers(String, mode: UInt32)
    case foreign(String, owner: UInt32)
    case failed(String)

    package var description: String {
        switch self {
        case .openToOthers(let path, let mode):
            """
            its mode 0\(String(mode, radix: 8)) lets others read it, so it may be known to others; \
            if it is not, run: chmod 600 \(path)
            """
        case .foreign(let path, let owner):
            "it belongs to user \(owner), who could replace it; run: chown root \(path)"
        case .failed(let reason): reason
        }
    }
}
