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
    /// Held by the thread that writes. Another one that flushes waits for it: what was taken out and
    /// is not written yet would be lost with the process.
    private let writing = Lock(())
    private let bell: Mailbox<Void>
    /// Counts what each principal causes. Its sums are told by this log's thread, when they are due.
    let requests = RequestLogGate()
    private let sink: LogSink

    /// Of noise that waits to be told, at most.
    static let noiseCapacity = 1024
    /// Of all queued lines. Noise has a limit of its own, so a decision is lost only when the log has
    /// no reader at all.
    static let decisionCapacity = 65536
    /// After the first there are often more; they are written together.
    private static let gathering = Duration.milliseconds(5)

    struct Waiting {
        var matters: [Matter] = []
        var noise = 0
        var gate = NoiseGate()
        var lost = 0

        /// False where there is no room for it, or others wait already. Noise never takes the place
        /// of a decision.
        mutating func take(_ matter: Matter, _ weight: LogWeight, at now: Moment) -> Bool {
            switch weight {
            case .decision:
                guard matters.count - noise < QueuedLog.decisionCapacity else {
                    lost += 1
                    return false
                }
            case .noise:
                guard gate.admits(at: now, isFull: noise >= QueuedLog.noiseCapacity) else {
                    return false
                }
                noise += 1
            }
            matters.append(matter)
            return matters.count == 1
        }

        /// What waits goes, the gate stays.
        mutating func takeOut(at now: Moment) -> (matters: [Matter], lost: Int, leftOut: Int) {
            defer { (matters, noise, lost) = ([], 0, 0) }
            return (matters, lost, gate.takeLeftOut(at: now))
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
                bell.wait(until: nextSum)
                Thread.rest(for: Self.gathering)
                flush()
            }
        }
    }

    /// When something that was left out is to be told, though nothing else may happen until then.
    private var nextSum: Moment? {
        let noise = waiting.withLock { $0.gate.nextSum }
        return [noise, requests.nextSums].compactMap(\.self).min()
    }

    /// Takes in something that happened now. `lines` is called in the log's thread.
    func enter(
        _ weight: LogWeight = .decision, _ lines: @escaping @Sendable () -> [AuditLine]
    ) {
        let matter = Matter(time: WallClock.now(), lines: lines)
        let now = MonotonicClock.now()
        if waiting.withLock({ $0.take(matter, weight, at: now) }) { bell.post(()) }
    }

    /// Writes what waits, and what another thread is writing. Waits for the reader.
    package func flush() { writing.withLock { _ in writeWaiting() } }

    private func writeWaiting() {
        _ = bell.collect()
        let now = MonotonicClock.now()
        let taken = waiting.withLock { $0.takeOut(at: now) }
        for matter in taken.matters {
            for line in matter.lines() { logger.log(line, at: matter.time) }
        }
        for line in requests.sums(at: now) { logger.log(line, at: WallClock.now()) }
        if taken.leftOut > 0 {
            logger.warning(
                "\(taken.leftOut) lines about sessions and requests were left out")
        }
        if taken.lost > 0 { logger.warning("\(taken.lost) log lines were lost") }
        sink.write()
    }
}
