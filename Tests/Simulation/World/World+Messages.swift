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
            principal: principal(owner), owner: owner, life: life(of: owner), knows: presentPseqs)
        let at = now + .milliseconds(draw.number(1...40))
        connection.arrivesAfter = at
        connections[lastSession] = connection
        errands.add(.open(lastSession), at: at)
        return lastSession
    }

    private var presentPseqs: [PowerSequence] { machines.indices.map { judge.pseq(of: $0) } }

    private func principal(_ owner: Connection.Owner) -> Principal {
        switch owner {
        case .node(let node): .node(nodeNames[node])
        case .person(let person): .operator(plan.operators[person])
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
        guard room.appliance.isUp, isThere(connection) else {
            errands.add(.notice(id), at: now + .milliseconds(draw.number(1...2000)))
            return
        }
        connection.isOpen = true
        connection.knows = presentPseqs
        if case .node(let node) = connection.owner {
            connection.generation = judge.generation(of: node)
        }
        connections[id] = connection
        tell("session \(id) of \(connection.principal)")
        room.handle(.sessionOpened(id, connection.principal))
    }

    /// The client's ssh answers by itself, as long as its machine lives.
    mutating func answerProbe(of id: SessionID) {
        guard let connection = connections[id], connection.isOpen else { return }
        let isAlive = isThere(connection)
        let answeredAt = isAlive ? now : connection.livedAt
        connections[id]?.livedAt = answeredAt
        room.handle(.probed(id, isAlive ? .alive : .silent))
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
        guard case .node(let node) = connection.owner else {
            for person in longSessions.indices where longSessions[person] == id {
                longSessions[person] = nil
            }
            return
        }
        if machines[node].longSession == id { machines[node].longSession = nil }
        for token in connection.asked {
            guard let ask = asks[token], !ask.isAnswered else { continue }
            retryLater(ask)
        }
    }

    // MARK: Asking

    /// `original`: what is asked again, under the same id.
    @discardableResult
    mutating func send(
        _ content: Ask.Content, by asker: Ask.Asker, on session: SessionID,
        again original: Ask? = nil,
        retries: Int
    ) -> RequestToken {
        lastToken = lastToken.next
        var knew = connections[session]?.knows ?? presentPseqs
        if case .power(let request) = content {
            for (target, pseq) in request.since { knew[judge.number(of: target)] = pseq }
        } else if let original {
            knew = original.knew
        }
        asks[lastToken] = Ask(
            token: lastToken, asker: asker, connection: session, content: content,
            firstSentAt: original?.firstSentAt ?? now, knew: knew,
            firstKnew: original?.firstKnew ?? knew,
            original: original?.token, retries: retries)
        tell("\(asker) sends \(lastToken) on \(session): \(content)")
        var at = now + .milliseconds(draw.number(1...30))
        if case .node(let node, _) = asker, let held = machines[node].heldUntil {
            at = max(at, held)
        }
        at = max(at, connections[session]?.arrivesAfter ?? at)
        connections[session]?.arrivesAfter = at
        connections[session]?.asked.append(lastToken)
        if case .power(let request) = content, request.id == nil { nameless.append(lastToken) }
        errands.add(.deliver(lastToken), at: at)
        return lastToken
    }

    mutating func deliver(_ token: RequestToken) {
        guard let ask = asks[token], ask.deliveredAt == nil,
            let connection = connections[ask.connection], connection.isOpen, isTrue(ask)
        else { return }
        let arrival = now
        asks[token]?.deliveredAt = arrival
        if let request = ask.request { fillIn(request, token, connection.knows) }
        if case .admit(let name) = ask.content {
            let node = judge.number(of: name)
            asks[token]?.knew[node] = connection.knows[node]
        }
        overhear(ask, connection.generation)
        guard let event = ask.event(reason: Self.reason) else { return show(ask) }
        unanswered.append(token)
        room.handle(event)
    }

    /// What is shown to a session, it knows.
    private mutating func show(_ ask: Ask) {
        guard case .look(let names) = ask.content, room.appliance.isUp else { return }
        for name in names { room.handle(.told(ask.connection, name)) }
        let shown = names.map { name in
            let node = judge.number(of: name)
            return News.Pseq(node: node, pseq: judge.pseq(of: node))
        }
        asks[ask.token]?.isAnswered = true
        sendBack(ask.token, News(of: shown))
    }

    /// Nobody is left to hear the answer; the connection stays.
    mutating func abandon(_ token: RequestToken) {
        guard let ask = asks[token], unanswered.contains(token) else { return }
        unanswered.removeAll { $0 == token }
        asks[token]?.isAnswered = true
        tell("\(ask.asker) abandons \(token)")
        room.handle(.abandoned(token))
    }

    private static let reason: Reason = Town.known("seen")

    /// A target without `since` means what the session knows when the request arrives.
    private mutating func fillIn(
        _ request: PowerRequest, _ token: RequestToken, _ knows: [PowerSequence]
    ) {
        for target in request.targets where request.since[target] == nil {
            let node = judge.number(of: target)
            asks[token]?.knew[node] = knows[node]
            if let original = asks[token]?.original {
                asks[original]?.wasOvertaken = true
                lower(node, to: knows[node], in: original)
                lower(node, to: knows[node], in: token)
            } else if asks[token]?.wasOvertaken == true {
                lower(node, to: knows[node], in: token)
            } else {
                asks[token]?.firstKnew[node] = knows[node]
            }
        }
    }

    private mutating func lower(_ node: Int, to pseq: PowerSequence, in token: RequestToken) {
        guard let knew = asks[token]?.firstKnew[node] else { return }
        asks[token]?.firstKnew[node] = min(knew, pseq)
    }

    /// What the judge keeps in mind of a question.
    private mutating func overhear(_ ask: Ask, _ generation: Int) {
        switch (ask.asker, ask.content) {
        case (_, .power(let request)):
            if let id = request.id { judge.askedAgain(ask.asker, id) }
        case (.node(let node, _), .quorum(let sees?)):
            judge.heard(
                viewOf: node, NodeSet(sees.map { judge.number(of: $0) }), in: generation, at: now)
        case (.node(let node, _), .admit(let other)):
            judge.heard(
                voucherFor: judge.number(of: other), by: node, in: generation, at: now)
        case (_, .quorum), (_, .result), (_, .admit), (_, .withdraw), (_, .checkOff), (_, .lock),
            (_, .release), (_, .confirmOff), (_, .look):
            break
        }
    }

    /// Nobody attests what is not so: who finds the node running on a second look, or still with
    /// lamps that glow, says nothing.
    private func isTrue(_ ask: Ask) -> Bool {
        if case .confirmOff(let node, _) = ask.content {
            judge.isColdAndDark(judge.number(of: node), at: now)
        } else {
            true
        }
    }

    /// The node was vouched for: what was held up arrives now, before anybody can close anything.
    mutating func release(_ node: Int) {
        guard machines[node].heldUntil != nil else { return }
        machines[node].heldUntil = nil
        for token in asks.keys {
            guard let ask = asks[token], case .node(node, _) = ask.asker, ask.deliveredAt == nil
            else { continue }
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

extension Ask {
    /// Nil of what the arbiter does not answer.
    fileprivate func event(reason: Reason) -> Event<SimulatedReceipt>? {
        switch content {
        case .power(let request): .ordered(token, by: connection, request)
        case .quorum(let sees): .asked(token, by: connection, .quorum(sees: sees))
        case .result(let id): .asked(token, by: connection, .result(id))
        case .admit(let node): .asked(token, by: connection, .admit(node))
        case .withdraw(let id): .asked(token, by: connection, .withdraw(id))
        case .checkOff(let node): .asked(token, by: connection, .checkOff(node))
        case .lock(let node, let kind): .asked(token, by: connection, .lock(node, kind, reason))
        case .release(let node, let force): .asked(token, by: connection, .release(node, force))
        case .confirmOff(let node, let shot):
            .asked(token, by: connection, .confirmOff(node, shot, reason))
        case .look: nil
        }
    }
}
