// How often shots, switchings on and locks were granted lately (R27). In memory: after a restart
// the window begins anew. What is kept is bounded by the rates themselves: what would be more is
// refused, and not noted.

internal import Fencing

struct GrantTimes: Hashable, Sendable {
    private var byTarget: [NodeName: [Moment]] = [:]
    private var shotsBy: [NodeName: [Moment]] = [:]
    private var onsBy: [NodeName: [Moment]] = [:]
    private var locksBy: [NodeName: [Moment]] = [:]
    /// By who asks, and then by what is read.
    private var readingsBy: [NodeName: [NodeName: [Moment]]] = [:]
    /// When a person was last told of refusals at this target.
    private var pagedAt: [NodeName: Moment] = [:]

    mutating func note(_ grant: Grant, at now: Moment) {
        guard case .node(let requester) = grant.principal else { return }
        switch grant.verb {
        case .off, .reboot:
            byTarget[grant.target, default: []].append(now)
            shotsBy[requester, default: []].append(now)
        case .on: onsBy[requester, default: []].append(now)
        }
    }

    /// A node's own lock, or its release.
    mutating func noteLock(by principal: Principal, at now: Moment) {
        guard case .node(let requester) = principal else { return }
        locksBy[requester, default: []].append(now)
    }

    /// Why shots at all of these would be too many; nil while they would not.
    mutating func objection(
        to targets: [NodeName], by requester: NodeName, _ rates: ClusterTerms.Rates,
        at now: Moment
    ) -> String? {
        let window = rates.window.brief
        for target in targets {
            if Self.lately(&byTarget[target], rates, now) >= rates.perTarget {
                return "\(target) was shot \(rates.perTarget) times in \(window): "
                    + "find out what keeps failing there"
            }
        }
        if Self.lately(&shotsBy[requester], rates, now) + targets.count > rates.perRequester {
            return "\(requester) may shoot \(rates.perRequester) times in \(window)"
        }
        return nil
    }

    /// Why switching on so many would be too many; nil while it would not.
    mutating func objection(
        toSwitchingOn count: Int, by requester: NodeName, _ rates: ClusterTerms.Rates,
        at now: Moment
    ) -> String? {
        guard count > 0, Self.lately(&onsBy[requester], rates, now) + count > rates.perRequester
        else { return nil }
        return "\(requester) may switch on \(rates.perRequester) times in \(rates.window.brief)"
    }

    /// Why one more lock or release would be too many; nil while it would not, and for persons.
    mutating func objection(
        toLockBy principal: Principal, _ rates: ClusterTerms.Rates, at now: Moment
    ) -> String? {
        guard case .node(let requester) = principal,
            Self.lately(&locksBy[requester], rates, now) >= rates.perRequester
        else { return nil }
        return "\(requester) may hold off and release \(rates.perRequester) times in "
            + rates.window.brief
    }

    /// Why one more reading of this node would be too many; nil while it would not, and for persons.
    /// Each keeps whoever wants the node on waiting for a moment.
    mutating func objection(
        toReading node: NodeName, by principal: Principal, _ rates: ClusterTerms.Rates,
        at now: Moment
    ) -> String? {
        guard case .node(let requester) = principal,
            Self.lately(&readingsBy[requester, default: [:]][node], rates, now)
                >= rates.perTarget * Self.readingsOfAShot
        else { return nil }
        return "\(requester) had \(node) read \(rates.perTarget * Self.readingsOfAShot) times in "
            + "\(rates.window.brief): it is on record as off, as `result` says"
    }

    mutating func noteReading(of node: NodeName, by principal: Principal, at now: Moment) {
        guard case .node(let requester) = principal else { return }
        readingsBy[requester, default: [:]][node, default: []].append(now)
    }

    /// A reading costs less than a shot: so many are allowed where one of those is.
    private static let readingsOfAShot = 4

    /// Once in a window for each target: who is refused asks again at once.
    mutating func isToBePaged(_ target: NodeName, _ rates: ClusterTerms.Rates, at now: Moment)
        -> Bool
    {
        if let last = pagedAt[target], now - last < rates.window { return false }
        pagedAt[target] = now
        return true
    }

    private static func lately(
        _ moments: inout [Moment]?, _ rates: ClusterTerms.Rates, _ now: Moment
    ) -> Int {
        moments?.removeAll { rates.window <= now - $0 }
        if moments?.isEmpty == true { moments = nil }
        return moments?.count ?? 0
    }
}
