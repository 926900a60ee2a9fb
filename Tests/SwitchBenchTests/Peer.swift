// Another program, talked to over its standard input and output.

import Fencing
import Foundation
import Glibc
import LinuxSystem

final class Peer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let epoll: Epoll

    init(_ program: String, _ arguments: [String]) throws {
        epoll = try Epoll()
        let reading = output.fileHandleForReading.fileDescriptor
        try epoll.add(reading, .read, tag: 0)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    func say(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    func closeInput() throws { try input.fileHandleForWriting.close() }

    /// All that it says until `end` is among it; 10 s at most.
    func heard(until end: String) -> String {
        let deadline = MonotonicClock.now() + .seconds(10)
        var heard = ""
        while !heard.contains(end), MonotonicClock.now() < deadline {
            guard !epoll.wait(until: deadline).isEmpty else { continue }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            heard += String(decoding: data, as: UTF8.self)
        }
        return heard
    }

    func terminate() { process.terminate() }

    /// The exit status, or nil if it still runs after 10 s.
    var status: Int32? {
        let deadline = MonotonicClock.now() + .seconds(10)
        while process.isRunning {
            if MonotonicClock.now() > deadline { return nil }
            usleep(5000)
        }
        return process.terminationStatus
    }
}
