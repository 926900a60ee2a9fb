// Many switches on pseudo-terminals and a line to each, with orders given and waited for.

import Drivers
import Fencing
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport

/// Stands for a durable record: nobody's power hangs on this.
struct PaperReceipt: Receipt {
    let sequence = LedgerSequence(1)
    let entry = Entry.started(BootID("bench"))
}

final class Field {
    private let directory: TemporaryDirectory
    private let benches: [BenchSwitch]
    private var workers: [LineWorker<PaperReceipt>] = []
    private let reports = Lock<[OrderID: (report: PowerReport, at: Moment)]>([:])
    private let bell: Mailbox<Void>
    private var lastOrder = OrderID(0)

    struct Failure: Error { let what: String }

    private let model: SimulatedModel

    /// The switches alone; `speed` is that of their lines in bits a second.
    init(_ count: Int, speed: Int, _ model: SimulatedModel = .baytech) throws {
        self.model = model
        let directory = TemporaryDirectory()
        self.directory = directory
        bell = try Mailbox()
        benches = try (0..<count).map { number in
            var settings = BenchSwitch.Settings()
            settings.link = "\(directory.path)/pdu-\(number)"
            settings.speed = speed
            return try BenchSwitch(model.make(), settings)
        }
    }

    /// Opens the lines, and waits until each has found its step.
    func open() throws {
        workers = try benches.indices.map { number in
            try LineWorker(
                switch: try name(number),
                port: SerialPort(
                    path: "\(directory.path)/pdu-\(number)",
                    settings: try LineSettings(parsing: "9600,8n1"),
                    lockDirectory: directory.path),
                dialogue: SwitchSession(try driver(), maximalLatency: .seconds(1)),
                report: { [reports, bell] report in
                    reports.withLock { $0[report.order] = (report, MonotonicClock.now()) }
                    bell.post(())
                })
        }
        for worker in workers { try worker.start() }
        _ = try read(workers.indices)
    }

    private func driver() throws -> any SwitchDriver {
        let name = model == .wti48 ? "wti" : "baytech"
        var options = DriverOptions()
        if model == .wti48 { options.credentials = Credentials(password: Secret("wti")) }
        guard let driver = try DriverCatalog.make(named: name, options) else {
            throw Failure(what: "no driver \(name)")
        }
        return driver
    }

    func close() {
        for worker in workers { worker.stop() }
        for bench in benches { bench.stop() }
    }

    /// From the orders to the last report; every outlet must read as it was told.
    func turn(_ command: PowerCommand, _ lines: Range<Int>, _ outlet: String) throws -> Duration {
        try timed(lines) { worker, id, outlet, deadline in
            worker.enter(
                PowerOrder(
                    id: id, outlet: outlet, command: command, deadline: deadline,
                    proof: PaperReceipt()))
            return command.proof
        } about: { _ in
            outlet
        }
    }

    func read(_ lines: Range<Int>) throws -> Duration {
        try timed(lines) { worker, id, outlet, deadline in
            worker.enter(ReadOrder(id: id, outlet: outlet, deadline: deadline))
            return nil
        } about: { _ in
            "8"
        }
    }

    /// Everybody looks at every outlet of the first switch, as `status` does; and waits.
    func look(at outlets: ClosedRange<Int>) throws -> Duration {
        let begun = MonotonicClock.now()
        let orders = try outlets.map { number -> OrderID in
            lastOrder = lastOrder.next
            workers[0].enter(
                ReadOrder(
                    id: lastOrder, outlet: try outlet(0, "\(number)"),
                    deadline: begun + .seconds(60)))
            return lastOrder
        }
        for order in orders where try answer(order).report.state == .unknown {
            throw Failure(what: "\(try answer(order).report)")
        }
        return MonotonicClock.now() - begun
    }

    /// Reads that nobody waits for: they are on their way when something else comes.
    func poll(_ lines: Range<Int>) throws {
        for number in lines {
            lastOrder = lastOrder.next
            workers[number].enter(
                ReadOrder(
                    id: lastOrder, outlet: try outlet(number, "7"),
                    deadline: MonotonicClock.now() + .seconds(30)))
        }
    }

    private func timed(
        _ lines: Range<Int>,
        _ order: (LineWorker<PaperReceipt>, OrderID, Outlet, Moment) -> PowerState?,
        about outletName: (Int) -> String
    ) throws -> Duration {
        let begun = MonotonicClock.now()
        var expected: [OrderID: PowerState?] = [:]
        for number in lines {
            lastOrder = lastOrder.next
            expected[lastOrder] = order(
                workers[number], lastOrder, try outlet(number, outletName(number)),
                begun + .seconds(30))
        }
        var last = begun
        for (id, state) in expected {
            let (report, at) = try answer(id)
            guard report.state == state ?? report.state, report.state != .unknown else {
                throw Failure(what: "\(report)")
            }
            last = max(last, at)
        }
        return last - begun
    }

    private func answer(_ id: OrderID) throws -> (report: PowerReport, at: Moment) {
        let deadline = MonotonicClock.now() + .seconds(40)
        while MonotonicClock.now() < deadline {
            if let found = reports.withLock({ $0[id] }) { return found }
            bell.wait(until: deadline)
            _ = bell.collect()
        }
        throw Failure(what: "no report for order \(id) within 40 s")
    }

    private func name(_ number: Int) throws -> SwitchName {
        guard let name = SwitchName("pdu-\(number)") else { throw Failure(what: "name") }
        return name
    }

    private func outlet(_ number: Int, _ text: String) throws -> Outlet {
        guard let outlet = OutletName(text) else { throw Failure(what: "outlet") }
        return Outlet(try name(number), outlet)
    }
}
