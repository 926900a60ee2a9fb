// Log lines leave through a queue and a thread of their own: whoever reads our standard error may be
// slow or stuck, and no shot waits for that. When the queue is full, lines are lost and counted.

internal import Fencing
package import LinuxSystem
package import Logging

package final class QueuedLog: Sendable {
    /// Lines that wait to be written, at most.
    static let capacity = 4096

    private let waiting = Lock(Waiting())
    private let bell: Mailbox<Void>

    private struct Waiting {
        var lines: [String] = []
        var lost = 0
    }

    /// Starts the thread that writes. It ends with the process: the last lines of a life are
    /// written by `flush`.
    package init() throws(SystemCallError) {
        bell = try Mailbox()
        try Thread.start("log", niceness: 5) { [self] in
            while true {
                bell.wait(until: nil)
                flush()
            }
        }
    }

    func enter(_ line: String) {
        let isFirst = waiting.withLock { waiting in
            if waiting.lines.count < Self.capacity {
                waiting.lines.append(line)
            } else {
                waiting.lost += 1
            }
            return waiting.lines.count == 1
        }
        if isFirst { bell.post(()) }
    }

    /// Writes what waits. Waits for the reader.
    package func flush() {
        _ = bell.collect()
        let taken = waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return waiting
        }
        var lines = taken.lines
        if taken.lost > 0 { lines.append("warning: \(taken.lost) log lines were lost") }
        guard !lines.isEmpty else { return }
        StandardStream.error.say(lines.joined(separator: "\n"))
    }
}

package struct QueuedLogBackend: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let log: QueuedLog

    package init(_ log: QueuedLog, level: Logger.Level) {
        self.log = log
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// `2026-11-21T10:24:23.112Z notice: granted shot 3: off node2 by node1 seq=7`
    package func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).merging(metadata) { own, _ in own }
            .sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }
        log.enter(
            "\(WallClock.text()) \(event.level.rawValue): \(event.message)\(fields.joined())")
    }

    /// One line stays one line, whatever a stranger's name holds.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 }
        return isPlain ? text : text.debugDescription
    }
}
