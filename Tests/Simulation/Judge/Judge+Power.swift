// True power: who went dark or came to life, and by whose order.

internal import Fencing

extension Judge {
    enum Change { case wentDark(Int), wentLit(Int) }

    /// An order leaves the arbiter: what is locked now must not be moved by it.
    mutating func ordered(_ order: PowerOrder<SimulatedReceipt>, at now: Moment) {
        guard let owner = owner(of: order.outlet) else { return }
        if let shot = shots[order.shot],
            shot.target != owner || shot.feeds != nodes[owner].feeds
                || shot.name != nodes[owner].name || isGone(owner)
        {
            blame(
                .rewired, at: now,
                "shot \(order.shot) at n\(shot.target + 1) orders \(order.command) "
                    + "\(order.outlet): n\(owner + 1) has it, with \(nodes[owner].feeds)")
        }
        if subjects[owner].locks.isEmpty { return }
        switch order.command {
        case .on where holds(owner, .holdOff):
            blame(.heldOff, at: now, "on \(order.outlet) is ordered, n\(owner + 1) is held off")
        case .off where holds(owner, .protect):
            blame(.protected, at: now, "off \(order.outlet) is ordered, n\(owner + 1) is protected")
        case .on, .off: break
        }
    }

    /// Cables were plugged elsewhere, by hand. Gives back who lost or got its power by it.
    mutating func rewired(
        _ later: Town.Later, at now: Moment, isOn: (Outlet) -> Bool
    ) -> [Change] {
        rewiredAt = now
        let before = subjects.map(\.isLit)
        let known = subjects.flatMap(\.feeds)
        read(later)
        var changes: [Change] = []
        for node in subjects.indices {
            let had = Set(subjects[node].feeds.map(\.outlet))
            subjects[node].feeds = nodes[node].feeds.map { outlet in
                var feed = known.first { $0.outlet == outlet } ?? Feed(outlet: outlet)
                feed.isLit = isOn(outlet)
                if !had.contains(outlet) {
                    feed.pressedAt = feed.isLit ? now : nil
                    feed.readOffAt = nil
                }
                return feed
            }
            switch (before[node], isLit(node)) {
            case (true, false):
                wentDark(node, .hand, at: now)
                changes.append(.wentDark(node))
            case (false, true):
                wentLit(node, .hand, at: now)
                changes.append(.wentLit(node))
            case (true, true), (false, false): break
            }
        }
        return changes
    }

    /// Gives back whether a node lost or got its power by it.
    mutating func moved(
        _ outlet: Outlet, _ command: PowerCommand, _ cause: SwitchDeed.Cause, at now: Moment
    ) -> Change? {
        guard let owner = owner(of: outlet) else { return nil }
        let wasLit = isLit(owner)
        if case .shot(let number) = cause { expectUnfinished(number, command, at: now) }
        change(outlet, of: owner) {
            $0.isLit = command == .on
            $0.pressedAt = cause == .hand && command == .on ? now : nil
        }
        switch (wasLit, isLit(owner)) {
        case (true, false):
            wentDark(owner, cause, at: now)
            return .wentDark(owner)
        case (false, true):
            wentLit(owner, cause, at: now)
            return .wentLit(owner)
        case (true, true), (false, false): return nil
        }
    }

    /// What is on record as failed does nothing any more.
    private mutating func expectUnfinished(
        _ number: ShotNumber, _ command: PowerCommand, at now: Moment
    ) {
        switch (shots[number]?.outcome, command) {
        case (.failed, .off), (.onFailed, .on):
            blame(.restOnRecord, at: now, "shot \(number) failed, and says \(command) after that")
        case (.failed, .on), (.onFailed, .off), (.held, _), (.on, _), (.onUnknown, _), (nil, _):
            break
        }
    }

