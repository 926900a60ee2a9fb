// What was ordered of each outlet, and what it read, whoever asked for it.

internal import Fencing

struct Readings {
    private var outlets: [Outlet: OutletHistory] = [:]
    /// Of switches whose latest reading brought nothing: why.
    private(set) var unanswered: [SwitchName: String] = [:]

    /// By outlet what it feeds. Of others nothing is kept: no more than the site has.
    private let fed: [Outlet: [Node]]
    private let terms: [SwitchName: SwitchTerms]

    init(of site: Site) {
        let pairs = site.nodes.values.flatMap { node in node.feeds.map { ($0, [node]) } }
        fed = Dictionary(pairs, uniquingKeysWith: +)
        terms = site.switches
    }

    func nodes(fedBy outlet: Outlet) -> [Node] { fed[outlet] ?? [] }

    /// At the moment at which the order is handed out, before it is.
    mutating func ordered<Proof>(_ order: PowerOrder<Proof>, at now: Moment) {
        guard fed[order.outlet] != nil else { return }
        outlets[order.outlet, default: OutletHistory()].ordered(
            order.id, order.command, at: now, actsUntil: order.deadline + latency(order.outlet))
    }

    /// Of a shot that was open when the daemon started.
    mutating func assumeOrdered(_ outlet: Outlet, at now: Moment) {
        guard fed[outlet] != nil else { return }
        outlets[outlet, default: OutletHistory()].assumeOrdered(
            at: now, actsUntil: now + latency(outlet))
    }

    mutating func doubted(_ name: SwitchName, at now: Moment) {
        for outlet in outlets.keys where outlet.powerSwitch == name {
            outlets[outlet]?.doubted(at: now)
        }
    }

    mutating func reported(_ report: PowerReport) {
        guard fed[report.outlet] != nil else { return }
        outlets[report.outlet, default: OutletHistory()].reported(
            report, latency: latency(report.outlet))
        if report.attempt == .cutShort, report.state == .unknown { return }
        unanswered[report.outlet.powerSwitch] = report.state == .unknown ? report.trouble : nil
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
