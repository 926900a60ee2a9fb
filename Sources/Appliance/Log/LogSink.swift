// Where the log's lines end: records gather here, and are written together.

internal import Fencing
internal import LinuxSystem
internal import Logging

/// Records that have their words, on the way out.
final class LogSink: Sendable {
    private let records = Lock<[LogRecord]>([])
    /// Where the journal reads our standard error anyway, it gets the fields as fields.
    private let journal: Journal?

    init(_ journal: Journal?) { self.journal = journal }

    func take(_ record: LogRecord) { records.withLock { $0.append(record) } }

    func takeOut() -> [LogRecord] {
        records.withLock { records in
            defer { records = [] }
            return records
        }
    }

    /// Waits for the reader.
    func write() {
        let untold = takeOut().filter { journal?.send($0) != true }
        guard !untold.isEmpty else { return }
        StandardStream.error.say(untold.map(\.text).joined(separator: "\n"))
    }
}

struct LogBackend: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let sink: LogSink

    init(_ sink: LogSink, level: Logger.Level) {
        self.sink = sink
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = event.metadata ?? [:]
        let time = all.removeValue(forKey: AuditLine.timeKey)?.description ?? "\(WallClock.now())"
        var fields = all.map { LogRecord.Field(name: $0.key, value: $0.value.description) }
        // What it is comes first.
        let first = fields.partition { $0.name != "event" }
        fields[first...].sort { $0.name < $1.name }
        sink.take(
            LogRecord(
                time, level: event.level, sentence: event.message.description, fields: fields))
    }
}

extension Logger {
    func log(_ line: AuditLine, at time: Timestamp) {
        log(level: line.event.level, "\(line.sentence)", metadata: line.metadata(at: time))
    }
}
