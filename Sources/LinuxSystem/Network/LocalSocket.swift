// A stream socket that listens in the file system, for programs of this machine.

internal import CLinux
package import Fencing
internal import Glibc

package final class LocalSocket: Sendable {
    private let descriptor: Descriptor
    private let path: String

    private static let backlog: Int32 = 8

    /// Takes the place of a socket that a life before has left there, and of nothing else. Its owner
    /// and its group may connect.
    package init(listeningAt path: String) throws(SystemCallError) {
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemCallError("listen at \(path)", number: ENAMETOOLONG)
        }
        var status = stat()
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK {
            unsafe unlink(path)
        }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = try checked("make a socket for \(path)") { socket(AF_UNIX, kind, 0) }
        let descriptor = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + 1)
        try checked("bind \(path)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(number, $0, length)
                }
            }
        }
        try checked("chmod \(path)") { unsafe chmod(path, 0o660) }
        try checked("listen at \(path)") { listen(number, Self.backlog) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = unsafe unlink(path) }

    package var number: Int32 { descriptor.number }

    /// Nil where nobody waits, or whoever waited is gone.
    package func accept() -> Descriptor? {
        let number = clinux_accept(descriptor.number)
        return number < 0 ? nil : Descriptor(owning: number)
    }
}

extension Descriptor {
    /// Connects to a program of this machine that listens at `path`.
    package static func connected(to path: String) throws(SystemCallError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try checked("make a socket for \(path)") { socket(AF_UNIX, kind, 0) }
        let descriptor = Descriptor(owning: number)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemCallError("connect to \(path)", number: ENAMETOOLONG)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + 1)
        try checked("connect to \(path)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(number, $0, length)
                }
            }
        }
        return descriptor
    }

    /// Whether the other end of a local connection is root, or the user of this process.
    package var peerMayControl: Bool {
        var user: UInt32 = .max
        guard unsafe clinux_peer_user(number, &user) == 0 else { return false }
        return user == 0 || user == geteuid()
    }

    /// Writes all of it, or as much as is taken until the deadline: the other end may have gone.
    package func writeAll(_ bytes: [UInt8], until deadline: Moment) {
        var rest = bytes[...]
        while !rest.isEmpty, wait(for: .write, until: deadline) {
            do throws(SystemCallError) {
                rest = rest.dropFirst(try write(rest))
            } catch {
                return
            }
        }
    }

    /// Waits until it can be read, or written. False where the moment comes first.
    package func wait(for interest: Epoll.Interest, until deadline: Moment) -> Bool {
        let left = (deadline - MonotonicClock.now()).milliseconds
        let events = interest.contains(.write) ? POLLOUT : POLLIN
        var wanted = pollfd(fd: number, events: Int16(events), revents: 0)
        guard left > 0 else { return false }
        return unsafe poll(&wanted, 1, Int32(clamping: left)) > 0
    }
}
