// A program that talks with us over a socket, and is ended with its owner.

internal import Fencing
internal import Glibc
internal import LinuxSystem

/// Sockets rather than pipes: writing to a program that has ended must be an error and no signal,
/// also inside somebody else's process, whose signals are not ours to change.
final class ChildProcess {
    private let process: ProcessHandle
    private let talk: Descriptor
    private let complaints: Descriptor
    private(set) var output: [UInt8] = []
    private(set) var errors: [UInt8] = []
    /// It has closed its standard output.
    private(set) var hasEnded = false
    private var isQuiet = false
    private var isReaped = false

    /// What one program may say.
    private static let limit = 1 << 20

    init(_ words: [String]) throws(SystemCallError) {
        let first = try socketPair()
        talk = Descriptor(owning: first.ours)
        let itsTalk = Descriptor(owning: first.its)
        let second = try socketPair()
        complaints = Descriptor(owning: second.ours)
        let itsComplaints = Descriptor(owning: second.its)
        for end in [first.ours, second.ours] {
            try checked("fcntl") { fcntl(end, F_SETFL, O_NONBLOCK) }
        }
        process = try ProcessHandle(
            of: Self.spawn(words, itsTalk.number, itsComplaints.number))
    }

    deinit {
        if !isReaped { end() }
    }

    private static func spawn(
        _ words: [String], _ talk: Int32, _ complaints: Int32
    ) throws(SystemCallError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, talk, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, talk, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, complaints, 2)
        var argv = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe argv.forEach { unsafe free($0) } }
        var process = pid_t()
        let result = unsafe posix_spawn(&process, words[0], &actions, nil, &argv, environ)
        guard result == 0 else { throw SystemCallError("start \(words[0])", number: result) }
        return process
    }

    /// To be polled for input; negative once there is nothing to come.
    var descriptors: [Int32] {
        [hasEnded ? -1 : talk.number, isQuiet ? -1 : complaints.number]
    }

    /// A short line always fits into a socket that is read from.
    func send(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        let sent = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(talk.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if sent != bytes.count { hasEnded = true }
    }

    /// No more input: a program that reads to its end is told that this was all.
    func endInput() { shutdown(talk.number, Int32(SHUT_WR)) }

    /// Takes what has come.
    func receive() {
        hasEnded = Self.drain(talk, into: &output) || hasEnded
        isQuiet = Self.drain(complaints, into: &errors) || isQuiet
    }

    /// True at the end of it.
    private static func drain(_ from: borrowing Descriptor, into bytes: inout [UInt8]) -> Bool {
        while bytes.count < limit {
            do throws(SystemCallError) {
                guard let part = try from.read(atMost: 65536) else { return false }
                if part.isEmpty { return true }
                bytes += part
            } catch {
                return true
            }
        }
        return true
    }

    /// Its last words, which may come a moment after its output has ended.
    func lastWords() -> String {
        let until = MonotonicClock.now() + .milliseconds(300)
        while !isQuiet, MonotonicClock.now() < until {
            wait(for: [self], until: until)
            receive()
        }
        return String(decoding: errors, as: UTF8.self)
    }

    /// Its exit status; nil where it did not exit by itself until then, and was ended.
    func finish(until deadline: Moment) -> Int32? {
        while !hasEnded, MonotonicClock.now() < deadline {
            wait(for: [self], until: deadline)
            receive()
        }
        while true {
            switch process.end() {
            case .stillRunning:
                guard MonotonicClock.now() < deadline else {
                    end()
                    return nil
                }
                usleep(1000)
            case .exited(let status):
                isReaped = true
                return status
            case .killed, .unknown:
                isReaped = true
                return nil
            }
        }
    }

    private func end() {
        isReaped = true
        process.kill()
        while process.end() == .stillRunning { usleep(1000) }
    }
}

/// Until one of them has something to say, or the deadline.
func wait(for processes: [ChildProcess], until deadline: Moment) {
    let left = min(1000, max(0, (deadline - MonotonicClock.now()).milliseconds + 1))
    var wanted = processes.flatMap(\.descriptors).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    _ = unsafe poll(&wanted, nfds_t(wanted.count), Int32(left))
}

/// Two ends of a connection, closed when another program starts.
private func socketPair() throws(SystemCallError) -> (ours: Int32, its: Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try checked("socketpair") { unsafe socketpair(AF_UNIX, kind, 0, &ends) }
    return (ends[0], ends[1])
}
