// The key by which a client knows that it speaks to this machine.

internal import CLibSSH

/// A private host key. Immutable after it was made; freed when the last one who holds it lets go.
@safe
// @unchecked: the C key behind it is never changed, and libssh only copies from it.
package final class HostKey: @unchecked Sendable {
    private let key: OpaquePointer
    /// `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`, …
    package let algorithm: String
    /// The public half in base64, as `known_hosts` has it.
    package let base64: String
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    package let fingerprint: String

    /// A new ed25519 key.
    package convenience init() throws(LibSSHError) {
        var key: ssh_key?
        let code = unsafe ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key)
        guard code == SSH_OK, let made = unsafe key else {
            throw LibSSHError("make an ed25519 host key", saw: "libssh gave no reason")
        }
        try unsafe self.init(owning: made)
    }

    /// A private key file's text: OpenSSH's own format or PEM, without a passphrase.
    package convenience init(privateText text: String) throws(LibSSHError) {
        var key: ssh_key?
        // Without a callback OpenSSL would ask for a passphrase at the terminal, and wait.
        let code = unsafe ssh_pki_import_privkey_base64(
            text, nil, { _, _, _, _, _, _ in -1 }, nil, &key)
        guard code == SSH_OK, let read = unsafe key else {
            throw LibSSHError(
                "read a private key",
                saw: "it is damaged, has a passphrase, or is of a kind that libssh does not know")
        }
        try unsafe self.init(owning: read)
    }

    private init(owning key: OpaquePointer) throws(LibSSHError) {
        unsafe self.key = key
        do {
            let offered = try unsafe PublicKeyText(of: key)
            algorithm = offered.algorithm
            base64 = offered.base64
            fingerprint = try unsafe Self.fingerprint(of: key)
        } catch {
            unsafe ssh_key_free(key)
            throw error
        }
    }

    deinit { unsafe ssh_key_free(key) }

    /// The whole text of a private key file. A secret.
    package func privateText() throws(LibSSHError) -> String {
        var text: UnsafeMutablePointer<CChar>?
        let code = unsafe ssh_pki_export_privkey_base64(key, nil, nil, nil, &text)
        guard code == SSH_OK, let written = unsafe text else {
            throw LibSSHError("write out a host key", saw: "libssh gave no reason")
        }
        defer { unsafe ssh_string_free_char(written) }
        return unsafe String(cString: written)
    }

    /// The signature algorithms under which a server may offer this key.
    var signatureAlgorithms: [String] {
        algorithm == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [algorithm]
    }

    /// A copy for libssh to own and to free.
    func copy() -> OpaquePointer? { unsafe ssh_key_dup(key) }

    private static func fingerprint(of key: OpaquePointer) throws(LibSSHError) -> String {
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard
            unsafe ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK,
            let bytes = unsafe hash
        else { throw LibSSHError("hash a host key", saw: "libssh gave no reason") }
        defer { unsafe ssh_clean_pubkey_hash(&hash) }
        guard let text = unsafe ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, bytes, length)
        else { throw LibSSHError("print a host key's hash", saw: "libssh gave no reason") }
        defer { unsafe ssh_string_free_char(text) }
        return unsafe String(cString: text)
    }
}

/// A public key as text, in the two parts of an `authorized_keys` line.
package struct PublicKeyText: Hashable, Sendable {
    package let algorithm: String
    package let base64: String

    init(of key: OpaquePointer) throws(LibSSHError) {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let blob = unsafe text,
            let name = unsafe ssh_key_type_to_char(ssh_key_type(key))
        else { throw LibSSHError("write out a public key", saw: "libssh gave no reason") }
        defer { unsafe ssh_string_free_char(blob) }
        base64 = unsafe String(cString: blob)
        algorithm = unsafe String(cString: name)
    }
}
