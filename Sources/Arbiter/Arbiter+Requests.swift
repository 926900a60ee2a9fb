// Requests for power: what is taken in, what is refused at the door, and the judgement.

internal import Fencing

extension Arbiter {
    mutating func receive(
        _ request: PowerRequest, _ token: RequestToken, by id: SessionID, at now: Moment
    ) {
        guard let session = sessions[id] else {
            return emit(.reply(token, Reply(.noQuorum, [ReplyField("why", "no such session")])))
        }
        for target in request.targets where !mayTouch(target, session.principal) {
            return emit(.reply(token, .notYours(target, session.principal)))
        }
        let nodes = request.targets.compactMap { site.nodes[$0] }
        let parts = nodes.map { node in
            let known = session.knows[node.name] ?? .initial
            return Pending.Part(
                target: node.name, verb: node.meaning(of: request.verb),
                since: request.since[node.name].map { .said($0) } ?? .known(known))
        }
        let deadline = now + (request.wait ?? Patience.waiting)
        let delays = nodes.map { preference(of: session.principal, against: $0) }
        let preferredUntil = now + (delays.max() ?? .zero)
        let waiting = Pending(
            token: token, session: id, principal: session.principal, request: request,
            parts: parts, arrived: now, deadline: deadline, preferredUntil: preferredUntil,
            wakesAt: now < preferredUntil ? min(preferredUntil, deadline) : deadline)
        makeRoom(for: waiting)
        if let why = whyQueueIsFull(for: waiting) { return refuse(waiting, .rate, why) }
        queue.add(waiting)
        stir(waiting)
    }

    /// One principal's requests must not take the places of the others', nor make each decision
    /// look at a long queue.
    private func whyQueueIsFull(for waiting: Pending) -> String? {
        let own = queue.count(of: waiting.principal, at: waiting.request.targets)
        if own.atOne >= Limit.pendingAtOneTarget {
            return
                "\(own.atOne) of your requests wait at one target already: wait for their answers"
        }
        if own.all >= Limit.pendingOfOne {
            return "\(own.all) of your requests are waiting already: wait for their answers"
        }
        if queue.count >= Limit.pending {
            return "\(Limit.pending) requests are waiting already: ask again later"
        }
        return nil
    }

    /// Where many principals fill the queue together, the last request of the one that has most in it
    /// goes, for one that has less.
    private mutating func makeRoom(for waiting: Pending) {
        guard queue.count >= Limit.pending, let last = queue.lastOfMost(),
            last.token != outstanding?.token,
            queue.count(of: waiting.principal, at: []).all + 1
                < queue.count(of: last.principal, at: []).all
        else { return }
        refuse(
            last, .rate,
            "\(Limit.pending) requests are waiting, and most of them are yours: ask again later")
    }

    /// Something has changed for it: it is judged anew.
    mutating func stir(_ waiting: Pending) {
        for part in waiting.parts { agenda.add(part.target) }
    }

    func mayTouch(_ node: NodeName, _ principal: Principal) -> Bool {
        guard let target = site.nodes[node] else { return false }
        return switch principal {
        case .operator: true
        case .node(let name): site.nodes[name]?.cluster == target.cluster
        }
    }

    /// What is to be done about a request, at this moment.
    enum Judgement: Hashable, Sendable {
        /// Every target is free: these are to be granted; first, these on record as off are read.
        /// The rest is answered by an off that is on record.
        case proceed(grants: [NodeName], looks: [NodeName])
        case wait
        /// It waited for so long that its requester is asked whether it still wants it.
        case probe
        /// The requester was asked, and has not answered yet: it keeps its turn.
        case probing
        /// Its id was used before: give what that came to.
        case repeatAnswer([OutcomeTable.Answer])
        case refuse(ExitCode, why: String)
    }

    /// Whether one target is ready for what is asked of it.
    private enum Readiness: Hashable {
        case grant
        /// An off that was verified after what the requester last knew answers it (R7).
        case satisfied
        /// It is on record as off, and the record alone cannot answer: read it first.
        case look
        case wait
        case refuse(ExitCode, why: String)
    }

    func judge(_ waiting: Pending, at now: Moment) -> Judgement {
        let repetition = repetition(waiting)
        switch repetition {
        case .answered(let answers): return .repeatAnswer(answers)
        case .mistaken(let why): return .refuse(.usage, why: why)
        case .first, .later: break
        }
        if let refusal = refusal(of: waiting) { return refusal }
        var grants: [NodeName] = []
        var looks: [NodeName] = []
        var mustWait = false
        for part in waiting.parts {
            switch readiness(for: part, at: now) {
            case .grant:
                if case .later(let why) = repetition { return .refuse(.stale, why: why) }
                grants.append(part.target)
            case .look: looks.append(part.target)
            case .satisfied: break
            case .wait: mustWait = true
            case .refuse(let code, let why): return .refuse(code, why: why)
            }
        }
        return mustWait ? .wait : .proceed(grants: grants, looks: looks)
    }

    private func refusal(of waiting: Pending) -> Judgement? {
        if let why = whyNothingIsDecided { return .refuse(.noQuorum, why: why) }
        let isItself = waiting.parts.contains { waiting.principal == .node($0.target) }
        if isItself, waiting.parts.count > 1 {
            // Its success could not be told to it, and both could go dark together.
            return .refuse(
                .usage, why: "\(waiting.principal) asks for itself in a request of its own")
        }
        if mayAct(waiting.session, from: leastStanding(for: waiting)) { return nil }
        let (code, why) = right(of: waiting.session).refusal
        return .refuse(code, why: why)
    }

