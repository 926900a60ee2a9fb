// Internet addresses, as the kernel and as people write them.

internal import Glibc

/// An address and a port: `192.0.2.1:22`, `[2001:db8::1]:22`.
package struct InternetAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Host: Hashable, Sendable {
        /// 4 bytes, as they are sent.
        case v4([UInt8])
        /// 16 bytes, as they are sent.
        case v6([UInt8])

        package var bytes: [UInt8] {
            switch self {
            case .v4(let bytes), .v6(let bytes): bytes
            }
        }
    }
    package let host: Host
    package let port: UInt16

    package init(_ host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    package static func anyV4(port: UInt16) -> Self {
        Self(.v4([UInt8](repeating: 0, count: 4)), port: port)
    }

    package static func anyV6(port: UInt16) -> Self {
        Self(.v6([UInt8](repeating: 0, count: 16)), port: port)
    }

    /// The host's text is an address, never a name: nothing is looked up. Brackets are the caller's.
    package init?(host text: String, port: UInt16) {
        if let bytes = Self.bytes(of: text, family: AF_INET, count: 4) {
            self.init(.v4(bytes), port: port)
        } else if let bytes = Self.bytes(of: text, family: AF_INET6, count: 16) {
            self.init(.v6(bytes), port: port)
        } else {
            return nil
        }
    }

    package var description: String {
        switch host {
        case .v4(let bytes): "\(Self.text(of: bytes, family: AF_INET)):\(port)"
        case .v6(let bytes): "[\(Self.text(of: bytes, family: AF_INET6))]:\(port)"
        }
    }

    /// As a dual-stack socket names an IPv4 peer (`::ffff:192.0.2.1`), back to what it is.
    package var unmapped: InternetAddress {
        guard case .v6(let bytes) = host, bytes.prefix(12) == Self.mappedPrefix[...] else {
            return self
        }
        return InternetAddress(.v4(Array(bytes.suffix(4))), port: port)
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    private static func bytes(of text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }

    private static func text(of bytes: [UInt8], family: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
            buffer in
            guard
                let text = unsafe inet_ntop(
                    family, bytes, buffer.baseAddress, socklen_t(INET6_ADDRSTRLEN))
            else { preconditionFailure("the buffer has room for any address") }
            return unsafe String(cString: text)
        }
    }
}

extension InternetAddress {
    var family: Int32 {
        switch host {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// Calls `body` with the address as `bind` and `connect` want it.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        switch host {
        case .v4(let bytes):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin_addr) {
                unsafe $0.copyBytes(from: bytes)
            }
            return unsafe Self.rebound(address, body)
        case .v6(let bytes):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) {
                unsafe $0.copyBytes(from: bytes)
            }
            return unsafe Self.rebound(address, body)
        }
    }

    private static func rebound<Address, Result>(
        _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let size = socklen_t(MemoryLayout<Address>.size)
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, size)
            }
        }
    }

    /// What `getsockname` or `getpeername` says; nil for a family that is not of the internet.
    static func asked(
        _ what: String,
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SystemCallError) -> InternetAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, &size)
            }
        }
        guard code == 0 else { throw SystemCallError(what, number: errno) }
        let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0) }
        let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        // After family and port: sockaddr_in has the address at once, sockaddr_in6 the flow first.
        switch Int32(storage.ss_family) {
        case AF_INET: return InternetAddress(.v4(Array(bytes[4..<8])), port: port)
        case AF_INET6: return InternetAddress(.v6(Array(bytes[8..<24])), port: port)
        default: return nil
        }
    }
}
