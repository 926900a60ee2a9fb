// An entry of the ledger, as sentences.

package import Fencing

extension EventSight {
    /// One for each target that the entry speaks of. `targets`: of the shots that are known. What
    /// only condenses others says nothing of its own.
    package static func events(
        _ entry: Entry, _ sequence: LedgerSequence, at: Timestamp?,
        targets: (ShotNumber) -> NodeName?
    ) -> [EventSight] {
        func event(
            _ kind: String, _ shot: ShotNumber?, _ node: NodeName?, by: String? = nil,
            detail: String = "", _ text: String
        ) -> EventSight {
            EventSight(
                sequence: sequence, at: at, kind: kind, shot: shot,
                node: node ?? shot.flatMap(targets), by: by, detail: detail, text: text)
        }
        func name(_ shot: ShotNumber) -> String { targets(shot).map { "\($0)" } ?? "its target" }
        switch entry {
        case .started: return [event("started", nil, nil, "the daemon started")]
        case .answered(let answers):
            return answers.map { answer in
                switch answer {
                case .granted(let grant):
                    event(
                        "granted", grant.shot, grant.target, by: "\(grant.principal)",
                        detail: grant.verb.rawValue,
                        "shot \(grant.shot) granted: \(grant.sentence)")
                case .satisfied(let done):
                    event(
                        "satisfied", done.shot, done.target, by: "\(done.principal)",
                        detail: done.verb.rawValue,
                        "\(done.verb.rawValue) \(done.target) for \(done.principal) was answered "
                            + "by the off of "
                            + (done.shot.map { "shot \($0)" } ?? "an earlier shot"))
                }
            }
        case .verifiedOff(let shot):
            return [event("verified-off", shot, nil, "shot \(shot): \(name(shot)) was read off")]
        case .onIntended(let shot):
            return [
                event("switching-on", shot, nil, "shot \(shot): \(name(shot)) is switched on again")
            ]
        case .closed(let shot, let outcome):
            return [
                event(
                    "closed", shot, nil, detail: outcome.word,
                    "shot \(shot) is over: \(outcome.sentence(name(shot)))")
            ]
        case .admitted(let node, by: let who):
            return [event("admitted", nil, node, by: "\(who)", "\(who) admitted \(node)")]
        case .attested(let shot, by: let who, let reason):
            return [
                event(
                    "attested", shot, nil, by: "\(who)", detail: reason.text,
                    "\(who) attests that \(name(shot)) is off (shot \(shot)), reason \(reason)")
            ]
        case .renamed(let node, from: let old):
            return [event("renamed", nil, node, "the site file calls \(old) \(node) now")]
        case .locked(let lock):
            return [
                event(
                    "locked", nil, lock.node, by: "\(lock.owner)", detail: lock.reason.text,
                    "\(lock.owner) locked \(lock.node): \(lock.kind.rawValue), reason "
                        + "\(lock.reason)")
            ]
        case .released(let node, let kind, by: let who):
            return [
                event(
                    "released", nil, node, by: "\(who)",
                    "\(who) released \(node): \(kind.rawValue)")
            ]
        case .condensed: return []
        }
    }
}

extension Grant {
    /// `off node2 by node1, id 7f3a`
    package var sentence: String {
        "\(verb.rawValue) \(target) by \(principal)" + (id.map { ", id \($0)" } ?? "")
    }
}

extension ShotOutcome {
    /// The word of the log and of history.
    package var word: String {
        switch self {
        case .held: "held"
        case .on: "on"
        case .onFailed: "on-failed"
        case .onUnknown: "on-unknown"
        case .failed: "failed"
        }
    }

    fileprivate func sentence(_ target: String) -> String {
        switch self {
        case .held: "\(target) is off and left so"
        case .on: "\(target) is on"
        case .onFailed: "\(target) is off and could not be switched on"
        case .onUnknown: "\(target) was switched on and cannot be read"
        case .failed(let feeds):
            "failed, \(feeds.map(\.description).joined(separator: ", ")) read on"
        }
    }
}
