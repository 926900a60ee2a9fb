// What persons do: shoot and switch on, lock, look at machines, and put everything right.

internal import Arbiter
internal import Fencing
internal import TestSupport

extension World {
    mutating func operate(_ verb: PowerVerb, _ nodes: [Int], by person: Int) {
        let session = anySession(ofPerson: person)
        if session != longSessions[person], draw.number(1...6) == 1 {
            let sleepsFrom = now + .milliseconds(draw.number(100...9000))
            connections[session]?.sleepsFrom = sleepsFrom
        }
        lastID += 1
        let request = PowerRequest(
            verb, nodes.map { nodeNames[$0] }, id: RequestID("o\(lastID)"), wait: .seconds(200))
        send(.power(request), by: .person(person), on: session, retries: 0)
        lastSaid[person] = request
    }

    /// Under the same id; what its session knows may have changed since.
    mutating func repeatLast(by person: Int) {
        guard let request = lastSaid[person] else { return }
        let session = anySession(ofPerson: person)
        send(.power(request), by: .person(person), on: session, retries: 0)
    }

    /// A person keeps a console open for days, or logs in anew.
    private mutating func anySession(ofPerson person: Int) -> SessionID {
        if let long = longSessions[person], connections[long] != nil, draw.number(1...4) > 1 {
            return long
        }
        let fresh = connect(.person(person))
        if draw.number(1...2) == 1 { longSessions[person] = fresh }
        return fresh
    }

    /// `on`, and again, and again.
    mutating func sayOn(_ node: Int, by owner: Connection.Owner, left: Int, every: Duration) {
        guard left > 0 else { return }
        errands.add(.onAgain(node, by: owner, left: left - 1, every: every), at: now + every)
        switch owner {
        case .person(let person): operate(.on, [node], by: person)
        case .node(let one):
            if isThere(one, judge.life(of: one)) { switchOn(node, by: one) }
        }
    }

    mutating func ask(_ content: Ask.Content, byPerson person: Int, after delay: Duration = .zero) {
        // What is said later waits on a connection of its own.
        let session = delay > .zero ? connect(.person(person)) : anySession(ofPerson: person)
        let at = now + delay
        if delay > .zero { connections[session]?.arrivesAfter = at }
        send(content, by: .person(person), on: session, retries: 0)
    }

    /// Whoever is told of a doubt may go and look.
    mutating func paged(_ page: Page) {
        guard case .inDoubt(let shot, let node, why: _) = page else { return }
        judge.doubted.insert(shot)
        guard draw.number(1...3) == 1 else { return }
        let walk = Duration.seconds(draw.one(of: [1, 8, 30, 90]))
        errands.add(
            .visit(judge.number(of: node), shot, by: draw.number(0...1)), at: now + walk)
    }

    mutating func visit(_ node: Int, _ shot: ShotNumber, by person: Int) {
        guard !judge.isLit(node) else { return }
        tell("\(plan.operators[person]) sees that \(name(node)) is off")
        confirm(node, shot, by: person)
    }

    /// By the name that the shot has.
    mutating func confirm(_ node: Int, _ shot: ShotNumber, by person: Int) {
        ask(.confirmOff(judge.name(of: shot) ?? nodeNames[node], shot), byPerson: person)
    }

    /// The last of an episode: whatever a person can put right is.
    mutating func tidy() {
        mask = 0
        for powerSwitch in room.switches {
            room.change(powerSwitch.name) { $0 = OrderSwitch.Behaviour() }
            for outlet in powerSwitch.stuck.sorted() { room.loosen(outlet) }
        }
        room.answerCommits([])
        room.refuse(.nothing)
        for node in machines.indices { machines[node].heldUntil = nil }
        if unlock() {
            errands.add(.bringBack, at: now + .seconds(20))
        } else {
            bringBack()
        }
    }

    /// Gives back whether there was anything to unlock.
    private mutating func unlock() -> Bool {
        var isLocked = false
        for node in machines.indices {
            for lock in judge.locks(of: node) {
                isLocked = true
                let owner = plan.operators.firstIndex { lock.owner == .operator($0) }
                ask(.release(nodeNames[node], owner == nil ? .yes : .no), byPerson: owner ?? 0)
            }
        }
        return isLocked
    }

    mutating func bringBack() {
        for node in machines.indices
        where
            !judge.isGone(node) && (!judge.isLit(node) || judge.standing(of: node) != .member)
        {
            operate(.on, [node], by: 0)
            errands.add(.admit(node), at: now + .seconds(300))
        }
    }
}
