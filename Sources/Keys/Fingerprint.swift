// What people compare instead of a key.

internal import Crypto
package import Fencing

extension PublicKey {
    /// `SHA256:…`, as `ssh-keygen -l` prints it. Nil for a blob that is no base64.
    package var fingerprint: String? {
        sha256.map { "SHA256:" + Keys.base64($0).prefix { $0 != "=" } }
    }

    /// SSHFP records of DNS: the algorithm's number (RFC 4255, 6594, 7479), 2 for SHA-256, and the
    /// hash in hexadecimal. Nil for a kind that has no number.
    package func sshfp(host: String) -> String? {
        guard let sha256, let number = Self.sshfpNumbers[algorithm] else { return nil }
        let hex = sha256.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\(host) IN SSHFP \(number) 2 \(hex.joined())"
    }

    private var sha256: [UInt8]? {
        bytes(canonicalBase64: base64).map { Array(SHA256.hash(data: $0)) }
    }

    private static let sshfpNumbers = [
        "ssh-rsa": 1, "ecdsa-sha2-nistp256": 3, "ecdsa-sha2-nistp384": 3,
        "ecdsa-sha2-nistp521": 3, "ssh-ed25519": 4,
    ]
}
