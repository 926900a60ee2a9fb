// One line, one thread, one job at a time. Orders come in from any thread, each gets exactly one
// report, and the only order that moves power is the one that carries a receipt.

package import Drivers
package import Fencing
package import LinuxSystem

package final class LineWorker<Proof: Receipt>: Sendable {
    private let desk: OrderDesk<Proof>
    private let port: any LinePort
    private let dialogue: any LineDialogue
    private let terms: LineTerms
    private let stage = Lock(Stage.made)

    private enum Stage { case made, running, stopped }

    /// `report` is called from the line's thread, and from the caller's where an order is turned
    /// away at once; `tell` from the line's thread. Neither may wait.
    package init(
        switch name: SwitchName, port: any LinePort, dialogue: any LineDialogue,
        terms: LineTerms = LineTerms(), tell: @escaping @Sendable (LineNews) -> Void = { _ in },
        report: @escaping @Sendable (PowerReport) -> Void
    ) throws(SystemCallError) {
        desk = try OrderDesk(name, report, tell)
        self.port = port
        self.dialogue = dialogue
        self.terms = terms
    }

    deinit { stop() }

    /// A snapshot.
    package var health: LineHealth { desk.health.withLock { $0 } }

    /// What went over the line lately.
    package var trace: LineTrace { desk.trace.withLock { $0 } }

    /// What went over the line since that moment, so far as it is remembered.
    package func trace(since moment: Moment) -> LineTrace {
        desk.trace.withLock { $0.since(moment) }
    }

    /// Change an outlet's power. Reported when the dialogue has an outcome; unknown, and never
    /// begun, if its deadline comes first.
    package func enter(_ order: PowerOrder<Proof>) {
        desk.enter(Ticket(order)) { $0.enter(order) }
    }

    /// Read an outlet anew. Reads of one outlet that wait together are answered together.
    package func enter(_ order: ReadOrder) {
        desk.enter(Ticket(order)) { $0.enter(order) }
    }

    /// Opens the line, now or as soon as it can be, and begins with what waits. Once.
    package func start() throws(SystemCallError) {
        let isFirst = stage.withLock { stage in
            defer { if stage == .made { stage = .running } }
            return stage == .made
        }
        precondition(isFirst, "a line is started once")
        let epoll = try Epoll()
        try epoll.add(desk.bell, .read, tag: LineLoop<Proof>.bellTag)
        let watch = LineWatch(epoll)
        try Thread.start("line \(desk.name)") { [desk, port, dialogue, terms] in
            LineLoop(desk, port, dialogue, watch, terms).run()
            desk.end()
        }
    }

    /// Ends the job under way and every order that waits as unknown, and closes the line. Waits
    /// for the thread, 5 s at most.
    package func stop() {
        let before = stage.withLock { stage in
            defer { stage = .stopped }
            return stage
        }
        switch before {
        case .made: desk.close()
        case .running: desk.askToStop()
        case .stopped: break
        }
    }
}

/// How a worker treats its line.
package struct LineTerms: Hashable, Sendable {
    /// After so long without an order the line is closed, so that somebody else can use it; the
    /// next order opens it again. Nil: it is ours for good.
    package var leavesAfter: Duration?

    package init(leavesAfter: Duration? = nil) { self.leavesAfter = leavesAfter }
}

/// The kernel's readiness list, shared with nobody but movable to the line's thread.
final class LineWatch: Sendable {
    let epoll: Epoll
    init(_ epoll: consuming Epoll) { self.epoll = epoll }
}
