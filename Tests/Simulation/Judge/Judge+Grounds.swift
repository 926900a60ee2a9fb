// What a record must rest on: whom it answers, whether that one may have it, and whether enough
// others want it.

internal import Fencing

extension Judge {
    /// What the world knows of the request that a record answers.
    struct Grounds {
        let ask: Ask
        /// Of the asker's standing, when its session was opened.
        let generation: Int
        /// It arrived, or its sender answered for itself, within the last second.
        let hasSign: Bool
        /// By target, who else asks for the same; where that matters.
        let wanting: [NodeSet]
    }

    // MARK: What was said that counts later

    /// A node said whom it sees.
    mutating func heard(viewOf node: Int, _ sees: NodeSet, in generation: Int, at now: Moment) {
        guard stands(node, in: generation) else { return }
        subjects[node].view = View(
            sees: sees, generation: generation, until: now + terms[node].viewLifetime)
    }

    /// A node on probation vouched for one.
    mutating func heard(
        voucherFor node: Int, by voter: Int, in generation: Int, at now: Moment
    ) {
        guard subjects[voter].standing == .probation, subjects[voter].generation == generation
        else { return }
        subjects[node].vouchers[voter] = Voucher(
            generation: generation, until: now + .seconds(60))
    }

    /// Views, vouchers and the counting of shots do not outlive the appliance.
    mutating func applianceDied() {
        startedAt = nil
        isStopping = false
        granted = []
        switchedOn = []
        for node in subjects.indices {
            subjects[node].view = nil
            for feed in subjects[node].feeds.indices {
                subjects[node].feeds[feed].readOrderedAt = nil
            }
            for voter in subjects.indices { subjects[node].vouchers[voter] = nil }
        }
    }

    mutating func applianceStarted(on boot: BootID, at now: Moment) {
        startedAt = now
        present = boot
    }

    func stands(_ node: Int, in generation: Int) -> Bool {
        subjects[node].standing == .member && subjects[node].generation == generation
    }

    // MARK: A grant

    /// Before it has its effect.
    mutating func expectGrounds(of grants: [Grant], _ grounds: Grounds, at now: Moment) {
        for grant in grants { expectUnlocked(grant, at: now) }
        let ask = grounds.ask
        if case .node(let asker, _) = ask.asker {
            for grant in grants where !isPeer(number(of: grant.target), of: asker) {
                blame(.ownCluster, at: now, "n\(asker + 1) is granted \(grant.target)")
            }
        }
        if let id = ask.request?.id, takenBack.contains(Wish(asker: ask.asker, id: id)) {
            blame(.takenBack, at: now, "\(ask.asker) took \(id) back, and it is granted")
        }
        if case .node(let asker, _) = ask.asker {
            expectRate(of: asker, switchingOn: grants.filter { $0.verb == .on }, at: now)
        }
        let targets = grants.filter { $0.verb != .on }.map { number(of: $0.target) }
        if targets.isEmpty { return }
        if case .node(let asker, _) = ask.asker {
            expectRate(of: asker, shooting: targets, at: now)
            if targets == [asker] { return }
            expectRight(of: asker, shooting: targets, grounds, at: now)
        }
        if !grounds.hasSign {
            blame(.livingRequester, at: now, "\(ask.asker) gave no sign of life, and is granted")
        }
    }

    private mutating func expectRight(
        of asker: Int, shooting targets: [Int], _ grounds: Grounds, at now: Moment
    ) {
        if subjects[asker].wasShot {
            blame(.fenceLoop, at: now, "n\(asker + 1) was shot, nobody vouched, and it may shoot")
        }
        guard wantsConsent(asker) else { return }
        for target in targets {
            expectMajority(
                grounds.wanting[target], against: target, of: targets, by: asker, at: now)
        }
    }

    private mutating func expectUnlocked(_ grant: Grant, at now: Moment) {
        let node = number(of: grant.target)
        if grant.verb == .on {
            if holds(node, .holdOff) {
                blame(.heldOff, at: now, "\(grant.target) is held off, and `on` is granted")
            }
        } else if holds(node, .protect) {
            blame(.protected, at: now, "\(grant.target) is protected, and a shot is granted")
        }
    }

