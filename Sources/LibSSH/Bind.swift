// What every session of this server has in common: host keys and algorithms.

internal import CLibSSH

/// Owner of an `ssh_bind`. It never listens: sockets are the caller's. Used by one thread at a time.
@safe
// @unchecked: noncopyable, so whoever holds it is the only one who does.
package struct Bind: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    package init(
        hostKeys: [HostKey], userKeys: UserKeyKinds = .withoutRSA,
        algorithms: Algorithms = .modern
    ) throws(LibSSHError) {
        precondition(!hostKeys.isEmpty, "a server without a host key cannot greet anybody")
        guard let made = unsafe ssh_bind_new() else { preconditionFailure("out of memory") }
        unsafe pointer = made
        try apply(hostKeys, userKeys, algorithms)
    }

    deinit { unsafe ssh_bind_free(pointer) }

    private func apply(
        _ hostKeys: [HostKey], _ userKeys: UserKeyKinds, _ algorithms: Algorithms
    ) throws(LibSSHError) {
        // First of all: else the first accept reads /etc/ssh/libssh_server_config.
        var no: Int32 = 0
        try set("PROCESS_CONFIG") {
            unsafe ssh_bind_options_set(pointer, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no)
        }
        for (option, name, list) in Self.lists(algorithms) {
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
    private static func lists(
        _ algorithms: Algorithms
    ) -> [(ssh_bind_options_e, String, String)] {
        let ciphers =
            "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,"
            + "aes256-ctr,aes128-ctr"
        // libssh takes no notice of what it does not know: 0.12 and later have the first three.
        var exchanges =
            "mlkem768x25519-sha256,sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,"
            + "curve25519-sha256,curve25519-sha256@libssh.org"
        var authenticators = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com"
        if algorithms == .compatible {
            exchanges += ",ecdh-sha2-nistp256"
            authenticators += ",hmac-sha2-256,hmac-sha2-512"
        }
        return [
            (SSH_BIND_OPTIONS_BANNER, "BANNER", "Picket"),
            (SSH_BIND_OPTIONS_KEY_EXCHANGE, "KEY_EXCHANGE", exchanges),
            (SSH_BIND_OPTIONS_CIPHERS_C_S, "CIPHERS_C_S", ciphers),
            (SSH_BIND_OPTIONS_CIPHERS_S_C, "CIPHERS_S_C", ciphers),
            (SSH_BIND_OPTIONS_HMAC_C_S, "HMAC_C_S", authenticators),
            (SSH_BIND_OPTIONS_HMAC_S_C, "HMAC_S_C", authenticators),
        ]
    }
}

/// What is offered for the key exchange and against changes on the wire.
package enum Algorithms: Hashable, Sendable {
    case modern
    /// Beside that what clients need that are in FIPS mode, or older than curve25519 and
    /// encrypt-then-MAC: ecdh-sha2-nistp256, hmac-sha2-256, hmac-sha2-512.
    case compatible
}

/// With which kinds of keys people may prove who they are.
package enum UserKeyKinds: Hashable, Sendable {
    /// libssh verifies a signature before it asks whether the key is known, and an RSA key of a
    /// stranger's making costs five milliseconds each time: none are accepted.
    case withoutRSA
    case withRSA

    var algorithms: String {
        let modern =
            // No sk- keys: libssh does not tell whether the token was touched.
            "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521"
        return switch self {
        case .withoutRSA: modern
        case .withRSA: modern + ",rsa-sha2-512,rsa-sha2-256"
        }
    }
}
