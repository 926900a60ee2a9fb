// A child is ended and waited for by its own descriptor: its number may be somebody else's by then.

import Glibc
import LinuxSystem
import Testing

struct ProcessHandleTests {
    private static let lastPID = "/proc/sys/kernel/ns_last_pid"

    /// A process that sleeps.
    private func sleeper() throws -> pid_t {
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawnp(&child, "sleep", nil, nil, &arguments, environ) == 0)
        return child
    }

    /// One more with this number; nil where another process of this machine was faster.
    private func sleeper(numbered number: pid_t) throws -> pid_t? {
        let file = try #require(fopen(Self.lastPID, "w"))
        fputs("\(number - 1)", file)
        fclose(file)
        let child = try sleeper()
        if child == number { return child }
        end(child)
        return nil
    }

    private func end(_ child: pid_t) {
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
    }

    @Test(
        "A process that has the number of a child that is gone is neither killed nor waited for",
        .enabled(if: access(lastPID, W_OK) == 0))
    func reused() throws {
        let first = try sleeper()
        let handle = try ProcessHandle(of: first)
        #expect(handle.end() == .stillRunning)
        end(first)
        var second: pid_t?
        for _ in 1...1000 where second == nil { second = try sleeper(numbered: first) }
        let other = try #require(second)
        handle.kill()
        #expect(handle.end() == .unknown)
        #expect(waitpid(other, nil, WNOHANG) == 0, "it runs")
        end(other)
    }

    @Test func `An end is reported once, with its status`() throws {
        let child = try sleeper()
        let handle = try ProcessHandle(of: child)
        handle.kill()
        var end = handle.end()
        while end == .stillRunning { end = handle.end() }
        #expect(end == .killed)
        #expect(handle.end() == .unknown)
    }
}
