// What was refused or withdrawn, for `result`. In memory, bounded, and shared out among principals: what
// one of them is refused must not fill a disk, nor drive out the others'. After a restart these ids
// are as if never used, which is the truth: nothing was done for them.

package import Fencing

struct Refusals: Hashable, Sendable {
    private var byKey: [OutcomeTable.Key: Refusal] = [:]
    private var shares = Shares<OutcomeTable.Key>()

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
        let refusal = Refusal(code: code, why: why)
        guard byKey.updateValue(refusal, forKey: key) == nil else { return }
        shares.append(key, of: key.principal)
        guard shares.count > Limit.refusals,
            let forgotten = shares.removeOldest(keeping: { _ in false })
        else { return }
        byKey[forgotten] = nil
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
