// A TCP socket that takes connections.

internal import CLinux
internal import Glibc

package final class ListeningSocket: Sendable {
    private let descriptor: Descriptor
    /// Where it really listens: with the port that the kernel chose, where 0 was asked for.
    package let address: InternetAddress

    /// Which protocol versions an IPv6 socket serves.
    package enum Reach: Hashable, Sendable {
        case itsOwnProtocol
        /// IPv4 too: such peers appear as `::ffff:192.0.2.1`.
        case bothProtocols
    }

    /// Connections that the kernel completes before somebody accepts them.
    private static let backlog: Int32 = 512

    package init(
        on wanted: InternetAddress, reach: Reach = .itsOwnProtocol
    ) throws(SystemCallError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = try checked("make a socket for \(wanted)") { socket(wanted.family, kind, 0) }
        let descriptor = Descriptor(owning: number)
        // Else a restart waits for the old connections' TIME_WAIT to pass.
        try setOption(number, SOL_SOCKET, SO_REUSEADDR, 1)
        if wanted.family == AF_INET6 {
            try setOption(
                number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, reach == .itsOwnProtocol ? 1 : 0)
        }
        try checked("bind \(wanted)") {
            unsafe wanted.withSocketAddress { unsafe bind(number, $0, $1) }
        }
        try checked("listen on \(wanted)") { Glibc.listen(number, Self.backlog) }
        address = try Self.name(of: number) ?? wanted
        self.descriptor = descriptor
    }

    /// Takes over a socket that somebody else has bound: one that listens for TCP connections.
    package init(adopting descriptor: consuming Descriptor) throws(SystemCallError) {
        let number = descriptor.number
        let what = "descriptor \(number) as a listening TCP socket"
        guard try option(number, SOL_SOCKET, SO_ACCEPTCONN) == 1,
            try option(number, SOL_SOCKET, SO_TYPE) == Int32(SOCK_STREAM.rawValue),
            let address = try Self.name(of: number)
        else { throw SystemCallError(what, number: EINVAL) }
        let flags = try checked(what) { fcntl(number, F_GETFL) }
        try checked(what) { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        try checked(what) { fcntl(number, F_SETFD, FD_CLOEXEC) }
        self.address = address
        self.descriptor = descriptor
    }

    package var number: Int32 { descriptor.number }

    package enum Accepted: ~Copyable, Sendable {
        /// Non-blocking, and without Nagle's delay.
        case connection(Descriptor, from: InternetAddress)
        /// A connection that was gone again before it was looked at.
        case stillborn
        /// Nobody waits.
        case nothing
        /// No descriptor or no memory is left: accepting again at once would fail again.
        case exhausted(SystemCallError)
    }

    package func accept() -> Accepted {
        let number = clinux_accept(descriptor.number)
        guard number >= 0 else { return Self.failure(errno) }
        let connection = Descriptor(owning: number)
        do {
            try setOption(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            guard let peer = try Self.peer(of: number) else { return .stillborn }
            return .connection(connection, from: peer.unmapped)
        } catch {
            return .stillborn
        }
    }

    private static func failure(_ number: Int32) -> Accepted {
        switch number {
        case EAGAIN: .nothing
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: .exhausted(SystemCallError("accept", number: number))
        // The network errors of the connection itself, which Linux hands to accept.
        default: .stillborn
        }
    }

    private static func name(of number: Int32) throws(SystemCallError) -> InternetAddress? {
        try unsafe InternetAddress.asked("getsockname") { unsafe getsockname(number, $0, $1) }
    }

    private static func peer(of number: Int32) throws(SystemCallError) -> InternetAddress? {
        try unsafe InternetAddress.asked("getpeername") { unsafe getpeername(number, $0, $1) }
    }
}
