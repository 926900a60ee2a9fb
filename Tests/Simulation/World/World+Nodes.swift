// How nodes behave: not cleverly, and not always the same way.

internal import Arbiter
internal import Fencing
internal import TestSupport

extension World {
    // MARK: Being there

    func isThere(_ node: Int, _ life: Int) -> Bool {
        judge.isLit(node) && !judge.isGone(node) && judge.life(of: node) == life
            && machines[node].mind == .awake
    }

    func isThere(_ connection: Connection) -> Bool {
        switch connection.owner {
        case .node(let node): isThere(node, connection.life)
        case .person: connection.sleepsFrom.map { now < $0 } ?? true
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
        guard judge.isLit(node), judge.life(of: node) == life, !judge.isGone(node) else { return }
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
        case .shoot(let targets): shoot(targets, by: node)
        case .checkOff(let other): checkOff(other, by: node)
        case .retry(let token): retry(token, by: node)
        case .insist(let token): insist(token, by: node)
        case .takeBack(let token): takeBack(token, by: node)
        case .switchOn(let other): switchOn(other, by: node)
        case .askAgain(let other): askAgain(other, by: node)
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
        for other in judge.peers[node] where sees(other, node) && other != node {
            machines[other].fenced.remove(node)
            think(.lookAround, other, after: .milliseconds(draw.number(100...8000)))
        }
    }

    /// Whom it does not see, and has not fenced, it shoots: one by one, or all at once.
    private mutating func suspect(_ node: Int) {
        let missing = judge.peers[node].filter { other in
            other != node && !sees(node, other) && !machines[node].fenced.contains(other)
        }
        if judge.wantsConsent(node), !missing.isEmpty, draw.number(1...2) == 1 { askQuorum(node) }
        if missing.count > 1, draw.number(1...2) == 1 { return shoot(missing, by: node) }
        for other in missing where draw.number(1...10) <= 8 { shoot([other], by: node) }
    }

    private mutating func lookAround(_ node: Int) {
        for other in machines.indices where sees(node, other) {
            machines[node].fenced.remove(other)
        }
        if draw.number(1...8) == 1 {
            send(
                .look(judge.peers[node].map { nodeNames[$0] }), by: asker(node),
                on: anySession(of: node), retries: 0)
        }
        askQuorum(node)
    }

    /// Where consent is wanted it says whom it sees, which is not always right.
    mutating func askQuorum(_ node: Int) {
        var seen: [NodeName]?
        if judge.wantsConsent(node) || draw.number(1...4) == 1 {
            let wrong = draw.number(1...12) == 1 ? draw.one(of: judge.peers[node]) : nil
            seen = judge.peers[node].filter { other in
                (other == node || sees(node, other)) != (other == wrong)
            }.map { nodeNames[$0] }
        }
        send(.quorum(sees: seen), by: asker(node), on: anySession(of: node), retries: 1)
    }

    func asker(_ node: Int) -> Ask.Asker { .node(node, life: judge.life(of: node)) }

    private mutating func anySession(of node: Int) -> SessionID {
        if let long = machines[node].longSession, connections[long] != nil { return long }
        let fresh = connect(.node(node))
        if draw.number(1...2) == 1 { machines[node].longSession = fresh }
        return fresh
    }

    // MARK: Shooting

    private mutating func shoot(_ targets: [Int], by node: Int) {
        // Some look first, as a fence agent does, and shoot when they have heard.
        let isIgnorant = targets.contains { machines[node].heard[$0] == nil }
        if isIgnorant, draw.number(1...3) == 1 {
            askQuorum(node)
            return think(.shoot(targets), node, after: .milliseconds(draw.number(80...2000)))
        }
        let isLong = draw.number(1...3) <= 2
        let session = isLong ? anySession(of: node) : connect(.node(node))
        var since: [NodeName: PowerSequence] = [:]
        for target in targets {
            guard let heard = machines[node].heard[target], draw.number(1...2) == 1 else {
                continue
            }
            since[nodeNames[target]] = heard
        }
        let names = targets.map { nodeNames[$0] }
        let request = PowerRequest(
            draw.one(of: [.shoot, .shoot, .reboot, .off]), names, id: newID(for: names),
            since: since,
            wait: draw.one(of: [nil, nil, .seconds(5), .seconds(120)]))
        let token = send(
            .power(request), by: asker(node), on: session, retries: draw.number(0...3))
        if targets.count > 1, draw.number(1...2) == 1 {
            think(.lookAround, node, after: .seconds(draw.number(3...20)))
        }
        if draw.number(1...10) == 1 {
            think(.insist(token), node, after: .milliseconds(draw.one(of: [5, 900, 5000])))
        }
        for name in names { usedIDs[UsedID(asker: node, target: name)] = request }
        if draw.number(1...16) == 1 {
            let after = Duration.milliseconds(draw.one(of: [40, 900, 5000]))
            errands.add(.abandon(token), at: now + after)
        }
        if draw.number(1...10) == 1 {
            think(.takeBack(token), node, after: .milliseconds(draw.one(of: [5, 200, 3000, 9000])))
        }
    }

    /// Not every request has one.
    private mutating func newID(for targets: [NodeName]) -> RequestID? {
        lastID += 1
        return draw.number(1...5) > 1 || isAmbiguous(targets) ? RequestID("r\(lastID)") : nil
    }

    /// Two requests for the same without an id could not be told apart by who looks on.
    private mutating func isAmbiguous(_ targets: [NodeName]) -> Bool {
        nameless.removeAll { token in
            guard let ask = asks[token], !ask.isAnswered else { return true }
            return connections[ask.connection] == nil
        }
        return nameless.contains { token in
            asks[token]?.request?.targets.contains { targets.contains($0) } ?? false
        }
    }

    mutating func switchOn(_ other: Int, by node: Int) {
        let names = [nodeNames[other]]
        let request = PowerRequest(.on, names, id: newID(for: names))
        send(.power(request), by: asker(node), on: anySession(of: node), retries: 0)
    }

    /// The id of an earlier request, for the same; what the asker knows may have changed since.
    private mutating func askAgain(_ other: Int, by node: Int) {
        guard var request = usedIDs[UsedID(asker: node, target: nodeNames[other])],
            request.id != nil
        else { return }
        switch draw.number(1...3) {
        case 1: break
        case 2: request.since = [:]
        default:
            for target in request.targets {
                let number = judge.number(of: target)
                request.since[target] = machines[node].heard[number]
            }
        }
        let session = draw.number(1...2) == 1 ? anySession(of: node) : connect(.node(node))
        send(.power(request), by: asker(node), on: session, retries: 0)
    }

    /// Does not wait for an end of the first connection: the same once more, on a new one.
    private mutating func insist(_ token: RequestToken, by node: Int) {
        guard let ask = asks[token], !ask.isAnswered, ask.request?.id != nil else { return }
        send(ask.content, by: asker(node), on: connect(.node(node)), again: ask, retries: 0)
    }

    /// Says so, on whatever session it has.
    private mutating func takeBack(_ token: RequestToken, by node: Int) {
        guard let ask = asks[token], !ask.isAnswered, let id = ask.request?.id else { return }
        asks[token]?.retries = 0
        send(.withdraw(id), by: asker(node), on: anySession(of: node), retries: 0)
    }

    mutating func checkOff(_ other: Int, by node: Int) {
        let token = send(
            .checkOff(nodeNames[other]), by: asker(node), on: anySession(of: node), retries: 1)
        if draw.number(1...8) == 1 { errands.add(.abandon(token), at: now + .milliseconds(150)) }
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
        case .result, .withdraw, .lock, .release, .confirmOff, .look: break
        case .admit(let other): admit(other, by: node)
        case .checkOff(let other): checkOff(judge.number(of: other), by: node)
        case .power(var request):
            let session = anySession(of: node)
            let isSame = request.id != nil
            if !isSame { request.id = newID(for: request.targets) }
            if isSame, let id = request.id, draw.number(1...4) == 1 {
                send(.result(id), by: asker(node), on: session, again: ask, retries: 0)
            }
            send(
                .power(request), by: asker(node), on: session,
                again: isSame ? ask : nil, retries: ask.retries - 1)
        }
    }

