// What proves a principal.

/// A public key as OpenSSH writes it: `ssh-ed25519 AAAA…`. Two keys are the same when their blobs
/// are, to the letter.
package struct PublicKey: Hashable, Sendable {
    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `sk-ssh-ed25519@openssh.com`, …
    package let algorithm: String
    /// The blob in canonical base64, as `ssh-keygen` writes it.
    package let base64: String

    package init(algorithm: String, base64: String) {
        self.algorithm = algorithm
        self.base64 = base64
    }
}
