// The log leaves through a queue and a thread of its own: whoever reads our standard error may be
// slow or stuck, and no shot waits for that. What waits there is what happened. The words for it are
// found in the log's thread too, a moment later, when nobody waits for the processor any more. When
// the queue is full, lines are lost and counted.

internal import Fencing
package import LinuxSystem
package import Logging

package final class QueuedLog: Sendable {
    /// What it is told directly waits for `flush` as well.
    let logger: Logger

    private let waiting = Lock(Waiting())
    private let bell: Mailbox<Void>
    private let sink: LogSink

    /// Of what waits to be told, at most.
    static let capacity = 4096
    /// After the first there are often more; they are written together.
    private static let gathering = Duration.milliseconds(5)

    private struct Waiting {
        var matters: [Matter] = []
        var lost = 0
    }

    private struct Matter {
        let time: Timestamp
        let lines: @Sendable () -> [AuditLine]
    }

    /// Starts the thread that writes. It ends with the process: the last lines of a life are
    /// written by `flush`.
    package init(
        level: Logger.Level, journal: Journal? = Journal()
    ) throws(SystemCallError) {
        let sink = LogSink(journal)
        self.sink = sink
        logger = Logger(label: "picketd") { _ in LogBackend(sink, level: level) }
        bell = try Mailbox()
        try Thread.start("log", niceness: 19) { [self] in
            Thread.letOthersFinish()
            while true {
                bell.wait(until: nil)
                Thread.rest(for: Self.gathering)
                flush()
            }
        }
    }

    /// Takes in something that happened now. `lines` is called in the log's thread.
    func enter(_ lines: @escaping @Sendable () -> [AuditLine]) {
        let matter = Matter(time: WallClock.now(), lines: lines)
        let isFirst = waiting.withLock { waiting in
            if waiting.matters.count < Self.capacity {
                waiting.matters.append(matter)
            } else {
                waiting.lost += 1
            }
            return waiting.matters.count == 1
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
        for matter in taken.matters {
            for line in matter.lines() { logger.log(line, at: matter.time) }
        }
        if taken.lost > 0 { logger.warning("\(taken.lost) log lines were lost") }
        sink.write()
    }
}
