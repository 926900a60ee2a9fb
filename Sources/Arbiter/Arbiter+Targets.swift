// One target's turn: its run first, then the readings for somebody who asked, then the requests in
// the order of their arrival. Stops at the first thing that needs a record.

internal import Fencing

extension Arbiter {
    mutating func advance(_ target: NodeName, at now: Moment) {
        // Off beats on: who wants it to stay off is heard before it is switched on again.
        switch runs[target]?.phase {
        case .off, .settling: advancePending(of: target, at: now)
        case .acting, .quiescing, .reading, .doubtful, nil: break
        }
        if outstanding != nil { return agenda.add(target) }
        advanceRun(of: target, at: now)
        if outstanding != nil { return agenda.add(target) }
        finishLook(at: target, now)
        if outstanding != nil { return agenda.add(target) }
        advancePending(of: target, at: now)
        if outstanding != nil { agenda.add(target) }
    }

    private mutating func advancePending(of target: NodeName, at now: Moment) {
        var turn = Turn.open
        for waiting in queue.inTurn(at: target) {
            turn = consider(waiting, turn, at: now)
            if outstanding != nil { return }
        }
    }

    private enum Turn: Hashable {
        case open
        /// One before will be granted as soon as its requester has given a sign of life: those behind
        /// it may be refused or answered, and are not granted.
        case taken
    }

    private mutating func consider(_ waiting: Pending, _ turn: Turn, at now: Moment) -> Turn {
        var judgement = judge(waiting, at: now)
        if case .proceed(let grants, _) = judgement {
            if turn == .taken, !grants.isEmpty {
                judgement = .wait
            } else if let contested = contested(among: grants, by: waiting, at: now) {
                // At its own turn, the off comes first.
                agenda.add(contested)
                judgement = .wait
            } else if let other = objection(to: waiting, granting: grants, at: now) {
                judgement = other
            }
        }
        switch judgement {
        case .wait:
            if waiting.deadline <= now { expire(waiting, at: now) }
        case .probe:
            probe(waiting, at: now)
            return .taken
        case .probing:
            guard waiting.deadline <= now else { return .taken }
            expire(waiting, at: now)
        case .proceed(let grants, let looks):
            if looks.isEmpty { answer(waiting, granting: grants, at: now) }
            read(looks, for: waiting, at: now)
        case .repeatAnswer(let answers): repeatAnswers(answers, to: waiting)
        case .refuse(let code, let why):
            if code == .rate { pageRate(waiting, why, at: now) }
            refuse(waiting, code, why)
        }
        return turn
    }

    private mutating func read(_ looks: [NodeName], for waiting: Pending, at now: Moment) {
        for target in looks {
            let rates = site.terms(ofClusterOf: target).rates
            if let why = self.rates.objection(
                toReading: target, by: waiting.principal, rates, at: now)
            {
                return refuse(waiting, .rate, why)
            }
        }
        for target in looks {
            rates.noteReading(of: target, by: waiting.principal, at: now)
            startLook(at: node(target), for: .request(waiting.token), now)
        }
    }

    /// The first of the nodes that this request would switch on, together with others, and at which
    /// an off waits that could be granted. A request for several nodes is looked at in the turn of
    /// any of them; that must not let it overtake what waits at another.
    private mutating func contested(
        among grants: [NodeName], by waiting: Pending, at now: Moment
    ) -> NodeName? {
        guard waiting.parts.count > 1 else { return nil }
        return grants.first { target in
            guard waiting.part(at: target)?.verb == .on else { return false }
            return queue.at(target).contains { other in
                guard other.token != waiting.token, other.wantsOff(target),
                    case .proceed(let shots, _) = judge(other, at: now), shots.contains(target)
                else { return false }
                switch objection(to: other, granting: shots, at: now) {
                case nil, .probe, .probing: return true
                case .wait, .proceed, .repeatAnswer, .refuse: return false
                }
            }
        }
    }

    private mutating func pageRate(_ waiting: Pending, _ why: String, at now: Moment) {
        guard let first = waiting.request.targets.first,
            rates.isToBePaged(first, site.terms(ofClusterOf: first).rates, at: now)
        else { return }
        emit(.page(.rate(first, why: why)))
    }

