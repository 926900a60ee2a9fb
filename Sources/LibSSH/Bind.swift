// What every session of this server has in common: host keys and algorithms.

internal import CLibSSH

/// Owner of an `ssh_bind`. It never listens: sockets are the caller's. Used by one thread at a time.
@safe
// @unchecked: noncopyable, so whoever holds it is the only one who does.
package struct Bind: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    package init(
        hostKeys: [HostKey], userKeys: UserKeyKinds = .withoutRSA
    ) throws(LibSSHError) {
        precondition(!hostKeys.isEmpty, "a server without a host key cannot greet anybody")
        guard let made = unsafe ssh_bind_new() else { preconditionFailure("out of memory") }
        unsafe pointer = made
        try apply(hostKeys, userKeys)
    }

    deinit { unsafe ssh_bind_free(pointer) }

    private func apply(_ hostKeys: [HostKey], _ userKeys: UserKeyKinds) throws(LibSSHError) {
        // First of all: else the first accept reads /etc/ssh/libssh_server_config.
        var no: Int32 = 0
        try set("PROCESS_CONFIG") {
            unsafe ssh_bind_options_set(pointer, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no)
        }
        for (option, name, list) in Self.algorithms {
            try set(name) { unsafe ssh_bind_options_set(pointer, option, list) }
        }
        try set("PUBKEY_ACCEPTED_KEY_TYPES") {
            unsafe ssh_bind_options_set(
                pointer, SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, userKeys.algorithms)
        }
        var bits: Int32 = 2048
        try set("RSA_MIN_SIZE") {
            unsafe ssh_bind_options_set(pointer, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &bits)
        }
        let offered = hostKeys.flatMap(\.signatureAlgorithms).joined(separator: ",")
        try set("HOSTKEY_ALGORITHMS") {
            unsafe ssh_bind_options_set(pointer, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, offered)
        }
        for key in hostKeys { try add(key) }
    }

    private func add(_ key: HostKey) throws(LibSSHError) {
        guard let copy = unsafe key.copy() else { preconditionFailure("out of memory") }
        do {
            try set("IMPORT_KEY") {
                unsafe ssh_bind_options_set(
                    pointer, SSH_BIND_OPTIONS_IMPORT_KEY, UnsafeRawPointer(copy))
            }
        } catch {
            // Only on success does the bind own the copy.
            unsafe ssh_key_free(copy)
            throw error
        }
    }

    private func set(_ name: String, _ call: () -> Int32) throws(LibSSHError) {
        guard call() == SSH_OK else {
            throw LibSSHError("set libssh's \(name)", saw: unsafe LibSSH.lastError(of: pointer))
        }
    }

    /// Nothing whose strength or cost is in doubt: no NIST curves and no modular exponentiation for
    /// strangers in the key exchange, no MAC that is not encrypt-then-MAC. chacha20 is there for
    /// clients without such MACs (dropbear).
    private static var algorithms: [(ssh_bind_options_e, String, String)] {
        let ciphers =
            "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,"
            + "aes256-ctr,aes128-ctr"
        let authenticators = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com"
        return [
            (SSH_BIND_OPTIONS_BANNER, "BANNER", "Picket"),
            (
                SSH_BIND_OPTIONS_KEY_EXCHANGE, "KEY_EXCHANGE",
                "curve25519-sha256,curve25519-sha256@libssh.org"
            ),
            (SSH_BIND_OPTIONS_CIPHERS_C_S, "CIPHERS_C_S", ciphers),
            (SSH_BIND_OPTIONS_CIPHERS_S_C, "CIPHERS_S_C", ciphers),
            (SSH_BIND_OPTIONS_HMAC_C_S, "HMAC_C_S", authenticators),
            (SSH_BIND_OPTIONS_HMAC_S_C, "HMAC_S_C", authenticators),
        ]
    }
}

/// With which kinds of keys people may prove who they are.
package enum UserKeyKinds: Hashable, Sendable {
    /// libssh verifies a signature before it asks whether the key is known, and an RSA key of a
    /// stranger's making costs five milliseconds each time: none are accepted.
    case withoutRSA
    case withRSA

    var algorithms: String {
        let modern =
            "ssh-ed25519,sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,"
            + "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521"
        return switch self {
        case .withoutRSA: modern
        case .withRSA: modern + ",rsa-sha2-512,rsa-sha2-256"
        }
    }
}
