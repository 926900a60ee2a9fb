// The way to a switch, as the site file writes it.

/// A serial port of this machine, or one that is reached over the network.
package enum LineReference: Hashable, Sendable, CustomStringConvertible {
    /// `/dev/ttyS0`
    case serial(path: String)
    /// `tcp:192.0.2.4:4001`, `telnet:[2001:db8::4]:23`, `rfc2217:concentrator-a:2001`
    case network(Language, host: String, port: UInt16)

    package enum Language: String, Hashable, Sendable, CaseIterable {
        case tcp
        case telnet
        case rfc2217
    }

    static let wanted =
        "the path of a serial port, /dev/ttyS0, or tcp:, telnet: or rfc2217: with HOST:PORT, "
        + "such as rfc2217:192.0.2.4:2001"

    /// Reads a path that is absolute and plain, or `LANGUAGE:HOST:PORT`. An IPv6 address stands in
    /// brackets. Which host a name is, is not looked at here.
    package static func read(_ text: String) -> Result<LineReference, LineTextFault> {
        if text.hasPrefix("/") {
            return isPath(text)
                ? .success(.serial(path: text))
                : .failure(LineTextFault("an absolute path without blanks, `//`, `.` and `..`"))
        }
        guard let colon = text.firstIndex(of: ":"),
            let language = Language(rawValue: String(text[..<colon]))
        else { return .failure(LineTextFault(wanted)) }
        let rest = text[text.index(after: colon)...]
        guard let last = rest.lastIndex(of: ":"), let host = host(rest[..<last]) else {
            return .failure(LineTextFault("\(language.rawValue):HOST:PORT, \(hostRule)"))
        }
        guard let port = port(rest[rest.index(after: last)...]) else {
            return .failure(LineTextFault("a port from 1 to 65535 after the host"))
        }
        return .success(.network(language, host: host, port: port))
    }

    private static let hostRule =
        "the host an IPv4 address, an IPv6 address in brackets, or a name of letters, digits, . and -"

    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = text.dropFirst().dropLast()
            let isAddress =
                inner.contains(":")
                && inner.utf8.allSatisfy { byte in
                    isDigit(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
                }
            return isAddress ? String(inner) : nil
        }
        let isName =
            (1...253).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
        return isName ? String(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit),
            let number = UInt16(text), number > 0, String(number) == text
        else { return nil }
        return number
    }

    package var description: String {
        switch self {
        case .serial(let path): path
        case .network(let language, let host, let port):
            "\(language.rawValue):\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    /// Two references with the same wire lead to the same port, whatever is spoken on the way.
    var wire: String {
        switch self {
        case .serial(let path): path
        case .network(_, let host, let port): "\(host.lowercased()):\(port)"
        }
    }
}

/// What to write instead.
package struct LineTextFault: Error, Hashable, Sendable {
    package let wanted: String
    init(_ wanted: String) { self.wanted = wanted }
}
