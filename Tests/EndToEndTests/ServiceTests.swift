// What a service manager sees.

import Fencing
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
        #expect(socket.receive { _ in true } == "READY=1")
        #expect(try town.ask("node1", "quorum").status == 0)
    }

    @Test("It says that it lives, twice within the time it is given, and that it leaves")
    func alive() throws {
        let town = try Town()
        let socket = try NoticeSocket("\(town.directory.path)/notify")
        try town.restart(notifying: socket.path, ["WATCHDOG_USEC=400000"])
        #expect(socket.receive { !$0.hasPrefix("WATCHDOG") } == "READY=1")
        let first = try #require(socket.receive { $0.contains("STATUS=lines: 2 up") })
        #expect(first.hasPrefix("WATCHDOG=1\n"), "\(first)")
        // Nobody asks it anything: it wakes for this alone.
        for _ in 1...5 { #expect(socket.receive { _ in true }?.hasPrefix("WATCHDOG=1") == true) }
        let session = try town.session("node1")
        #expect(socket.receive { $0.contains("STATUS=lines: 2 up; 1 session") } != nil)
        withExtendedLifetime(session) { town.daemon.terminate() }
        #expect(socket.receive { !$0.hasPrefix("WATCHDOG") } == "STOPPING=1")
    }

    @Test("While the ledger's disk hangs it gives no sign of life, and no shot")
    func hungDisk() throws {
        let town = try Town()
        let socket = try NoticeSocket("\(town.directory.path)/notify")
        let disk = try HangingDisk(town.directory)
        try town.restart(
            notifying: socket.path, ["WATCHDOG_USEC=200000"] + disk.environment)
        #expect(socket.receive { $0.hasPrefix("WATCHDOG=1") } != nil)
        disk.hang()
        let shot = try town.begin("node1", "off node2")
        eventually("an append waits for the disk") { disk.isWaitedFor }
        socket.drain()
        #expect(socket.receive(within: 2000) { _ in true } == nil, "ten times its patience")
        #expect(town.count(2, .off) == 0)
        disk.goOn()
        #expect(socket.receive { $0.hasPrefix("WATCHDOG=1") } != nil)
        #expect(try shot.finish().status == 0)
    }

    @Test("While the door hears nobody there is no sign of life")
    func hungDoor() throws {
        let town = try Town()
        let socket = try NoticeSocket("\(town.directory.path)/notify")
        try town.restart(notifying: socket.path, ["WATCHDOG_USEC=200000"])
        #expect(socket.receive { $0.hasPrefix("WATCHDOG=1") } != nil)
        let thread = try #require(try Self.thread("door", of: town.daemon.process))
        // Holds this one thread before it waits for the next event, for a minute.
        let held = try Program(
            "strace",
            [
                "-qq", "-o", "/dev/null", "-p", thread, "-e",
                "inject=?epoll_wait,epoll_pwait:delay_enter=60000000",
            ])
        var last: String?
        for _ in 1...20 {
            last = socket.receive(within: 2000) { _ in true }
            if last == nil { break }
        }
        #expect(last == nil, "ten times its patience")
        held.terminate()
        _ = try held.finish()
        #expect(socket.receive { $0.hasPrefix("WATCHDOG=1") } != nil)
        #expect(try town.ask("node1", "quorum").status == 0)
    }

    private static func thread(_ name: String, of process: pid_t) throws -> String? {
        let tasks = try Program.run("ls", ["/proc/\(process)/task"]).output.split(separator: "\n")
        return try tasks.map(String.init).first {
            try Program.run("cat", ["/proc/\(process)/task/\($0)/comm"]).output == "\(name)\n"
        }
    }

    @Test(
        "Where nobody watches, or another process is meant, there are no signs of life",
        arguments: [[], ["WATCHDOG_USEC=100000", "WATCHDOG_PID=1"], ["WATCHDOG_USEC=0"]])
    func unwatched(environment: [String]) throws {
        let town = try Town()
        let socket = try NoticeSocket("\(town.directory.path)/notify")
        try town.restart(notifying: socket.path, environment)
        #expect(socket.receive { _ in true } == "READY=1")
        #expect(try town.ask("node1", "quorum").status == 0)
        #expect(socket.receive(within: 1000) { _ in true } == nil)
    }
}

/// Below the daemon's ledger, for as long as the test wants: `hanging-disk.c` beside this file.
private struct HangingDisk {
    let environment: [String]
    private let directory: TemporaryDirectory

    init(_ directory: TemporaryDirectory) throws {
        self.directory = directory
        let library = "\(directory.path)/hanging-disk.so"
        let source = #filePath.replacing("ServiceTests.swift", with: "hanging-disk.c")
        let made = try Program.run("gcc", ["-shared", "-fPIC", "-O1", source, "-o", library])
        try #require(made.status == 0, "\(made.errors)")
        environment = ["LD_PRELOAD=\(library)", "HANGING_DISK=\(directory.path)/disk"]
    }

    func hang() { directory.write("disk.hangs", "") }
    func goOn() { unlink("\(directory.path)/disk.hangs") }
    var isWaitedFor: Bool { access("\(directory.path)/disk.waited-for", F_OK) == 0 }
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

    /// The next notice that is wanted; nil where there is none for so many milliseconds.
    func receive(within milliseconds: Int32 = 10_000, _ isWanted: (String) -> Bool) -> String? {
        for _ in 0..<1000 {
            guard let notice = next(within: milliseconds) else { return nil }
            if isWanted(notice) { return notice }
        }
        return nil
    }

    /// Forgets what has come.
    func drain() { while next(within: 0) != nil {} }

    private func next(within milliseconds: Int32) -> String? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
