// The appliance without a world: the arbiter, a ledger that is an array, and a runner that carries
// out effects as the real one does, but can die between any two of them.

package import Arbiter
package import Fencing

/// Anybody may make one here, because here nothing has power.
package struct SimulatedReceipt: Receipt {
    package let sequence: LedgerSequence
    package let entry: Entry

    package init(sequence: LedgerSequence, entry: Entry) {
        self.sequence = sequence
        self.entry = entry
    }
}

/// What the ledger says to an attempt to append.
package enum CommitAnswer: Hashable, Sendable {
    case yes
    case no
    /// Nobody is told what became of the entry; the ledger knows.
    case unknown(Fate)

    package enum Fate: Hashable, Sendable {
        case kept
        case lost
    }
}

/// What came out of the appliance, in order.
package enum Deed: Hashable, Sendable {
    case recorded(SimulatedReceipt)
    case turn(PowerOrder<SimulatedReceipt>)
    case read(ReadOrder)
    case reply(RequestToken, Reply)
    case closeSession(SessionID)
    /// Answered with the event `probed`, by whoever plays the sessions.
    case probe(SessionID)
    case page(Page)
    /// It is down: every session is lost, and what was to follow never happens.
    case died(why: String)
}

package struct SimulatedAppliance: Sendable {
    package typealias SimulatedArbiter = Arbiter<SimulatedReceipt>

    package private(set) var site: Site
    private var names: [NodeName]
    private let retention: Retention
    package private(set) var isUp = false
    /// Of its last life, while it is down.
    private var mind: SimulatedArbiter
    package private(set) var ledger: [SimulatedReceipt] = []
    /// For the next attempts to append, first to last; after that the ledger takes everything.
    package var commitAnswers: [CommitAnswer] = []
    /// What the ledger refuses, until that is changed.
    package var refusal = Refusal.nothing
    /// Dies after so many more steps. A step lies before each effect, and one between an entry's
    /// way to the disk and the arbiter's hearing of it.
    package var stepsToDeath: Int?
    /// Dies at the next entry that it wants to write.
    package var diesAtRecord: AtRecord?
    /// The whole ledger is replayed and compared after each so many events; 0 is never.
    package var replayEvery: Int
    package private(set) var violations: [Violation] = []
    /// When the arbiter wants to be woken. Asked once for each event: it is what costs most.
    package private(set) var nextDeadline: Moment?
    /// Events handed in so far.
    package private(set) var events = 0
    private var deeds: [Deed] = []

    package enum Refusal: Hashable, Sendable {
        case nothing
        /// The disk has room for small entries only.
        case large
        case everything

        func concerns(_ entry: Entry) -> Bool {
            switch (self, entry) {
            case (.nothing, _): false
            case (.everything, _), (.large, .condensed): true
            case (.large, .answered(let answers)): answers.count > 1
            case (.large, _): false
            }
        }
    }

    package enum AtRecord: Hashable, Sendable {
        case before
        /// The entry is on the disk, and nothing that follows from it was done.
        case after
    }

    package init(_ site: Site, replayEvery: Int = 1, retention: Retention = .standard) {
        self.site = site
        names = site.nodes.keys.sorted()
        self.retention = retention
        self.replayEvery = replayEvery
        mind = SimulatedArbiter(site: site, retention: retention)
    }

    /// Nil while it is down.
    package var arbiter: SimulatedArbiter? { isUp ? mind : nil }

    /// Reads the ledger and takes up what it left open. Before any session is opened.
    package mutating func start(on boot: BootID, at now: Moment) -> [Deed] {
        precondition(!isUp, "it is up already")
        mind = SimulatedArbiter(site: site, retention: retention)
        for receipt in ledger[firstNeeded...] { mind.replay(receipt) }
        let effects = mind.recover(on: boot, at: now)
        isUp = true
        carryOut(effects, at: now)
        return takeDeeds()
    }

    /// What a ledger gives back: everything from the last entry that condenses.
    private var firstNeeded: Int {
        ledger.lastIndex { if case .condensed = $0.entry { true } else { false } } ?? 0
    }

    /// Nothing happens while it is down.
    package mutating func handle(_ event: Event<SimulatedReceipt>, at now: Moment) -> [Deed] {
        guard isUp else { return [] }
        events += 1
        carryOut(mind.handle(event, at: now), at: now)
        if replayEvery > 0, events.isMultiple(of: replayEvery) { expectReplayable(at: now) }
        return takeDeeds()
    }

    /// Another site file, for the next start.
    package mutating func configure(_ changed: Site) {
        precondition(!isUp, "the site file is read at a start")
        site = changed
        names = changed.nodes.keys.sorted()
    }

    package mutating func die(_ why: String) -> [Deed] {
        fall(why)
        return takeDeeds()
    }

    package mutating func takeViolations() -> [Violation] {
        defer { violations = [] }
        return violations
    }

    /// Compares what the arbiter stands on with what its ledger says.
    package mutating func expectReplayable(at now: Moment) {
        guard isUp else { return }
        var replayed = DurableState<SimulatedReceipt>(outcomes: retention.outcomes)
        for receipt in ledger[firstNeeded...] { replayed.apply(receipt) }
        if replayed != mind.durable {
            violations.append(Violation(.replay, at: now, "the ledger says something else"))
        }
    }
}

