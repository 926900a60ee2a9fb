// A bare TCP connection: somebody who is at the door and says nothing, or nonsense.

import Fencing
import Glibc
import LinuxSystem

final class Connection {
    private let number: Int32

    struct Failure: Error { let number: Int32 }

    init(to port: UInt16) throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(number: errno) }
    }

    deinit { close(number) }

    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes {
            Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// Reads away what comes. True once the other side has closed.
    func waitForClose(within limit: Duration) -> Bool {
        let deadline = MonotonicClock.now() + limit
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = (deadline - MonotonicClock.now()).milliseconds
            var wanted = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&wanted, 1, Int32(left)) > 0 else { return false }
            if recv(number, &buffer, buffer.count, 0) <= 0 { return true }
        }
    }
}