    mutating func read(_ outlet: Outlet, as state: PowerState, at now: Moment) {
        guard let owner = owner(of: outlet) else { return }
        change(outlet, of: owner) {
            $0.readAt = now
            $0.readAs = state
            switch state {
            case .off: $0.readOffAt = now
            case .on: $0.readOffAt = nil
            case .unknown: break
            }
        }
        if state == .on { subjects[owner].wasSeen = true }
    }

    mutating func sent(to outlet: Outlet, at now: Moment) {
        guard let owner = owner(of: outlet) else { return }
        change(outlet, of: owner) { $0.sentAt = now }
    }

    mutating func readingOrdered(of outlet: Outlet, at now: Moment) {
        guard let owner = owner(of: outlet) else { return }
        change(outlet, of: owner) { $0.readOrderedAt = now }
    }

    private mutating func change(_ outlet: Outlet, of owner: Int, _ body: (inout Feed) -> Void) {
        for place in subjects[owner].feeds.indices
        where subjects[owner].feeds[place].outlet == outlet {
            body(&subjects[owner].feeds[place])
        }
    }

    private func owner(of outlet: Outlet) -> Int? {
        nodes.firstIndex { $0.feeds.contains(outlet) }
    }

    private mutating func wentLit(_ node: Int, _ cause: SwitchDeed.Cause, at now: Moment) {
        subjects[node].life = Life(
            number: subjects[node].life.number + 1, bornAt: now, bornUnder: subjects[node].pseq,
            bornBy: cause == .hand ? .hand : .order)
        subjects[node].wasSeen = cause != .hand
        subjects[node].darkBy = nil
        subjects[node].darkSince = nil
    }

    private mutating func wentDark(_ node: Int, _ cause: SwitchDeed.Cause, at now: Moment) {
        subjects[node].darkSince = now
        guard case .shot(let number) = cause, let shot = shots[number], isMeant(node, by: shot)
        else {
            subjects[node].darkBy = .hand
            return
        }
        subjects[node].wasShot = true
        let life = subjects[node].life
        // What a hand lit after the grant is in the way of a command that cannot be called back.
        let isInTheWay = life.bornBy == .hand && life.bornAt >= shot.grantedAt
        if life.bornUnder > shot.ask.knew[node], !isInTheWay {
            blame(
                .overkill, at: now,
                "shot \(number) killed n\(node + 1).\(life.number), born under pseq "
                    + "\(life.bornUnder); who asked for it meant pseq \(shot.ask.knew[node])")
        }
        switch shot.ask.asker {
        case .person: subjects[node].darkBy = .shotByPerson
        case .node(node, _): subjects[node].darkBy = .shotByItself
        case .node(let killer, let killerLife):
            subjects[node].darkBy = .shotByNode
            judge(
                Kill(
                    victim: node, victimLife: life.number, killer: killer, killerLife: killerLife),
                at: now)
        }
    }

    /// False where its cable was plugged into an outlet that had been ordered off before that: nothing
    /// can call the command back, and no record is about this node.
    private func isMeant(_ node: Int, by shot: Shot) -> Bool {
        shot.target == node || rewiredAt.map { $0 < shot.grantedAt } ?? true
    }

    private mutating func judge(_ kill: Kill, at now: Moment) {
        let mirror = Kill(
            victim: kill.killer, victimLife: kill.killerLife, killer: kill.victim,
            killerLife: kill.victimLife)
        if kills.contains(mirror) {
            blame(
                .mutualKill, at: now,
                "n\(kill.victim + 1).\(kill.victimLife) and n\(kill.killer + 1)."
                    + "\(kill.killerLife) killed each other")
        }
        kills.insert(kill)
        if peers[kill.victim].allSatisfy({ subjects[$0].darkBy == .shotByNode }) {
            blame(.lastLight, at: now, "n\(kill.killer + 1)'s shot put out the last light")
        }
    }
}

extension Judge {
    func lastShot(at node: Int) -> ShotNumber? {
        shots.keys.last { shots[$0]?.target == node }
    }
}
