// What the ledger says: the fold of its entries and of nothing else. The same function builds it
// at each decision and after each restart, so a restarted arbiter stands where the old one stood.

package import Fencing

package struct DurableState<Proof: Receipt>: Hashable, Sendable {
    package private(set) var head = LedgerSequence(0)
    package private(set) var boot: BootID?
    package private(set) var lastShot = ShotNumber(0)
    /// At most one for each target: one power action per target at a time (R21).
    package private(set) var open: [NodeName: OpenShot<Proof>] = [:]
    package private(set) var outcomes: OutcomeTable
    /// The last entry that condensed all before it.
    package private(set) var condensedAt = LedgerSequence(0)
    /// Entries before this one will be forgotten with the next that condenses.
    package private(set) var forgottenNext = LedgerSequence(0)
    private var nodes: [NodeName: NodeRecord] = [:]
    private var locks: [NodeName: [NodeLock.Kind: NodeLock]] = [:]

    /// `outcomes`: how many shots and answers are known by heart.
    package init(outcomes: Int = OutcomeTable.standardCapacity) {
        self.outcomes = OutcomeTable(capacity: outcomes)
    }

    /// Nodes that an entry has named, with what is on record of them; also those that the site file
    /// does not have any more.
    package var known: [NodeName] { Set(nodes.keys).union(locks.keys).sorted() }

    /// Under this name, and not as the former name of another.
    package func isOnRecord(_ node: NodeName) -> Bool {
        nodes[node].map { $0.renamedTo == nil } ?? false
    }

    /// By the present name, the one before.
    var formerNames: [NodeName: NodeName] {
        let pairs = nodes.compactMap { name, record in record.renamedTo.map { ($0, name) } }
        return Dictionary(pairs) { min($0, $1) }
    }

    package func locks(of node: NodeName) -> [NodeLock] {
        NodeLock.Kind.allCases.compactMap { locks[node]?[$0] }
    }

    /// Of all nodes and kinds together.
    var lockCount: Int { locks.values.reduce(0) { $0 + $1.count } }

    package func lock(_ node: NodeName, _ kind: NodeLock.Kind) -> NodeLock? { locks[node]?[kind] }

    /// A node that no entry has named is a member: a new site starts with everybody in.
    package subscript(_ node: NodeName) -> NodeRecord { nodes[node] ?? NodeRecord() }

    /// After a restart the last command to them may still act.
    package var commanded: [NodeName] {
        nodes.filter { $0.value.wasCommanded == .once }.keys.sorted()
    }

    package mutating func apply(_ proof: Proof) {
        precondition(proof.sequence > head, "entries are applied once, in order")
        head = proof.sequence
        switch proof.entry {
        case .started(let boot): self.boot = boot
        case .answered(let answers): apply(answers, proof)
        case .verifiedOff(let shot): applyVerifiedOff(shot, proof)
        case .onIntended(let shot): applyOnIntended(shot, proof)
        case .closed(let shot, let outcome): close(shot, outcome)
        case .admitted(let node, by: _): admit(node)
        case .renamed(let node, from: let old): rename(old, to: node)
        case .attested(let shot, by: let who, _): attest(shot, who, proof)
        case .locked(let lock): locks[lock.node, default: [:]][lock.kind] = lock
        case .released(let node, let kind, by: _): release(node, kind)
        case .condensed(let condensate):
            self = DurableState(condensate, proof, outcomes: outcomes.capacity)
        }
    }

    /// All of them, or none: it is one record (R20).
    private mutating func apply(_ answers: [Answer], _ proof: Proof) {
        let recorded = answers.map { answer -> OutcomeTable.Answer in
            switch answer {
            case .granted(let grant):
                apply(grant, proof)
                return .shot(grant.shot, grant.verb, grant.target)
            case .satisfied(let satisfaction):
                apply(satisfaction)
                let pseq = self[satisfaction.target].powerSequence
                return .satisfied(satisfaction, pseq, head)
            }
        }
        guard let (principal, id) = answers.first?.asker, let id else { return }
        outcomes.remember(OutcomeTable.Key(principal: principal, id: id), recorded)
    }

    /// The target loses its standing in the same record that grants the shot (R3), and whatever
    /// it had asked for in its old generation is void (R4).
    private mutating func apply(_ grant: Grant, _ proof: Proof) {
        precondition(open[grant.target] == nil, "one power action per target")
        lastShot = grant.shot
        var node = self[grant.target]
        node.wasCommanded = .once
        let before = node.standing
        switch grant.verb {
        case .off, .reboot:
            node.standing = .doomed
            node.generation = node.generation.next
            node.lastShot = grant.shot
        case .on:
            if node.powerSequence.isVerifiedOff { node.powerSequence = node.powerSequence.next }
        }
        nodes[grant.target] = node
        open[grant.target] = OpenShot(
            grant: grant, stage: grant.verb == .on ? .onIntended : .granted,
            standingBefore: before, boot: boot, proof: proof)
        outcomes.opened(grant, leaving: node.powerSequence, at: proof.sequence)
    }

    private mutating func applyVerifiedOff(_ shot: ShotNumber, _ proof: Proof) {
        change(shot) { open, node in
            if !node.powerSequence.isVerifiedOff { node.powerSequence = node.powerSequence.next }
            node.standing = .probation
            open.stage = .verifiedOff
        }
        outcomes.verifiedOff(shot, pseq: self[target(of: shot)].powerSequence, at: proof.sequence)
        if openShot(shot).grant.verb == .off { close(shot, .held) }
    }

    /// As good as a reading, said by a person. The switch does not answer, so it is not asked to
    /// switch on again.
    private mutating func attest(_ shot: ShotNumber, _ who: PrincipalName, _ proof: Proof) {
        let verb = openShot(shot).grant.verb
        outcomes.attested(shot, by: who)
        applyVerifiedOff(shot, proof)
        if verb != .off { close(shot, .held) }
    }

    private mutating func applyOnIntended(_ shot: ShotNumber, _ proof: Proof) {
        change(shot) { open, node in
            node.powerSequence = node.powerSequence.next
            open.stage = .onIntended
            open.proof = proof
        }
    }

    private mutating func close(_ shot: ShotNumber, _ outcome: ShotOutcome) {
        change(shot) { open, node in
            switch outcome {
            case .failed:
                // It never lost power, so it is what it was; but in a new generation, so that
                // what it sent while doomed stays void.
                node.standing = open.standingBefore
                node.generation = node.generation.next
            case .onFailed:
                // On record as off: whatever it was before, it has no standing, and what it sent
                // before is void.
                if !node.powerSequence.isVerifiedOff {
                    node.powerSequence = node.powerSequence.next
                }
                node.standing = .probation
                node.generation = node.generation.next
            case .held, .on, .onUnknown: break
            }
        }
        outcomes.closed(shot, outcome)
        open[target(of: shot)] = nil
    }

    private mutating func apply(_ satisfaction: Satisfaction) {
        // Off beats on: a reboot that somebody wants to stay off is held, if its "on" is not yet
        // on record.
        if satisfaction.holds == .off, let shot = satisfaction.shot,
            let open = open[satisfaction.target], open.grant.shot == shot,
            open.stage == .verifiedOff
        {
            close(shot, .held)
        }
    }

    private mutating func release(_ node: NodeName, _ kind: NodeLock.Kind) {
        locks[node]?[kind] = nil
        if locks[node]?.isEmpty == true { locks[node] = nil }
    }

    /// The new name stands as the old one stood, with its locks; a shot that is open under the old
    /// name stays there, and has cost the new one its standing, too.
    private mutating func rename(_ old: NodeName, to name: NodeName) {
        var node = self[old]
        if node.standing == .doomed { node.standing = .probation }
        node.generation = max(node.generation, self[name].generation).next
        // Of several that had the name in turn, the last is meant.
        if let earlier = formerNames[name], earlier != old { nodes[earlier]?.renamedTo = nil }
        nodes[old, default: NodeRecord()].renamedTo = name
        node.renamedTo = nil
        nodes[name] = node
        for lock in locks(of: old) {
            locks[name, default: [:]][lock.kind] = NodeLock(
                name, lock.kind, owner: lock.owner, lock.reason)
        }
        locks[old] = nil
    }

    private mutating func admit(_ name: NodeName) {
        var node = self[name]
        node.standing = .member
        node.generation = node.generation.next
        nodes[name] = node
    }

    private mutating func change(
        _ shot: ShotNumber, _ body: (inout OpenShot<Proof>, inout NodeRecord) -> Void
    ) {
        var found = openShot(shot)
        var node = self[found.grant.target]
        body(&found, &node)
        open[found.grant.target] = found
        nodes[found.grant.target] = node
    }

    private func openShot(_ shot: ShotNumber) -> OpenShot<Proof> {
        guard let found = open.values.first(where: { $0.grant.shot == shot }) else {
            preconditionFailure("shot \(shot) has an entry but is not open")
        }
        return found
    }

    private func target(of shot: ShotNumber) -> NodeName { openShot(shot).grant.target }
}

