// Vouching for a node that the cluster has back: until the appliance says that it is a member, or
// the time is over.

internal import Commands
package import Fencing
internal import LinuxSystem

package struct Voucher {
    private let caller: Caller
    private let map: CorosyncMap
    private let node: NodeName
    /// The life for which is vouched, as corosync counts it; nil where it cannot be asked.
    private let joins: Int?
    private let deadline: Moment

    package enum End: Hashable, Sendable {
        case member(String)
        case refused(String)
    }

    /// Nobody knows how long the appliance is out of reach. Without a corosync that says that the
    /// node is still there, a word for it is soon out of date.
    private static let patience = Duration.seconds(590)
    private static let blindPatience = Duration.seconds(25)

    package init(
        _ caller: Caller, _ map: CorosyncMap, for node: NodeName, _ membership: Membership?
    ) {
        self.caller = caller
        self.map = map
        self.node = node
        let member = membership?.members[node.text]
        joins = member?.joins
        deadline =
            MonotonicClock.now() + (member == nil ? Self.blindPatience : Self.patience)
    }

    package func vouch() -> End {
        let start = MonotonicClock.now()
        while true {
            guard isStillThere else { return .refused("it has left the cluster again") }
            let said: String
            do throws(Trouble) {
                let reply = try caller.askOnce(Request(.admit(node)), until: deadline)
                let line = reply.lines.first { $0["target"] == node.text }
                said = (line ?? reply.lines.first)?.brief ?? reply.code.word
                if reply.code == .ok, line?["standing"] == "member" { return .member(said) }
                switch reply.code {
                case .usage, .notPermitted: return .refused(said)
                // While its power is being switched on it is not yet to be vouched for, and a vote
                // of one of several that are on probation is given again until all have voted.
                case .ok, .failed, .inDoubt, .lost, .probation, .noConsent, .locked, .rate,
                    .stale, .withdrawn, .noQuorum:
                    break
                }
            } catch {
                said = error.description
            }
            let isNew = MonotonicClock.now() - start < Self.blindPatience
            guard pause(isNew ? Pace.refused : Pace.seldom, until: deadline) else {
                return .refused(said)
            }
        }
    }

    private var isStillThere: Bool {
        guard let joins, let membership = map.membership() else { return true }
        let member = membership.members[node.text]
        return member?.joins == joins && member?.isJoined == true
    }
}
