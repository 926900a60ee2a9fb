// What somebody is told, and what is so when everything is at rest.

internal import Fencing

extension Judge {
    /// `generation`: of the asker's standing, when its session was opened.
    mutating func told(_ ask: Ask, _ reply: Reply, in generation: Int, at now: Moment) {
        switch ask.content {
        case .power(let request):
            expectLines(reply, for: request, ask, at: now)
            for line in reply.lines { told(line, to: ask, in: generation, at: now) }
        case .result: for line in reply.lines { told(line, to: ask, in: generation, at: now) }
        case .checkOff(let name):
            if reply.code == .ok { told(thatIsHeldOff: number(of: name), at: now) }
        case .lock(let name, _):
            if reply.lines.first?["off"] == "verified" {
                told(thatIsHeldOff: number(of: name), at: now)
            }
        case .withdraw(let id):
            if reply.code == .ok { takenBack.insert(Wish(asker: ask.asker, id: id)) }
        case .quorum, .admit, .release, .confirmOff, .look: break
        }
    }

    private mutating func expectLines(
        _ reply: Reply, for request: PowerRequest, _ ask: Ask, at now: Moment
    ) {
        // Who names a node that it may not name hears of that one only.
        if reply.code == .notPermitted, reply.lines.count == 1 { return }
        let isWhole =
            reply.lines.count == request.targets.count
            && zip(reply.lines, request.targets).allSatisfy { $0["target"] == $1.text }
        if !isWhole {
            blame(
                .wholeBatch, at: now,
                "\(ask.asker) asked for \(request.targets), and hears \(reply.lines)")
        }
    }

    private mutating func told(
        _ line: ReplyLine, to ask: Ask, in generation: Int, at now: Moment
    ) {
        guard line.word == ExitCode.ok.word, line["off"] == "verified",
            let target = line["target"],
            let node = nodes.firstIndex(where: { $0.name.text == target })
        else { return }
        if case .node(let asker, _) = ask.asker, asker != node, !stands(asker, in: generation) {
            blame(
                .standsToHear, at: now,
                "n\(asker + 1) does not stand, and is told that n\(node + 1) is off")
        }
        expectWitness(line, node, at: now)
        if !isOwnShot(line, of: ask) { expectNewer(ask, node, at: now) }
        promise(line, to: ask, node)
        told(ask, thatIsOff: node, at: now)
    }

    /// Its own shot had its off read back for it, whatever it knew before.
    private func isOwnShot(_ line: ReplyLine, of ask: Ask) -> Bool {
        guard let number = line["shot"].flatMap({ UInt64($0) }) else { return false }
        guard let shot = shots[ShotNumber(number)] else { return false }
        let isSameRequest = ask.id != nil && shot.ask.request?.id == ask.id
        // What came of its own request, as it asks for it.
        if case .result = ask.content { return shot.ask.asker == ask.asker && isSameRequest }
        if shot.ask.token == ask.token { return true }
        guard shot.ask.asker == ask.asker, isSameRequest else { return false }
        if let offAt = shot.offAt, let since = ask.deliveredAt, since <= offAt { return true }
        // Who asks again under its id, and knows of that off by now, hears nothing new.
        return shot.offAs.map { ask.knew[shot.target] < $0 } ?? true
    }

    /// What answers is the newest off, if the asker did not know of it; or an off that it knew of, and
    /// that was read once more for it. Who asks again under an id may know more by now: then that
    /// counts. `result` tells of the request that it names.
    private mutating func expectNewer(_ ask: Ask, _ node: Int, at now: Moment) {
        let subject = subjects[node]
        let isResult = ask.request == nil
        let known = isResult ? min(ask.knew[node], ask.firstKnew[node]) : ask.knew[node]
        // A result is what came of the request when it was answered; it was read then.
        if isResult, known.isVerifiedOff, known == subject.pseq { return }
        // Who knew it as off means no life that is over: it must be off now.
        let isOver = !known.isVerifiedOff || subject.pseq.isVerifiedOff
        if let newest = subject.newestOff, known < newest, isOver || isResult { return }
        let wasRead =
            known.isVerifiedOff && known == subject.pseq
            && subject.feeds.allSatisfy { feed in
                guard let readAt = feed.readOffAt, let since = ask.deliveredAt else { return false }
                return since <= readAt
            }
        if wasRead { return }
        blame(
            .newerOff, at: now,
            "\(ask.asker) is told that n\(node + 1) is off; known was pseq \(known), the newest off "
                + "is pseq \(subject.newestOff?.description ?? "none"), and pseq is "
                + "\(subject.pseq)")
    }

