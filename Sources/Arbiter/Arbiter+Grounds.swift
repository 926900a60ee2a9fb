// Everything that a request which may be granted has to pass at that moment: locks, rates, consent,
// preference, and a sign that somebody still wants it.

internal import Fencing

/// Whom a member sees, as it said with `quorum`.
struct View: Hashable, Sendable {
    /// Of the node when it said so: its session may be over, its life must not be.
    let generation: Generation
    let sees: Set<NodeName>
    let until: Moment
}

extension Arbiter {
    /// Nil where nothing stands against granting these of its targets.
    mutating func objection(
        to waiting: Pending, granting grants: [NodeName], at now: Moment
    ) -> Judgement? {
        if durable.open.count + grants.count > retention.openShots {
            return .refuse(
                .rate,
                why: "\(durable.open.count) shots have no outcome yet, and no more than "
                    + "\(retention.openShots) may: look at them (`shots`), and end their doubt "
                    + "(`confirm-off`)")
        }
        for target in grants {
            guard let lock = lockAgainst(waiting, target) else { continue }
            return .refuse(.locked, why: lock.sentence)
        }
        if case .node(let requester) = waiting.principal, let first = grants.first,
            let why = rates.objection(
                toSwitchingOn: grants.count { !waiting.wantsOff($0) }, by: requester,
                site.terms(ofClusterOf: first).rates, at: now)
        {
            return .refuse(.rate, why: why)
        }
        let shots = grants.filter(waiting.wantsOff)
        guard let first = shots.first else { return nil }
        if case .node(let requester) = waiting.principal {
            let terms = site.terms(ofClusterOf: first)
            if let why = rates.objection(to: shots, by: requester, terms.rates, at: now) {
                return .refuse(.rate, why: why)
            }
            if shots == [requester] { return nil }
            if !hasConsent(waiting, at: now) { return .wait }
            if now < waiting.preferredUntil { return .wait }
        }
        // Of persons too: one whose machine fell asleep has perhaps seen since that it is needless.
        return stillWanted(waiting, at: now)
    }

    private func lockAgainst(_ waiting: Pending, _ target: NodeName) -> NodeLock? {
        durable.lock(target, waiting.wantsOff(target) ? .protect : .holdOff)
    }

    /// A shot at a heavier node gives that node time to shoot first (R6). Not for safety: it chooses
    /// the survivor.
    func preference(of principal: Principal, against target: Node) -> Duration {
        guard case .node(let requester) = principal, let own = site.nodes[requester],
            own.weight < target.weight
        else { return .zero }
        return site.terms(ofClusterOf: target.name).preferDelay
    }

    // MARK: Consent (R19)

    /// For every target that it shoots at.
    func hasConsent(_ waiting: Pending, at now: Moment) -> Bool {
        let shots = waiting.request.targets.filter(waiting.wantsOff)
        guard let first = shots.first, case .node(let requester) = waiting.principal,
            shots != [requester]
        else { return true }
        let terms = site.terms(ofClusterOf: first)
        let members = members[site.nodes[first]?.cluster, default: []]
        guard terms.consent == .majority, members.count > 2 else { return true }
        return shots.allSatisfy { target in
            let votes = votes(against: target, by: requester, among: members, at: now)
                .subtracting(shots)
            if votes.count * 2 == members.count {
                return terms.tieBreaker.map { votes.contains($0) } ?? true
            }
            return votes.count * 2 > members.count
        }
    }

    /// A vote is the same request, or a fresh view that holds the requester and lacks the target;
    /// of members in good standing, the target excluded. A view alone never starts a shot.
    private func votes(
        against target: NodeName, by requester: NodeName, among members: [NodeName],
        at now: Moment
    ) -> Set<NodeName> {
        var votes: Set<NodeName> = []
        for other in queue.at(target) where other.wantsOff(target) {
            if case .node(let name) = other.principal, right(of: other.session) == .good {
                votes.insert(name)
            }
        }
        for (name, view) in views where now < view.until && counts(view, of: name) {
            if view.sees.contains(requester), !view.sees.contains(target) { votes.insert(name) }
        }
        votes.remove(target)
        return votes.intersection(members)
    }

    /// A view dies with the generation of who said it.
    private func counts(_ view: View, of name: NodeName) -> Bool {
        durable[name].standing == .member && durable[name].generation == view.generation
    }

    mutating func noteView(_ sees: [NodeName], of session: SessionID, at now: Moment) {
        guard case .node(let name)? = sessions[session]?.principal,
            right(of: session) == .good
        else { return }
        let lifetime = site.terms(ofClusterOf: name).viewLifetime
        views[name] = View(
            generation: durable[name].generation, sees: Set(sees), until: now + lifetime)
        // A vote counts only where consent is asked for, and only against who is not seen.
        guard site.terms(ofClusterOf: name).consent == .majority else { return }
        for target in members[site.nodes[name]?.cluster, default: []] where !sees.contains(target) {
            agenda.add(target)
        }
    }

    // MARK: Still wanted? (R10)

    /// A requester that died while it waited must not take a healthy node with it.
    private mutating func stillWanted(_ waiting: Pending, at now: Moment) -> Judgement? {
        if now - waiting.arrived <= Patience.unasked { return nil }
        switch waiting.life {
        case .heard(let moment) where now - moment <= Patience.unasked: return nil
        case .unknown, .heard: return .probe
        case .asked: return .probing
        }
    }

    mutating func probe(_ waiting: Pending, at now: Moment) {
        queue.change(waiting.token) { $0.life = .asked(now) }
        emit(.probe(waiting.session))
    }

    mutating func note(_ finding: SignOfLife, of session: SessionID, at now: Moment) {
        for waiting in queue.all where waiting.session == session {
            guard case .asked = waiting.life else { continue }
            switch finding {
            case .alive:
                queue.change(waiting.token) { $0.life = .heard(now) }
                stir(waiting)
            case .silent:
                refuse(waiting, .withdrawn, "no sign of life when it was to be granted")
            }
        }
    }
}

extension NodeLock {
    var sentence: String {
        switch kind {
        case .protect: "\(node) is protected by \(owner): \(reason). `release` ends that"
        case .holdOff: "\(node) is held off by \(owner): \(reason). `release` ends that"
        }
    }
}
