// Vouching for a node that the cluster has back: until the appliance says that it is a member, or
// the time is over.

internal import Commands
package import Fencing
internal import LinuxSystem

package struct Voucher {
    private let caller: Caller
    private let watch: Watch
    private let membership: Membership?
    private let deadline: Moment

    package enum End: Hashable, Sendable {
        case member(String)
        case refused(String)
    }

    package init(
        _ caller: Caller, _ map: CorosyncMap, _ membership: Membership?, until deadline: Moment
    ) {
        self.caller = caller
        self.membership = membership
        self.deadline = deadline
        watch = Watch(caller, map)
    }

    package mutating func vouch(for node: NodeName) -> End {
        do throws(Trouble) {
            // Also notes which life of the node begins here.
            _ = try watch.look(membership, until: deadline)
            while true {
                let reply = try caller.ask(Request(.admit(node)), until: deadline)
                let line = reply.lines.first { $0["target"] == node.text }
                let said = (line ?? reply.lines.first)?.brief ?? reply.code.word
                if reply.code == .ok, line?["standing"] == "member" { return .member(said) }
                // While its power is being switched on it is not yet to be vouched for, and a vote
                // of one of several that are on probation is given again until all have voted.
                switch reply.code {
                case .usage, .notPermitted: return .refused(said)
                case .ok, .failed, .inDoubt, .lost, .probation, .noConsent, .locked, .rate,
                    .stale, .withdrawn, .noQuorum:
                    guard pause(Pace.refused, until: deadline) else { return .refused(said) }
                }
            }
        } catch {
            return .refused(error.description)
        }
    }
}
