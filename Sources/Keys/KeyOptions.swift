// The options before a key. What is honoured is in the key; what forbids things that do not exist
// here anyway is taken; all others are refused.

internal import Fencing

struct KeyOptions {
    private var from: AddressList?
    private var expires: UnixTime?
    private var terminal = AuthorizedKey.Terminal.allowed
    private var isAuthority = false
    private var principals: Set<String>?

    init() {}

    init(parsing text: Substring) throws(KeyOptionFault) {
        var rest = text
        while !rest.isEmpty {
            let (name, value) = try Self.next(&rest)
            try take(name, value)
        }
    }

    func authorized(_ key: PublicKey) throws(KeyOptionFault) -> AuthorizedKey {
        let isOnToken = KeyAlgorithm(rawValue: key.algorithm)?.isOnToken ?? false
        guard isAuthority else {
            if isOnToken { throw .tokenKey(key.algorithm) }
            if principals != nil { throw .principalsWithoutAuthority }
            return AuthorizedKey(
                key, .login, from: from, expires: expires, terminal: terminal)
        }
        if key.algorithm == KeyAlgorithm.rsa.rawValue { throw .rsaAuthority }
        return AuthorizedKey(
            key, .authority(principals: principals), from: from, expires: expires,
            terminal: terminal)
    }

    /// `name` or `name="value"`, and the comma behind it. Names have no case (sshd(8)).
    private static func next(
        _ rest: inout Substring
    ) throws(KeyOptionFault) -> (name: String, value: String?) {
        let name = rest.prefix { $0 != "," && $0 != "=" }
        rest = rest[name.endIndex...]
        var value: String?
        if rest.first == "=" {
            rest = rest.dropFirst()
            guard rest.first == "\"" else { throw .notQuoted(String(name)) }
            value = try quoted(&rest, of: String(name))
        }
        guard rest.isEmpty || rest.first == "," else { throw .notQuoted(String(name)) }
        rest = rest.dropFirst()
        return (name.lowercased(), value)
    }

    private static func quoted(
        _ rest: inout Substring, of name: String
    ) throws(KeyOptionFault) -> String {
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\" where rest.first == "\"":
                value.append("\"")
                rest = rest.dropFirst()
            default: value.append(character)
            }
        }
        throw .notQuoted(name)
    }

    private mutating func take(_ name: String, _ value: String?) throws(KeyOptionFault) {
        switch (name, value) {
        case ("from", let text?):
            guard let list = AddressList(text) else { throw .notAddresses(text) }
            from = list
        case ("expiry-time", let text?):
            guard let time = UnixTime(expiry: text) else { throw .notATime(text) }
            expires = time
        case ("cert-authority", nil): isAuthority = true
        case ("principals", let text?):
            principals = Set(text.split(separator: ",").map(String.init))
        case ("restrict", nil), ("no-pty", nil): terminal = .refused
        case ("pty", nil): terminal = .allowed
        // Nobody gets any of these.
        case ("no-agent-forwarding", nil), ("no-port-forwarding", nil), ("no-user-rc", nil),
            ("no-x11-forwarding", nil):
            break
        default: throw .unknown(name)
        }
    }
}

package enum KeyOptionFault: Error, Hashable, Sendable {
    case notQuoted(String)
    case notAddresses(String)
    case notATime(String)
    case principalsWithoutAuthority
    case rsaAuthority
    case tokenKey(String)
    case unknown(String)

    var what: String {
        switch self {
        case .notQuoted(let name):
            "has an option \(shown(name)) that is not written NAME or NAME=\"VALUE\""
        case .notAddresses(let text):
            "may be used from \(shown(text)), which is no list of addresses"
        case .notATime(let text): "ends at \(shown(text)), which is no time"
        case .principalsWithoutAuthority: "has `principals=` and is no `cert-authority`"
        case .tokenKey(let name): "is a FIDO token's key (\(name))"
        case .rsaAuthority: "is an RSA key and a `cert-authority`"
        case .unknown(let name): "has the option \(shown(name)), which cannot be honoured here"
        }
    }

    var advice: String {
        switch self {
        case .notQuoted: "write it as authorized_keys has it, as in from=\"192.0.2.0/24\""
        case .notAddresses:
            "write addresses and blocks, 192.0.2.7,2001:db8::/64, and ! before what is excepted; "
                + "names and wildcards are not looked up here"
        case .notATime: "write YYYYMMDDZ or YYYYMMDDHHMMZ: with the Z, because times here are UTC"
        case .principalsWithoutAuthority: "leave it out, or write cert-authority before it"
        case .tokenKey:
            "use another key: libssh does not tell whether the token was touched, so a program could "
                + "sign with it alone. As a cert-authority it may stay: there the touch is checked"
        case .rsaAuthority: "let an ed25519 or ecdsa key sign: ssh-keygen -t ed25519"
        case .unknown:
            "leave it out; known are from, expiry-time, restrict, pty, no-pty, cert-authority, "
                + "principals, and the no-... of forwardings"
        }
    }
}
