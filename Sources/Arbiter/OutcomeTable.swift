// What became of requests, for whoever asks again. Bounded: the oldest are forgotten first, and a
// forgotten id is answered as stale, never taken for a new one's outcome.

package import Fencing

package struct OutcomeTable: Hashable, Sendable {
    /// Closed shots and answered ids that are kept in memory.
    package static let capacity = 4096

    private var shots: [ShotNumber: ShotRecord] = [:]
    private var shotOrder = Ring<ShotNumber>(capacity: capacity)
    /// By target, in the order of the record.
    private var answers: [Key: [Answer]] = [:]
    private var answerOrder = Ring<Key>(capacity: capacity)

    package init() {}

    package subscript(_ shot: ShotNumber) -> ShotRecord? { shots[shot] }

    package subscript(_ principal: Principal, _ id: RequestID) -> [Answer]? {
        answers[Key(principal: principal, id: id)]
    }

    package struct Key: Hashable, Sendable {
        let principal: Principal
        let id: RequestID
    }

    /// What a request came to for one of its targets.
    package enum Answer: Hashable, Sendable {
        /// It became this shot.
        case shot(ShotNumber, GrantedVerb, NodeName)
        /// It was answered from an off that somebody else's shot had verified.
        case satisfied(Satisfaction, PowerSequence, LedgerSequence)

        package var verb: GrantedVerb {
            switch self {
            case .shot(_, let verb, _): verb
            case .satisfied(let satisfaction, _, _): satisfaction.verb
            }
        }

        package var target: NodeName {
            switch self {
            case .shot(_, _, let target): target
            case .satisfied(let satisfaction, _, _): satisfaction.target
            }
        }
    }

    mutating func opened(_ grant: Grant, at sequence: LedgerSequence) {
        shots[grant.shot] = ShotRecord(grant: grant, sequence: sequence)
        if let forgotten = shotOrder.push(grant.shot) { shots[forgotten] = nil }
    }

    mutating func verifiedOff(_ shot: ShotNumber, pseq: PowerSequence, at sequence: LedgerSequence)
    {
        shots[shot]?.offAs = pseq
        shots[shot]?.sequence = sequence
    }

    mutating func attested(_ shot: ShotNumber, by who: PrincipalName) {
        shots[shot]?.attestedBy = who
    }

    mutating func closed(_ shot: ShotNumber, _ outcome: ShotOutcome) {
        shots[shot]?.outcome = outcome
    }

    mutating func remember(_ principal: Principal, _ id: RequestID, _ found: [Answer]) {
        let key = Key(principal: principal, id: id)
        guard answers.updateValue(found, forKey: key) == nil else { return }
        if let forgotten = answerOrder.push(key) { answers[forgotten] = nil }
    }
}

/// What is known of one shot.
package struct ShotRecord: Hashable, Sendable {
    package let grant: Grant
    /// The entry that last said something about its off.
    package var sequence: LedgerSequence
    /// The power sequence that its verified off made.
    package var offAs: PowerSequence?
    /// The person who vouches for the off, where no reading does.
    package var attestedBy: PrincipalName?
    /// Nil while it is open.
    package var outcome: ShotOutcome?
}

/// The last `capacity` elements pushed.
package struct Ring<Element: Hashable & Sendable>: Hashable, Sendable {
    private var elements: [Element] = []
    private var oldest = 0
    private let capacity: Int

    package init(capacity: Int) { self.capacity = capacity }

    /// Gives back the element that had to go.
    package mutating func push(_ element: Element) -> Element? {
        guard elements.count == capacity else {
            elements.append(element)
            return nil
        }
        defer { oldest = (oldest + 1) % capacity }
        return exchange(&elements[oldest], with: element)
    }
}

private func exchange<Value>(_ place: inout Value, with new: Value) -> Value {
    let old = place
    place = new
    return old
}
