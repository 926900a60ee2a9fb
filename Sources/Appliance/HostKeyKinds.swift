// One host key of each kind: libssh offers the last of a kind, and says nothing of the others.

internal import LibSSH
internal import SSHDoor
internal import SiteConfiguration

extension SitePlan {
    /// The private keys, read or made. Throws where two are of one kind.
    func hostKeys() throws(HostKeyError) -> [HostKey] {
        var keys: [HostKey] = []
        var paths: [String: String] = [:]
        for path in file.appliance.hostKeys.map(\.value) {
            let key = try HostKeyFile.load(path)
            if let first = paths[key.algorithm] {
                throw .failed(path, Self.twice(key.algorithm, first))
            }
            paths[key.algorithm] = path
            keys.append(key)
        }
        return keys
    }

    private static func twice(_ kind: String, _ first: String) -> String {
        "it is a second key of the kind \(kind), after \(first), and one of each kind is offered; "
            + "keep one of them: docs/operations.md says how a host key is replaced"
    }

    /// Two of one kind, as far as that shows without the private halves: by the public ones beside
    /// them, and because a key that is not there yet will be an ed25519 one.
    static func hostKeyFindings(_ file: SiteFile) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        var paths: [String: String] = [:]
        for path in file.appliance.hostKeys {
            guard let kind = HostKeyFile.kind(path.value) else { continue }
            if let first = paths[kind] {
                findings.append(
                    file.diagnostic(
                        .error, at: path.position, "host key \(path.value)",
                        Self.twice(kind, first)))
            }
            paths[kind] = path.value
        }
        return findings
    }
}