    func holds(_ node: Int, _ kind: NodeLock.Kind) -> Bool {
        subjects[node].locks.contains { $0.kind == kind }
    }

    private mutating func expectRate(of asker: Int, shooting targets: [Int], at now: Moment) {
        let rates = terms[asker].rates
        for target in targets {
            granted.append(GrantedShot(at: now, requester: asker, target: target))
            let count = granted.count { $0.target == target && now - $0.at < rates.window }
            if count > rates.perTarget {
                blame(.rate, at: now, "n\(target + 1) is shot once too often")
            }
        }
        let count = granted.count { $0.requester == asker && now - $0.at < rates.window }
        if count > rates.perRequester {
            blame(.rate, at: now, "n\(asker + 1) shoots once too often")
        }
    }

    /// Whatever a cluster wants of its shots: ten in ten minutes, or as many as it allows shots.
    private mutating func expectRate(of asker: Int, switchingOn grants: [Grant], at now: Moment) {
        if grants.isEmpty { return }
        let rates = terms[asker].rates
        let window = min(rates.window, .seconds(600))
        for grant in grants {
            switchedOn.append(
                GrantedShot(at: now, requester: asker, target: number(of: grant.target)))
        }
        let count = switchedOn.count { $0.requester == asker && now - $0.at < window }
        if count > max(10, rates.perRequester) {
            blame(.rate, at: now, "n\(asker + 1) switches on once too often")
        }
    }

    /// Nobody may be shot because of what somebody said who is shot himself.
    private mutating func expectMajority(
        _ wanting: NodeSet, against target: Int, of targets: [Int], by asker: Int, at now: Moment
    ) {
        let voters = voters(wanting, against: target, of: targets, by: asker, at: now)
        if !isMajority(voters, in: asker) {
            blame(
                .majorityRemains, at: now,
                "n\(asker + 1) may shoot n\(target + 1), and \(voters.count) of "
                    + "\(peers[asker].count) want that and stand after it")
        }
    }

    func voters(
        _ wanting: NodeSet, against target: Int, of targets: [Int], by asker: Int, at now: Moment
    ) -> NodeSet {
        var voters = NodeSet()
        for node in peers[asker] where !targets.contains(node) {
            if wanting.contains(node) || sees(node, asker, butNot: target, at: now) {
                voters.insert(node)
            }
        }
        return voters
    }

    /// Of the nodes of this one's cluster.
    func isMajority(_ voters: NodeSet, in node: Int) -> Bool {
        let tie = terms[node].tieBreaker.map { voters.contains(number(of: $0)) } ?? true
        let count = peers[node].count
        return voters.count * 2 > count || (voters.count * 2 == count && tie)
    }

    private func sees(_ node: Int, _ one: Int, butNot other: Int, at now: Moment) -> Bool {
        guard let view = subjects[node].view else { return false }
        return now < view.until && stands(node, in: view.generation) && view.sees.contains(one)
            && !view.sees.contains(other)
    }

    // MARK: An admission

    /// Who vouches has heard of the off that the life before ended with.
    mutating func expectVoucher(for node: Int, _ grounds: Grounds, at now: Moment) {
        if let off = subjects[node].newestOff, grounds.ask.knew[node] < off {
            blame(
                .vouchedFor, at: now,
                "\(grounds.ask.asker) vouches for n\(node + 1) at pseq \(subjects[node].pseq), and "
                    + "knows of pseq \(grounds.ask.knew[node])")
        }
        guard case .node(let voter, _) = grounds.ask.asker,
            !stands(voter, in: grounds.generation)
        else { return }
        let missing = peers[node].filter { other in
            let isSafelyOff = subjects[other].pseq.isVerifiedOff && holds(other, .holdOff)
            return !isSafelyOff && !hasVouched(other, for: node, at: now)
        }
        if !missing.isEmpty {
            blame(
                .vouchedFor, at: now,
                "n\(voter + 1) admits n\(node + 1) without standing, and without "
                    + missing.map { "n\($0 + 1)" }.joined(separator: ", "))
        }
    }

    private func hasVouched(_ voter: Int, for node: Int, at now: Moment) -> Bool {
        guard let voucher = subjects[node].vouchers[voter] else { return false }
        return now < voucher.until && voucher.generation == subjects[voter].generation
    }
}
