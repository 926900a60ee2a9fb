// A client of a serial line, and a directory to test in.

import Fencing
import Glibc
import LinuxSystem
import SwitchBench
import Testing

func outlet(_ text: String) throws -> OutletName { try #require(OutletName(text)) }

/// Opens a serial line; closes it when it goes.
final class Client {
    private let line: Descriptor
    private let epoll: Epoll

    init(_ path: String) throws {
        line = try Descriptor(opening: path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        epoll = try Epoll()
        try epoll.add(line.number, .read, tag: 0)
    }

    func send(_ text: String) throws { try line.writeAll(Array(text.utf8)) }

    /// Sends, and gives all that came until it ended in `end`; 5 s at most.
    func say(_ text: String, until end: String) throws -> String {
        try send(text)
        let deadline = MonotonicClock.now() + .seconds(5)
        var heard = ""
        while !heard.hasSuffix(end), MonotonicClock.now() < deadline {
            _ = epoll.wait(until: deadline)
            heard += String(decoding: try line.read(atMost: 1024) ?? [], as: UTF8.self)
        }
        return heard
    }

    /// Whether the other side goes away in time.
    func isHungUp(within time: Duration) -> Bool {
        let deadline = MonotonicClock.now() + time
        while MonotonicClock.now() < deadline {
            if epoll.wait(until: deadline).contains(where: { $0.what.contains(.hangUp) }) {
                return true
            }
        }
        return false
    }
}

/// A fresh directory under /tmp; removed when it goes.
final class Place {
    let path: String

    init() throws {
        var name = Array(("/tmp/picket-bench-" + String(repeating: "X", count: 6)).utf8CString)
        let made = mkdtemp(&name)
        try #require(made != nil)
        path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for directory in ["outlets/", ""] {
            let names = ["log", "wire", "pdu", "powerman.conf"] + (0...9).map(String.init)
            for name in names { unlink("\(path)/\(directory)\(name)") }
            rmdir("\(path)/\(directory)")
        }
    }

    var settings: BenchSwitch.Settings {
        var settings = BenchSwitch.Settings()
        settings.link = "\(path)/pdu"
        settings.outletDirectory = "\(path)/outlets"
        settings.wireLog = "\(path)/wire"
        return settings
    }

    /// Whether the link is there, wherever it leads.
    var hasLink: Bool {
        var buffer = [CChar](repeating: 0, count: 256)
        return readlink("\(path)/pdu", &buffer, buffer.count) > 0
    }

    func write(_ name: String, _ text: String) throws {
        let file = try Descriptor(opening: "\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC)
        try file.writeAll(Array(text.utf8))
    }

    func read(_ name: String) throws -> String {
        let file = try Descriptor(opening: "\(path)/\(name)", O_RDONLY)
        return String(decoding: try file.read(atMost: 65_536) ?? [], as: UTF8.self)
    }
}
