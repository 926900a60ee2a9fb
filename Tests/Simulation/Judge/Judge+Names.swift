// What a new site file makes of names: the machines are the same, whatever they are called.

internal import Fencing

extension Judge {
    /// The nodes are the same, whatever their names are now.
    mutating func read(_ later: Town.Later) {
        if let removed = later.removed { gone.insert(removed) }
        for node in nodes.indices where nodes[node].name != later.names[node] {
            formerNames[nodes[node].name] = node
            subjects[node].isCalledAnew()
        }
        nodes = nodes.indices.map { later.site.nodes[later.names[$0]] ?? nodes[$0] }
        terms = Self.terms(of: nodes, later.site, rules)
        peers = Self.peers(among: nodes, without: gone)
    }
}

extension Judge.Subject {
    /// By a name of which the ledger says nothing.
    mutating func isCalledAnew() {
        former = Former(
            pseq: pseq, bornUnder: life.bornUnder, life: life.number, standing: standing,
            generation: generation, locks: locks, wasEverVerified: wasEverVerified)
        pseq = .initial
        life.bornUnder = .initial
        standing = .member
        generation = 0
        locks = []
        wasEverVerified = false
    }

    /// Changes what is on record under the name that it had before, as a shot does that was open then.
    mutating func underFormerName(_ body: (inout Self) -> Void) {
        var subject = self
        if let former {
            subject.pseq = former.pseq
            subject.life.bornUnder = former.bornUnder
            subject.standing = former.standing
            subject.generation = former.generation
            subject.wasEverVerified = former.wasEverVerified
        }
        body(&subject)
        lastOutcome = subject.lastOutcome
        former?.pseq = subject.pseq
        former?.bornUnder = subject.life.bornUnder
        former?.standing = subject.standing
        former?.generation = subject.generation
        former?.wasEverVerified = subject.wasEverVerified
    }

    /// The ledger says that it is the one that had another name.
    mutating func isRecognised() {
        guard let former else { return }
        self.former = nil
        pseq = former.pseq
        if life.number == former.life { life.bornUnder = former.bornUnder }
        standing = former.standing == .doomed ? .probation : former.standing
        generation = former.generation + 1
        locks = former.locks
        wasEverVerified = former.wasEverVerified
    }
}
