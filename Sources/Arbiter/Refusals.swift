// What was refused or withdrawn, for `result`. In memory and bounded: a stranger's refusals must
// not fill a disk. After a restart these ids are as if never used, which is the truth: nothing was
// done for them.

package import Fencing

struct Refusals: Hashable, Sendable {
    private var byKey: [OutcomeTable.Key: Refusal] = [:]
    private var order = Ring<OutcomeTable.Key>(capacity: Limit.refusals)

    struct Refusal: Hashable, Sendable {
        let code: ExitCode
        let why: String
    }

    subscript(_ principal: Principal, _ id: RequestID) -> Refusal? {
        byKey[OutcomeTable.Key(principal: principal, id: id)]
    }

    mutating func note(_ waiting: Pending, _ code: ExitCode, _ why: String) {
        guard let id = waiting.request.id else { return }
        let key = OutcomeTable.Key(principal: waiting.principal, id: id)
        let isNew = byKey.updateValue(Refusal(code: code, why: why), forKey: key) == nil
        if isNew, let forgotten = order.push(key) { byKey[forgotten] = nil }
    }
}

extension Reply {
    /// Said before anything about the target is looked at, and alike whether it exists or not.
    package static func notYours(_ target: NodeName, _ principal: Principal) -> Reply {
        Reply(
            .notPermitted,
            [
                ReplyField("target", target),
                ReplyField("why", "\(principal) may not name \(target): `list` says whom it may"),
            ])
    }
}
