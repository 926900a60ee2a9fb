// Readings that no request asks for: of nodes that are on record as off, and of switches with
// `read_every`. Decides when, and does not read.

internal import Fencing

struct Patrol {
    /// Of nodes on record as off.
    private var nodes: [NodeName: Round] = [:]
    private var switches: [SwitchName: Round] = [:]
    private let terms: [SwitchName: SwitchTerms]
    private var orders: Set<OrderID> = []
    /// When `take` has something to give; nil: never.
    private(set) var next: Moment?

    private struct Round {
        let outlets: [Outlet]
        /// The first of these is waited for next; the last one again and again.
        var pauses: ArraySlice<Duration>
        var due: Moment
    }

    /// A switch that lost power in the middle of a shot is back by then, and shows what its relays do
    /// after that.
    private static let soon = Duration.seconds(10)
    /// Beyond the time in which the command can act.
    private static let margin = Duration.seconds(1)
    /// For an answer, beyond the maximal latency, which a line that was just opened waits for.
    private static let patience = Duration.seconds(8)
    /// So many readings are ordered at once; others go first in between.
    static let mostAtOnce = 64
    private static let betweenTurns = Duration.milliseconds(20)

    init(of site: Site, at now: Moment) {
        terms = site.switches
        let feeds = Set(site.nodes.values.flatMap(\.feeds)).sorted()
        // One outlet is enough to hear that the switch answers.
        for (name, feeds) in Dictionary(grouping: feeds, by: \.powerSwitch) {
            guard let every = site.switches[name]?.readEvery else { continue }
            switches[name] = Round(outlets: [feeds[0]], pauses: [every], due: now + every)
        }
        findNext()
    }

    /// The node is on record as off since now: its feeds are read once more when nothing that was
    /// sent can act any more, soon again, and then now and then.
    mutating func isOff(_ node: Node, at now: Moment) {
        let terms = node.feeds.compactMap { self.terms[$0.powerSwitch] }
        let acts = terms.map(\.maximalLatency).max() ?? .zero
        let every = terms.map(\.rereadOffEvery).max() ?? .seconds(60)
        nodes[node.name] = Round(
            outlets: node.feeds, pauses: [Self.soon, every], due: now + acts + Self.margin)
        findNext()
    }

    mutating func isNotOff(_ node: NodeName) {
        guard nodes.removeValue(forKey: node) != nil else { return }
        findNext()
    }

    /// What is due, some of it at least, with the moment until which an answer is waited for.
    mutating func take(at now: Moment) -> [(outlet: Outlet, until: Moment)] {
        guard let next, next <= now else { return [] }
        var outlets: Set<Outlet> = []
        func take(_ round: inout Round) {
            guard round.due <= now, outlets.count < Self.mostAtOnce else { return }
            outlets.formUnion(round.outlets)
            round.due = now + (round.pauses.first ?? Self.soon)
            if round.pauses.count > 1 { round.pauses.removeFirst() }
        }
        for index in nodes.values.indices { take(&nodes.values[index]) }
        for index in switches.values.indices { take(&switches.values[index]) }
        findNext()
        if let soonest = self.next, soonest <= now { self.next = now + Self.betweenTurns }
        return outlets.sorted().map { outlet in
            let acts = terms[outlet.powerSwitch]?.maximalLatency ?? .zero
            return (outlet, now + acts + Self.patience)
        }
    }

    /// What the switch was before may not be what it is: what hangs on it is read soon.
    mutating func doubted(_ name: SwitchName, at now: Moment) {
        let acts = terms[name]?.maximalLatency ?? .zero
        func bringForward(_ round: inout Round) {
            guard round.outlets.contains(where: { $0.powerSwitch == name }) else { return }
            round.due = min(round.due, now + acts + Self.margin)
        }
        for index in nodes.values.indices { bringForward(&nodes.values[index]) }
        for index in switches.values.indices { bringForward(&switches.values[index]) }
        findNext()
    }

    mutating func ordered(_ order: OrderID) { orders.insert(order) }

    /// Whether it is the report of a reading of the patrol's.
    mutating func isOurs(_ report: PowerReport) -> Bool { orders.remove(report.order) != nil }

    private mutating func findNext() {
        next = [nodes.values.map(\.due).min(), switches.values.map(\.due).min()]
            .compactMap(\.self).min()
    }
}
