// What the ledger says, read as anybody could read it.

internal import Fencing

extension Judge {
    /// Nil grounds: nobody asked for it.
    mutating func recorded(_ entry: Entry, _ grounds: Grounds?, at now: Moment) {
        if isStopping, grounds != nil {
            blame(.stopping, at: now, "it was asked to leave, and records \(entry)")
        }
        switch entry {
        case .started(let boot):
            if let present, boot != present {
                blame(.boot, at: now, "on record is \(boot), the machine is on \(present)")
            }
        case .renamed(let node, from: _): subjects[number(of: node)].isRecognised()
        case .condensed: break
        case .answered(let answers):
            guard let grounds else { return blameUnasked(entry, at: now) }
            expectWhole(answers, for: grounds.ask, at: now)
            expectGrounds(of: entry.grants, grounds, at: now)
            for answer in answers { apply(answer, for: grounds.ask, at: now) }
        case .verifiedOff(let shot):
            expectFreshReading(of: shot, at: now)
            verifiedOff(shot, by: nil)
            shots[shot]?.offAt = now
        case .onIntended(let shot): change(shot) { _, subject in subject.isGoingOn() }
        case .closed(let shot, let outcome): close(shot, outcome)
        case .admitted(let node, by: _):
            guard let grounds else { return blameUnasked(entry, at: now) }
            admitted(number(of: node), grounds, at: now)
        case .attested(let shot, by: let who, _):
            if grounds == nil { blameUnasked(entry, at: now) }
            if !doubted.contains(shot) {
                blame(.timelyAttestation, at: now, "\(who) attests shot \(shot), not in doubt")
            }
            verifiedOff(shot, by: who)
            shots[shot]?.offAt = now
            close(shot, .held)
        case .locked(let lock):
            if grounds == nil { blameUnasked(entry, at: now) }
            let node = number(of: lock.node)
            subjects[node].locks.removeAll { $0.kind == lock.kind }
            subjects[node].locks.append(lock)
        case .released(let node, let kind, by: _):
            if grounds == nil { blameUnasked(entry, at: now) }
            subjects[number(of: node)].locks.removeAll { $0.kind == kind }
        }
    }

    private mutating func blameUnasked(_ entry: Entry, at now: Moment) {
        blame(.oneReply, at: now, "nobody asked for \(entry)")
    }

    private mutating func expectWhole(_ answers: [Answer], for ask: Ask, at now: Moment) {
        let answered = Set(answers.map(\.target))
        if let request = ask.request, answered != Set(request.targets) {
            blame(
                .wholeBatch, at: now,
                "\(ask.asker) asked for \(request.targets), on record is \(answered.sorted())")
        }
    }

    private mutating func apply(_ answer: Answer, for ask: Ask, at now: Moment) {
        switch answer {
        case .granted(let grant): apply(grant, for: ask, at: now)
        case .satisfied(let satisfaction):
            if satisfaction.holds == .off, let shot = satisfaction.shot { close(shot, .held) }
        }
    }

    private mutating func apply(_ grant: Grant, for ask: Ask, at now: Moment) {
        let target = number(of: grant.target)
        shots[grant.shot] = Shot(
            target: target, name: grant.target, verb: grant.verb, ask: ask, grantedAt: now,
            feeds: grant.feeds,
            before: subjects[target].standing)
        switch grant.verb {
        case .on:
            if subjects[target].pseq.isVerifiedOff { subjects[target].isGoingOn() }
        case .off, .reboot:
            subjects[target].standing = .doomed
            subjects[target].generation += 1
        }
    }

    /// What was read a while ago may be over: who records an off has just read it.
    private mutating func expectFreshReading(of shot: ShotNumber, at now: Moment) {
        guard let target = shots[shot]?.target, let granted = shots[shot]?.feeds else { return }
        // Those of the grant may feed another node by now: they count, too.
        let feeds =
            subjects[target].feeds
            + subjects.flatMap(\.feeds).filter { granted.contains($0.outlet) }
        let isFresh = feeds.contains { $0.readAt == now }
        if !isFresh || !feeds.allSatisfy({ $0.readAs == .off }) {
            blame(.truth, at: now, "n\(target + 1) is recorded as off, and was not just read so")
        }
    }

    private mutating func verifiedOff(_ number: ShotNumber, by witness: PrincipalName?) {
        change(number) { shot, subject in
            if !subject.pseq.isVerifiedOff { subject.pseq = subject.pseq.next }
            shot.wasVerified = true
            shot.offAs = subject.pseq
            subject.wasEverVerified = true
            shot.attestedBy = witness
            subject.standing = .probation
        }
        if shots[number]?.verb == .off { close(number, .held) }
    }

    private mutating func admitted(_ node: Int, _ grounds: Grounds, at now: Moment) {
        expectVoucher(for: node, grounds, at: now)
        subjects[node].standing = .member
        subjects[node].generation += 1
        subjects[node].wasShot = false
        for voter in subjects.indices { subjects[node].vouchers[voter] = nil }
    }

    private mutating func close(_ shot: ShotNumber, _ outcome: ShotOutcome) {
        guard let open = shots[shot], open.outcome == nil else { return }
        change(shot) { shot, subject in
            shot.outcome = outcome
            subject.lastOutcome = outcome
            switch outcome {
            case .failed:
                subject.standing = shot.before
                subject.generation += 1
                // It was dark before anybody read it, and a hand lit it again.
                if subject.life.bornBy == .hand { subject.wasShot = false }
            case .onFailed:
                if !subject.pseq.isVerifiedOff { subject.pseq = subject.pseq.next }
                subject.standing = .probation
                subject.generation += 1
                // The off that is on record now is of no shot.
                subject.wasEverVerified = false
            case .held, .on, .onUnknown: break
            }
        }
    }

    private mutating func change(
        _ number: ShotNumber, _ body: (inout Shot, inout Subject) -> Void
    ) {
        guard var shot = shots[number] else { return }
        if shot.name == nodes[shot.target].name {
            body(&shot, &subjects[shot.target])
        } else {
            subjects[shot.target].underFormerName { body(&shot, &$0) }
        }
        shots[number] = shot
    }
}

extension Answer {
    var target: NodeName {
        switch self {
        case .granted(let grant): grant.target
        case .satisfied(let satisfaction): satisfaction.target
        }
    }
}
