// The judge stands outside: it sees true power, what was asked, what was told and what is on record,
// and never the arbiter's mind.

package import Fencing

package struct Judge: Sendable {
    package private(set) var violations: [Violation] = []
    private let laws: Set<Law>
    private let names: [NodeName]
    private let numbers: [NodeName: Int]
    private let site: Site
    private var subjects: [Subject]
    private var shots: [ShotNumber: Shot] = [:]
    private var kills: Set<Kill> = []

    /// The laws that hold for every site. The other two need a setting.
    package static let always = Set(Law.allCases).subtracting([.majorityRemains, .livingRequester])

    /// A node as the judge sees it.
    struct Subject: Sendable {
        var litFeeds: Set<Outlet>
        var life = Life()
        /// From the ledger.
        var pseq = PowerSequence.initial
        var standing = Standing.member
        var lastOutcome: ShotOutcome?
        /// A shot put this node out, and nobody has vouched for it since.
        var wasShot = false
        var darkBy: Darkness?
        /// Somebody at the front panel changed one of its feeds since the last grant at it.
        var wasPressed = false
        var lastReadAt: Moment?
        /// The last verified off was recorded at the very moment of a reading.
        var offWasFresh = false
    }

    /// From power's return to power's end.
    struct Life: Hashable, Sendable {
        var number = 0
        var bornAt = Moment(sinceStart: .zero)
        /// What the ledger said of the node when it was born.
        var bornUnder = PowerSequence.initial
        var bornBy = Birth.order

        enum Birth: Hashable, Sendable {
            case order
            case hand
        }
    }

    enum Darkness: Hashable, Sendable {
        case shotByNode
        case shotByItself
        case shotByPerson
        case hand
    }

    private struct Shot: Sendable {
        let target: Int
        /// As granted: who asks twice without an id, for "off" and for "shoot", gets one of both.
        let verb: GrantedVerb
        let ask: Ask
        let grantedAt: Moment
        let before: Standing
        var isOpen = true
    }

    private struct Kill: Hashable {
        let victim: Int
        let victimLife: Int
        let killer: Int
        let killerLife: Int
    }

    package init(_ site: Site, laws: Set<Law> = Judge.always) {
        self.site = site
        self.laws = laws
        names = site.nodes.keys.sorted()
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        subjects = names.map { Subject(litFeeds: Set(site.nodes[$0]?.feeds ?? [])) }
    }

    func life(of node: Int) -> Int { subjects[node].life.number }
    func isLit(_ node: Int) -> Bool { !subjects[node].litFeeds.isEmpty }
    func pseq(of node: Int) -> PowerSequence { subjects[node].pseq }
    func standing(of node: Int) -> Standing { subjects[node].standing }
    /// Of a name that the site holds.
    func number(of node: NodeName) -> Int { numbers[node] ?? 0 }

    mutating func blame(_ law: Law, at now: Moment, _ what: String) {
        if laws.contains(law) { violations.append(Violation(law, at: now, what)) }
    }

    mutating func blame(_ found: [Violation]) {
        violations += found.filter { laws.contains($0.law) }
    }
}

// MARK: - The ledger

extension Judge {
    /// `ask` is the request that a grant answers.
    mutating func recorded(
        _ entry: Entry, for ask: Ask?, askerIsAlive: Alive, at now: Moment
    ) {
        switch entry {
        case .started: break
        case .answered(let answers):
            for answer in answers {
                switch answer {
                case .granted(let grant): granted(grant, for: ask, askerIsAlive, at: now)
                case .satisfied(let satisfaction):
                    if satisfaction.holds == .off, let shot = satisfaction.shot {
                        close(shot, .held)
                    }
                }
            }
        case .verifiedOff(let shot):
            change(shot) { _, subject in
                if !subject.pseq.isVerifiedOff { subject.pseq = subject.pseq.next }
                subject.standing = .probation
                subject.offWasFresh = subject.lastReadAt == now
            }
            if shots[shot]?.verb == .off { close(shot, .held) }
        case .onIntended(let shot): change(shot) { _, subject in subject.pseq = subject.pseq.next }
        case .closed(let shot, let outcome): close(shot, outcome)
        case .admitted(let node, by: _):
            subjects[number(of: node)].standing = .member
            subjects[number(of: node)].wasShot = false
        case .attested, .locked, .released, .condensed: break
        }
    }

    enum Alive { case yes, no }

    private mutating func granted(
        _ grant: Grant, for ask: Ask?, _ alive: Alive, at now: Moment
    ) {
        guard let ask else {
            return blame(.oneReply, at: now, "shot \(grant.shot) answers nobody's request")
        }
        let target = number(of: grant.target)
        shots[grant.shot] = Shot(
            target: target, verb: grant.verb, ask: ask, grantedAt: now,
            before: subjects[target].standing)
        subjects[target].wasPressed = false
        if grant.verb == .on {
            if subjects[target].pseq.isVerifiedOff {
                subjects[target].pseq = subjects[target].pseq.next
            }
            return
        }
        subjects[target].standing = .doomed
        guard case .node(let asker, let life) = ask.asker else { return }
        if subjects[asker].wasShot, asker != target {
            blame(.fenceLoop, at: now, "n\(asker + 1) was shot, nobody vouched, and it may shoot")
        }
        if alive == .no {
            blame(.livingRequester, at: now, "shot \(grant.shot) of a dead life \(life)")
        }
        let standing = subjects.count { $0.standing == .member }
        if standing * 2 <= subjects.count {
            blame(.majorityRemains, at: now, "shot \(grant.shot) leaves \(standing)")
        }
    }

