// A TCP connection that we open: never waits, notices a peer that is gone, and takes back what has
// not arrived when it is closed.

internal import Glibc

package final class ClientSocket: Sendable {
    private let descriptor: Descriptor
    /// Whom it was to reach.
    package let peer: InternetAddress

    /// Bytes that the peer does not acknowledge for so long end the connection.
    private static let acknowledgementMilliseconds: Int32 = 10_000
    /// An idle connection is probed after so many seconds, so often, before it counts as gone.
    private static let probeAfter: Int32 = 30
    private static let probeEvery: Int32 = 10
    private static let probes: Int32 = 3

    /// Begins to connect. The descriptor takes writes when that has ended, well or badly:
    /// `outcome` says which.
    package init(connectingTo peer: InternetAddress) throws(SystemCallError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = try checked("make a socket for \(peer)") { socket(peer.family, kind, 0) }
        descriptor = Descriptor(owning: number)
        self.peer = peer
        let tcp = Int32(IPPROTO_TCP)
        try setOption(number, tcp, TCP_NODELAY, 1)
        try setOption(number, SOL_SOCKET, SO_KEEPALIVE, 1)
        try setOption(number, tcp, TCP_KEEPIDLE, Self.probeAfter)
        try setOption(number, tcp, TCP_KEEPINTVL, Self.probeEvery)
        try setOption(number, tcp, TCP_KEEPCNT, Self.probes)
        try setOption(number, tcp, TCP_USER_TIMEOUT, Self.acknowledgementMilliseconds)
        let result = unsafe peer.withSocketAddress { unsafe connect(number, $0, $1) }
        // Interrupted or not, a non-blocking connect goes on in the kernel.
        if result != 0, errno != EINPROGRESS, errno != EINTR {
            throw SystemCallError("connect to \(peer)", number: errno)
        }
    }

    deinit {
        // Else the kernel goes on sending after the close what its peer has not taken yet. A socket
        // that cannot say how much that is counts as having some: hence `try?`.
        if (try? unacknowledged()) != 0 { abandon() }
    }

    package var number: Int32 { descriptor.number }

    package enum Outcome: Hashable, Sendable { case connected, underWay }

    /// What became of the attempt; an error if it failed.
    package func outcome() throws(SystemCallError) -> Outcome {
        let failure = try option(number, SOL_SOCKET, SO_ERROR)
        if failure != 0 { throw SystemCallError("connect to \(peer)", number: failure) }
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getpeername(number, $0, &size)
            }
        }
        return result == 0 ? .connected : .underWay
    }

    package func read(atMost limit: Int) throws(SystemCallError) -> [UInt8]? {
        try descriptor.read(atMost: limit)
    }

    /// Writes what fits. A peer that is gone is an error, and no signal.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) -> Int {
        while true {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if put >= 0 { return put }
            if errno == EAGAIN { return 0 }
            if errno != EINTR { throw SystemCallError("send to \(peer)", number: errno) }
        }
    }

    /// Bytes that were written, and of which the peer's machine has not said that it has them.
    package func unacknowledged() throws(SystemCallError) -> Int {
        var waiting: Int32 = 0
        // SIOCOUTQ, which has the number of TIOCOUTQ.
        try checked("SIOCOUTQ for \(peer)") {
            unsafe ioctl(number, UInt(TIOCOUTQ), &waiting)
        }
        return Int(waiting)
    }

    /// Closing it from here on resets the connection, and what has not arrived never will.
    private func abandon() {
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            number, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
    }
}
