// Readings that the arbiter has not asked for, and what the appliance makes of them: as `Readings` in
// picketd does, a reading of on counts where it began after the last order, when none could act any
// more.

import Fencing

struct Looks: Sendable {
    private var histories: [Outlet: OutletHistory] = [:]
    private var lastOrder = OrderID(1 << 63)

    static func isTheirs(_ order: OrderID) -> Bool { order > OrderID(1 << 63) }

    mutating func order(_ outlet: Outlet, until deadline: Moment) -> ReadOrder {
        lastOrder = lastOrder.next
        return ReadOrder(id: lastOrder, outlet: outlet, deadline: deadline)
    }

    mutating func ordered(
        _ order: PowerOrder<SimulatedReceipt>, latency: Duration, at now: Moment
    ) {
        histories[order.outlet, default: OutletHistory()].ordered(
            order.id, order.command, at: now, actsUntil: order.deadline + latency)
    }

    /// Whether anybody who looks now is shown that it is on. What is read is read at once here.
    mutating func findsOn(_ report: PowerReport, latency: Duration, at now: Moment) -> Bool {
        var report = report
        report.began = report.state == .unknown ? nil : now
        histories[report.outlet, default: OutletHistory()].reported(report, latency: latency)
        return report.state == .on && histories[report.outlet]?.knowledge(at: now).state == .on
    }

    /// The appliance died. What it had sent may act for as long as that takes.
    mutating func forget(at now: Moment, _ latency: (Outlet) -> Duration) {
        for outlet in histories.keys {
            histories[outlet] = OutletHistory()
            histories[outlet]?.assumeOrdered(at: now, actsUntil: now + latency(outlet))
        }
    }
}
