// The same id again (R8). An id answers only what it was first asked, `since` included: who counts its
// ids from 1 again after a reinstallation must never be told an old truth as a new one.

internal import Fencing

/// What an id says of a request.
enum Repetition: Hashable, Sendable {
    /// The id is new.
    case first
    /// The same was asked before, and what that came to answers it.
    case answered([OutcomeTable.Answer])
    /// The same words, from an asker that knows more by now than that answer says. It is judged by
    /// what it knows (R7), and never gets a second shot under this id.
    case later(why: String)
    /// Something else was asked before.
    case mistaken(why: String)
}

extension Arbiter {
    func repetition(_ waiting: Pending) -> Repetition {
        guard let id = waiting.request.id,
            let answers = durable.outcomes[waiting.principal, id]
        else { return .first }
        let asked = Set(waiting.parts.map { [$0.verb.rawValue, $0.target.text] })
        guard asked == Set(answers.map { [$0.verb.rawValue, $0.target.text] }),
            answers.allSatisfy({ isSaidAsBefore(waiting.part(at: $0.target)?.since, $0) })
        else {
            let used = answers.map(words).joined(separator: ", ")
            return .mistaken(why: "id \(id) was used for '\(used)': take a new id")
        }
        let isAnswered = answers.allSatisfy { answer in
            waiting.part(at: answer.target).map { speaks(answer, to: $0.since.value) } ?? false
        }
        if isAnswered { return .answered(answers) }
        return .later(
            why: "id \(id) was answered, and you have heard of what came after that: "
                + "`result \(id)` says what it came to; for the life that runs now take a new id")
    }

    private func words(_ answer: OutcomeTable.Answer) -> String {
        let since = since(of: answer).map { " since=\($0)" } ?? ""
        return "\(answer.verb.rawValue) \(answer.target)\(since)"
    }

    private func since(of answer: OutcomeTable.Answer) -> PowerSequence? {
        switch answer {
        case .shot(let shot, _, _): durable.outcomes[shot]?.grant.since
        case .satisfied(let satisfaction, _, _): satisfaction.since
        }
    }

    private func isSaidAsBefore(
        _ since: Pending.Since?, _ answer: OutcomeTable.Answer
    ) -> Bool {
        guard case .said(let said)? = since, let first = self.since(of: answer) else { return true }
        return said == first
    }

    /// Whether the answer on record is news to who knows this much: an off that is newer than that, or
    /// a shot that has none and is not about an earlier life.
    private func speaks(_ answer: OutcomeTable.Answer, to known: PowerSequence) -> Bool {
        // Who knew it as off, and asks again when it runs, is judged anew.
        if whyNotOver(answer.target) != nil { return false }
        if known.isVerifiedOff, !durable[answer.target].powerSequence.isVerifiedOff { return false }
        switch answer {
        case .satisfied(_, let pseq, _): return known < pseq
        case .shot(let shot, _, _):
            guard let record = durable.outcomes[shot] else { return true }
            if let off = record.offAs { return known < off }
            return known <= record.grantedAt ?? .initial
        }
    }
}
