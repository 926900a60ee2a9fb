// The thread of a listening socket: it calls for each connection that waits, until it is stopped.

internal import Fencing
internal import LinuxSystem

/// Shared by the control socket and the page of figures.
final class AcceptLoop: Sendable {
    private let epoll: Epoll
    private let ending: Mailbox<Void>

    private static let endTag: UInt64 = 0
    private static let socketTag: UInt64 = 1

    /// `socket` is a listening socket's descriptor, which must outlive the loop.
    init(on socket: Int32) throws(SystemCallError) {
        epoll = try Epoll()
        ending = try Mailbox()
        try epoll.add(ending.descriptor, .read, tag: Self.endTag)
        try epoll.add(socket, .read, tag: Self.socketTag)
    }

    /// Starts the thread, at a low priority: what is looked at must not delay what is decided.
    /// `accept` is called in it whenever a connection waits.
    func start(
        _ name: String, _ accept: @escaping @Sendable () -> Void
    ) throws(SystemCallError) {
        try Thread.start(name, niceness: 10) { [self] in
            Signals.blockBrokenPipeInThisThread()
            while true {
                for ready in epoll.wait(until: nil) {
                    if ready.tag == Self.endTag { return }
                    accept()
                }
            }
        }
    }

    func stop() { ending.post(()) }

    /// Called from `accept` where no connection can be taken now: the kernel would report it again
    /// at once. Ends early when the loop is stopped.
    func pause(for time: Duration) { ending.wait(until: MonotonicClock.now() + time) }
}
