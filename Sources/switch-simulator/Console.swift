// The simulator's own loop: signals end it, lines on the standard input steer it, and a closed
// standard input changes nothing.

internal import Fencing
internal import Glibc
internal import LinuxSystem
internal import SwitchBench

struct TerminationSignals: ~Copyable {
    let signals: Signals

    init() throws(SystemCallError) {
        signals = try Signals([SIGTERM, SIGINT])
        // Whoever started us may stop listening; the switch goes on.
        _ = signal(SIGPIPE, SIG_IGN)
    }
}

final class Console {
    private let bench: BenchSwitch
    private let epoll: Epoll
    private let input = Descriptor(owning: STDIN_FILENO)
    private var line: [UInt8] = []

    private static let signalTag: UInt64 = 0
    private static let inputTag: UInt64 = 1
    /// Longer lines are cut.
    private static let longestLine = 4096

    private enum End { case notYet, now }

    init(_ bench: BenchSwitch) throws(SystemCallError) {
        self.bench = bench
        epoll = try Epoll()
    }

    func run(until ending: borrowing TerminationSignals) throws(SystemCallError) {
        try epoll.add(ending.signals.number, .read, tag: Self.signalTag)
        if try watchInput() == .now { return }
        while true {
            for ready in epoll.wait(until: nil) {
                if ready.tag == Self.signalTag { return }
                if try readInput() == .now { return }
            }
        }
    }

    /// A file cannot be watched, and need not be: it is read to its end at once.
    private func watchInput() throws(SystemCallError) -> End {
        do throws(SystemCallError) {
            try epoll.add(input.number, .read, tag: Self.inputTag)
            return .notYet
        } catch {
            guard error.number == EPERM else { throw error }
        }
        while true {
            guard let bytes = try input.read(atMost: Self.longestLine), !bytes.isEmpty else {
                return .notYet
            }
            if take(bytes) == .now { return .now }
        }
    }

    private func readInput() throws(SystemCallError) -> End {
        guard let bytes = try input.read(atMost: Self.longestLine) else { return .notYet }
        if bytes.isEmpty { try epoll.remove(input.number) }
        return take(bytes)
    }

    private func take(_ bytes: [UInt8]) -> End {
        for byte in bytes {
            if byte != UInt8(ascii: "\n") {
                if line.count < Self.longestLine { line.append(byte) }
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line = []
            if !text.allSatisfy({ $0 == " " }), obey(text) == .now { return .now }
        }
        return .notYet
    }

    private func obey(_ text: String) -> End {
        do {
            switch try Instruction(parsing: text) {
            case .fault(let faults):
                bench.setFaults(faults)
                say("faults=\(faults)")
            case .press(let outlet, let command):
                bench.press(outlet, command)
                say("outlet \(outlet)=\(bench.outlets[outlet] ?? .unknown)")
            case .outlets: sayOutlets()
            case .drop:
                bench.drop()
                say("drops=\(bench.drops)")
            case .quit: return .now
            }
        } catch {
            say("error: \(error)")
        }
        if let trouble = bench.trouble { say("trouble: \(trouble)") }
        return .notYet
    }

    private func sayOutlets() {
        let all = bench.outlets.sorted { $0.key < $1.key }
        say(all.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
    }
}

/// One line on the standard output, at once.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
