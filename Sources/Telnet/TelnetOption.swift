// Options of telnet, and the agreement about one of them in one direction (RFC 854, RFC 1143).

package struct TelnetOption: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// RFC 856: every byte passes as it is.
    package static let binary = TelnetOption(rawValue: 0)
    /// RFC 857.
    package static let echo = TelnetOption(rawValue: 1)
    /// RFC 858.
    package static let suppressGoAhead = TelnetOption(rawValue: 3)
    /// RFC 2217: the settings and the modem lines of a serial port.
    package static let comPort = TelnetOption(rawValue: 44)

    package var description: String {
        switch self {
        case .binary: "BINARY"
        case .echo: "ECHO"
        case .suppressGoAhead: "SUPPRESS-GO-AHEAD"
        case .comPort: "COM-PORT-OPTION"
        default: "option \(rawValue)"
        }
    }
}

/// Which side of the connection an option is about.
package enum TelnetSide: Hashable, Sendable, CaseIterable {
    /// What we do: WILL and WONT of ours, DO and DONT of the peer's.
    case us
    /// What the peer does.
    case peer
}

/// Where one option in one direction stands. Every message of the peer is answered at most once,
/// and one that asks for what already is gets no answer: so two sides that follow this come to an
/// end (RFC 1143, section 7, of which we need a part: nothing is ever taken back by us).
struct Agreement: Hashable, Sendable {
    private(set) var standing = Standing.no
    let isWelcome: Bool

    enum Standing: Hashable {
        case no
        /// We have proposed it, and wait for the answer. Ends with `yes` or `no`.
        case proposed
        case yes
    }

    enum Answer: Hashable { case none, agree, refuse }

    init(isWelcome: Bool) { self.isWelcome = isWelcome }

    mutating func propose() { standing = .proposed }

    /// The peer wants it, or agrees to it.
    mutating func peerAgrees() -> Answer {
        switch standing {
        case .yes: return .none
        case .proposed:
            standing = .yes
            return .none
        case .no:
            guard isWelcome else { return .refuse }
            standing = .yes
            return .agree
        }
    }

    /// The peer does not want it, or does no longer.
    mutating func peerRefuses() -> Answer {
        defer { standing = .no }
        return standing == .yes ? .refuse : .none
    }
}
