// One target's turn: its run first, then the readings for somebody who asked, then the requests in
// the order of their arrival. Stops at the first thing that needs a record.

internal import Fencing

extension Arbiter {
    mutating func advance(_ target: NodeName, at now: Moment) {
        // Off beats on: who wants it to stay off is heard before it is switched on again.
        if case .off = runs[target]?.phase { advancePending(of: target, at: now) }
        if outstanding != nil { return agenda.add(target) }
        advanceRun(of: target, at: now)
        if outstanding != nil { return agenda.add(target) }
        finishLook(at: target, now)
        if outstanding != nil { return agenda.add(target) }
        advancePending(of: target, at: now)
        if outstanding != nil { agenda.add(target) }
    }

    private mutating func advancePending(of target: NodeName, at now: Moment) {
        for waiting in pending[target, default: []] {
            var judgement = judge(waiting)
            if judgement == .grant, let other = objection(to: waiting, at: now) {
                judgement = other
            }
            switch judgement {
            case .wait:
                if waiting.deadline <= now { expire(waiting, at: now) }
            case .probe: probe(waiting, at: now)
            case .grant: grant(waiting)
            case .satisfied: satisfy(waiting, at: now)
            case .look: look(for: waiting, at: now)
            case .repeatAnswer(let answer): repeatAnswer(answer, to: waiting)
            case .refuse(let code, let why):
                if code == .rate { emit(.page(.rate(target, why: why))) }
                refuse(waiting, code, why)
            }
            if outstanding != nil { return }
        }
    }

    private mutating func grant(_ waiting: Pending) {
        let target = waiting.request.target
        guard let node = site.nodes[target] else {
            preconditionFailure("\(target) was in the site when the request came")
        }
        propose(
            .granted(
                Grant(
                    shot: durable.lastShot.next, principal: waiting.principal,
                    id: waiting.request.id, verb: waiting.verb, target: target,
                    feeds: node.feeds)),
            answering: waiting.token)
    }

    /// Another shot's off answers this request. On record where it must be known again: under an
    /// id, or because the target must now stay off.
    private mutating func satisfy(_ waiting: Pending, at now: Moment) {
        let target = waiting.request.target
        let shot = durable[target].lastShot
        let holds: Satisfaction.Holds =
            waiting.verb == .off && isGoingBackOn(target) ? .off : .nothing
        if waiting.request.id == nil, holds == .nothing {
            return tellSatisfied(waiting, at: now)
        }
        propose(
            .satisfied(
                Satisfaction(
                    principal: waiting.principal, id: waiting.request.id, verb: waiting.verb,
                    target: target, shot: shot, holds: holds)),
            answering: waiting.token)
    }

    /// Verified off by a reboot whose "on" is not yet on record.
    private func isGoingBackOn(_ target: NodeName) -> Bool {
        guard let open = durable.open[target] else { return false }
        return open.stage == .verifiedOff
    }

    /// Success is not told before the hold-up of the off that it rests on is over (R24).
    mutating func tellSatisfied(_ waiting: Pending, at now: Moment) {
        remove(waiting)
        let target = waiting.request.target
        let waiter = Waiter(waiting)
        if case .off(_?, _)? = runs[target]?.phase {
            runs[target]?.waiters.append(waiter)
        } else {
            reply(satisfied: waiter)
        }
    }

    private mutating func look(for waiting: Pending, at now: Moment) {
        let target = waiting.request.target
        guard let node = site.nodes[target] else {
            preconditionFailure("\(target) was in the site when the request came")
        }
        startLook(at: node, for: .request(waiting.token), now)
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
        looks[target] = nil
        switch look.purpose {
        case .check(let asked): finishCheck(asked, look)
        case .request(let token):
            guard let waiting = pending[target]?.first(where: { $0.token == token }) else { return }
            change(waiting) { $0.looked = look.board.verdict == .allOff ? .off : .notOff }
        }
    }

    private mutating func expire(_ waiting: Pending, at now: Moment) {
        if !hasConsent(waiting, at: now) {
            return refuse(
                waiting, .noConsent,
                "too few members of the cluster wanted this within your wait: nothing was done")
        }
        let shot = durable.open[waiting.request.target]?.grant.shot
        let busy = shot.map { "shot \($0) at \(waiting.request.target) is not finished" }
        refuse(
            waiting, .withdrawn,
            "\(busy ?? "\(waiting.request.target) is being read") and your wait is over: "
                + "nothing was done for you, ask again")
    }

    mutating func remove(_ waiting: Pending) {
        let target = waiting.request.target
        pending[target]?.removeAll { $0.token == waiting.token }
        if pending[target]?.isEmpty == true { pending[target] = nil }
        pendingCount = pending.values.reduce(0) { $0 + $1.count }
    }

    mutating func takePending(_ token: RequestToken, at target: NodeName) -> Pending? {
        guard let found = pending[target]?.first(where: { $0.token == token }) else { return nil }
        remove(found)
        return found
    }
}
