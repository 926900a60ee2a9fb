// The one thread on which decisions are made: the executor of the appliance's actor.
//
// Letters and jobs are run in the order of arrival, and a deadline wakes it when nothing arrives.
// A thread of its own, because an append to the ledger waits for the disk, and the cooperative
// pool of Swift's tasks must not.

internal import Fencing
internal import Glibc
internal import LinuxSystem

final class ApplianceThread: SerialExecutor {
    private let mailbox: Mailbox<Letter>
    private let deadline = Lock<Moment?>(nil)
    private let identity = Lock<pthread_t?>(nil)
    private let epoll: Epoll

    private enum Letter: Sendable {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
        case end
    }

    init() throws(SystemCallError) {
        mailbox = try Mailbox()
        epoll = try Epoll()
        try epoll.add(mailbox.descriptor, .read, tag: 0)
    }

    /// Starts the thread. `onDeadline` runs on it each time that the moment named by `wake` comes;
    /// `onIdle` whenever all that had come in is done, and gives back whether there is more of it to
    /// do; `pulse` beats there, after a round of the loop.
    func start(
        pulse: Pulse?, onDeadline: @escaping @Sendable () -> Void,
        onIdle: @escaping @Sendable () -> Bool
    ) throws(SystemCallError) {
        try Thread.start("decisions") { [self] in run(pulse, onDeadline, onIdle) }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        mailbox.post(.job(UnownedJob(job)))
    }

    /// What `assumeIsolated` asks: is this our thread?
    func checkIsolated() {
        let isOurs = identity.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } }
        precondition(isOurs == true, "decisions are made on their own thread only")
    }

    /// Runs `body` on the thread, after everything that was posted before.
    func post(_ body: @escaping @Sendable () -> Void) { mailbox.post(.call(body)) }

    /// Ends the thread once everything posted before was run.
    func end() { mailbox.post(.end) }

    /// The next moment at which `onDeadline` is to run; replaces the one named before.
    func wake(at moment: Moment?) { deadline.withLock { $0 = moment } }

    private func run(
        _ pulse: Pulse?, _ onDeadline: @Sendable () -> Void, _ onIdle: @Sendable () -> Bool
    ) {
        identity.withLock { $0 = pthread_self() }
        var nextBeat = pulse.map { MonotonicClock.now() + $0.interval }
        var hasMore = false
        while true {
            let next = [deadline.withLock { $0 }, nextBeat].compactMap(\.self).min()
            _ = hasMore ? epoll.ready() : epoll.wait(until: next)
            for letter in mailbox.collect() {
                switch letter {
                case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                case .call(let body): body()
                case .end: return
                }
            }
            let due = deadline.withLock { moment in
                guard let due = moment, due <= MonotonicClock.now() else { return false }
                moment = nil
                return true
            }
            if due { onDeadline() }
            hasMore = onIdle()
            if let pulse, let moment = nextBeat, moment <= MonotonicClock.now() {
                pulse.beat()
                nextBeat = MonotonicClock.now() + pulse.interval
            }
        }
    }
}
