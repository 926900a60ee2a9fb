// Why there is no answer, in one line that says what to do about it.

package enum Trouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// No connection, or it went away.
    case unreachable(String)
    /// Not the host key that is pinned.
    case hostKey(String)
    /// The appliance does not take our key for this user.
    case keyRefused(String)
    /// Our own key was never offered: ssh could not read it, or would not.
    case keyUnusable(String)
    /// Logged in, or half of it, and then nothing.
    case silent(String)
    /// What came is no reply.
    case unreadable(String)
    /// ssh could not be started.
    case noProgram(String)

    /// From what ssh wrote on its standard error when it ended.
    init(ssh errors: String, at address: String, as user: String) {
        let lines = errors.split(whereSeparator: \.isNewline).map(trimmed)
        let last = lines.last { !$0.isEmpty } ?? "ssh ended without a word"
        let seen = "\(user)@\(address): \(last)"
        if errors.contains("Host key verification failed")
            || errors.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")
        {
            self = .hostKey("\(user)@\(address)")
        } else if let why = lines.first(where: { $0.hasPrefix("Load key ") }) {
            self = .keyUnusable(why)
        } else if errors.contains("Permission denied (") {
            // With the methods that are left. Without them it is EACCES, which a firewall gives.
            self = .keyRefused(seen)
        } else {
            self = .unreachable(seen)
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let seen): "cannot connect to the appliance: \(seen)"
        case .hostKey(let whom):
            "host key mismatch: what answers at \(whom) is not the appliance whose key is in "
                + "known_hosts under the name \(ClientSettings.hostKeyAlias)"
        case .keyRefused(let seen):
            "key refused by the appliance: \(seen); is the public key in the site file under this "
                + "name?"
        case .keyUnusable(let seen):
            "this node's key cannot be used: \(seen); it has to be a private key that its owner "
                + "alone may read: chown it to the user who asks, and chmod 600"
        case .silent(let seen): "the appliance does not answer (timed out): \(seen)"
        case .unreadable(let seen): "no reply of an appliance: \(seen)"
        case .noProgram(let seen): "cannot start ssh: \(seen)"
        }
    }

    /// Waiting does not mend these soon: they are tried again, but seldom.
    var isSettled: Bool {
        switch self {
        case .hostKey, .keyRefused, .keyUnusable, .noProgram: true
        case .unreachable, .silent, .unreadable: false
        }
    }

    /// Of several addresses, the trouble that says most.
    var weight: Int {
        switch self {
        case .unreachable: 0
        case .silent: 1
        case .noProgram: 2
        case .unreadable: 3
        case .keyRefused: 4
        case .keyUnusable: 5
        case .hostKey: 6
        }
    }
}