    mutating func act(on news: News, to ask: Ask, _ node: Int) {
        for other in news.off { machines[node].fenced.insert(other) }
        switch ask.content {
        case .quorum: vouch(news, by: node)
        case .checkOff(let other):
            if news.code == .ok { machines[node].fenced.insert(judge.number(of: other)) }
        case .result, .admit, .withdraw, .lock, .release, .confirmOff, .look: break
        case .power(let request) where request.verb == .on: break
        case .power(let request):
            // Some switch on again what they have switched off.
            for other in news.off where request.verb == .off && draw.number(1...8) == 1 {
                think(.switchOn(other), node, after: .seconds(draw.number(1...60)))
            }
            switch news.code {
            case .inDoubt, .noQuorum, .withdrawn: retryLater(ask)
            case .stale: if ask.retries > 0 { lookAround(node) }
            case .noConsent:
                askQuorum(node)
                retryLater(ask)
            // It may not shoot, but it may find somebody off.
            case .probation:
                for target in request.targets where draw.number(1...4) == 1 {
                    think(.checkOff(judge.number(of: target)), node, after: .milliseconds(50))
                }
            case .ok, .failed, .lost, .locked, .rate, .usage, .notPermitted: break
            }
        }
    }

    /// Whom it sees again and hears to be on probation it vouches for, sooner or later; on probation
    /// itself, if it sees everybody.
    private mutating func vouch(_ news: News, by node: Int) {
        let isMember = news.code == .ok
        let seesAll = judge.peers[node].allSatisfy { $0 == node || sees(node, $0) }
        guard isMember || (news.code == .probation && seesAll) else { return }
        for other in news.onProbation where other == node ? !isMember : sees(node, other) {
            if draw.number(1...4) > 1 { admit(nodeNames[other], by: node) }
        }
    }

    private mutating func admit(_ other: NodeName, by node: Int) {
        send(.admit(other), by: asker(node), on: anySession(of: node), retries: 1)
    }
}
