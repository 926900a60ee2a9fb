// After a restart: open shots are read and recorded, never replayed (R16).

package import Fencing

extension Arbiter {
    /// Takes up what the replayed ledger left open. Once, before any session is opened.
    package mutating func recover(on boot: BootID, at now: Moment) -> [Effect<Proof>] {
        let before = durable.boot
        for (target, open) in durable.open.sorted(by: { $0.key < $1.key }) {
            runs[target] = run(takenUp: open, sameBoot: before == boot, at: now)
            agenda.add(target)
        }
        for target in durable.commanded where durable.open[target] == nil {
            unsettled[target] = now + latency(of: target)
        }
        // Nobody knows how long ago it went dark.
        for node in durable.commanded.compactMap({ site.nodes[$0] }) {
            holdUps.begin(node.name, at: now, for: node.holdUp)
        }
        propose(.started(boot))
        return handle(.timePassed, at: now)
    }

    private func latency(of target: NodeName) -> Duration {
        let feeds = site.nodes[target]?.feeds ?? []
        return feeds.map { site.terms(of: $0).maximalLatency }.max() ?? .zero
    }

    /// Nothing is read before every command of the life before has acted or never will (R14).
    private func run(
        takenUp open: OpenShot<Proof>, sameBoot: Bool, at now: Moment
    ) -> Run<Proof> {
        var board = FeedBoard(open.grant.feeds)
        for outlet in open.grant.feeds {
            board.assumeCommanded(
                outlet, quietAt: now + site.terms(of: outlet).maximalLatency)
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
            grant: open.grant, proof: open.proof, goal: open.stage == .granted ? .off : .on,
            phase: phase, board: board, resumption: sameBoot ? .resume : .leaveOff)
    }
}