extension SimulatedAppliance {
    private mutating func carryOut(_ first: [Effect<SimulatedReceipt>], at now: Moment) {
        var queue = first
        var next = 0
        while next < queue.count {
            let effect = queue[next]
            next += 1
            guard survives("killed before \(effect.name)") else { return }
            switch effect {
            case .commit(let proposal): queue += commit(proposal, at: now)
            case .turn(let order):
                expectRecord(of: order, at: now)
                deeds.append(.turn(order))
            case .read(let order): deeds.append(.read(order))
            case .reply(let token, let reply): deeds.append(.reply(token, reply))
            case .closeSession(let session): deeds.append(.closeSession(session))
            case .probe(let session): deeds.append(.probe(session))
            case .page(let page): deeds.append(.page(page))
            }
        }
        // As the real one does: nothing but a restart, which reads the ledger, helps.
        if mind.hasLostLedger { fall("nobody knows what the ledger holds") }
        nextDeadline = isUp ? mind.nextDeadline : nil
    }

    private mutating func commit(
        _ proposal: Proposal, at now: Moment
    ) -> [Effect<SimulatedReceipt>] {
        let receipt = SimulatedReceipt(sequence: proposal.expecting.next, entry: proposal.entry)
        if let end = dies(at: receipt, now) { return end }
        if refusal.concerns(proposal.entry) {
            return mind.handle(.notCommitted(why: "no space left on device"), at: now)
        }
        switch commitAnswers.isEmpty ? .yes : commitAnswers.removeFirst() {
        case .yes:
            record(receipt, at: now)
            guard survives("killed with the entry on record and nothing done") else { return [] }
            let effects = mind.handle(.committed(receipt), at: now)
            expectEvenMembers(at: now)
            return effects
        case .no:
            return mind.handle(.notCommitted(why: "disk full"), at: now)
        case .unknown(let fate):
            switch fate {
            case .kept: record(receipt, at: now)
            case .lost: break
            }
            return mind.handle(.commitUnknown(why: "fsync: input/output error"), at: now)
        }
    }

    private mutating func dies(
        at receipt: SimulatedReceipt, _ now: Moment
    ) -> [Effect<SimulatedReceipt>]? {
        switch diesAtRecord {
        case nil: return nil
        case .before: fall("killed before entry \(receipt.sequence)")
        case .after:
            record(receipt, at: now)
            fall("killed with entry \(receipt.sequence) on record and nothing done")
        }
        return []
    }

    private mutating func record(_ receipt: SimulatedReceipt, at now: Moment) {
        let head = ledger.last?.sequence ?? LedgerSequence(0)
        if receipt.sequence != head.next {
            violations.append(
                Violation(.replay, at: now, "an entry was decided on a ledger that has moved on"))
        }
        ledger.append(receipt)
        deeds.append(.recorded(receipt))
    }

    /// Who is on record as off is no member.
    private mutating func expectEvenMembers(at now: Moment) {
        for name in names {
            let record = mind.durable[name]
            if record.standing == .member, record.powerSequence.isVerifiedOff {
                violations.append(
                    Violation(
                        .memberIsEven, at: now,
                        "\(name) is a member, and on record as off: pseq \(record.powerSequence)"))
            }
        }
    }

    /// An order to change power must show the record that allows it, and no other.
    private mutating func expectRecord(of order: PowerOrder<SimulatedReceipt>, at now: Moment) {
        let place = Int(order.proof.sequence.number) - 1
        let isOnRecord = ledger.indices.contains(place) && ledger[place] == order.proof
        if !isOnRecord || !ledger.allows(order) {
            violations.append(
                Violation(
                    .recordBeforeOrder, at: now, "\(order.command) \(order.outlet) has no record"))
        }
    }

    private mutating func survives(_ why: @autoclosure () -> String) -> Bool {
        guard isUp else { return false }
        guard let left = stepsToDeath else { return true }
        stepsToDeath = left > 1 ? left - 1 : nil
        if left <= 1 { fall(why()) }
        return left > 1
    }

    private mutating func fall(_ why: String) {
        guard isUp else { return }
        isUp = false
        nextDeadline = nil
        stepsToDeath = nil
        diesAtRecord = nil
        deeds.append(.died(why: why))
    }

    private mutating func takeDeeds() -> [Deed] {
        defer { deeds = [] }
        return deeds
    }
}

extension [SimulatedReceipt] {
    /// Whether the order's receipt is of an entry that allows this command on this outlet.
    fileprivate func allows(_ order: PowerOrder<SimulatedReceipt>) -> Bool {
        switch order.proof.entry {
        case .answered:
            return order.proof.entry.grants.contains { grant in
                let command: PowerCommand = grant.verb == .on ? .on : .off
                return grant.feeds.contains(order.outlet) && command == order.command
            }
        case .onIntended(let shot):
            return order.command == .on && grant(of: shot)?.feeds.contains(order.outlet) == true
        case .condensed(let condensate):
            // A start takes up an "on" that was on its way; never an "off".
            return condensate.open.contains { open in
                open.grant.feeds.contains(order.outlet) && open.stage == .onIntended
                    && order.command == .on
            }
        case .started, .verifiedOff, .closed, .admitted, .renamed, .attested, .locked, .released:
            return false
        }
    }

    package func grant(of shot: ShotNumber) -> Grant? {
        for receipt in reversed() {
            if let grant = receipt.entry.grants.first(where: { $0.shot == shot }) { return grant }
        }
        return nil
    }
}

extension Effect {
    fileprivate var name: String {
        switch self {
        case .commit: "a commit"
        case .turn: "an order"
        case .read: "a reading"
        case .reply: "a reply"
        case .closeSession: "the end of a session"
        case .probe: "a question for a sign of life"
        case .page: "a page"
        }
    }
}