    /// Who wants a node off, and hears that a reboot's off will do, is promised that it stays so.
    private mutating func promise(_ line: ReplyLine, to ask: Ask, _ node: Int) {
        guard verb(of: ask, at: node) == .off, subjects[node].pseq.isVerifiedOff,
            let number = line["shot"].flatMap({ UInt64($0) }).map({ ShotNumber($0) }),
            let shot = shots[number], shot.target == node, shot.verb == .reboot,
            shot.outcome == nil
        else { return }
        shots[number]?.promisedTo = ask.asker
    }

    /// A line names the shot whose off it tells of. An "on" that failed makes an off of no shot.
    private mutating func expectWitness(_ line: ReplyLine, _ node: Int, at now: Moment) {
        if line["shot"] == nil, !subjects[node].wasEverVerified { return }
        guard let number = line["shot"].flatMap({ UInt64($0) }),
            let shot = shots[ShotNumber(number)], shot.target == node,
            shot.wasVerified
        else {
            return blame(
                .evidence, at: now, "n\(node + 1) is told off by \(line["shot"] ?? "no") shot")
        }
        let witness = shot.attestedBy
        let told = line["evidence"].flatMap { $0 == "status" ? nil : $0 }
        let due = witness.map { "attested:\($0)" }
        if told != due {
            blame(
                .evidence, at: now,
                "n\(node + 1) is told off, by \(told ?? "reading"); it was \(due ?? "read")")
        }
    }

    /// A request is sent again under an id that was taken back.
    mutating func askedAgain(_ asker: Ask.Asker, _ id: RequestID) {
        if !takenBack.isEmpty { takenBack.remove(Wish(asker: asker, id: id)) }
    }

    private mutating func told(_ ask: Ask, thatIsOff node: Int, at now: Moment) {
        let subject = subjects[node]
        let known = min(ask.knew[node], ask.firstKnew[node])
        if subject.life.bornUnder <= known { expectHeldUp(node, at: now) }
        guard subject.isLit, !subject.isHidden else { return }
        // Lives that a hand begins can have the same number: the one that ran when it was asked.
        let isMeant =
            subject.life.bornUnder <= known
            && (subject.life.bornBy == .order || subject.life.bornAt <= ask.firstSentAt)
        if isMeant {
            blame(
                .truth, at: now,
                "\(ask.asker) was told that n\(node + 1) is off; it runs, and is the life meant "
                    + "(\(subject.life.number), born under pseq \(subject.life.bornUnder); known "
                    + "was pseq \(known))")
        }
    }

    /// Of its last life, if that was seen: one that a hand began may have gone by unnoticed.
    private mutating func expectHeldUp(_ node: Int, at now: Moment) {
        let subject = subjects[node]
        guard let darkSince = subject.darkSince, subject.life.bornBy == .order || subject.wasSeen
        else { return }
        if now - darkSince < nodes[node].holdUp {
            blame(
                .heldUp, at: now,
                "n\(node + 1) is told off, dark for \((now - darkSince).brief) only")
        }
    }

    /// Who hears that may take over, and nobody switches it on any more.
    private mutating func told(thatIsHeldOff node: Int, at now: Moment) {
        expectHeldUp(node, at: now)
        if subjects[node].isLit, !subjects[node].isHidden {
            blame(.truth, at: now, "n\(node + 1) is said to be off and held so, and it runs")
        }
        if !holds(node, .holdOff) {
            blame(.heldOff, at: now, "n\(node + 1) is said to be held off, and is not")
        }
    }

    /// Everything was repaired and nothing moves any more.
    mutating func atRest(at now: Moment) {
        for number in shots.keys {
            guard let shot = shots[number], shot.outcome == nil else { continue }
            blame(.restOnRecord, at: now, "shot \(number) has no outcome")
        }
        for (node, subject) in subjects.enumerated() {
            let record = subject.lastOutcome.map { "\($0)" } ?? "nothing"
            if !subject.isLit, !subject.explainsDarkness {
                blame(.restOnRecord, at: now, "n\(node + 1) is dark, and on record is \(record)")
            }
            if subject.isLit, subject.pseq.isVerifiedOff, subject.life.bornBy == .order {
                blame(
                    .restOnRecord, at: now, "n\(node + 1) runs, and is on record as off: \(record)")
            }
        }
    }
}

extension Judge.Subject {
    /// What a hand has switched off needs no record.
    var explainsDarkness: Bool {
        switch lastOutcome {
        case .held, .onFailed, .onUnknown: true
        case .on, .failed, nil: darkBy == .hand
        }
    }
}
