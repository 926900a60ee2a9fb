// A driver of ours at work on a real line, whatever is at its other end: orders in, reports out.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import Testing

/// Stands for a durable record: a line needs none.
struct PaperReceipt: Receipt {
    let sequence = LedgerSequence(1)
    let entry = Entry.started(BootID("test"))
}

final class DrivenLine {
    private let worker: LineWorker<PaperReceipt>
    private let reports = Lock<[PowerReport]>([])
    private let bell: Mailbox<Void>
    private let epoll: Epoll
    private let name: SwitchName
    private var count: UInt64 = 0

    /// `latency` is what the peer needs at most: a test need not wait for the slowest device that
    /// there is.
    init(
        _ driver: any SwitchDriver, _ port: any LinePort, latency: Duration = .milliseconds(500)
    ) throws {
        name = try #require(SwitchName("pdu"))
        let bell = try Mailbox<Void>()
        self.bell = bell
        epoll = try Epoll()
        try epoll.add(bell.descriptor, .read, tag: 0)
        worker = try LineWorker(
            switch: name, port: port,
            dialogue: SwitchSession(driver, maximalLatency: latency)
        ) { [reports] report in
            reports.withLock { $0.append(report) }
            bell.post(())
        }
        try worker.start()
    }

    deinit { worker.stop() }

    func turn(
        _ command: PowerCommand, _ outlet: String, within time: Duration = .seconds(20)
    ) throws -> PowerReport {
        count += 1
        worker.enter(
            PowerOrder(
                id: OrderID(count), outlet: Outlet(name, try #require(OutletName(outlet))),
                command: command, deadline: MonotonicClock.now() + time, proof: PaperReceipt()))
        return try nextReport(within: time)
    }

    func read(_ outlet: String, within time: Duration = .seconds(20)) throws -> PowerReport {
        count += 1
        worker.enter(
            ReadOrder(
                id: OrderID(count), outlet: Outlet(name, try #require(OutletName(outlet))),
                deadline: MonotonicClock.now() + time))
        return try nextReport(within: time)
    }

    private func nextReport(within time: Duration) throws -> PowerReport {
        let deadline = MonotonicClock.now() + time + .seconds(6)
        while true {
            if let report = reports.withLock({ $0.last }), report.order == OrderID(count) {
                return report
            }
            try #require(MonotonicClock.now() < deadline, "the line gives no report")
            _ = epoll.wait(until: deadline)
            _ = bell.collect()
        }
    }
}

/// The near end of a pseudo-terminal as a line, for a peer that opens the far end itself.
final class NearEnd: LinePort, OpenLine {
    private let terminal: PseudoTerminal
    /// The far end, held open: a peer that closes it is no hang-up.
    private let held: Descriptor

    init() throws {
        terminal = try PseudoTerminal()
        held = try Descriptor(opening: terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
    }

    var farEnd: String { terminal.path }
    var description: String { "the near end of \(farEnd)" }
    var descriptor: Int32 { terminal.master.number }

    /// A client that sets the speed to zero lets DTR fall.
    var hasDTR: Bool {
        var terms = termios()
        guard tcgetattr(held.number, &terms) == 0 else { return true }
        return cfgetospeed(&terms) != speed_t(B0)
    }

    func open() throws(PortError) -> any OpenLine { self }

    func read(atMost limit: Int) throws(PortError) -> [UInt8]? {
        try calling { () throws(SystemCallError) in try terminal.master.read(atMost: limit) }
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int {
        try calling { () throws(SystemCallError) in try terminal.master.write(bytes) }
    }

    func timeToDrain() throws(PortError) -> Duration? { nil }

    private func calling<Result>(
        _ body: () throws(SystemCallError) -> Result
    ) throws(PortError) -> Result {
        do throws(SystemCallError) { return try body() } catch { throw .call(error) }
    }
}
