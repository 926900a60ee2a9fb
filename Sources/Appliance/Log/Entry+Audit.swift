// What the ledger's entries say in the log: a line for each, and for an entry that answers a request
// about several nodes one for each of them.

internal import Fencing

extension Entry {
    func auditLines(at sequence: LedgerSequence) -> [AuditLine] {
        let seq = "\(sequence)"
        switch self {
        case .answered(let answers): return answers.map { $0.auditLine(seq) }
        case .started(let boot):
            return [AuditLine(.started, "started on boot \(boot)", [.boot: boot.text, .seq: seq])]
        case .verifiedOff(let shot):
            return [
                AuditLine(
                    .verifiedOff, "shot \(shot): verified off", [.shot: "\(shot)", .seq: seq])
            ]
        case .onIntended(let shot):
            return [
                AuditLine(
                    .switchingOn, "shot \(shot): switching on", [.shot: "\(shot)", .seq: seq])
            ]
        case .closed(let shot, let outcome):
            return [
                AuditLine(
                    .closed, "shot \(shot) closed: \(outcome.word)",
                    [.shot: "\(shot)", .outcome: outcome.word, .seq: seq])
            ]
        case .admitted, .renamed, .attested, .locked, .released:
            return [personsLine(seq)].compactMap(\.self)
        case .condensed(let condensate):
            return [AuditLine(.condensed, condensate.sentence, [.seq: seq])]
        }
    }

    /// Of what somebody did that is no shot; nil for everything else.
    private func personsLine(_ seq: String) -> AuditLine? {
        switch self {
        case .admitted(let node, by: let who):
            AuditLine(
                .admitted, "admitted \(node) by \(who)",
                [.target: node.text, .by: "\(who)", .seq: seq])
        case .renamed(let node, from: let old):
            AuditLine(
                .renamed,
                "the site file calls \(old) \(node) now: it stands as \(old) stood, and keeps its locks",
                [.target: node.text, .from: old.text, .seq: seq])
        case .attested(let shot, by: let who, let reason):
            AuditLine(
                .attested, "shot \(shot): off attested by \(who) (\(reason))",
                [.shot: "\(shot)", .by: who.text, .reason: reason.text, .seq: seq])
        case .locked(let lock):
            AuditLine(
                .locked, "\(lock.kind.rawValue) \(lock.node) by \(lock.owner) (\(lock.reason))",
                [
                    .target: lock.node.text, .lock: lock.kind.rawValue, .by: "\(lock.owner)",
                    .reason: lock.reason.text, .seq: seq,
                ])
        case .released(let node, let kind, by: let who):
            AuditLine(
                .released, "released \(kind.rawValue) of \(node) by \(who)",
                [.target: node.text, .lock: kind.rawValue, .by: "\(who)", .seq: seq])
        case .started, .answered, .verifiedOff, .onIntended, .closed, .condensed: nil
        }
    }
}

extension Answer {
    fileprivate func auditLine(_ seq: String) -> AuditLine {
        switch self {
        case .granted(let grant):
            AuditLine(
                .granted,
                "granted shot \(grant.shot): \(grant.verb.rawValue) \(grant.target) by "
                    + "\(grant.principal)",
                [
                    .shot: "\(grant.shot)", .verb: grant.verb.rawValue,
                    .target: grant.target.text, .by: "\(grant.principal)", .id: grant.id?.text,
                    .seq: seq,
                ])
        case .satisfied(let answer):
            AuditLine(
                .satisfied,
                "satisfied \(answer.verb.rawValue) \(answer.target) by \(answer.principal)",
                [
                    .shot: answer.shot.map { "\($0)" }, .verb: answer.verb.rawValue,
                    .target: answer.target.text, .by: "\(answer.principal)",
                    .id: answer.id?.text, .seq: seq,
                ])
        }
    }
}

extension ShotOutcome {
    fileprivate var word: String {
        switch self {
        case .held: "held"
        case .on: "on"
        case .onFailed: "on-failed"
        case .onUnknown: "on-unknown"
        case .failed: "failed"
        }
    }
}

extension Condensate {
    fileprivate var sentence: String {
        let gone = forgotten > LedgerSequence(1) ? "those before \(forgotten) are gone" : ""
        let next =
            forgottenNext > forgotten
            ? "those before \(forgottenNext) go with the next such entry: copy the ledger if you "
                + "want to keep them" : ""
        return (["condensed all entries so far", gone, next].filter { !$0.isEmpty })
            .joined(separator: "; ")
    }
}