    /// One record for all targets (R20). What another shot's off answers is on record only where
    /// the target must now stay off, or with a grant: what the same question would give again is
    /// not written down, so that asking fills nothing.
    private mutating func answer(
        _ waiting: Pending, granting grants: [NodeName], at now: Moment
    ) {
        var shot = durable.lastShot
        let answers = waiting.parts.map { part -> Answer in
            guard grants.contains(part.target) else {
                return .satisfied(satisfaction(waiting, part))
            }
            shot = shot.next
            return .granted(
                Grant(
                    shot: shot, principal: waiting.principal, id: waiting.request.id,
                    verb: part.verb, target: part.target, feeds: node(part.target).feeds,
                    since: part.verb == .on ? nil : part.since.value))
        }
        if answers.allSatisfy(\.changesNothing) {
            queue.remove(waiting.token)
            refusals.note(
                waiting, .stale,
                "it was answered by an off on record, and nothing was done: ask it again, with the "
                    + "same id and since")
            begin(waiting)
            for part in waiting.parts { tellSatisfied(Waiter(waiting, part.target)) }
        } else if let warrant = warrant(of: waiting.session, from: leastStanding(for: waiting)) {
            propose(.answered(answers), answering: waiting.token, by: warrant)
        } else {
            preconditionFailure("who has no right to it was refused when it was judged")
        }
    }

    private func satisfaction(_ waiting: Pending, _ part: Pending.Part) -> Satisfaction {
        Satisfaction(
            principal: waiting.principal, id: waiting.request.id, verb: part.verb,
            target: part.target, shot: lastOff(of: part.target),
            holds: part.verb == .off && isGoingBackOn(part.target) ? .off : .nothing,
            since: part.since.value)
    }

    /// Verified off by a reboot whose "on" is not yet on record.
    private func isGoingBackOn(_ target: NodeName) -> Bool {
        guard let open = durable.open[target] else { return false }
        return open.stage == .verifiedOff
    }

    /// Success is not told before the hold-up of the off that it rests on is over (R24).
    mutating func tellSatisfied(_ waiter: Waiter) {
        if case .off(_?, _)? = runs[waiter.target]?.phase {
            var waiter = waiter
            waiter.isOfAnother = true
            runs[waiter.target]?.waiters.append(waiter)
        } else {
            reply(satisfied: waiter)
        }
    }

    private func node(_ target: NodeName) -> Node {
        guard let node = site.nodes[target] else {
            preconditionFailure("\(target) was in the site when the request came")
        }
        return node
    }

    mutating func startLook(at node: Node, for purpose: Look.Purpose, _ now: Moment) {
        var board = FeedBoard(node.feeds)
        for outlet in node.feeds {
            let order = newOrder(for: node.name)
            board.expect(order, from: outlet)
            emit(.read(ReadOrder(id: order, outlet: outlet, deadline: now + Patience.reading)))
        }
        looks[node.name] = Look(
            node: node.name, purpose: purpose, board: board,
            until: now + Patience.reading + Patience.reportMargin)
    }

    private mutating func finishLook(at target: NodeName, _ now: Moment) {
        guard let look = looks[target], !look.board.awaitsReports || look.until <= now else {
            return
        }
        drop(look)
        if look.board.verdict == .allOff { readsOffAgain(target, at: now) }
        switch look.purpose {
        case .check(let asked): finishCheck(asked, look)
        case .attested: finishAttested(look)
        case .request(let token):
            let looked: Pending.Looked = look.board.verdict == .allOff ? .off(now) : .notOff
            queue.change(token) { waiting in
                for index in waiting.parts.indices where waiting.parts[index].target == target {
                    waiting.parts[index].looked = looked
                }
            }
        }
    }

    /// Its reports are not awaited any more. An "on" that it put off is due.
    mutating func drop(_ look: Look) {
        for order in look.board.awaited { orders[order] = nil }
        looks[look.node] = nil
        runs[look.node]?.waitsForLook = false
        agenda.add(look.node)
    }

    private mutating func expire(_ waiting: Pending, at now: Moment) {
        if !hasConsent(waiting, at: now) {
            return refuse(
                waiting, .noConsent,
                "too few members of the cluster wanted this within your wait: nothing was done")
        }
        let targets = waiting.request.targets
        let busy = targets.compactMap { target in
            durable.open[target].map { "shot \($0.grant.shot) at \(target) is not finished" }
        }
        let names = targets.map(\.text).joined(separator: ", ")
        refuse(
            waiting, .withdrawn,
            "\(busy.first ?? "\(names): being read") and your wait is over: "
                + "nothing was done for you, ask again")
    }
}

extension Answer {
    /// It grants nothing, and holds nothing off.
    fileprivate var changesNothing: Bool {
        switch self {
        case .granted: false
        case .satisfied(let satisfaction): satisfaction.holds == .nothing
        }
    }
}