    /// Nobody else is hurt by a node's own reset.
    func leastStanding(for waiting: Pending) -> LeastStanding {
        let isOwnReset = waiting.parts.allSatisfy {
            $0.verb == .reboot && waiting.principal == .node($0.target)
        }
        return isOwnReset ? .probation : .member
    }

    /// Why nothing is granted here and now; nil while it is.
    var whyNothingIsDecided: String? {
        switch (stance, ledger) {
        case (.leaving, _): "the appliance is shutting down: ask again when it is back"
        case (.granting, .taking): nil
        case (.granting, .onTrial): "the ledger is being tried again"
        case (.granting, .refused(let why, _)), (.granting, .lost(let why)): why
        }
    }

    private func readiness(for part: Pending.Part, at now: Moment) -> Readiness {
        let isBusy = isBusy(part.target)
        // Off beats on, also where the off is on record and only the power supply is waited for.
        if part.verb == .on {
            return isBusy || holdUps.isToBeTold(part.target) ? .wait : .grant
        }
        let target = durable[part.target]
        let pseq = target.powerSequence
        let since = part.since.value
        if since > pseq { return .refuse(.stale, why: part.aheadAdvice(pseq)) }
        // Known as off, and switched on since: whatever off came between, it runs now.
        if since.isVerifiedOff, since < pseq, !pseq.isVerifiedOff {
            return .refuse(.stale, why: part.switchedOnAdvice(pseq))
        }
        if let off = pseq.newestOff, since < off {
            if case .known = part.since, target.standing == .member {
                // The off that this session has not heard of was answered for: the node is back
                // and vouched for, and only the requester can say which of its lives it means.
                return .refuse(.stale, why: part.staleAdvice(pseq))
            }
            // Where the site file gave the node a feed since, that off says nothing of it; and who
            // knew it as off means that it is off now.
            let isCovered = isCoveredByLastOff(part.target)
            let isInQuestion =
                !isCovered || since.isVerifiedOff && readsOn(part.target)
                || whyNotOver(part.target) != nil
            guard pseq == off, isInQuestion else { return .satisfied }
            if part.looked == .notOff {
                let advice = isCovered ? part.readsOnAdvice(pseq) : part.otherFeedsAdvice(pseq)
                return .refuse(.stale, why: advice)
            }
            return look(part, at: now)
        }
        guard since.isVerifiedOff else { return isBusy ? .wait : .grant }
        return look(part, at: now)
    }

    private func look(_ part: Pending.Part, at now: Moment) -> Readiness {
        switch part.looked {
        case .off(let moment)
        where now - moment <= Patience.reading && !readsOn(part.target):
            .satisfied
        case .off, nil: mayBeRead(for: part, at: now) ? .look : .wait
        case .notOff: isBusy(part.target) ? .wait : .grant
        }
    }

    /// Off on record, and no command of another kind on its way: reading disturbs nobody. Who wants
    /// a reboot cannot put off the "on" of another without end by asking again and again.
    private func mayBeRead(for part: Pending.Part, at now: Moment) -> Bool {
        guard looks[part.target] == nil else { return false }
        guard let run = runs[part.target] else { return !isBusy(part.target) }
        switch run.phase {
        case .off(_, let onAt): return part.verb == .off || onAt.map { now < $0 } ?? true
        case .settling: return run.goal == .off
        case .acting, .quiescing, .reading, .doubtful: return false
        }
    }

    func isBusy(_ target: NodeName) -> Bool {
        runs[target] != nil || looks[target] != nil || unsettled[target] != nil
            || stray(over: target) != nil
    }
}

extension Pending.Part {
    fileprivate func aheadAdvice(_ pseq: PowerSequence) -> String {
        "since=\(since.value) is ahead of \(target)'s pseq=\(pseq): "
            + "this ledger does not know that off"
    }

    fileprivate func otherFeedsAdvice(_ pseq: PowerSequence) -> String {
        "\(target) is on record as off, and its site file has given it a feed since that reads on: "
            + "look at it (`status \(target)`), or say since=\(pseq) to have it off, then ask again"
    }

    fileprivate func readsOnAdvice(_ pseq: PowerSequence) -> String {
        "\(target) is on record as off, and reads on: look at it (`status \(target)`), or say "
            + "since=\(pseq) to have it off, then ask again"
    }

    fileprivate func switchedOnAdvice(_ pseq: PowerSequence) -> String {
        "\(target) was switched on again after the off that you know of (pseq=\(since.value)): if "
            + "you mean the life that runs now, look at it (`status \(target)`) or say "
            + "since=\(pseq), then ask again"
    }

    fileprivate func staleAdvice(_ pseq: PowerSequence) -> String {
        "\(target) was shot and readmitted since this session last looked: "
            + "ask `status \(target)` or say since=\(pseq), then ask again"
    }
}

extension Right {
    /// The exit code of whoever is not in good standing, and what to do about it.
    var refusal: (code: ExitCode, why: String) {
        switch self {
        case .good: (.ok, "")
        case .doomed(let shot):
            (.lost, "shot \(shot.text) at you was granted: stop writing, your power is being cut")
        case .probation(let shot):
            (
                .probation,
                (shot.map { "shot \($0) cut your power: " } ?? "you are on record as off: ")
                    + "wait until a member or an operator says `admit` for you"
            )
        case .outlived:
            (.lost, "this session was opened before your node was shot at: connect again")
        }
    }
}

extension ShotNumber? {
    fileprivate var text: String { self.map(\.description) ?? "unknown" }
}

extension Node {
    func meaning(of verb: PowerVerb) -> GrantedVerb {
        switch verb {
        case .off: .off
        case .on: .on
        case .reboot: .reboot
        case .shoot:
            switch shoot {
            case .off: .off
            case .reboot: .reboot
            }
        }
    }
}
