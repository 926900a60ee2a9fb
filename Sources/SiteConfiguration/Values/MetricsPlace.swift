// Where figures may be had without a login: on this machine, and nowhere else.

/// `127.0.0.1:9469`, `[::1]:9469`, or `unix:/run/picket/metrics.sock`. Port 0 lets the kernel choose.
package enum MetricsPlace: Hashable, Sendable {
    case loopback(host: String, port: UInt16)
    case local(path: String)

    static let wanted =
        "an address of this machine's loopback and a port, 127.0.0.1:9469 or \"[::1]:9469\", or "
        + "unix: and a path"

    init?(_ text: String) {
        let prefix = "unix:"
        if text.hasPrefix(prefix) {
            let path = String(text.dropFirst(prefix.count))
            guard isPath(path) else { return nil }
            self = .local(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits)
        else { return nil }
        switch text[..<colon] {
        case "[::1]": self = .loopback(host: "::1", port: port)
        case let host where Self.isLoopback(host): self = .loopback(host: String(host), port: port)
        default: return nil
        }
    }

    /// All of 127.0.0.0/8 is this machine.
    private static func isLoopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && UInt8(part) != nil
            }
    }
}
