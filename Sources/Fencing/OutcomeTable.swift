// What became of requests, for whoever asks again. Bounded: the oldest are forgotten first, and a
// forgotten id is answered as stale, never taken for a new one's outcome.

package struct OutcomeTable: Hashable, Sendable {
    /// Shots and answered ids that are kept.
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
        package let principal: Principal
        package let id: RequestID

        package init(principal: Principal, id: RequestID) {
            self.principal = principal
            self.id = id
        }
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

    package mutating func opened(_ grant: Grant, at sequence: LedgerSequence) {
        remember(ShotRecord(grant: grant, sequence: sequence))
    }

    package mutating func remember(_ record: ShotRecord) {
        shots[record.grant.shot] = record
        if let forgotten = shotOrder.push(record.grant.shot) { shots[forgotten] = nil }
    }

    package mutating func verifiedOff(
        _ shot: ShotNumber, pseq: PowerSequence, at sequence: LedgerSequence
    ) {
        shots[shot]?.offAs = pseq
        shots[shot]?.sequence = sequence
    }

    package mutating func attested(_ shot: ShotNumber, by who: PrincipalName) {
        shots[shot]?.attestedBy = who
    }

    package mutating func closed(_ shot: ShotNumber, _ outcome: ShotOutcome) {
        shots[shot]?.outcome = outcome
    }

    package mutating func remember(_ key: Key, _ found: [Answer]) {
        guard answers.updateValue(found, forKey: key) == nil else { return }
        if let forgotten = answerOrder.push(key) { answers[forgotten] = nil }
    }

    /// The oldest first.
    package var shotsInOrder: [ShotRecord] { shotOrder.inOrder.compactMap { shots[$0] } }

    /// The oldest first.
    package var answersInOrder: [(key: Key, answers: [Answer])] {
        answerOrder.inOrder.compactMap { key in answers[key].map { (key, $0) } }
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

    package init(grant: Grant, sequence: LedgerSequence) {
        self.grant = grant
        self.sequence = sequence
    }
}

/// The last `capacity` elements pushed. Two that hold the same in the same order are equal.
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

    /// The oldest first.
    package var inOrder: [Element] { Array(elements[oldest...] + elements[..<oldest]) }

    package static func == (left: Self, right: Self) -> Bool {
        left.capacity == right.capacity && left.elements.count == right.elements.count
            && left.inOrder == right.inOrder
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(inOrder) }
}

private func exchange<Value>(_ place: inout Value, with new: Value) -> Value {
    let old = place
    place = new
    return old
}
