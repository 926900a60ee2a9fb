// Whose turn it is: off beats on, no `on` overtakes a shot, and no shot runs out of time at a node
// that was free for it.

internal import Fencing

extension Judge {
    /// A request for power that was delivered and has no answer yet.
    struct Waiting: Sendable {
        let ask: Ask
        /// Of the asker's standing, when its session was opened.
        let generation: Int
        /// Who waits for a shot at the same node; where consent is wanted.
        let wanting: NodeSet
    }

    /// A reboot is about to switch on again.
    mutating func expectNoOff(
        against number: ShotNumber, _ waiting: [Waiting], at now: Moment
    ) {
        guard let shot = shots[number] else { return }
        let name = "n\(shot.target + 1)"
        if let asker = shot.promisedTo {
            blame(
                .offBeatsOn, at: now,
                "\(asker) wants \(name) off and was told so, and shot \(number) switches it on")
        }
        for other in waiting
        where verb(of: other.ask, at: shot.target) == .off && stands(other) {
            // Answered already, by the off of a life before: only the reply waits, for its other nodes.
            if let other = other.ask.satisfiedBy[shot.name], other != number { continue }
            blame(
                .offBeatsOn, at: now,
                "\(other.ask.asker) waits for \(name) to be off (\(other.ask.content)), and shot "
                    + "\(number) switches it on")
        }
    }

    /// A reboot is about to switch on again: nobody has the node read, who wants it held off.
    mutating func expectNoReading(
        against number: ShotNumber, by askers: [Ask], at now: Moment
    ) {
        guard let node = shots[number]?.target else { return }
        let isBeingRead = subjects[node].feeds.contains { feed in
            guard let orderedAt = feed.readOrderedAt, now - orderedAt < .seconds(12) else {
                return false
            }
            return feed.readAt.map { $0 < orderedAt } ?? true
        }
        guard isBeingRead, let first = askers.first else { return }
        blame(
            .offBeatsOn, at: now,
            "n\(node + 1) is being read for \(first.asker) (\(first.content)), and shot \(number) "
                + "switches it on")
    }

    /// An `on` is granted, for `ask`.
    mutating func expectTurn(
        of grant: Grant, to ask: Ask, _ waiting: [Waiting], at now: Moment
    ) {
        let node = number(of: grant.target)
        for other in waiting where isGrantable(other, at: node, at: now) {
            if let first = other.ask.deliveredAt, let second = ask.deliveredAt,
                (first, other.ask.token) < (second, ask.token)
            {
                blame(
                    .inTurn, at: now,
                    "\(ask.asker)'s on is granted; \(other.ask.asker) waits for longer: "
                        + "\(other.ask.content)")
            } else if verb(of: other.ask, at: node) == .off {
                blame(
                    .offBeatsOn, at: now,
                    "\(ask.asker)'s on is granted; \(other.ask.asker) waits with "
                        + "\(other.ask.content)")
            }
        }
    }

    /// A shot was told that its wait is over.
    mutating func expectNotStarved(_ waiting: Waiting, at now: Moment) {
        let ask = waiting.ask
        guard let target = ask.request?.targets.first, let delivered = ask.deliveredAt,
            !ask.wasProbed, now - delivered >= ask.request?.wait ?? .seconds(40)
        else { return }
        let node = number(of: target)
        guard isGrantable(waiting, at: node, at: now), hasBeenFree(node, since: delivered, at: now)
        else { return }
        blame(
            .inTurn, at: now,
            "\(ask.asker) waited in vain at n\(node + 1), which was free: \(ask.content)")
    }

    /// Nothing stands against it but what the node itself is busy with. Of a request for several
    /// nodes the others may be busy: nobody outside could say.
    private func isGrantable(_ waiting: Waiting, at node: Int, at now: Moment) -> Bool {
        let ask = waiting.ask
        guard ask.request?.targets.count == 1, stands(waiting), let delivered = ask.deliveredAt
        else { return false }
        guard case .node(let asker, _) = ask.asker, asker != node else { return true }
        let isHeavier = nodes[node].weight > nodes[asker].weight
        if isHeavier, now - delivered < terms[asker].preferDelay { return false }
        let voters = voters(waiting.wanting, against: node, of: [node], by: asker, at: now)
        return !wantsConsent(asker) || isMajority(voters, in: asker)
    }

    /// For so long that no order of before can be under way, and no reading.
    private func hasBeenFree(_ node: Int, since delivered: Moment, at now: Moment) -> Bool {
        let isOpen = shots.keys.contains { shots[$0]?.target == node && shots[$0]?.outcome == nil }
        guard !isOpen, let startedAt else { return false }
        let busyUntil =
            nodes[node].feeds.compactMap { feed in
                switches[feed.powerSwitch].map { $0.maximalLatency + $0.patience }
            }.max() ?? .zero
        let last = subjects[node].feeds.flatMap { [$0.sentAt, $0.readOrderedAt] }
            .compactMap(\.self).max()
        return max(last ?? startedAt, startedAt, delivered) + busyUntil + .seconds(15) <= now
    }

    private func stands(_ waiting: Waiting) -> Bool {
        switch waiting.ask.asker {
        case .person: true
        case .node(let node, _): stands(node, in: waiting.generation)
        }
    }

    /// What a request means for one of its targets; nil if it is no request for power.
    func verb(of ask: Ask, at node: Int) -> GrantedVerb? {
        switch ask.request?.verb {
        case .off: .off
        case .on: .on
        case .reboot: .reboot
        case .shoot: nodes[node].shoot == .off ? .off : .reboot
        case nil: nil
        }
    }
}
