// The host key on disk: read, or made at the first start.

internal import Glibc
package import LibSSH
internal import LinuxSystem

package enum HostKeyFile {
    /// Reads the private key in `path`; where there is no such file, makes an ed25519 key and
    /// writes it there (mode 0600), its public half beside it as `path.pub`.
    package static func load(_ path: String) throws(HostKeyError) -> HostKey {
        if let key = try read(path) { return key }
        let (made, secret) = try make(path)
        do throws(SystemCallError) {
            let line = "\(made.algorithm) \(made.base64) picket\n"
            try NewFile.write(line, to: path + ".pub", mode: 0o644, .replacing)
            try NewFile.write(secret, to: path, mode: 0o600, .asNew)
            return made
        } catch  where error.number == EEXIST {
            // Somebody else, starting at the same time, was first. His key is the one.
            guard let key = try read(path) else { throw .failed(path, error.description) }
            return key
        } catch {
            throw .failed(path, error.description)
        }
    }

    private static func make(_ path: String) throws(HostKeyError) -> (HostKey, secret: String) {
        do {
            let key = try HostKey()
            return (key, try key.privateText())
        } catch {
            throw .failed(path, "\(error)")
        }
    }

    /// Nil where there is no file.
    private static func read(_ path: String) throws(HostKeyError) -> HostKey? {
        guard let text = try contents(path) else { return nil }
        do {
            return try HostKey(privateText: text)
        } catch {
            throw .notAKey(path, error)
        }
    }

    private static func contents(_ path: String) throws(HostKeyError) -> String? {
        // Not blocking, should the path name a pipe.
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if number < 0, errno == ENOENT { return nil }
        guard number >= 0 else { throw .failed(path, errorText(errno)) }
        let file = Descriptor(owning: number)
        var status = stat()
        // Of the open file, not of the path: the two can differ.
        guard unsafe fstat(number, &status) == 0 else { throw .failed(path, errorText(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .failed(path, "it is not a file") }
        guard status.st_mode & 0o077 == 0 else {
            throw .openToOthers(path, mode: status.st_mode & 0o777)
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw .foreign(path, owner: status.st_uid)
        }
        do {
            return String(decoding: try file.read(atMost: sizeLimit) ?? [], as: UTF8.self)
        } catch {
            throw .failed(path, "\(error)")
        }
    }

    /// In bytes. The largest RSA key is a quarter of it.
    private static let sizeLimit = 64 * 1024
}

package enum HostKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case openToOthers(String, mode: UInt32)
    case foreign(String, owner: UInt32)
    case notAKey(String, LibSSHError)
    case failed(String, String)

    package var description: String {
        switch self {
        case .openToOthers(let path, let mode):
            """
            host key \(path): its mode 0\(String(mode, radix: 8)) lets others read it, so it may be \
            known to others; if it is not, run: chmod 600 \(path)
            """
        case .foreign(let path, let owner):
            "host key \(path): it belongs to user \(owner), who could replace it; run: chown root \(path)"
        case .notAKey(let path, let error): "host key \(path): \(error)"
        case .failed(let path, let reason): "host key \(path): \(reason)"
        }
    }
}
