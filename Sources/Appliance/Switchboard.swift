// The lines, by switch.

internal import Fencing
internal import Ledger
internal import Lines
internal import LinuxSystem
internal import SiteConfiguration

final class Switchboard: Sendable {
    private let workers: [SwitchName: LineWorker<LedgerReceipt>]
    private let descriptions: [SwitchName: Description]
    private let report: @Sendable (PowerReport) -> Void

    /// For people.
    struct Description: Hashable, Sendable {
        let driver: String
        let line: LineReference
    }

    init(
        _ workers: [SwitchName: LineWorker<LedgerReceipt>],
        _ descriptions: [SwitchName: Description],
        report: @escaping @Sendable (PowerReport) -> Void
    ) {
        self.workers = workers
        self.descriptions = descriptions
        self.report = report
    }

    func enter(_ order: PowerOrder<LedgerReceipt>) {
        guard let worker = workers[order.outlet.powerSwitch] else {
            return reportNoLine(order.id, order.outlet)
        }
        worker.enter(order)
    }

    func enter(_ order: ReadOrder) {
        guard let worker = workers[order.outlet.powerSwitch] else {
            return reportNoLine(order.id, order.outlet)
        }
        worker.enter(order)
    }

    /// Nil for a switch that is not there.
    func trace(of name: SwitchName) -> LineTrace? { workers[name]?.trace }

    func trace(of name: SwitchName, since moment: Moment) -> LineTrace? {
        workers[name]?.trace(since: moment)
    }

    func health(of name: SwitchName) -> LineHealth? { workers[name]?.health }

    /// A reading of this switch is being answered.
    func isAnswering(_ name: SwitchName, at now: Moment) -> Bool {
        health(of: name)?.isAnswering(at: now) ?? false
    }

    func description(of name: SwitchName) -> Description? { descriptions[name] }

    func start() throws(SystemCallError) {
        for worker in workers.values { try worker.start() }
    }

    func stop() { for worker in workers.values { worker.stop() } }

    /// A shot from before the site file was changed may name a switch that is gone.
    private func reportNoLine(_ order: OrderID, _ outlet: Outlet) {
        report(
            PowerReport(
                order: order, outlet: outlet, state: .unknown, lastCommandAt: nil,
                trouble: "\(outlet): the site file has no switch \(outlet.powerSwitch)"))
    }
}
