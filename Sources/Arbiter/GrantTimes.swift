// How often shots were granted lately (R27). In memory: after a restart the window begins anew.

internal import Fencing

struct GrantTimes: Hashable, Sendable {
    private var byTarget: [NodeName: [Moment]] = [:]
    private var byRequester: [NodeName: [Moment]] = [:]

    mutating func note(_ grant: Grant, at now: Moment) {
        guard grant.verb != .on, case .node(let requester) = grant.principal else { return }
        byTarget[grant.target, default: []].append(now)
        byRequester[requester, default: []].append(now)
    }

    /// Why one more shot would be too many; nil while it would not.
    mutating func objection(
        to target: NodeName, by requester: NodeName, _ rates: ClusterTerms.Rates, at now: Moment
    ) -> String? {
        byTarget[target]?.removeAll { rates.window <= now - $0 }
        byRequester[requester]?.removeAll { rates.window <= now - $0 }
        let window = rates.window.brief
        if byTarget[target, default: []].count >= rates.perTarget {
            return "\(target) was shot \(rates.perTarget) times in \(window): "
                + "find out what keeps failing there"
        }
        if byRequester[requester, default: []].count >= rates.perRequester {
            return "\(requester) has shot \(rates.perRequester) times in \(window)"
        }
        return nil
    }
}
