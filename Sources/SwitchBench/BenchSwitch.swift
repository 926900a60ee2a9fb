// A simulated switch behind a pseudo-terminal: to a program that opens `path`, a power switch on a
// serial line. It runs in a thread of its own; everything here may be called from any thread.

package import Fencing
package import LinuxSystem
package import SimulatedSwitches

package final class BenchSwitch: Sendable {
    private let bench: Lock<Bench>
    private let bell: Mailbox<Letter>
    /// Readable once the thread has ended.
    private let ended: Mailbox<Void>
    private let end: Epoll

    package struct Settings: Hashable, Sendable {
        /// A symbolic link to the pseudo-terminal that keeps its name when the line is dropped.
        package var link: String?
        /// Where `<outlet>` holds `on` or `off`, and `log` gets a line for every change.
        package var outletDirectory: String?
        /// Where every chunk of bytes leaves a line, once the wire has been silent for a moment.
        package var wireLog: String?
        /// The speed of the line in bits a second, ten of them to a byte; nil is without delay.
        package var speed: Int?

        package init() {}
    }

    private enum Letter: Sendable {
        /// Look again at what is due.
        case look
        case stop
    }

    /// Opens everything and starts the thread. The switch answers when this returns.
    package init(
        _ simulated: any SimulatedSwitch, _ settings: Settings = Settings()
    ) throws(SystemCallError) {
        bell = try Mailbox()
        ended = try Mailbox()
        end = try Epoll()
        try end.add(ended.descriptor, .read, tag: 0)
        let watch = try Watch(bell: bell.descriptor)
        bench = Lock(try Bench(simulated, settings, watch))
        try Thread.start("bench") { [bench, bell, ended] in
            Self.run(bench, watch, bell)
            ended.post(())
        }
    }

    deinit { bell.post(.stop) }

    /// What a client opens: the link if there is one, else the pseudo-terminal itself, which is
    /// another one after each drop of the line.
    package var path: String { bench.withLock(\.path) }
    package var outlets: [OutletName: PowerState] { bench.withLock(\.simulated.outlets) }
    package var changes: [PowerChange] { bench.withLock(\.simulated.changes) }
    /// How often the line was dropped, by the switch or by `drop`.
    package var drops: Int { bench.withLock(\.drops) }
    /// The latest chunks in both directions, oldest first; at most `WireChunk.mostKept`. All of them
    /// are in the file then, where there is one.
    package var wire: [WireChunk] {
        bench.withLock { bench in
            bench.writeWire()
            return bench.wire
        }
    }
    /// What went wrong with files or the pseudo-terminal, last.
    package var trouble: SystemCallError? { bench.withLock(\.trouble) }

    /// As they were set; the line's speed comes on top.
    package var faults: Faults { bench.withLock(\.faults) }

    package func setFaults(_ faults: Faults) {
        bench.withLock { $0.set(faults, at: MonotonicClock.now()) }
        bell.post(.look)
    }

    /// Somebody at the front panel. The files tell of it when this returns.
    package func press(_ outlet: OutletName, _ command: PowerCommand) {
        bench.withLock { $0.press(outlet, command, at: MonotonicClock.now()) }
    }

    /// Sends what nobody has asked for, as a switch does that was started anew.
    package func say(_ text: String) { bench.withLock { $0.send(Array(text.utf8)) } }

    /// Hangs the line up; when this returns, there is another one under the same link.
    package func drop() {
        bench.withLock { $0.drop() }
        bell.post(.look)
    }

    /// Hangs up for good, and takes the link away. Waits for the thread, 5 s at most.
    package func stop() {
        bell.post(.stop)
        bench.withLock { $0.close() }
        _ = end.wait(until: MonotonicClock.now() + .seconds(5))
    }
}

// MARK: - The thread

extension BenchSwitch {
    private static func run(_ bench: Lock<Bench>, _ watch: Watch, _ bell: Mailbox<Letter>) {
        while true {
            let next = bench.withLock(\.nextEvent)
            let isRung = watch.wait(until: next)
            if isRung, bell.collect().contains(where: { $0 == .stop }) { break }
            bench.withLock { $0.serve(at: MonotonicClock.now()) }
        }
        bench.withLock { $0.close() }
    }
}
