// A bare TCP connection: somebody who is at the door and says nothing, or nonsense.

import Fencing
import Glibc
import LinuxSystem

final class Connection {
    private let number: Int32

    struct Failure: Error { let number: Int32 }

    /// From 127.0.0.`last`: all of 127/8 is this machine.
    init(to port: UInt16, from last: UInt32 = 1) throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = Self.with(0x7F00_0000 + last, 0) { Glibc.bind(number, $0, $1) }
        guard bound == 0 else { throw Failure(number: errno) }
        let result = Self.with(0x7F00_0001, port) { connect(number, $0, $1) }
        guard result == 0 else { throw Failure(number: errno) }
    }

    private static func with(
        _ host: UInt32, _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
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
