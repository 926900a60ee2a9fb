// What became of requests, for whoever asks again. Bounded, and shared out among those who asked: a
// forgotten id is answered as stale, never taken for a new one's outcome. An open shot is never
// forgotten, and the last off of a node after everything else.

package struct OutcomeTable: Hashable, Sendable {
    /// Shots that are kept, and answers to ids: so many of each, of all principals together.
    package static let standardCapacity = 4096

    package let capacity: Int
    /// Answers in all, those of open shots included: a request may name many targets, of which one
    /// stays in doubt.
    package static func mostAnswers(capacity: Int) -> Int { 4 * capacity }
    private var shots: [ShotNumber: ShotRecord] = [:]
    private var shotShares = Shares<ShotNumber>()
    /// Of each node the last shot that was verified off: every "off" that is told later rests on it.
    private var lastOffs: [NodeName: ShotNumber] = [:]
    /// By target, in the order of the record.
    private var answers: [Key: [Answer]] = [:]
    private var answerShares = Shares<Key>()
    /// Of all keys together: a request may name many targets.
    private var answerCount = 0

    /// `capacity`: 1 or more.
    package init(capacity: Int = standardCapacity) { self.capacity = capacity }

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

    /// `leaving` is the target's power sequence after the grant.
    package mutating func opened(
        _ grant: Grant, leaving pseq: PowerSequence, at sequence: LedgerSequence
    ) {
        remember(ShotRecord(grant: grant, sequence: sequence, grantedAt: pseq))
    }

    package mutating func remember(_ record: ShotRecord) {
        let shot = record.grant.shot
        if shots.updateValue(record, forKey: shot) == nil {
            shotShares.append(shot, of: record.grant.principal)
        }
        if record.offAs != nil { noteOff(shot, record.grant.target) }
        while shotShares.count > capacity, let forgotten = takeOldest() { forget(forgotten) }
    }

    private mutating func takeOldest() -> ShotNumber? {
        let (shots, lastOffs) = (shots, lastOffs)
        func isOpen(_ shot: ShotNumber) -> Bool { shots[shot]?.isOpen ?? false }
        func isLastOff(_ shot: ShotNumber) -> Bool {
            shots[shot].map { lastOffs[$0.grant.target] == shot } ?? false
        }
        return shotShares.removeOldest(keeping: { isOpen($0) || isLastOff($0) })
            ?? shotShares.removeOldest(keeping: isOpen)
    }

    private mutating func noteOff(_ shot: ShotNumber, _ target: NodeName) {
        lastOffs[target] = max(lastOffs[target] ?? shot, shot)
    }

    private mutating func forget(_ shot: ShotNumber) {
        guard let target = shots.removeValue(forKey: shot)?.grant.target,
            lastOffs[target] == shot
        else { return }
        lastOffs[target] = shots.values.filter { $0.grant.target == target && $0.offAs != nil }
            .map(\.grant.shot).max()
    }

    package mutating func verifiedOff(
        _ shot: ShotNumber, pseq: PowerSequence, at sequence: LedgerSequence
    ) {
        shots[shot]?.offAs = pseq
        shots[shot]?.sequence = sequence
        if let target = shots[shot]?.grant.target { noteOff(shot, target) }
    }

    package mutating func attested(_ shot: ShotNumber, by who: PrincipalName) {
        shots[shot]?.attestedBy = who
    }

    package mutating func closed(_ shot: ShotNumber, _ outcome: ShotOutcome) {
        shots[shot]?.outcome = outcome
    }

    package mutating func remember(_ key: Key, _ found: [Answer]) {
        answerCount += found.count
        if let before = answers.updateValue(found, forKey: key) {
            answerCount -= before.count
        } else {
            answerShares.append(key, of: key.principal)
        }
        while answerCount > capacity {
            guard let forgotten = answerShares.removeOldest(keeping: isOpen) else { break }
            answerCount -= answers.removeValue(forKey: forgotten)?.count ?? 0
        }
        // The shot is not forgotten, and who waits for it hears; its id is, and then answers STALE.
        while answerCount > Self.mostAnswers(capacity: capacity) {
            guard let forgotten = answerShares.removeOldest(keeping: { $0 == key }) else { return }
            answerCount -= answers.removeValue(forKey: forgotten)?.count ?? 0
        }
    }

    private func isOpen(_ key: Key) -> Bool {
        answers[key, default: []].contains { answer in
            if case .shot(let shot, _, _) = answer { shots[shot]?.isOpen ?? false } else { false }
        }
    }

    /// The oldest first.
    package var shotsInOrder: [ShotRecord] {
        shots.values.sorted { $0.grant.shot < $1.grant.shot }
    }

    /// The last shot at this node that was verified off.
    package func lastOff(of node: NodeName) -> ShotRecord? {
        lastOffs[node].flatMap { shots[$0] }
    }

    /// Of each principal the oldest first.
    package var answersInOrder: [(key: Key, answers: [Answer])] {
        answerShares.inOrder.compactMap { key in answers[key].map { (key, $0) } }
    }

    /// The same, with room for so many.
    package func holding(_ capacity: Int) -> OutcomeTable {
        if capacity == self.capacity { return self }
        var copy = OutcomeTable(capacity: capacity)
        for record in shotsInOrder { copy.remember(record) }
        for (key, answers) in answersInOrder { copy.remember(key, answers) }
        return copy
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

    var isOpen: Bool { outcome == nil }

    /// The target's power sequence after the grant; nil in entries of versions that did not keep it.
    package let grantedAt: PowerSequence?

    package init(grant: Grant, sequence: LedgerSequence, grantedAt: PowerSequence?) {
        self.grant = grant
        self.sequence = sequence
        self.grantedAt = grantedAt
    }
}
