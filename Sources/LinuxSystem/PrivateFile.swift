// Files that hold a secret: taken only where nobody else can read or replace them. Nobody else than
// whom: the rule is the same for picketd, which runs as the user `picket`, and for root, who looks
// at the same files with `picket check`.

internal import Glibc

package enum PrivateFile {
    /// All of the file; nil where there is none.
    package static func read(
        _ path: String, atMost limit: Int, group: GroupAccess = .refused
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
        let daemon = DaemonAccount.known()
        let isOurGroup = [getegid(), daemon?.group].contains(status.st_gid)
        let mayGroupRead = group == .daemonMayRead && isOurGroup
        guard status.st_mode & (mayGroupRead ? 0o037 : 0o077) == 0 else {
            let advice =
                group == .daemonMayRead && daemon != nil && status.st_uid == 0
                ? "chown root:picket \(path) && chmod 640 \(path)" : "chmod 600 \(path)"
            throw .openToOthers(mode: status.st_mode & 0o777, advice: advice)
        }
        guard [geteuid(), 0, daemon?.user].contains(status.st_uid) else {
            throw .foreign(path, owner: status.st_uid)
        }
        do throws(SystemCallError) {
            return try file.read(atMost: limit) ?? []
        } catch {
            throw .failed(error.description)
        }
    }

    /// Whether the file's group may read it.
    package enum GroupAccess: Hashable, Sendable {
        case refused
        /// If the group is picketd's, or this process's.
        case daemonMayRead
    }

    /// Asked by root: whether picketd, as the user that the package makes for it, can read the file
    /// by its owner, group and mode. True where there is no such user, or there is no file.
    package static func daemonCanRead(_ path: String) -> Bool {
        var status = stat()
        guard geteuid() == 0, let daemon = DaemonAccount.known(),
            unsafe stat(path, &status) == 0
        else { return true }
        if status.st_uid == daemon.user { return status.st_mode & 0o400 != 0 }
        if status.st_gid == daemon.group { return status.st_mode & 0o040 != 0 }
        return status.st_mode & 0o004 != 0
    }

    /// The mode of a file that others may read, in octal; nil where nobody else may, or nothing is
    /// known. The group counts as others unless it is picketd's, or this process's.
    package static func modeIfOpenToOthers(_ path: String) -> String? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        let isOurGroup = [getegid(), DaemonAccount.known()?.group].contains(status.st_gid)
        guard status.st_mode & (isOurGroup ? 0o004 : 0o044) != 0 else { return nil }
        return String(status.st_mode & 0o777, radix: 8)
    }
}

package enum PrivateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case openToOthers(mode: UInt32, advice: String)
    case foreign(String, owner: UInt32)
    case failed(String)

    package var description: String {
        switch self {
        case .openToOthers(let mode, let advice):
            """
            its mode 0\(String(mode, radix: 8)) lets others read it, so it may be known to others; \
            if it is not, run: \(advice)
            """
        case .foreign(let path, let owner):
            "it belongs to user \(owner), who could replace it; run: chown root:picket \(path)"
        case .failed(let reason): reason
        }
    }
}

/// Who picketd runs as where the package is installed.
package struct DaemonAccount: Hashable, Sendable {
    package let user: UInt32
    package let group: UInt32

    package static let name = "picket"

    /// Gives what root has made to picketd, which could not read it otherwise. Does nothing where
    /// this is not root, or there is no such user.
    package static func own(_ paths: [String]) throws(SystemCallError) {
        guard geteuid() == 0, let daemon = known() else { return }
        for path in paths {
            try checked("chown \(path)") { unsafe lchown(path, daemon.user, daemon.group) }
        }
    }

    /// Makes picketd's state folder, where there is none, as the service manager would.
    package static func makeFolder(_ path: String) throws(SystemCallError) {
        guard geteuid() == 0, known() != nil, unsafe access(path, F_OK) != 0 else { return }
        try checked("mkdir \(path)") { unsafe mkdir(path, 0o700) }
        try own([path])
    }

    /// Nil where this machine has no such user.
    package static func known() -> DaemonAccount? {
        var entry = unsafe passwd()
        var buffer = [CChar](repeating: 0, count: 4096)
        var found: UnsafeMutablePointer<passwd>?
        let result = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard result == 0, unsafe found != nil else { return nil }
        return unsafe DaemonAccount(user: entry.pw_uid, group: entry.pw_gid)
    }
}
