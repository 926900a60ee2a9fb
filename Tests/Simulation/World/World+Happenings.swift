// What came out of the room: shown to the judge, and carried to whom it concerns.

internal import Arbiter
internal import Fencing
internal import TestSupport

extension World {
    mutating func digest() {
        while true {
            let happenings = room.takeHappenings()
            if happenings.isEmpty { break }
            for happening in happenings { digest(happening) }
        }
        judge.blame(room.takeViolations())
    }

    private mutating func digest(_ happening: Happening) {
        switch happening {
        case .deed(let deed): digest(deed)
        case .sent(let order):
            tell("wire: \(order.command) \(order.outlet)")
            judge.sent(to: order.outlet, at: now)
        case .moved(let outlet, let command, let cause):
            tell("POWER \(command) \(outlet) by \(cause)")
            switch judge.moved(outlet, command, cause, at: now) {
            case .wentDark(let node): wentDark(node)
            case .wentLit(let node): wentLit(node)
            case nil: break
            }
        case .reported(let report):
            tell("wire: \(report.outlet) reads \(report.state)")
            judge.read(report.outlet, as: report.state, at: now)
        }
    }

    private mutating func digest(_ deed: Deed) {
        switch deed {
        case .recorded(let receipt): recorded(receipt)
        case .reply(let token, let reply): replied(token, reply)
        case .closeSession(let session):
            errands.add(
                .sessionEnds(session), at: now + .milliseconds(draw.one(of: [0, 1, 20, 3000])))
        case .died(let why): applianceDied(why)
        case .probe(let session):
            for token in unanswered where asks[token]?.connection == session {
                asks[token]?.wasProbed = true
            }
            errands.add(.probed(session), at: now + .milliseconds(draw.one(of: [1, 20, 500])))
        case .turn(let order): judge.ordered(order, at: now)
        case .page(let page): paged(page)
        case .read(let order): judge.readingOrdered(of: order.outlet, at: now)
        }
    }

    // MARK: Records

    private mutating func recorded(_ receipt: SimulatedReceipt) {
        tell("record \(receipt.sequence): \(receipt.entry.told)")
        let grounds = grounds(of: receipt.entry)
        count(receipt.entry, grounds?.ask)
        judgeTurn(receipt.entry, grounds?.ask)
        judge.recorded(receipt.entry, grounds, at: now)
        noteSatisfied(receipt.entry, grounds?.ask)
        if case .admitted(let node, by: _) = receipt.entry { release(judge.number(of: node)) }
    }

    private mutating func noteSatisfied(_ entry: Entry, _ ask: Ask?) {
        guard case .answered(let answers) = entry, let ask else { return }
        for case .satisfied(let satisfaction) in answers {
            asks[ask.token]?.satisfiedBy[satisfaction.target] = satisfaction.shot
        }
    }

    private mutating func count(_ entry: Entry, _ ask: Ask?) {
        switch entry {
        case .answered:
            let grants = entry.grants
            figures.grants += grants.count
            if grants.count > 1 { figures.batches += 1 }
            if case .node(let node, _)? = ask?.asker, judge.wantsConsent(node) {
                figures.grantsByConsent += grants.count
            }
        case .locked: figures.locks += 1
        case .attested: figures.attestations += 1
        case .started, .verifiedOff, .onIntended, .closed, .admitted, .renamed, .released,
            .condensed:
            break
        }
    }

    /// The first of those that wait for exactly this; or else, for this among other things. Who
    /// insists waits on several connections: nobody can tell on which it is answered.
    private func grounds(of entry: Entry) -> Judge.Grounds? {
        var behind: [Ask] = []
        for token in unanswered {
            guard let ask = asks[token], let connection = connections[ask.connection],
                connection.isOpen, ask.isBehind(entry, connection.principal)
            else { continue }
            if ask.isWholly(entry) != behind.first?.isWholly(entry) {
                if behind.first?.isWholly(entry) == true { continue }
                behind = []
            }
            if behind.isEmpty || behind.first?.isInsistedOn(by: ask) == true { behind.append(ask) }
        }
        return behind.isEmpty ? nil : grounds(of: behind)
    }

    private func grounds(of behind: [Ask]) -> Judge.Grounds {
        var ask = behind[0]
        for other in behind.dropFirst() {
            for node in ask.knew.indices { ask.knew[node] = max(ask.knew[node], other.knew[node]) }
        }
        let connections = behind.compactMap { self.connections[$0.connection] }
        let signs = behind.compactMap(\.deliveredAt) + connections.compactMap(\.livedAt)
        return Judge.Grounds(
            ask: ask, generation: connections.map(\.generation).max() ?? 0,
            hasSign: signs.contains { now - $0 <= .seconds(1) },
            wanting: ask.wantsOff && judge.wantsConsent ? nodeNames.map { wanting($0) } : [])
    }

    /// Somebody is to be switched on: who waits for something else?
    private mutating func judgeTurn(_ entry: Entry, _ ask: Ask?) {
        switch entry {
        case .onIntended(let shot):
            guard let node = judge.target(of: shot) else { return }
            judge.expectNoOff(against: shot, waiting(at: nodeNames[node]), at: now)
            judge.expectNoReading(against: shot, by: checking(nodeNames[node]), at: now)
        case .answered:
            guard let ask else { return }
            for grant in entry.grants where grant.verb == .on {
                judge.expectTurn(of: grant, to: ask, waiting(at: grant.target), at: now)
            }
        case .started, .verifiedOff, .closed, .admitted, .renamed, .attested, .locked, .released,
            .condensed:
            break
        }
    }

