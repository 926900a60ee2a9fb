// The arbiter: the one place where it is decided who may shoot whom.
//
// A value. Facts go in as events, with the time; effects come out, in order. It waits for nothing
// and touches nothing, so every quarrel can be played through in a test.
//
// Contract with whoever runs it:
//  1. Carry out the effects in order, before the next event is handed in.
//  2. Answer `commit` with `committed`, `notCommitted` or `commitUnknown`. Until then nothing else
//     is decided; other events are taken in meanwhile.
//  3. Answer each `turn` and `read` with one `reported`.
//  4. Hand in `timePassed` when `nextDeadline` has come.
//  5. After a start: replay the whole ledger, then `recover`, before any session is opened.

package import Fencing

package struct Arbiter<Proof: Receipt>: Hashable, Sendable {
    package let site: Site
    let retention: Retention
    /// In order of name, here and in `members`: sorted once, and not at every question.
    let everybody: [NodeName]
    let members: [ClusterName?: [NodeName]]
    package private(set) var durable: DurableState<Proof>

    var sessions: [SessionID: Session] = [:]
    var queue = WaitingRequests()
    /// Requests about several targets whose answers are being gathered.
    var batches: [RequestToken: Batch] = [:]
    var questions: [Asked] = []
    var runs: [NodeName: Run<Proof>] = [:]
    var looks: [NodeName: Look] = [:]
    /// Until then a command of the life before may act: nothing is sent to these, and nothing read.
    var unsettled: [NodeName: Moment] = [:]
    /// Open shots whose node, feeds or outlets the site file has changed since their grant.
    var strays: Set<NodeName> = []
    /// Names that the site file has changed, to be put on record before anything is decided.
    var renames: [Rename] = []
    var holdUps = HoldUps()
    /// Whose order a report belongs to.
    var orders: [OrderID: NodeName] = [:]
    var refusals = Refusals()
    var rates = GrantTimes()
    /// Whom a member said it sees.
    var views: [NodeName: View] = [:]
    /// By who is to be admitted, and by who vouches; of nodes on probation.
    var admissionVotes: [NodeName: [NodeName: AdmissionVote]] = [:]
    /// On record as off, and read as on; of the site's nodes, and of those with an open shot.
    var contradictions: Set<NodeName> = []
    /// Those of them that were read as on before their power supply had given up what it held.
    var mayRunOn: Set<NodeName> = []
    /// Of whom a person said that they are off, and no switch has yet.
    var attestations = Attestations()
    var agenda = Agenda()
    var ledger = LedgerHealth.taking
    var stance = Stance.granting
    var outstanding: Outstanding?
    /// The boot of the machine on which this arbiter was started.
    var startedOn: BootID?
    /// An entry that condenses was refused: the next is tried when the ledger has come so far.
    var condensesNotBefore: LedgerSequence?
    /// When a person was last told of an entry that is too large.
    var pagedTooLargeAt: Moment?
    /// What sessions that open now know: the power sequence of every node that ever had another
    /// than the initial one.
    var current: [NodeName: PowerSequence] = [:]
    private var lastOrder = OrderID(0)
    private var effects: [Effect<Proof>] = []

    package init(site: Site, retention: Retention = .standard) {
        self.site = site
        self.retention = retention
        durable = DurableState(outcomes: retention.outcomes)
        everybody = site.nodes.keys.sorted()
        members = Dictionary(grouping: everybody) { site.nodes[$0]?.cluster }
    }

    /// The decision that is on its way to the disk.
    struct Outstanding: Hashable, Sendable {
        let entry: Entry
        /// The request it answers.
        let token: RequestToken?
        /// Whose request that is.
        let session: SessionID?
        /// Nobody is left to hear the answer. A record that is on its way cannot be called back;
        /// but if it is refused, the request is not taken up again.
        var isAbandoned = false
        /// The node it names was read as off for it.
        var wasRead = false
    }

    enum LedgerHealth: Hashable, Sendable {
        case taking
        /// It refused an entry: nothing is decided until `retryAt`.
        case refused(why: String, retryAt: Moment)
        /// An entry of no consequence is written, to see whether it takes entries again.
        case onTrial
        /// Nobody knows what it holds. Only a restart, which reads it, helps.
        case lost(why: String)
    }

    enum Stance: Hashable, Sendable {
        case granting
        /// What was granted is finished; nothing more is granted.
        case leaving
    }

    /// Takes in one event and gives back what is to be done about it.
    package mutating func handle(_ event: Event<Proof>, at now: Moment) -> [Effect<Proof>] {
        holdUps.forgetEnds(before: now)
        take(event, at: now)
        settle(at: now)
        defer { effects = [] }
        return effects
    }

    private mutating func take(_ event: Event<Proof>, at now: Moment) {
        switch event {
        case .sessionOpened(let session, let principal): open(session, principal)
        case .sessionClosed(let session): close(session)
        case .ordered(let token, by: let session, let request):
            receive(request, token, by: session, at: now)
        case .asked(let token, by: let session, let question):
            questions.append(Asked(token: token, session: session, question: question))
        case .abandoned(let token): abandon(token)
        case .reported(let report): note(report, at: now)
        case .committed(let proof): committed(proof, at: now)
        case .notCommitted(let why):
            notCommitted(.refused(why: why, retryAt: now + Patience.ledgerRetry), why, at: now)
        case .tooLarge(let why): tooLarge(why, at: now)
        case .commitUnknown(let why): notCommitted(.lost(why: why), why, at: now)
        case .timePassed: wake(at: now)
        case .stopping: leave()
        case .told(let session, let node): tell(session, of: node)
        case .demoted(let name): refuseAll(of: name)
        case .probed(let session, let finding): note(finding, of: session, at: now)
        }
    }

    /// Decides what can be decided, one record at a time.
    private mutating func settle(at now: Moment) {
        while outstanding == nil {
            tellHeld(at: now)
            if ledger == .onTrial, let boot = startedOn {
                propose(.started(boot))
            } else if ledger == .taking, let rename = renames.first {
                propose(.renamed(rename.new, from: rename.old))
            } else if !questions.isEmpty {
                answer(questions.removeFirst(), at: now)
            } else if let target = agenda.takeFirst() {
                advance(target, at: now)
            } else if isTimeToCondense {
                propose(.condensed(durable.condensed(retention)))
            } else {
                return
            }
        }
    }

    /// When nobody waits for it, or when it cannot wait any longer.
    private var isTimeToCondense: Bool {
        guard ledger == .taking, condensesNotBefore.map({ $0 <= durable.head }) ?? true else {
            return false
        }
        let count = durable.head.number - durable.condensedAt.number
        return count >= retention.condensesAfter
            && (runs.isEmpty && queue.count == 0 || count >= 4 * retention.condensesAfter)
    }

    /// The earliest moment at which time alone changes something.
    package var nextDeadline: Moment? {
        var soonest: Moment?
        func consider(_ moment: Moment?) {
            guard let moment else { return }
            soonest = soonest.map { min($0, moment) } ?? moment
        }
        for run in runs.values { consider(run.deadline) }
        for look in looks.values { consider(look.until) }
        for moment in unsettled.values { consider(moment) }
        consider(attestations.nextLook)
        consider(queue.nextDeadline)
        consider(holdUps.nextDeadline)
        if case .refused(_, let retryAt) = ledger { consider(retryAt) }
        return soonest
    }

    /// Nothing granted is under way any more, and nothing is left to be told.
    package var isAtRest: Bool { runs.isEmpty && outstanding == nil && holdUps.holdsNothing }

    /// What is under way is in doubt, all of it: waiting longer promises nothing.
    package var isOnlyInDoubt: Bool {
        !runs.isEmpty && outstanding == nil && runs.values.allSatisfy(\.isInDoubt)
    }

    /// A switch was commanded or asked for the sake of what is under way, and has not reported.
    package var awaitsReports: Bool { runs.values.contains(where: \.awaitsReports) }

    /// Nothing is decided any more: somebody has to read the ledger anew.
    package var hasLostLedger: Bool { whyNothingIsKnown != nil }

    /// Whoever seems to stand may be doomed on the disk: nobody is told a success.
    var whyNothingIsKnown: String? {
        if case .lost(let why) = ledger { why } else { nil }
    }

    mutating func emit(_ effect: Effect<Proof>) { effects.append(effect) }

    mutating func newOrder(for target: NodeName) -> OrderID {
        lastOrder = lastOrder.next
        orders[lastOrder] = target
        return lastOrder
    }

    /// Asks for the record of what somebody wants and may have.
    mutating func propose(
        _ entry: Entry, answering token: RequestToken, by warrant: consuming Warrant
    ) {
        precondition(entry.isAsked(by: warrant.principal), "a warrant is for its own requests")
        commit(entry, answering: token, of: warrant.session)
    }

    /// Asks for the record of what follows from facts and earlier records.
    mutating func propose(_ entry: Entry) {
        precondition(entry.isOfTheArbiter, "what was asked for needs a warrant")
        commit(entry, answering: nil, of: nil)
    }

    /// The decision takes effect when `committed` comes back.
    private mutating func commit(
        _ entry: Entry, answering token: RequestToken?, of session: SessionID?
    ) {
        precondition(outstanding == nil, "one decision at a time")
        outstanding = Outstanding(entry: entry, token: token, session: session)
        emit(.commit(Proposal(expecting: durable.head, entry: entry)))
    }

    mutating func apply(_ proof: Proof) {
        durable.apply(proof)
        for node in proof.entry.mayMovePower(in: durable) {
            current[node] = durable[node].powerSequence
        }
    }
}

extension Arbiter {
    /// Takes in one entry that was read back from the ledger.
    package mutating func replay(_ proof: Proof) { apply(proof) }
}

extension Entry {
    /// The nodes whose power sequence the entry may have moved.
    fileprivate func mayMovePower<Proof>(in durable: DurableState<Proof>) -> [NodeName] {
        switch self {
        case .answered: grants.map(\.target)
        case .verifiedOff(let shot), .onIntended(let shot), .closed(let shot, _),
            .attested(let shot, by: _, _):
            durable.outcomes[shot].map { [$0.grant.target] } ?? []
        case .renamed(let node, from: _): [node]
        case .started, .admitted, .locked, .released: []
        case .condensed(let condensate): Array(condensate.nodes.keys)
        }
    }
}
