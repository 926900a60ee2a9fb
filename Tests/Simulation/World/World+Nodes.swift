// How nodes and operators behave: not cleverly, and not always the same way.

internal import Arbiter
internal import Fencing
internal import TestSupport

extension World {
    // MARK: Being there

    func isThere(_ node: Int, _ life: Int) -> Bool {
        judge.isLit(node) && judge.life(of: node) == life && machines[node].mind == .awake
    }

    func isThere(_ owner: Connection.Owner, _ life: Int) -> Bool {
        switch owner {
        case .node(let node): isThere(node, life)
        case .person: true
        }
    }

    private func sees(_ node: Int, _ other: Int) -> Bool {
        let isTogether = (mask >> node) & 1 == (mask >> other) & 1
        return isTogether && judge.isLit(other) && machines[other].mind == .awake
    }

    // MARK: Thinking

    mutating func think(_ thought: Thought, _ node: Int, after delay: Duration) {
        errands.add(.think(node, life: judge.life(of: node), thought), at: now + delay)
    }

    mutating func think(_ thought: Thought, by node: Int, _ life: Int) {
        guard judge.isLit(node), judge.life(of: node) == life else { return }
        if case .boot = thought { return wake(node) }
        switch machines[node].mind {
        case .gone: return
        case .frozen:
            machines[node].frozen.append(.think(node, life: life, thought))
            return
        case .awake: break
        }
        switch thought {
        case .boot: break
        case .suspect: suspect(node)
        case .lookAround: lookAround(node)
        case .shoot(let target): shoot(target, by: node)
        case .retry(let token): retry(token, by: node)
        }
    }

    /// Boots, or thaws.
    private mutating func wake(_ node: Int) {
        let missed = machines[node].frozen
        let wasFrozen = machines[node].mind == .frozen
        machines[node].frozen = []
        machines[node].mind = .awake
        tell("\(name(node)) is awake")
        for errand in missed { errands.add(errand, at: now) }
        if !wasFrozen, draw.number(1...10) <= 7 {
            machines[node].longSession = connect(.node(node))
        }
        think(.suspect, node, after: .milliseconds(draw.number(0...3000)))
        for other in machines.indices where sees(other, node) && other != node {
            machines[other].fenced.remove(node)
            think(.lookAround, other, after: .milliseconds(draw.number(100...8000)))
        }
    }

    /// Whom it does not see, and has not fenced, it shoots.
    private mutating func suspect(_ node: Int) {
        for other in machines.indices
        where other != node && !sees(node, other) && !machines[node].fenced.contains(other) {
            if draw.number(1...10) <= 8 { shoot(other, by: node) }
        }
    }

    private mutating func lookAround(_ node: Int) {
        for other in machines.indices where sees(node, other) {
            machines[node].fenced.remove(other)
        }
        askQuorum(node)
    }

    private mutating func askQuorum(_ node: Int) {
        let session = anySession(of: node)
        send(.quorum, by: asker(node), on: session, knew: .initial, retries: 1)
    }

    private func asker(_ node: Int) -> Ask.Asker { .node(node, life: judge.life(of: node)) }

    private mutating func anySession(of node: Int) -> SessionID {
        if let long = machines[node].longSession, connections[long] != nil { return long }
        let fresh = connect(.node(node))
        if draw.number(1...2) == 1 { machines[node].longSession = fresh }
        return fresh
    }

    // MARK: Shooting

    private mutating func shoot(_ target: Int, by node: Int) {
        // Some look first, as a fence agent does, and shoot when they have heard.
        if machines[node].heard[target] == nil, draw.number(1...3) == 1 {
            askQuorum(node)
            return think(.shoot(target), node, after: .milliseconds(draw.number(80...2000)))
        }
        let isLong = draw.number(1...3) <= 2
        let session = isLong ? anySession(of: node) : connect(.node(node))
        var since: PowerSequence?
        if let heard = machines[node].heard[target], draw.number(1...2) == 1 { since = heard }
        lastID += 1
        let needsID = unanswered.contains { token in
            asks[token]?.request?.id == nil && asks[token]?.request?.target == plan.nodes[target]
        }
        let id = needsID || draw.number(1...5) > 1 ? RequestID("r\(lastID)") : nil
        let request = PowerRequest(
            draw.one(of: [.shoot, .shoot, .reboot, .off]), plan.nodes[target], id: id,
            since: since, wait: draw.one(of: [nil, nil, .seconds(5), .seconds(120)]))
        send(
            .power(request), by: asker(node), on: session,
            knew: since ?? connections[session]?.knows[target] ?? .initial,
            retries: draw.number(0...3))
    }

    mutating func retryLater(_ ask: Ask) {
        guard ask.retries > 0, case .node(let node, let life) = ask.asker,
            judge.life(of: node) == life
        else { return }
        think(.retry(ask.token), node, after: .milliseconds(draw.one(of: [10, 500, 4000, 20_000])))
    }

    /// The same request, with the same id and the same `since`; where neither was said, a new one.
    private mutating func retry(_ token: RequestToken, by node: Int) {
        guard let ask = asks[token] else { return }
        switch ask.content {
        case .quorum: askQuorum(node)
        case .result: break
        case .admit(let other): admit(other, by: node)
        case .power(let request):
            let session = anySession(of: node)
            let target = judge.number(of: request.target)
            if let id = request.id, draw.number(1...4) == 1 {
                send(
                    .result(id, of: request.target), by: asker(node), on: session, knew: ask.knew,
                    first: ask.firstKnew, retries: 0)
            }
            send(
                .power(request), by: asker(node), on: session,
                knew: request.since[request.target] ?? connections[session]?.knows[target]
                    ?? .initial,
                first: request.id == nil ? nil : ask.firstKnew, retries: ask.retries - 1)
        }
    }

    mutating func act(on news: News, to ask: Ask, _ node: Int) {
        switch ask.content {
        case .quorum: vouch(news, by: node)
        case .result, .admit: break
        case .power(let request):
            let target = judge.number(of: request.target)
            switch news.code {
            case .ok: machines[node].fenced.insert(target)
            case .inDoubt, .noQuorum, .withdrawn: retryLater(ask)
            case .stale: if ask.retries > 0 { lookAround(node) }
            case .failed, .lost, .probation, .noConsent, .locked, .rate, .usage, .notPermitted:
                break
            }
        }
    }

    /// Whom it sees again and hears to be on probation it vouches for, sooner or later.
    private mutating func vouch(_ news: News, by node: Int) {
        guard news.code == .ok else { return }
        for other in news.onProbation where sees(node, other) {
            if draw.number(1...4) > 1 { admit(plan.nodes[other], by: node) }
        }
    }

    private mutating func admit(_ other: NodeName, by node: Int) {
        send(
            .admit(other), by: asker(node), on: anySession(of: node), knew: .initial, retries: 1)
    }

    // MARK: Operators

    mutating func operate(_ verb: PowerVerb, _ node: Int) {
        let session = connect(.person)
        lastID += 1
        let request = PowerRequest(
            verb, plan.nodes[node], id: RequestID("o\(lastID)"), wait: .seconds(200))
        send(
            .power(request), by: .person, on: session,
            knew: judge.pseq(of: node), retries: 0)
    }

    mutating func operateAdmission(_ node: Int, after delay: Duration) {
        let session = connect(.person)
        let at = now + delay
        connections[session]?.arrivesAfter = at
        send(.admit(plan.nodes[node]), by: .person, on: session, knew: .initial, retries: 0)
    }
}
