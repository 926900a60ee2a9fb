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

    /// Why shots at all of these would be too many; nil while they would not.
    mutating func objection(
        to targets: [NodeName], by requester: NodeName, _ rates: ClusterTerms.Rates,
        at now: Moment
    ) -> String? {
        let window = rates.window.brief
        for target in targets {
            byTarget[target]?.removeAll { rates.window <= now - $0 }
            if byTarget[target, default: []].count >= rates.perTarget {
                return "\(target) was shot \(rates.perTarget) times in \(window): "
                    + "find out what keeps failing there"
            }
        }
        byRequester[requester]?.removeAll { rates.window <= now - $0 }
        if byRequester[requester, default: []].count + targets.count > rates.perRequester {
            return "\(requester) may shoot \(rates.perRequester) times in \(window)"
        }
        return nil
    }
}
