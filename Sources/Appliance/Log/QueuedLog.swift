// The log leaves through a queue and a thread of its own: whoever reads our standard error may be
// slow or stuck, and no shot waits for that. What waits there is what happened. The words for it are
// found in the log's thread too, a moment later, when nobody waits for the processor any more. When
// the queue is full, lines are lost and counted.

internal import Fencing
package import LinuxSystem
package import Logging

/// Whether a line may give way to others.
enum LogWeight: Hashable, Sendable {
    /// Something was decided, done or found out.
    case decision
    /// What anybody can cause as often as he likes.
    case noise
}

package final class QueuedLog: Sendable {
    /// What it is told directly waits for `flush` as well.
    let logger: Logger

    private let waiting = Lock(Waiting())
    private let bell: Mailbox<Void>
    private let sink: LogSink

    /// Of noise that waits to be told, at most.
    static let capacity = 4096
    /// Of all that waits. No noise counts against this: what was decided is lost only where nobody
    /// reads the log at all.
    static let decisionCapacity = 65536
    /// After the first there are often more; they are written together.
    private static let gathering = Duration.milliseconds(5)

    struct Waiting {
        var matters: [Matter] = []
        var noise = 0
        var lost = 0

        mutating func add(_ matter: Matter, _ weight: LogWeight) {
            let hasRoom =
                switch weight {
                case .noise: noise < QueuedLog.capacity
                case .decision: matters.count - noise < QueuedLog.decisionCapacity
                }
            guard hasRoom else { return lost += 1 }
            if weight == .noise { noise += 1 }
            matters.append(matter)
        }
    }

    struct Matter {
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
    func enter(
        _ weight: LogWeight = .decision, _ lines: @escaping @Sendable () -> [AuditLine]
    ) {
        let matter = Matter(time: WallClock.now(), lines: lines)
        let isFirst = waiting.withLock { waiting in
            waiting.add(matter, weight)
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
