// Log lines leave through a queue and a thread of their own: whoever reads our standard error may be
// slow or stuck, and no shot waits for that. When the queue is full, lines are lost and counted.

internal import Fencing
package import LinuxSystem
package import Logging

package final class QueuedLog: Sendable {
    /// Lines that wait to be written, at most.
    static let capacity = 4096

    private let waiting = Lock(Waiting())
    /// Where the journal reads our standard error anyway, it gets the fields as fields.
    private let journal: Journal?
    private let bell: Mailbox<Void>

    private struct Waiting {
        var records: [LogRecord] = []
        var lost = 0
    }

    /// Starts the thread that writes. It ends with the process: the last lines of a life are
    /// written by `flush`.
    package init(journal: Journal? = Journal()) throws(SystemCallError) {
        self.journal = journal
        bell = try Mailbox()
        try Thread.start("log", niceness: 5) { [self] in
            while true {
                bell.wait(until: nil)
                flush()
            }
        }
    }

    func enter(_ record: LogRecord) {
        let isFirst = waiting.withLock { waiting in
            if waiting.records.count < Self.capacity {
                waiting.records.append(record)
            } else {
                waiting.lost += 1
            }
            return waiting.records.count == 1
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
        var records = taken.records
        if taken.lost > 0 {
            records.append(
                LogRecord(
                    level: .warning, sentence: "\(taken.lost) log lines were lost", fields: []))
        }
        guard !records.isEmpty else { return }
        let untold = records.filter { journal?.send($0) != true }
        guard !untold.isEmpty else { return }
        StandardStream.error.say(untold.map(\.text).joined(separator: "\n"))
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

    package func log(event: LogEvent) {
        let all = (event.metadata ?? [:]).merging(metadata) { own, _ in own }
        var fields = all.map { LogRecord.Field(name: $0.key, value: $0.value.description) }
        // What it is comes first.
        let first = fields.partition { $0.name != "event" }
        fields[first...].sort { $0.name < $1.name }
        log.enter(
            LogRecord(level: event.level, sentence: event.message.description, fields: fields))
    }
}
