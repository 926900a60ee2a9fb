// Where the appliance is, who asks, and for how long: the same settings for the fence agent, the
// probe, the alert agent and the C library.

internal import Fencing

package struct ClientSettings: Hashable, Sendable {
    /// The appliance's addresses, one for each network: all of them are the same appliance.
    package var addresses: [String] = []
    package var port = 22
    /// The principal. Nil: this node, as corosync calls it, and without corosync the host's name.
    package var user: String?
    package var identity = "/etc/picket/id_ed25519"
    /// A known_hosts file in which the appliance is called `picket`, whatever its addresses are.
    package var knownHosts = "/etc/picket/known_hosts"
    package var family = Family.any
    package var ssh = "/usr/bin/ssh"
    package var corosyncMap = "/usr/sbin/corosync-cmapctl"
    /// For the connection, the key exchange and the login together.
    package var loginTime = Duration.seconds(5)
    /// After so long a request for power is given up: below Pacemaker's 60 s, so that what failed
    /// is told by us, and not cut short by a SIGKILL.
    package var deadline = Duration.seconds(50)
    /// The same of questions: below the 20 s that Pacemaker gives a monitor.
    package var questionDeadline = Duration.seconds(15)

    package init() {}

    package enum Family: Hashable, Sendable { case any, four, six }

    package static let defaultFile = "/etc/picket/client.conf"
}

/// A setting that cannot be taken.
package struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The names of the settings, as files, Pacemaker and command lines have them. Where fence-agents
/// has a name for it, it is that name.
package enum SettingKey: String, Hashable, Sendable, CaseIterable {
    case ip
    case ipport
    case username
    case identityFile = "identity_file"
    case knownHosts = "known_hosts"
    case inet4Only = "inet4_only"
    case inet6Only = "inet6_only"
    case sshPath = "ssh_path"
    case cmapctlPath = "cmapctl_path"
    case loginTimeout = "login_timeout"
    case deadline
    case questionDeadline = "question_deadline"
}

extension ClientSettings {
    package mutating func set(_ key: SettingKey, to value: String) throws(SettingError) {
        switch key {
        case .ip:
            let separators: Set<Character> = [",", ";", " ", "\t"]
            addresses = value.split { separators.contains($0) }.map(String.init)
            if addresses.isEmpty { throw SettingError("ip names no address") }
            // An address that began with a dash would be an option of ssh.
            if let bad = addresses.first(where: { !isAddress($0) }) {
                throw SettingError("ip: '\(bad)' is no address")
            }
        case .ipport:
            guard let number = Int(value), (1...65535).contains(number) else {
                throw SettingError("ipport takes 1 to 65535, not '\(value)'")
            }
            port = number
        case .username:
            guard PrincipalName(value) != nil else {
                throw SettingError("username: '\(value)' is no name of a principal")
            }
            user = value
        case .identityFile: identity = try path(key, value)
        case .knownHosts: knownHosts = try path(key, value)
        case .sshPath: ssh = try path(key, value)
        case .cmapctlPath: corosyncMap = try path(key, value)
        case .inet4Only: if try flag(key, value) { family = .four }
        case .inet6Only: if try flag(key, value) { family = .six }
        case .loginTimeout: loginTime = try seconds(key, value)
        case .deadline: deadline = try seconds(key, value)
        case .questionDeadline: questionDeadline = try seconds(key, value)
        }
    }

    /// A file of `name = value` lines; `#` begins a comment line. Here an unknown name is an
    /// error: nobody but us reads the file.
    package mutating func read(file text: String, called path: String) throws(SettingError) {
        // Some editors put a byte order mark before the first line.
        let plain = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let plain = trimmed(line)
            if plain.isEmpty || plain.hasPrefix("#") { continue }
            guard let equals = plain.firstIndex(of: "=") else {
                throw SettingError("\(path):\(number + 1): expected name = value")
            }
            let name = trimmed(plain[..<equals])
            guard let key = SettingKey(rawValue: name) else {
                let known = SettingKey.allCases.map(\.rawValue).joined(separator: ", ")
                throw SettingError("\(path):\(number + 1): unknown '\(name)'; known: \(known)")
            }
            do throws(SettingError) {
                try set(key, to: trimmed(plain[plain.index(after: equals)...]))
            } catch {
                throw SettingError("\(path):\(number + 1): \(error)")
            }
        }
    }
}

/// `1/yes/on/true` and `0/no/off/false` in any case, as the fencing library has them.
package func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "yes", "on", "true": true
    case "0", "no", "off", "false", "": false
    default: nil
    }
}

package func trimmed(_ text: some StringProtocol) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
    let head = text.drop(while: isBlank)
    guard let last = head.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(head[...last])
}

private func isAddress(_ text: String) -> Bool {
    !text.hasPrefix("-")
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
}

private func path(_ key: SettingKey, _ value: String) throws(SettingError) -> String {
    // ssh would expand `%` and `~`, and cut at a blank.
    let isPlain = value.utf8.allSatisfy {
        (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "\"")
    }
    guard value.hasPrefix("/"), isPlain else {
        throw SettingError("\(key.rawValue) takes an absolute path without blanks, not '\(value)'")
    }
    return value
}

private func flag(_ key: SettingKey, _ value: String) throws(SettingError) -> Bool {
    guard let truth = truth(value) else {
        throw SettingError("\(key.rawValue) takes yes or no, not '\(value)'")
    }
    return truth
}

/// 1...600 s. `50` and `50s` are the same.
private func seconds(_ key: SettingKey, _ value: String) throws(SettingError) -> Duration {
    let digits = value.hasSuffix("s") ? value.dropLast() : value[...]
    guard let number = Int(digits), (1...600).contains(number) else {
        throw SettingError("\(key.rawValue) takes 1 to 600 seconds, not '\(value)'")
    }
    return .seconds(number)
}
