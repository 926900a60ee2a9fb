// What goes to and fro between askers and the appliance. A message that was sent arrives even if
// its sender is dead by then.

internal import Arbiter
internal import Fencing
internal import TestSupport

extension World {
    // MARK: Connections

    /// A new connection; the first thing on it may be sent at once and waits behind the login.
    mutating func connect(_ owner: Connection.Owner) -> SessionID {
        lastSession = lastSession.next
        var connection = Connection(
            principal: principal(owner), owner: owner, life: life(of: owner),
            knows: machines.indices.map { judge.pseq(of: $0) })
        let at = now + .milliseconds(draw.number(1...40))
        connection.arrivesAfter = at
        connections[lastSession] = connection
        errands.add(.open(lastSession), at: at)
        return lastSession
    }

    private func principal(_ owner: Connection.Owner) -> Principal {
        switch owner {
        case .node(let node): .node(plan.nodes[node])
        case .person: .operator(room.site.operators.sorted()[0])
        }
    }

    private func life(of owner: Connection.Owner) -> Int {
        switch owner {
        case .node(let node): judge.life(of: node)
        case .person: 0
        }
    }

    /// A login is a conversation: it needs a living peer to the end.
    mutating func open(_ id: SessionID) {
        guard var connection = connections[id] else { return }
        guard room.appliance.isUp, isThere(connection.owner, connection.life) else {
            errands.add(.notice(id), at: now + .milliseconds(draw.number(1...2000)))
            return
        }
        connection.isOpen = true
        connection.knows = machines.indices.map { judge.pseq(of: $0) }
        connections[id] = connection
        tell("session \(id) of \(connection.principal)")
        room.handle(.sessionOpened(id, connection.principal))
    }

    /// The client's ssh answers by itself, as long as its machine lives.
    mutating func answerProbe(of id: SessionID) {
        guard let connection = connections[id], connection.isOpen else { return }
        let isAlive = isThere(connection.owner, connection.life)
        room.handle(.probed(id, isAlive ? .alive : .silent))
        digest()
    }

    mutating func endSession(_ id: SessionID) {
        guard let connection = connections[id], connection.isOpen else { return }
        connections[id]?.isOpen = false
        tell("session \(id) of \(connection.principal) ends")
        unanswered.removeAll { asks[$0]?.connection == id }
        room.handle(.sessionClosed(id))
        errands.add(.notice(id), at: now + .milliseconds(draw.number(1...200)))
    }

    /// Whoever waits for an answer on it hears that there will be none.
    mutating func noticeLoss(_ id: SessionID) {
        guard let connection = connections[id] else { return }
        connections[id] = nil
        guard case .node(let node) = connection.owner else { return }
        if machines[node].longSession == id { machines[node].longSession = nil }
        for token in connection.asked {
            guard let ask = asks[token], !ask.isAnswered else { continue }
            retryLater(ask)
        }
    }

    // MARK: Asking

    mutating func send(
        _ content: Ask.Content, by asker: Ask.Asker, on session: SessionID, knew: PowerSequence,
        first: PowerSequence? = nil, retries: Int
    ) {
        lastToken = lastToken.next
        asks[lastToken] = Ask(
            token: lastToken, asker: asker, connection: session, content: content, sentAt: now,
            knew: knew, firstKnew: first ?? knew, attempt: first == nil ? .first : .again,
            retries: retries)
        tell("\(asker) sends \(lastToken) on \(session): \(content)")
        var at = now + .milliseconds(draw.number(1...30))
        if case .node(let node, _) = asker, let held = machines[node].heldUntil {
            at = max(at, held)
        }
        at = max(at, connections[session]?.arrivesAfter ?? at)
        connections[session]?.arrivesAfter = at
        connections[session]?.asked.append(lastToken)
        errands.add(.deliver(lastToken), at: at)
    }

    mutating func deliver(_ token: RequestToken) {
        guard var ask = asks[token], !ask.isDelivered,
            connections[ask.connection]?.isOpen == true
        else { return }
        ask.isDelivered = true
        if let request = ask.request, request.since.isEmpty,
            let knows = connections[ask.connection]?.knows[judge.number(of: request.target)]
        {
            if ask.attempt == .first { ask.firstKnew = knows }
            ask.knew = knows
        }
        asks[token] = ask
        unanswered.append(token)
        switch ask.content {
        case .power(let request): room.handle(.ordered(token, by: ask.connection, request))
        case .quorum: room.handle(.asked(token, by: ask.connection, .quorum(sees: nil)))
        case .result(let id, of: _): room.handle(.asked(token, by: ask.connection, .result(id)))
        case .admit(let node): room.handle(.asked(token, by: ask.connection, .admit(node)))
        }
    }

    /// The node was vouched for: what was held up arrives now, before anybody can close anything.
    mutating func release(_ node: Int) {
        guard machines[node].heldUntil != nil else { return }
        machines[node].heldUntil = nil
        for token in asks.keys {
            guard let ask = asks[token], case .node(node, _) = ask.asker, !ask.isDelivered else {
                continue
            }
            errands.add(.deliver(token), at: now)
        }
    }

    // MARK: Hearing

    mutating func sendBack(_ token: RequestToken, _ news: News) {
        guard let ask = asks[token] else { return }
        let after = connections[ask.connection]?.isHeardAfter ?? now
        let at = max(after, now + .milliseconds(draw.number(1...30)))
        connections[ask.connection]?.isHeardAfter = at
        // What was sent to a session counts as known to it, heard or not.
        for told in news.pseqs {
            let knew = connections[ask.connection]?.knows[told.node] ?? told.pseq
            connections[ask.connection]?.knows[told.node] = max(knew, told.pseq)
        }
        errands.add(.hear(token, news), at: at)
    }

    mutating func hear(_ token: RequestToken, _ news: News) {
        guard let ask = asks[token], case .node(let node, let life) = ask.asker else { return }
        guard judge.life(of: node) == life, machines[node].mind != .gone else { return }
        if machines[node].mind == .frozen {
            machines[node].frozen.append(.hear(token, news))
            return
        }
        for told in news.pseqs {
            let heard = machines[node].heard[told.node] ?? told.pseq
            machines[node].heard[told.node] = max(heard, told.pseq)
        }
        act(on: news, to: ask, node)
    }
}