    /// Who waits to hear that this node is off and held.
    private func checking(_ target: NodeName) -> [Ask] {
        unanswered.compactMap { asks[$0] }.filter { ask in
            if case .checkOff(target) = ask.content { true } else { false }
        }
    }

    /// Who waits for the power of this node to go.
    private func waiting(at target: NodeName) -> [Judge.Waiting] {
        unanswered.compactMap { token in
            guard let ask = asks[token], ask.wantsOff,
                ask.request?.targets.contains(target) == true
            else { return nil }
            return waiting(ask, at: target)
        }
    }

    private func waiting(_ ask: Ask, at target: NodeName) -> Judge.Waiting? {
        guard let connection = connections[ask.connection], connection.isOpen else { return nil }
        return Judge.Waiting(
            ask: ask, generation: connection.generation,
            wanting: judge.wantsConsent ? wanting(target) : NodeSet())
    }

    /// Whoever waits for a shot at it, on a session of its present standing.
    private func wanting(_ target: NodeName) -> NodeSet {
        var nodes = NodeSet()
        for token in unanswered {
            guard let ask = asks[token], ask.wantsOff, case .node(let node, _) = ask.asker,
                ask.request?.targets.contains(target) == true,
                let connection = connections[ask.connection], connection.isOpen,
                judge.stands(node, in: connection.generation)
            else { continue }
            nodes.insert(node)
        }
        return nodes
    }

    // MARK: Replies

    private mutating func replied(_ token: RequestToken, _ reply: Reply) {
        guard let ask = asks[token] else { return }
        if ask.isAnswered { judge.blame(.oneReply, at: now, "request \(token) has two replies") }
        if reply.code == .withdrawn, let target = ask.request?.targets.first, ask.wantsOff,
            let waiting = waiting(ask, at: target)
        {
            judge.expectNotStarved(waiting, at: now)
        }
        asks[token]?.isAnswered = true
        unanswered.removeAll { $0 == token }
        figures.told[reply.code, default: 0] += 1
        tell("reply \(token): \(reply.told)")
        let generation = connections[ask.connection]?.generation ?? 0
        judge.told(ask, reply, in: generation, at: now)
        sendBack(token, News(in: reply, to: nodeNames))
    }

    // MARK: Ends and beginnings

    private mutating func applianceDied(_ why: String) {
        tell("APPLIANCE DIES: \(why)")
        figures.deaths += 1
        judge.applianceDied()
        unanswered = []
        for id in connections.keys where connections[id]?.isOpen == true {
            connections[id]?.isOpen = false
            errands.add(.notice(id), at: now + .milliseconds(draw.number(0...5000)))
        }
        if restart == nil { restart = Restart() }
        let after = restart?.after ?? .zero
        errands.add(.start, at: now + after)
    }

    mutating func wentDark(_ node: Int) {
        tell("DARK \(name(node))")
        figures.kills += 1
        machines[node].mind = .gone
        leaveHanging(node)
    }

    mutating func wentLit(_ node: Int) {
        tell("LIT \(name(node))")
        let count = machines.count
        let held = machines[node].heldUntil
        machines[node] = Machine(count)
        machines[node].heldUntil = held
        machines[node].mind = .gone
        think(.boot, node, after: .seconds(draw.one(of: [1, 5, 30, 90])))
    }

    /// The appliance's side of its connections stays open until TCP gives up.
    mutating func leaveHanging(_ node: Int) {
        for id in connections.keys
        where connections[id]?.isOpen == true && connections[id]?.owner == .node(node) {
            let linger = Duration.seconds(draw.one(of: [0, 2, 15, 600]))
            errands.add(.sessionEnds(id), at: now + linger)
        }
    }
}

extension Ask {
    fileprivate func isInsistedOn(by other: Ask) -> Bool {
        request?.id != nil && request?.id == other.request?.id && asker == other.asker
    }

    fileprivate func isWholly(_ entry: Entry) -> Bool {
        guard let request, case .answered(let answers) = entry else { return true }
        return request.targets == answers.map(\.target)
    }

    /// Whether the entry answers it; `principal` is who asked.
    fileprivate func isBehind(_ entry: Entry, _ principal: Principal) -> Bool {
        switch (entry, content) {
        case (.answered(let answers), .power(let request)):
            answers.allSatisfy {
                $0.principal == principal && $0.id == request.id
                    && request.targets.contains($0.target)
            }
        case (.admitted(let node, by: let who), .admit(let asked)):
            node == asked && who == principal
        case (.attested(_, by: let who, _), .confirmOff): principal == .operator(who)
        case (.locked(let lock), .lock(let node, let kind)):
            lock.node == node && lock.kind == kind && lock.owner == principal
        case (.locked(let lock), .checkOff(let node)):
            lock.node == node && lock.kind == .holdOff && lock.owner == principal
        case (.released(let node, _, by: let who), .release(let asked, _)):
            node == asked && who == principal
        case (.answered, _), (.admitted, _), (.attested, _), (.locked, _), (.released, _),
            (.started, _), (.verifiedOff, _), (.onIntended, _), (.closed, _), (.renamed, _),
            (.condensed, _):
            false
        }
    }
}

extension Answer {
    fileprivate var id: RequestID? {
        switch self {
        case .granted(let grant): grant.id
        case .satisfied(let satisfaction): satisfaction.id
        }
    }
}

extension Entry {
    /// All that was said before is not said again.
    fileprivate var told: String {
        if case .condensed = self { "condensed" } else { "\(self)" }
    }
}

extension Reply {
    fileprivate var told: String {
        let texts = lines.map { line in
            line.word + line.fields.map { " \($0.key)=\($0.value)" }.joined()
        }
        return "\(code.word): " + texts.joined(separator: "; ")
    }
}
