// A file that holds one password, in its first line, and that nobody else may read.

package import Fencing
internal import LinuxSystem

package enum PasswordFile {
    /// Bytes of the file.
    private static let largest = 4096

    /// What the file holds is in no error.
    package static func read(_ path: String) throws(PasswordFileError) -> Secret {
        let content: [UInt8]?
        do throws(PrivateFileError) {
            content = try PrivateFile.read(path, atMost: largest, group: .daemonMayRead)
        } catch {
            throw PasswordFileError("password file \(path): \(error)")
        }
        guard let content else { throw PasswordFileError("there is no password file \(path)") }
        let line = content.prefix { $0 != 0x0A && $0 != 0x0D }
        guard let secret = Secret(String(decoding: line, as: UTF8.self)) else {
            throw PasswordFileError("the first line of \(path) cannot be a password")
        }
        return secret
    }
}

package struct PasswordFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    package static let advice =
        "write the password, and nothing else, into a file that root owns and picketd's group may "
        + "read: install -m 640 -o root -g picket FILE /etc/picket/; where picketd runs as "
        + "another user, one that only this user may read, mode 600"

    init(_ what: String) { description = what }
}