    private mutating func close(_ shot: ShotNumber, _ outcome: ShotOutcome) {
        guard shots[shot]?.isOpen == true else { return }
        change(shot) { shot, subject in
            shot.isOpen = false
            subject.lastOutcome = outcome
            switch outcome {
            case .failed: subject.standing = shot.before
            case .onFailed: subject.pseq = subject.pseq.next
            case .held, .on, .onUnknown: break
            }
        }
    }

    private mutating func change(
        _ number: ShotNumber, _ body: (inout Shot, inout Subject) -> Void
    ) {
        guard var shot = shots[number] else { return }
        body(&shot, &subjects[shot.target])
        shots[number] = shot
    }
}

// MARK: - True power

extension Judge {
    enum Change { case wentDark(Int), wentLit(Int) }

    /// Gives back whether a node lost or got its power by it.
    mutating func moved(
        _ outlet: Outlet, _ command: PowerCommand, _ cause: SwitchDeed.Cause, at now: Moment
    ) -> Change? {
        guard let owner = owner(of: outlet) else { return nil }
        let wasLit = isLit(owner)
        if cause == .hand { subjects[owner].wasPressed = true }
        switch command {
        case .on: subjects[owner].litFeeds.insert(outlet)
        case .off: subjects[owner].litFeeds.remove(outlet)
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

    mutating func read(_ outlet: Outlet, at now: Moment) {
        guard let owner = owner(of: outlet) else { return }
        subjects[owner].lastReadAt = now
    }

    private func owner(of outlet: Outlet) -> Int? {
        names.firstIndex { site.nodes[$0]?.feeds.contains(outlet) == true }
    }

    private mutating func wentLit(_ node: Int, _ cause: SwitchDeed.Cause, at now: Moment) {
        subjects[node].life = Life(
            number: subjects[node].life.number + 1, bornAt: now, bornUnder: subjects[node].pseq,
            bornBy: cause == .hand ? .hand : .order)
        subjects[node].darkBy = nil
        if cause == .hand { subjects[node].wasShot = false }
    }

    private mutating func wentDark(_ node: Int, _ cause: SwitchDeed.Cause, at now: Moment) {
        guard case .shot(let number) = cause, let shot = shots[number] else {
            subjects[node].darkBy = .hand
            return
        }
        subjects[node].wasShot = true
        let life = subjects[node].life
        if life.bornUnder > shot.ask.knew, life.bornBy == .order {
            blame(
                .overkill, at: now,
                "shot \(number) killed n\(node + 1).\(life.number), born under pseq "
                    + "\(life.bornUnder); who asked for it meant pseq \(shot.ask.knew)")
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
        if subjects.allSatisfy({ $0.darkBy == .shotByNode }) {
            blame(.lastLight, at: now, "n\(kill.killer + 1)'s shot put out the last light")
        }
    }
}

// MARK: - Words

extension Judge {
    /// Somebody is told that a node is off.
    mutating func told(_ ask: Ask, _ reply: Reply, at now: Moment) {
        guard reply.code == .ok, reply.lines.first?["off"] == "verified" else { return }
        let target: NodeName
        switch ask.content {
        case .power(let request): target = request.target
        case .result(_, let of): target = of
        case .quorum, .admit: return
        }
        let node = number(of: target)
        guard isLit(node) else { return }
        let life = subjects[node].life
        // A life that a hand began on a node that was on record as off is nobody's: what is told is
        // told of the life before.
        // The same holds if the hand came between a reading and its record: nobody can tell.
        let isNamed =
            life.bornBy == .order
            || (!life.bornUnder.isVerifiedOff
                && !(subjects[node].offWasFresh && subjects[node].pseq > life.bornUnder))
        let isMeant =
            life.bornUnder <= min(ask.knew, ask.firstKnew) && isNamed
            && (life.bornBy == .order || life.bornAt <= ask.sentAt)
        if isMeant {
            blame(
                .truth, at: now,
                "\(ask.asker) was told that \(target) is off; it runs, and is the life meant "
                    + "(\(life.number), born under pseq \(life.bornUnder); known was "
                    + "pseq \(ask.firstKnew))")
        }
    }

    /// Everything was repaired and nothing moves any more.
    mutating func atRest(at now: Moment) {
        for (number, shot) in shots.sorted(by: { $0.key < $1.key }) where shot.isOpen {
            blame(.restOnRecord, at: now, "shot \(number) has no outcome")
        }
        for (node, subject) in subjects.enumerated() where !subject.wasPressed {
            let record = subject.lastOutcome.map { "\($0)" } ?? "nothing"
            if subject.litFeeds.isEmpty, !subject.explainsDarkness {
                blame(.restOnRecord, at: now, "n\(node + 1) is dark, and on record is \(record)")
            }
            if !subject.litFeeds.isEmpty, subject.pseq.isVerifiedOff {
                blame(
                    .restOnRecord, at: now, "n\(node + 1) runs, and is on record as off: \(record)")
            }
        }
    }
}

extension Judge.Subject {
    var explainsDarkness: Bool {
        switch lastOutcome {
        case .held, .onFailed, .onUnknown: true
        case .on, .failed, nil: false
        }
    }
}
