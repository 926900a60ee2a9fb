// After a restart: open shots are read and recorded, never replayed (R16). The site file may be
// another than that of the life before.

package import Fencing

extension Arbiter {
    /// Takes up what the replayed ledger left open. Once, before any session is opened.
    package mutating func recover(on boot: BootID, at now: Moment) -> [Effect<Proof>] {
        startedOn = boot
        let before = durable.boot
        for (target, open) in durable.open.sorted(by: { $0.key < $1.key }) {
            takeUp(open, sameBoot: before == boot, at: now)
            agenda.add(target)
        }
        let lastFeeds = lastFeeds()
        waitOutCommands(lastFeeds, at: now)
        renames = renames(lastFeeds)
        watchAttested(at: now)
        propose(.started(boot))
        return handle(.timePassed, at: now)
    }

    /// A shot whose node, feeds or outlets are others now commands nothing any more: it is concluded
    /// by reading all feeds, old and new, or by a person.
    private mutating func takeUp(_ open: OpenShot<Proof>, sameBoot: Bool, at now: Moment) {
        let target = open.grant.target
        let change = site.change(since: open.grant)
        if let change {
            strays.insert(target)
            emit(.page(.siteChanged(open.grant.shot, target, why: change)))
        }
        runs[target] = run(takenUp: open, sameBoot && change == nil ? .resume : .leaveOff, at: now)
    }

    /// Every command of the life before may still act on the outlets that it went to, whatever
    /// those feed now. And nobody knows how long ago they went dark.
    private mutating func waitOutCommands(_ lastFeeds: [NodeName: [Outlet]], at now: Moment) {
        for name in durable.commanded {
            let others = everybody.compactMap { site.nodes[$0] }.filter {
                $0.name != name && mayFeed($0, lastFeeds[name], name)
            }
            for node in others + [site.nodes[name]].compactMap(\.self) {
                if durable.open[node.name] == nil {
                    unsettled[node.name] = now + latency(of: node)
                }
                holdUps.begin(node.name, at: now, for: node.holdUp)
            }
        }
    }

    /// Whether commands for another name may have gone to outlets of this node.
    private func mayFeed(_ node: Node, _ feeds: [Outlet]?, _ name: NodeName) -> Bool {
        guard let feeds else { return site.nodes[name] == nil }
        return feeds.contains(where: node.feeds.contains)
    }

    private func latency(of node: Node) -> Duration {
        node.feeds.map { site.terms(of: $0).maximalLatency }.max() ?? .zero
    }

    /// Nothing is read before every command of the life before has acted or never will (R14).
    private func run(
        takenUp open: OpenShot<Proof>, _ resumption: Run<Proof>.Resumption, at now: Moment
    ) -> Run<Proof> {
        var board = FeedBoard(site.allFeeds(of: open.grant))
        for feed in board.feeds {
            board.assumeCommanded(
                feed.outlet, quietAt: now + site.terms(of: feed.outlet).maximalLatency)
        }
        let quietAt = board.quietAt ?? now
        let offTime = site.node(of: open.grant).offTime
        let phase: Run<Proof>.Phase =
            switch open.stage {
            case .granted: .quiescing(until: quietAt)
            case .verifiedOff:
                .off(tellAt: nil, onAt: max(quietAt, now + offTime))
            case .onIntended: .quiescing(until: quietAt)
            }
        return Run(
            open.grant, open.proof, goal: open.stage == .granted ? .off : .on, phase, board,
            resumption)
    }
}
