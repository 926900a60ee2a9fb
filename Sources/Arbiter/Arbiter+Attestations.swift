// Off on a person's word (R26): only of the shot that is in doubt, which the word names. Where the
// switch answers again, it is asked, and a person hears it if the node runs.

internal import Fencing

/// Nodes that are on record as off because a person said so, and that no switch has confirmed. One
/// for each node at the most.
struct Attestations: Hashable, Sendable {
    private var looks: [NodeName: Moment] = [:]

    var nextLook: Moment? { looks.values.min() }

    mutating func watch(_ node: NodeName, next moment: Moment) { looks[node] = moment }
    mutating func forget(_ node: NodeName) { looks[node] = nil }

    /// To be read now, in order of name.
    func due(at now: Moment) -> [NodeName] {
        looks.filter { $0.value <= now }.keys.sorted()
    }
}

extension Arbiter {
    mutating func confirmOff(
        _ node: NodeName, _ shot: ShotNumber, _ reason: Reason, _ asked: Asked, _ session: Session
    ) {
        let open = durable.open[node]
        guard case .operator(let who) = session.principal,
            site.nodes[node] != nil || open != nil
        else { return emit(.reply(asked.token, .notYours(node, session.principal))) }
        guard let open, open.stage == .granted else {
            return answer(
                asked, node, .stale, "no shot at \(node) is in doubt: there is nothing to confirm")
        }
        guard open.grant.shot == shot else {
            return answer(
                asked, node, .stale,
                "the shot at \(node) that has no outcome is \(open.grant.shot), not \(shot): "
                    + "look at the machine, then say shot=\(open.grant.shot)")
        }
        guard runs[node]?.isInDoubt == true else {
            return answer(
                asked, node, .inDoubt,
                "shot \(shot) at \(node) is not in doubt yet: its switch is still being asked. Wait "
                    + "for its answer")
        }
        if let on = runs[node]?.readOn, !on.isEmpty {
            let feeds = on.map(\.description).joined(separator: ",")
            return answer(
                asked, node, .inDoubt,
                "\(feeds) read on since, and may still go off by itself: wait for the outcome, or "
                    + "unplug \(node) until its switch says nothing or off")
        }
        proposeIfPossible(.attested(shot, by: who, reason), asked, node)
    }

    /// As with every off, success is told when the power supply has given up what it holds.
    mutating func attested(
        _ shot: ShotNumber, _ who: PrincipalName, _ decision: Outstanding, at now: Moment
    ) {
        guard let run = run(of: shot) else { return }
        let target = run.grant.target
        forgetReadings(of: target)
        holdUps.begin(target, at: now, for: site.node(of: run.grant).holdUp)
        attestations.watch(target, next: now + Patience.attestedPause)
        for waiter in run.waiters { reply(off: waiter, run) }
        runs[target]?.waiters = []
        runs[target]?.phase = .off(tellAt: nil, onAt: nil)
        agenda.add(target)
        guard let token = decision.token, let session = decision.session else { return }
        let fields = [
            ReplyField("target", target), ReplyField("shot", shot),
            ReplyField("off", "verified"), ReplyField("evidence", "attested:\(who)"),
            ReplyField("pseq", durable[target].powerSequence), ReplyField("seq", durable.head),
        ]
        holdUps.hold(
            .reply(Reply(.ok, fields), target, durable[target].powerSequence), to: token,
            of: session, until: holdUps.end(of: [target]) ?? now)
    }

    /// After a start, those are watched again of whom only a person has said that they are off.
    mutating func watchAttested(at now: Moment) {
        for node in durable.known where attestation(of: node) != nil {
            attestations.watch(node, next: now + Patience.attestedPause)
        }
    }

    /// The shot at the node, and who attested it, where nothing has changed since.
    func attestation(of node: NodeName) -> (shot: ShotNumber, by: PrincipalName)? {
        guard let shot = lastOff(of: node), let record = durable.outcomes[shot],
            let who = record.attestedBy, record.offAs == durable[node].powerSequence
        else { return nil }
        return (shot, who)
    }

    /// Reads those that are due. A busy one is read later: what it is busy with may settle it.
    mutating func readAttested(at now: Moment) {
        for name in attestations.due(at: now) {
            guard attestation(of: name) != nil, let node = site.nodes[name] else {
                attestations.forget(name)
                continue
            }
            attestations.watch(name, next: now + Patience.attestedPause)
            if !isBusy(name) { startLook(at: node, for: .attested, now) }
        }
    }

    mutating func finishAttested(_ look: Look) {
        guard let (shot, who) = attestation(of: look.node) else {
            return attestations.forget(look.node)
        }
        switch look.board.verdict {
        case .allOff: attestations.forget(look.node)
        case .unclear(let on) where on.isEmpty: break
        case .allOn, .mixed, .unclear:
            attestations.forget(look.node)
            emit(.page(.attestedReadsOn(shot, look.node, by: who, on: look.board.on)))
        }
    }
}
