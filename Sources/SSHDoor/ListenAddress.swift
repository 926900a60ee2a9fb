// Where to listen, as a person writes it.

package import LinuxSystem

/// `192.0.2.1:22`, `[2001:db8::1]:22`, `[::]:22` (IPv6 only), `*:22` (both). Port 0 lets the kernel
/// choose. Names are not looked up: a fencing appliance must come up while the name service is down.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    let place: Place

    enum Place: Hashable, Sendable {
        case one(InternetAddress)
        case everywhere(port: UInt16)
    }

    package init(_ text: String) throws(ListenError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw .unreadable(text, "there is no :port; write \(text):22 or [\(text)]:22")
        }
        let host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
        else {
            throw .unreadable(text, "the port is not a number from 0 to 65535")
        }
        description = text
        if host == "*" {
            place = .everywhere(port: port)
        } else {
            place = .one(try Self.address(String(host), port, in: text))
        }
    }

    private static func address(
        _ host: String, _ port: UInt16, in text: String
    ) throws(ListenError) -> InternetAddress {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let bare = isBracketed ? String(host.dropFirst().dropLast()) : host
        guard let address = InternetAddress(host: bare, port: port) else {
            throw .unreadable(text, "\(host) is not an IP address, [IPv6 address] or *")
        }
        switch address.host {
        case .v4 where isBracketed: throw .unreadable(text, "brackets are for IPv6 addresses")
        case .v6 where !isBracketed: throw .unreadable(text, "write an IPv6 address in brackets")
        case .v4, .v6: return address
        }
    }
}

package enum ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text, and what is wrong with it.
    case unreadable(String, String)
    /// The address, and the system's reason.
    case failed(String, SystemCallError)
    /// What systemd said it passed, and what is wrong with that.
    case badActivation(String)

    package var description: String {
        switch self {
        case .unreadable(let text, let reason): "cannot listen on “\(text)”: \(reason)"
        case .failed(let address, let error): "cannot listen on \(address): \(error)"
        case .badActivation(let reason): "cannot use systemd's sockets: \(reason)"
        }
    }
}
