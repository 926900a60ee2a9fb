// Readings that no request asks for, ordered and taken in.

internal import Arbiter
internal import Fencing
internal import Ledger
internal import LinuxSystem

extension Appliance {
    /// What is due. A shot never waits for it: orders to switch go first on each line.
    func readUnasked(at now: Moment) {
        guard !isLeaving else { return }
        for (outlet, until) in patrol.take(at: now) {
            let order = desk.order(outlet, until: until)
            patrol.ordered(order.id)
            read(order)
        }
    }

    /// The switch has sent something unasked: what was read before is told in the past tense.
    func distrust(_ name: SwitchName) {
        let now = MonotonicClock.now()
        readings.doubted(name, at: now)
        patrol.doubted(name, at: now)
        rest()
    }

    /// The patrol reads a node for as long as the record says that it is off.
    func watch(_ name: NodeName, at now: Moment) {
        guard let node = site.nodes[name] else { return }
        let isGoingOn = arbiter.durable.open[name]?.stage == .onIntended
        if arbiter.durable[name].powerSequence.isVerifiedOff, !isGoingOn {
            patrol.isOff(node, at: now)
        } else {
            patrol.isNotOff(name)
        }
    }

    /// Whose record the entry may have changed.
    func targets(of entry: Entry) -> [NodeName] {
        switch entry {
        case .answered: entry.grants.map(\.target)
        case .verifiedOff(let shot), .onIntended(let shot), .closed(let shot, _),
            .attested(let shot, _, _):
            [arbiter.durable.outcomes[shot]?.grant.target].compactMap(\.self)
        case .renamed(let node, from: let former): [node, former]
        case .started, .admitted, .locked, .released, .condensed: []
        }
    }
}
