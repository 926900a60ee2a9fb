// One switch, worked by hand: an outlet is read or turned, and everything that went over the wire
// is shown. The line is locked meanwhile, so the daemon and a trial cannot be on it together.

package import Appliance
internal import Drivers
package import Fencing
package import Lines
internal import LinuxSystem

package final class Trial {
    private let name: SwitchName
    private let patience: Duration
    private let worker: LineWorker<HandsOn>
    private let letters: Mailbox<Letter>
    private var count: UInt64 = 0

    private enum Letter: Sendable {
        case report(PowerReport)
        /// The line cannot be opened, or is gone.
        case down(String)
    }

    /// How one step went.
    package struct Result {
        /// As it was read, after the step.
        package let state: PowerState
        /// Why it is unknown, or not as it was ordered.
        package let trouble: String?
        /// What went over the wire, and when after the beginning.
        package let wire: [(after: Duration, line: LineTrace.Line)]
    }

    /// Opens the line in the background: where it cannot be opened, the first step throws the
    /// reason.
    package init(_ name: SwitchName, _ line: PlannedLine) throws {
        self.name = name
        patience = line.patience
        let letters = try Mailbox<Letter>()
        self.letters = letters
        worker = try LineWorker(
            switch: name, port: line.port, dialogue: line.dialogue,
            tell: { news in
                if case .down(let reason) = news { letters.post(.down(reason)) }
            }, report: { letters.post(.report($0)) })
        try worker.start()
    }

    deinit { worker.stop() }

    /// Reads only.
    package func read(_ outlet: OutletName) throws -> Result {
        try step { order, deadline in
            worker.enter(ReadOrder(id: order, outlet: Outlet(name, outlet), deadline: deadline))
        }
    }

    /// Commands it and reads it back.
    package func turn(_ command: PowerCommand, _ outlet: OutletName) throws -> Result {
        try step { order, deadline in
            worker.enter(
                PowerOrder(
                    id: order, outlet: Outlet(name, outlet), command: command,
                    deadline: deadline, proof: HandsOn()))
        }
    }

    private func step(_ enter: (OrderID, Moment) -> Void) throws -> Result {
        count += 1
        let began = MonotonicClock.now()
        let deadline = began + patience
        enter(OrderID(count), deadline)
        let report = try report(OrderID(count), by: deadline + Self.overrun)
        let lines = worker.trace.lines.drop { $0.moment < began }
        return Result(
            state: report.state, trouble: report.trouble,
            wire: lines.map { ($0.moment - began, $0) })
    }

    /// A line ends what overruns its deadline by itself, within this.
    private static let overrun = Duration.seconds(10)

    private func report(_ order: OrderID, by deadline: Moment) throws -> PowerReport {
        while MonotonicClock.now() < deadline {
            letters.wait(until: deadline)
            for letter in letters.collect() {
                switch letter {
                case .report(let report): if report.order == order { return report }
                // What was under way ends by itself, and says what became of it.
                case .down(let reason): if !hasBegun { throw WorkbenchError(reason) }
                }
            }
        }
        throw WorkbenchError("the line of \(name) gave no report; please tell its authors")
    }

    /// The line was open at some time: a loss is then a matter of the step under way.
    private var hasBegun: Bool { !worker.trace.lines.isEmpty }
}
