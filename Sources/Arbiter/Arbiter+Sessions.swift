// Sessions: who asks, in which generation, and what they know.

internal import Fencing

extension Arbiter {
    mutating func open(_ id: SessionID, _ principal: Principal) {
        let generation: Generation? =
            switch principal {
            case .node(let node): durable[node].generation
            case .operator: nil
            }
        sessions[id] = Session(principal: principal, generation: generation, knows: current)
    }

    /// What was asked and not granted is withdrawn: nobody is left to act on it (R9).
    mutating func close(_ id: SessionID) {
        sessions[id] = nil
        questions.removeAll { $0.session == id }
        for look in looks.values.sorted(by: { $0.node < $1.node }) {
            if case .check(let asked) = look.purpose, asked.session == id { drop(look) }
        }
        holdUps.forget { _, session in session == id }
        for waiting in queue.all where waiting.session == id {
            withdraw(waiting, why: "its session ended before it was granted")
        }
        for token in batches.keys where batches[token]?.session == id { batches[token] = nil }
        for target in runs.keys { runs[target]?.waiters.removeAll { $0.session == id } }
    }

    mutating func abandon(_ token: RequestToken) {
        questions.removeAll { $0.token == token }
        for look in looks.values where look.purpose.isFor(token) { drop(look) }
        holdUps.forget { held, _ in held == token }
        if let waiting = queue[token] {
            withdraw(waiting, why: "its channel closed before it was granted")
        }
        batches[token] = nil
        for target in runs.keys { runs[target]?.waiters.removeAll { $0.token == token } }
    }

    /// A changed site file gives this person the role of a viewer.
    mutating func refuseAll(of name: PrincipalName) {
        let principal = Principal.operator(name)
        let why = "\(name) may only look since the site file was read anew"
        for waiting in queue.all where waiting.principal == principal {
            if outstanding?.token == waiting.token { continue }
            refuse(waiting, .notPermitted, why)
        }
        let looks = looks.values.sorted { $0.node < $1.node }
        for look in looks {
            guard case .check(let asked) = look.purpose,
                sessions[asked.session]?.principal == principal
            else { continue }
            drop(look)
            answer(asked, look.node, .notPermitted, why)
        }
        refuseChecks(of: principal, why)
    }

    /// A viewer may ask for a result; a check-off that waits would write a lock.
    private mutating func refuseChecks(of principal: Principal, _ why: String) {
        let checks = (questions + holdUps.askedLater).filter { asked in
            guard case .checkOff = asked.question else { return false }
            return sessions[asked.session]?.principal == principal
        }
        for asked in checks {
            guard case .checkOff(let node) = asked.question else { continue }
            questions.removeAll { $0.token == asked.token }
            holdUps.forget { token, _ in token == asked.token }
            answer(asked, node, .notPermitted, why)
        }
    }

    private mutating func withdraw(_ waiting: Pending, why: String) {
        if outstanding?.token == waiting.token {
            outstanding?.isAbandoned = true
            return
        }
        refusals.note(waiting, .withdrawn, why)
        take(waiting)
    }

    /// It waits no longer. Where its turn had come, those behind it are looked at now.
    mutating func take(_ waiting: Pending) {
        guard let found = queue.remove(waiting.token) else { return }
        if case .asked = found.life { stir(found) }
    }

    mutating func tell(_ session: SessionID, of node: NodeName) {
        let pseq = durable[node].powerSequence
        // What all sessions know, they share: a thousand that ask every few seconds copy nothing.
        guard let knows = sessions[session]?.knows, (knows[node] ?? .initial) != pseq else {
            return
        }
        sessions[session]?.knows[node] = pseq
    }

    /// What a session was told meanwhile may be newer.
    mutating func learn(_ pseq: PowerSequence, of node: NodeName, _ session: SessionID) {
        guard let knows = sessions[session]?.knows, knows[node] ?? .initial < pseq else { return }
        sessions[session]?.knows[node] = pseq
    }

    /// Examined at the moment of the grant, not when the request arrived (R2).
    func right(of session: SessionID) -> Right {
        guard let session = sessions[session] else { return .outlived }
        guard case .node(let name) = session.principal else { return .good }
        let node = durable[name]
        if let shot = strayDoom(of: name) { return .doomed(shot) }
        let isOfThisLife = session.isOfThisLife(of: node)
        switch node.standing {
        case .doomed: return .doomed(node.lastShot)
        case .probation: return isOfThisLife ? .probation(node.lastShot) : .outlived
        case .member: return isOfThisLife ? .good : .outlived
        }
    }

    /// Sessions of a node's life before are of no use to anybody.
    mutating func closeOutlivedSessions(of name: NodeName) {
        let outlived = sessions.filter { _, session in
            session.principal == .node(name) && session.generation != durable[name].generation
        }
        for id in outlived.keys.sorted() { emit(.closeSession(id)) }
    }
}
