// Programs run by the tests: spawned, fed, read and ended within a deadline.

internal import Fencing
package import Glibc
internal import LinuxSystem
package import Testing

/// A running program. Killed, by its own process number, when it is let go.
package final class Program {
    package let process: pid_t
    private let input: Pipe
    private let output: Pipe
    private let errors: Pipe
    private var hasEnded = false

    package struct Result: Hashable {
        package var status: Int32
        package var output: String
        package var errors: String

        package init(status: Int32, output: String, errors: String) {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    package enum Failure: Error { case notStarted(Int32), deadline(output: String, errors: String) }

    package init(_ program: String, _ arguments: [String]) throws {
        input = Pipe()
        output = Pipe()
        errors = Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        // The threads that run tests block signals, and a program that is started by one would, too.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = [program] + arguments
        var argv = words.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var process = pid_t()
        let result = posix_spawnp(&process, program, &actions, &attributes, &argv, environ)
        guard result == 0 else { throw Failure.notStarted(result) }
        self.process = process
        input.closeReading()
        output.closeWriting()
        errors.closeWriting()
    }

    deinit {
        if !hasEnded {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    package func send(_ text: String) { input.write(Array(text.utf8)) }

    package func endInput() { input.closeWriting() }

    /// As `kill -9` does it: nothing is said to the other side.
    package func killNow() { kill(process, SIGKILL) }

    /// Stops it where it stands, as a machine that hangs: its connections stay open.
    package func freeze() { kill(process, SIGSTOP) }

    /// Asks it to end.
    package func terminate() { kill(process, SIGTERM) }

    /// Reads output until `isEnough` is true of all that has come, or the program closes it.
    package func read(
        within limit: Duration = .seconds(10), until isEnough: (String) -> Bool
    ) throws -> String {
        let deadline = MonotonicClock.now() + limit
        while !isEnough(output.text), try output.read(until: deadline) {
            // A program that nobody listens to would wait for ever to complain.
            _ = try errors.read(until: MonotonicClock.now())
            if MonotonicClock.now() >= deadline { throw failure }
        }
        return output.text
    }

    /// The same of its standard error.
    package func readErrors(
        within limit: Duration = .seconds(10), until isEnough: (String) -> Bool
    ) throws -> String {
        let deadline = MonotonicClock.now() + limit
        while !isEnough(errors.text), try errors.read(until: deadline) {
            if MonotonicClock.now() >= deadline { throw failure }
        }
        return errors.text
    }

    /// Asks it to read its configuration anew.
    package func hangUp() { kill(process, SIGHUP) }

    /// Waits for the end.
    package func finish(within limit: Duration = .seconds(10)) throws -> Result {
        let deadline = MonotonicClock.now() + limit
        while try output.read(until: deadline) || errors.isOpen {
            _ = try errors.read(until: MonotonicClock.now())
            if MonotonicClock.now() >= deadline { throw failure }
        }
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if MonotonicClock.now() >= deadline { throw failure }
            usleep(1000)
        }
        hasEnded = true
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
        return Result(status: code, output: output.text, errors: errors.text)
    }

    private var failure: Failure { .deadline(output: output.text, errors: errors.text) }

    /// Where the programs stand that were built with these tests.
    package static var products: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        precondition(count > 0, "/proc/self/exe")
        let path = String(
            decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }

    /// Runs a program to its end.
    package static func run(
        _ program: String, _ arguments: [String], input: String = "",
        within limit: Duration = .seconds(10)
    ) throws -> Result {
        let command = try Program(program, arguments)
        command.send(input)
        command.endInput()
        return try command.finish(within: limit)
    }
}

/// Both ends of a pipe, and what was read from it.
private final class Pipe {
    private(set) var reading: Int32 = -1
    private(set) var writing: Int32 = -1
    private var bytes: [UInt8] = []

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        closeReading()
        closeWriting()
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isOpen: Bool { reading >= 0 }

    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    func write(_ all: [UInt8]) {
        var rest = all[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(writing, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits up to 20 ms for something to read, not beyond the deadline. False once it is closed.
    func read(until deadline: Moment) throws -> Bool {
        guard isOpen else { return false }
        let left = min(20, max(0, (deadline - MonotonicClock.now()).milliseconds))
        var wanted = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, Int32(left)) > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(reading, &buffer, buffer.count)
        if count <= 0 { closeReading() } else { bytes += buffer.prefix(count) }
        return isOpen
    }
}

/// Waits until `condition` is true; a recorded failure where it does not become so in time.
package func eventually(
    within limit: Duration = .seconds(10), _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) {
    let deadline = MonotonicClock.now() + limit
    while !condition() {
        guard MonotonicClock.now() < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        usleep(2000)
    }
}
