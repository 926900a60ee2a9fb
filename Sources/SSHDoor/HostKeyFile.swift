// The host key on disk: read, or made at the first start.

internal import Glibc
package import LibSSH
package import LinuxSystem

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

    /// The same for a key of somebody else: its public half, as authorized_keys has it, without a
    /// comment.
    package static func publicLine(_ path: String) throws(HostKeyError) -> String {
        let key = try load(path)
        return "\(key.algorithm) \(key.base64)"
    }

    /// Its kind (`ssh-ed25519`), by its public half in `path.pub`; of a key that is not there, the
    /// kind that would be made. Nil where neither can be seen.
    package static func kind(_ path: String) -> String? {
        do throws(SystemCallError) {
            let text = String(
                decoding: try FileContent.read(path + ".pub", atMost: sizeLimit), as: UTF8.self)
            return text.split(separator: " ").first.map(String.init)
        } catch {
            // No entry, and not a folder that only others may look into.
            var status = stat()
            let isMissing = unsafe lstat(path, &status) != 0 && errno == ENOENT
            return error.number == ENOENT && isMissing ? "ssh-ed25519" : nil
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
        do throws(PrivateFileError) {
            return try PrivateFile.read(path, atMost: sizeLimit).map {
                String(decoding: $0, as: UTF8.self)
            }
        } catch {
            throw .notPrivate(path, error)
        }
    }

    /// In bytes. The largest RSA key is a quarter of it.
    private static let sizeLimit = 64 * 1024
}

package enum HostKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case notPrivate(String, PrivateFileError)
    case notAKey(String, LibSSHError)
    case failed(String, String)

    package var description: String {
        switch self {
        case .notPrivate(let path, let error): "host key \(path): \(error)"
        case .notAKey(let path, let error): "host key \(path): \(error)"
        case .failed(let path, let reason): "host key \(path): \(reason)"
        }
    }
}
