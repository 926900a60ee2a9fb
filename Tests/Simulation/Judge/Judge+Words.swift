// What somebody is told, and what is so when everything is at rest.

internal import Fencing

extension Judge {
    mutating func told(_ ask: Ask, _ reply: Reply, at now: Moment) {
        switch ask.content {
        case .power, .result:
            for line in reply.lines where line.word == ExitCode.ok.word {
                guard line["off"] == "verified", let target = line["target"] else { continue }
                guard let node = nodes.firstIndex(where: { $0.name.text == target }) else {
                    continue
                }
                told(ask, thatIsOff: node, at: now)
            }
        case .checkOff(let name):
            if reply.code == .ok { told(thatIsHeldOff: number(of: name), at: now) }
        case .withdraw(let id):
            if reply.code == .ok { takenBack.insert(Wish(asker: ask.asker, id: id)) }
        case .quorum, .admit, .lock, .release, .confirmOff: break
        }
    }

    /// A request is sent again under an id that was taken back.
    mutating func askedAgain(_ asker: Ask.Asker, _ id: RequestID) {
        if !takenBack.isEmpty { takenBack.remove(Wish(asker: asker, id: id)) }
    }

    private mutating func told(_ ask: Ask, thatIsOff node: Int, at now: Moment) {
        let subject = subjects[node]
        guard subject.isLit, !subject.isHidden else { return }
        let known = min(ask.knew[node], ask.firstKnew[node])
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

    /// Who hears that may take over, and nobody switches it on any more.
    private mutating func told(thatIsHeldOff node: Int, at now: Moment) {
        if subjects[node].isLit, !subjects[node].isHidden {
            blame(.truth, at: now, "n\(node + 1) is said to be off and held so, and it runs")
        }
        if !holds(node, .holdOff) {
            blame(.heldOff, at: now, "n\(node + 1) is said to be held off, and is not")
        }
    }

    /// Everything was repaired and nothing moves any more.
    mutating func atRest(at now: Moment) {
        for number in shots.keys where shots[number]?.isOpen == true {
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
