// What happens, noted for whoever will ask why.

internal import Arbiter
internal import Commands
internal import Fencing
internal import Ledger
internal import LinuxSystem

/// What the stories are told of, when nobody waits for anything any more.
enum Noteworthy {
    case carriedOut(Effect<LedgerReceipt>)
    case recorded(LedgerReceipt, at: Timestamp)
}

extension Appliance {
    func noteStories() {
        let noteworthy = unnoted
        unnoted = []
        for note in noteworthy {
            switch note {
            case .carriedOut(let effect): noteStory(effect)
            case .recorded(let receipt, let moment): noteStory(receipt, writtenAt: moment)
            }
        }
    }

    /// The latest of the ledger, before anybody asks.
    func remember(_ entries: [(receipt: LedgerReceipt, writtenAt: String)]) {
        for (receipt, writtenAt) in entries {
            chronicle.note(receipt.entry, receipt.sequence, at: Timestamp(writtenAt))
        }
    }

    func noteHeard(_ principal: Principal, at now: Moment) {
        if case .node(let name) = principal { heard[name] = now }
    }

    func noteStory(
        _ token: RequestToken, _ visit: Visit, _ request: Request, at now: Moment
    ) {
        func note(_ targets: [NodeName]) {
            stories.requested(
                Stories.Asked(
                    token: token, at: now, principal: visit.principal, from: visit.from,
                    line: request.line,
                    targets: targets.filter { isVisible($0, to: visit.principal) }))
        }
        switch request.command {
        case .order(let power): note(power.targets)
        case .confirmOff(let node, _, _): note([node])
        case .quorum(let sees):
            if case .node(let name) = visit.principal, let sees {
                stories.saw(name, sees.filter { site.nodes[$0] != nil }, at: now)
            }
        case .status, .list, .result, .admit, .withdraw, .checkOff, .lock, .release, .trace, .see,
            .disconnect, .help:
            break
        }
    }

    /// Of a name that means nothing to its principal nothing is kept.
    private func isVisible(_ name: NodeName, to principal: Principal) -> Bool {
        guard let node = site.nodes[name] else { return false }
        return switch principal {
        case .operator: true
        case .node(let own): site.nodes[own]?.cluster == node.cluster
        }
    }

    private func noteStory(_ effect: Effect<LedgerReceipt>) {
        let now = MonotonicClock.now()
        switch effect {
        case .turn(let order):
            guard let shot = openShot(at: order.outlet) else { return }
            stories.ordered(
                order.id, of: order.outlet, order.command.rawValue, for: shot, at: now)
        case .read(let order):
            guard let shot = openShot(at: order.outlet) else { return }
            stories.ordered(order.id, of: order.outlet, "read", for: shot, at: now)
        case .reply(let token, let reply): stories.told(token, reply, at: now)
        case .page(let page):
            guard let (shot, text, doubt) = page.story else { return }
            stories.paged(shot, text, doubt: doubt, at: now)
        case .commit, .closeSession, .probe: break
        }
    }

    private func openShot(at outlet: Outlet) -> ShotNumber? {
        arbiter.durable.open.values.first { $0.grant.feeds.contains(outlet) }?.grant.shot
    }

    private func noteStory(_ receipt: LedgerReceipt, writtenAt: Timestamp) {
        chronicle.note(receipt.entry, receipt.sequence, at: writtenAt)
        let now = MonotonicClock.now()
        switch receipt.entry {
        case .answered:
            for grant in receipt.entry.grants {
                stories.granted(grant, in: site, at: now)
                figures.granted(grant, at: now)
            }
        case .verifiedOff(let shot):
            stories.settled(shot)
            figures.verifiedOff(shot, at: now)
            // Of an off there is no other entry.
            if verb(of: shot) == .off { figures.ended(shot, .off, "held", at: now) }
        case .closed(let shot, let outcome):
            stories.settled(shot)
            figures.ended(shot, verb(of: shot), outcome.word, at: now)
        case .attested(let shot, by: _, _):
            stories.settled(shot)
            figures.ended(shot, verb(of: shot), "attested", at: now)
        case .started, .onIntended, .admitted, .renamed, .locked, .released, .condensed: break
        }
    }

    private func verb(of shot: ShotNumber) -> GrantedVerb {
        arbiter.durable.outcomes[shot]?.grant.verb ?? .off
    }
}

extension Page {
    /// Of pages about a shot.
    fileprivate var story: (ShotNumber, String, doubt: String?)? {
        switch self {
        case .inDoubt(let shot, _, let why): (shot, "in doubt: \(why)", why)
        case .failed(let shot, _, let on):
            (shot, "failed: \(on.map(\.description).joined(separator: ", ")) read on", nil)
        case .onFailed(let shot, let node): (shot, "\(node) could not be switched on again", nil)
        case .onUnknown(let shot, let node):
            (shot, "\(node) was switched on, and cannot be read", nil)
        case .leftOff(let shot, let node):
            (shot, "\(node) was left off: this machine has rebooted since", nil)
        case .attestedReadsOn(let shot, let node, by: _, on: _):
            (shot, "\(node) reads on, and a person said that it is off", nil)
        case .siteChanged(let shot, _, let why): (shot, "the site file has changed: \(why)", nil)
        case .rate, .notCondensed, .entryTooLarge, .halted: nil
        }
    }
}
