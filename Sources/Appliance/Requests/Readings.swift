// What was ordered of each outlet, and what it read, whoever asked for it.

internal import Fencing

struct Readings {
    private var outlets: [Outlet: OutletHistory] = [:]

    /// Reports of outlets that nothing feeds any more are not kept: no more than the site has.
    private let known: Set<Outlet>
    private let terms: [SwitchName: SwitchTerms]

    init(of site: Site) {
        known = Set(site.nodes.values.flatMap(\.feeds))
        terms = site.switches
    }

    /// At the moment at which the order is handed out, before it is.
    mutating func ordered<Proof>(_ order: PowerOrder<Proof>, at now: Moment) {
        guard known.contains(order.outlet) else { return }
        outlets[order.outlet, default: OutletHistory()].ordered(
            order.id, order.command, at: now, actsUntil: order.deadline + latency(order.outlet))
    }

    /// Of a shot that was open when the daemon started.
    mutating func assumeOrdered(_ outlet: Outlet, at now: Moment) {
        guard known.contains(outlet) else { return }
        outlets[outlet, default: OutletHistory()].assumeOrdered(
            at: now, actsUntil: now + latency(outlet))
    }

    mutating func reported(_ report: PowerReport) {
        guard known.contains(report.outlet) else { return }
        outlets[report.outlet, default: OutletHistory()].reported(
            report, latency: latency(report.outlet))
    }

    /// `since`: only what was read after that counts.
    func knowledge(
        of outlet: Outlet, since: Moment? = nil, at now: Moment
    ) -> OutletKnowledge {
        outlets[outlet]?.knowledge(since: since, at: now) ?? .unknown(was: nil)
    }

    func trouble(of outlet: Outlet) -> String? { outlets[outlet]?.trouble }

    private func latency(_ outlet: Outlet) -> Duration {
        terms[outlet.powerSwitch]?.maximalLatency ?? .zero
    }
}
