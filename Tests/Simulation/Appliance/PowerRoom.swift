// The room with the appliance and its switches, and the clock on its wall. Whoever stands outside
// hands in what happens and lets time pass; what came of it lies ready, in order.

package import Arbiter
package import Fencing

package struct PowerRoom: Sendable {
    package private(set) var now: Moment
    package private(set) var appliance: SimulatedAppliance
    /// In order of name.
    package private(set) var switches: [OrderSwitch]
    package private(set) var violations: [Violation] = []
    private var nodes: [Node]
    private var happenings: [Happening] = []

    /// The appliance comes up at once, as everybody's first. `spare`: outlets that no node has yet. `first`:
    /// what the ledger says to the first entries.
    package init(
        _ site: Site, at now: Moment, replayEvery: Int = 1, retention: Retention = .standard,
        spare: [Outlet] = [], first: [CommitAnswer] = []
    ) {
        self.now = now
        appliance = SimulatedAppliance(site, replayEvery: replayEvery, retention: retention)
        nodes = site.nodes.values.sorted { $0.name < $1.name }
        let feeds = nodes.flatMap(\.feeds) + spare
        switches = site.switches.sorted { $0.key < $1.key }.map { name, terms in
            OrderSwitch(
                name, outlets: feeds.filter { $0.powerSwitch == name },
                maximalLatency: terms.maximalLatency)
        }
        appliance.commitAnswers = first
        start(on: BootID("boot-1"))
    }

    package var site: Site { appliance.site }
    package var ledger: [SimulatedReceipt] { appliance.ledger }

    /// What happened since this was last asked.
    package mutating func takeHappenings() -> [Happening] {
        defer { happenings = [] }
        return happenings
    }

    package mutating func takeViolations() -> [Violation] {
        defer { violations = [] }
        return violations
    }

    // MARK: The appliance

    package mutating func start(on boot: BootID) {
        take(appliance.start(on: boot, at: now))
    }

    /// While the appliance is down, cables are plugged elsewhere, and the site file says so.
    package mutating func rewire(_ changed: Site) {
        appliance.configure(changed)
        nodes = changed.nodes.values.sorted { $0.name < $1.name }
    }

    package mutating func handle(_ event: Event<SimulatedReceipt>) {
        take(appliance.handle(event, at: now))
    }

    package mutating func kill(_ why: String) { take(appliance.die(why)) }

    /// Dies within the effects of something that is still to happen: 1 is before the next.
    package mutating func killAfter(steps: Int) { appliance.stepsToDeath = steps }

    package mutating func kill(at record: SimulatedAppliance.AtRecord) {
        appliance.diesAtRecord = record
    }

    package mutating func answerCommits(_ answers: [CommitAnswer]) {
        appliance.commitAnswers = answers
    }

    package mutating func refuse(_ refusal: SimulatedAppliance.Refusal) {
        appliance.refusal = refusal
    }

    package mutating func expectReplayable() { appliance.expectReplayable(at: now) }

    // MARK: The switches

    package mutating func press(_ outlet: Outlet, _ command: PowerCommand) {
        let now = now
        with(outlet.powerSwitch) { $0.press(outlet, command, at: now) }
    }

    package mutating func change(
        _ name: SwitchName, _ body: (inout OrderSwitch.Behaviour) -> Void
    ) {
        let now = now
        with(name) { $0.change(at: now, body) }
    }

    package mutating func stick(_ outlet: Outlet) {
        with(outlet.powerSwitch) {
            $0.stuck.insert(outlet)
            return []
        }
    }

    package mutating func loosen(_ outlet: Outlet) {
        with(outlet.powerSwitch) {
            $0.stuck.remove(outlet)
            return []
        }
    }

    package subscript(_ name: SwitchName) -> OrderSwitch? {
        switches.first { $0.name == name }
    }

    /// True power of one outlet.
    package func state(_ outlet: Outlet) -> PowerCommand? {
        self[outlet.powerSwitch]?.state(of: outlet)
    }

    /// A node runs while any of its feeds is on.
    package func hasPower(_ node: NodeName) -> Bool {
        site.nodes[node]?.feeds.contains { state($0) == .on } ?? false
    }

    // MARK: Time

    /// When time alone changes something.
    package var nextMoment: Moment? {
        var next = appliance.nextDeadline
        for number in switches.indices {
            if let moment = switches[number].nextMoment { next = min(next ?? moment, moment) }
        }
        return next
    }

    /// Lets time pass, moment by moment, and lets be looked at each.
    package mutating func pass(until end: Moment, looking: (PowerRoom) -> Void = { _ in }) {
        while let next = nextMoment, next <= end {
            pass(to: next)
            looking(self)
        }
        now = max(now, end)
    }

    /// To the next moment at which something happens by itself; not to a later one.
    package mutating func pass(to moment: Moment) {
        now = max(now, moment)
        let now = now
        for number in switches.indices {
            if let due = switches[number].nextMoment, due <= now {
                take(switches[number].timePassed(at: now))
            }
        }
        if let due = appliance.nextDeadline, due <= now { handle(.timePassed) }
    }
}

/// What can be seen from outside of the appliance.
package enum Happening: Hashable, Sendable {
    case deed(Deed)
    case sent(OrderSwitch.Order)
    case moved(Outlet, PowerCommand, SwitchDeed.Cause)
    case reported(PowerReport)
}

extension PowerRoom {
    private mutating func take(_ deeds: [Deed]) {
        violations += appliance.takeViolations()
        for deed in deeds {
            happenings.append(.deed(deed))
            let now = now
            switch deed {
            case .turn(let order): with(order.outlet.powerSwitch) { $0.enter(order, at: now) }
            case .read(let order): with(order.outlet.powerSwitch) { $0.enter(order, at: now) }
            case .died: for number in switches.indices { switches[number].forgetOrders() }
            case .recorded, .reply, .closeSession, .probe, .page: break
            }
        }
    }

    private mutating func with(
        _ name: SwitchName, _ body: (inout OrderSwitch) -> [SwitchDeed]
    ) {
        guard let number = switches.firstIndex(where: { $0.name == name }) else { return }
        take(body(&switches[number]))
    }

    private mutating func take(_ deeds: [SwitchDeed]) {
        for deed in deeds {
            switch deed {
            case .sent(let order):
                happenings.append(.sent(order))
                expectAlone(order)
            case .moved(let outlet, let command, let cause):
                happenings.append(.moved(outlet, command, cause))
            case .reported(let report):
                happenings.append(.reported(report))
                handle(.reported(report))
            }
        }
    }

    /// One power action for each target: nothing that is still able to act belongs to another shot,
    /// or says the opposite.
    private mutating func expectAlone(_ order: OrderSwitch.Order) {
        guard let node = nodes.first(where: { $0.feeds.contains(order.outlet) }) else { return }
        for feed in node.feeds {
            for other in self[feed.powerSwitch]?.underWay ?? []
            where other.order.outlet == feed
                && (other.order.command != order.command || other.order.shot != order.shot)
            {
                violations.append(
                    Violation(
                        .oneActionInTheWire, at: now,
                        "\(order.command) \(order.outlet) was sent while "
                            + "\(other.order.command) \(feed) of shot "
                            + "\(other.order.shot) could still act"))
            }
        }
    }
}
