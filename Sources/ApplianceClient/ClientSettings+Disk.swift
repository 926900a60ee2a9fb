// The settings file, and what of the settings can be checked without asking anybody.

internal import Glibc
internal import LinuxSystem

extension ClientSettings {
    /// The file that `path` names. Without a path the usual one, which need not be there.
    package init(file path: String?) throws(SettingError) {
        self.init()
        let file = path ?? Self.defaultFile
        let bytes: [UInt8]
        do throws(SystemCallError) {
            bytes = try FileContent.read(file, atMost: 65536)
        } catch {
            if path == nil, error.number == ENOENT { return }
            throw SettingError("\(error)")
        }
        try read(file: String(decoding: bytes, as: UTF8.self), called: file)
    }

    /// What would keep every request from being asked.
    package var whyUnusable: SettingError? {
        if addresses.isEmpty {
            return SettingError(
                "no address of the appliance: set ip, or put it into "
                    + Self.defaultFile)
        }
        let files = [
            (SettingKey.identityFile, identity, R_OK), (.knownHosts, knownHosts, R_OK),
            (.sshPath, ssh, X_OK),
        ]
        for (key, path, mode) in files where unsafe access(path, mode) != 0 {
            return SettingError("\(key.rawValue) \(path): \(errorText(errno))")
        }
        return nil
    }
}

/// The host's name up to its first dot.
package func hostName() -> String { String(systemName().prefix { $0 != "." }) }

/// The host's name as `uname -n` prints it; empty where there is none.
func systemName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
}
