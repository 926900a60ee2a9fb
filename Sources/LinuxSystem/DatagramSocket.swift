// A way to send single messages to somebody on this machine: the service manager, its journal.

internal import Glibc

package final class DatagramSocket: Sendable {
    private let descriptor: Descriptor
    private let name: [UInt8]

    /// A path, or `@` and a name of Linux's abstract ones. Whether anybody listens there shows when
    /// something is sent.
    package init(to path: String) throws(SystemCallError) {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = Descriptor(
            owning: try checked("make a socket for \(path)") { socket(AF_UNIX, kind, 0) })
        // A leading @ stands for the NUL of an abstract name.
        name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemCallError("send to \(path)", number: ENAMETOOLONG)
        }
    }

    /// Whether it was taken. Does not wait.
    package func send(_ bytes: [UInt8]) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                unsafe sendto(
                    descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL), target, length)
                    == bytes.count
            }
        }
    }
}
