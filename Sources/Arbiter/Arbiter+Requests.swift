// Requests for power: what is taken in, what is refused at the door, and the judgement.

internal import Fencing

extension Arbiter {
    mutating func receive(
        _ request: PowerRequest, _ token: RequestToken, by id: SessionID, at now: Moment
    ) {
        guard let session = sessions[id] else {
            return emit(.reply(token, Reply(.noQuorum, [ReplyField("why", "no such session")])))
        }
        guard let node = site.nodes[request.target], mayName(session.principal, node) else {
            return emit(.reply(token, .notYours(request.target, session.principal)))
        }
        let known = session.knows[request.target] ?? .initial
        let deadline = now + (request.wait ?? Patience.waiting)
        let preferredUntil = now + preference(of: session.principal, against: node)
        let waiting = Pending(
            token: token, session: id, principal: session.principal, request: request,
            verb: node.meaning(of: request.verb),
            since: request.since.map { .said($0) } ?? .known(known), arrived: now,
            deadline: deadline, preferredUntil: preferredUntil,
            wakesAt: now < preferredUntil ? min(preferredUntil, deadline) : deadline)
        guard pendingCount < Limit.pending else {
            return refuse(
                waiting, .rate, "\(Limit.pending) requests are waiting already: ask again later")
        }
        pending[request.target, default: []].append(waiting)
        pendingCount += 1
        agenda.add(request.target)
    }

    func mayName(_ principal: Principal, _ target: Node) -> Bool {
        switch principal {
        case .operator: true
        case .node(let name): site.nodes[name]?.cluster == target.cluster
        }
    }

    /// What is to be done about a request, at this moment.
    enum Judgement: Hashable, Sendable {
        case grant
        /// An off that was verified after what the requester last knew answers it (R7).
        case satisfied
        /// It is on record as off, and the requester knew that: read it before saying so again.
        case look
        case wait
        /// It waited for so long that its requester is asked whether it still wants it.
        case probe
        /// Its id was used before: give what that came to.
        case repeatAnswer(OutcomeTable.Answer)
        case refuse(ExitCode, why: String)
    }

    func judge(_ waiting: Pending) -> Judgement {
        if let repeated = repeated(waiting) { return repeated }
        if let refusal = refusal(of: waiting) { return refusal }
        if waiting.verb == .on { return isBusy(waiting.request.target) ? .wait : .grant }
        return judgeOff(waiting)
    }

    /// The same id again: with the same content it attaches, with another it is a mistake (R8).
    private func repeated(_ waiting: Pending) -> Judgement? {
        guard let id = waiting.request.id,
            let answer = durable.outcomes[waiting.principal, id]
        else { return nil }
        let (verb, target) =
            switch answer {
            case .shot(_, let verb, let target): (verb, target)
            case .satisfied(let satisfaction, _, _): (satisfaction.verb, satisfaction.target)
            }
        guard verb == waiting.verb, target == waiting.request.target else {
            return .refuse(
                .usage,
                why: "id \(id) was used for '\(verb.rawValue) \(target)': take a new id")
        }
        return .repeatAnswer(answer)
    }

    private func refusal(of waiting: Pending) -> Judgement? {
        if let why = whyNothingIsDecided { return .refuse(.noQuorum, why: why) }
        let isOwnReset =
            waiting.principal == .node(waiting.request.target) && waiting.verb == .reboot
        switch right(of: waiting.session) {
        case .good: return nil
        case .probation(_) where isOwnReset: return nil
        case .doomed, .probation, .outlived:
            let (code, why) = right(of: waiting.session).refusal
            return .refuse(code, why: why)
        }
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

    private func judgeOff(_ waiting: Pending) -> Judgement {
        let target = durable[waiting.request.target]
        let pseq = target.powerSequence
        let since = waiting.since.value
        if since > pseq {
            return .refuse(
                .stale,
                why: "since=\(since) is ahead of pseq=\(pseq): this ledger does not know that off")
        }
        if since < pseq {
            switch waiting.since {
            case .said: return .satisfied
            case .known:
                // The off that this session has not heard of was answered for: the node is back
                // and vouched for, and only the requester can say which of its lives it means.
                return target.standing == .member
                    ? .refuse(.stale, why: waiting.staleAdvice(pseq)) : .satisfied
            }
        }
        let isBusy = isBusy(waiting.request.target)
        guard since.isVerifiedOff else { return isBusy ? .wait : .grant }
        switch waiting.looked {
        case nil: return isBusy && !isHeldOff(waiting.request.target) ? .wait : .look
        case .off: return .satisfied
        case .notOff: return isBusy ? .wait : .grant
        }
    }

    /// Off, told, and only waiting for its last command to grow harmless: reading disturbs nobody.
    private func isHeldOff(_ target: NodeName) -> Bool {
        runs[target]?.phase == .off(tellAt: nil, onAt: nil) && looks[target] == nil
    }

    func isBusy(_ target: NodeName) -> Bool {
        runs[target] != nil || looks[target] != nil || unsettled[target] != nil
    }
}

extension Pending {
    fileprivate func staleAdvice(_ pseq: PowerSequence) -> String {
        "\(request.target) was shot and readmitted since this session last looked: "
            + "ask `status \(request.target)` or say since=\(pseq), then ask again"
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
                "shot \(shot.text) cut your power: wait until a member or an operator says "
                    + "`admit` for you"
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
