// Who cannot come in although the file names them.

internal import Fencing
internal import Keys

extension Draft {
    func checkPeople(_ findings: inout Findings) {
        let revoked = appliance.revokedKeys
        for principal in principals where !principal.keys.isEmpty {
            let dead = principal.keys.filter { revoked.contains($0.value.key) }
            if dead.count == principal.keys.count {
                findings.warning(
                    principal.position,
                    "every key of \(principal.description) is among `revoked_keys`",
                    "it cannot come in: give it another key, or remove it")
            } else {
                for key in dead {
                    findings.warning(
                        key.position,
                        "this key of \(principal.description) is among `revoked_keys`",
                        "nobody comes in by it: remove it here, and leave it there")
                }
            }
        }
    }
}