extension Answer {
    fileprivate var asker: (Principal, RequestID?) {
        switch self {
        case .granted(let grant): (grant.principal, grant.id)
        case .satisfied(let satisfaction): (satisfaction.principal, satisfaction.id)
        }
    }
}

/// A granted order without an outcome.
package struct OpenShot<Proof: Receipt>: Hashable, Sendable {
    package let grant: Grant
    package var stage: ShotStage
    /// What the target was before the grant, and is again if it turns out never to have lost power.
    package let standingBefore: Standing
    /// The boot of the machine in which it was granted.
    package let boot: BootID?
    /// Of the grant, or of the intent to switch on; or of a later record that condenses them.
    package var proof: Proof
}

// MARK: - Condensing

extension DurableState {
    /// All of it, as the next entry may say it.
    package func condensed(_ retention: Retention) -> Condensate {
        var condensate = Condensate()
        condensate.boot = boot
        condensate.lastShot = lastShot
        condensate.nodes = nodes
        condensate.locks = locks.sorted { $0.key < $1.key }.flatMap { _, locks in
            NodeLock.Kind.allCases.compactMap { locks[$0] }
        }
        condensate.open = open.sorted { $0.key < $1.key }.map { _, open in
            Condensate.Open(
                grant: open.grant, stage: open.stage, standingBefore: open.standingBefore,
                boot: open.boot)
        }
        condensate.outcomes = outcomes
        condensate.forgotten = forgottenNext
        let next = head.number + 1
        if next > retention.keeps {
            condensate.forgottenNext = max(forgottenNext, LedgerSequence(next - retention.keeps))
        }
        return condensate
    }

    private init(_ condensate: Condensate, _ proof: Proof, outcomes capacity: Int) {
        head = proof.sequence
        condensedAt = proof.sequence
        forgottenNext = condensate.forgottenNext
        boot = condensate.boot
        lastShot = condensate.lastShot
        nodes = condensate.nodes
        for lock in condensate.locks { locks[lock.node, default: [:]][lock.kind] = lock }
        for shot in condensate.open {
            open[shot.grant.target] = OpenShot(
                grant: shot.grant, stage: shot.stage, standingBefore: shot.standingBefore,
                boot: shot.boot, proof: proof)
        }
        outcomes = condensate.outcomes.holding(capacity)
    }
}
