// What a service manager sees.

import Glibc
import TestSupport
import Testing

@Suite("As a service")
struct ServiceTests {
    @Test("It says that it is ready where it is asked to, and not before the door is open")
    func ready() throws {
        let town = try Town()
        town.daemon.terminate()
        _ = try town.daemon.finish()
        let socket = try NoticeSocket("\(town.directory.path)/notify")
        try town.restart(notifying: socket.path)
        #expect(socket.receive() == "READY=1")
        #expect(try town.ask("node1", "quorum").status == 0)
    }
}

/// A datagram socket, as systemd listens on one.
private final class NoticeSocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(result == 0)
    }

    deinit { close(descriptor) }

    /// The next notice, within 10 seconds.
    func receive() -> String? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 10_000) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
