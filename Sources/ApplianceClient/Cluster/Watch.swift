// What is done while all is well: the appliance is asked how it stands, and the lives of the nodes
// that corosync sees are noted, so that whoever shoots later knows which life it means.

internal import Commands
package import Fencing
internal import LinuxSystem

package struct Watch {
    private let caller: Caller
    private let map: CorosyncMap

    package init(_ caller: Caller, _ map: CorosyncMap) {
        self.caller = caller
        self.map = map
    }

    /// `membership` was read before: a life is noted with what the appliance says of it later, and
    /// so never with a number from before it. `lost`: who has just left; the life that has ended
    /// is noted as well, because it may soon be asked about.
    package func look(
        _ membership: Membership?, lost: String? = nil, until deadline: Moment
    ) throws(Trouble) -> Outlook {
        let reply = try caller.ask(Request(.quorum(sees: nil)), until: deadline)
        if let membership { note(membership, reply, lost) }
        return Outlook(reply, membership, asked: caller.user)
    }

    /// `reply` answers a `quorum` that was asked after the membership was read.
    package func note(_ membership: Membership, _ reply: Reply, _ lost: String? = nil) {
        for (name, member) in membership.members where member.isJoined || name == lost {
            guard membership.note(of: name) == nil, let node = NodeName(name),
                let pseq = reply.powerSequence(of: node)
            else { continue }
            map.write(LifeNote(joins: member.joins, since: pseq), of: name)
        }
    }
}

/// How the appliance stands to whoever asks, and what of it is worth a word.
package struct Outlook: Hashable, Sendable {
    package let code: ExitCode
    package let line: ReplyLine?
    /// Members of the cluster, as corosync sees it, for which nobody has vouched.
    package let unvouched: [String]

    init(_ reply: Reply, _ membership: Membership?, asked user: String) {
        code = reply.code
        line = reply.lines.first
        let onProbation = reply.lines.first?["probation"]?.split(separator: ",") ?? []
        unvouched = onProbation.map(String.init).filter {
            $0 != user && membership?.members[$0]?.isJoined == true
        }
    }
}
