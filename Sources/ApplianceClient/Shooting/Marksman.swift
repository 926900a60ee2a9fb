// One request for power, carried to its end: through broken connections, a restarting appliance
// and a doubt that clears up, within one deadline and under one id.

internal import Commands
package import Fencing
internal import LinuxSystem

package struct Marksman {
    private let caller: Caller
    private let map: CorosyncMap
    private let deadline: Moment
    private var incident: Incident
    private let member: String
    /// Under which the last attempt was made: `result` knows what became of it.
    package private(set) var lastID: RequestID

    /// Until the answer is on its way to us, with the appliance's own patience taken off.
    private static let reserve = Duration.seconds(2)

    /// `member`: what the cluster calls the target, where that is not the appliance's name for it.
    package init(
        _ caller: Caller, _ map: CorosyncMap, _ verb: PowerVerb, _ target: NodeName,
        called member: String, _ membership: Membership?, until deadline: Moment
    ) {
        self.caller = caller
        self.map = map
        self.deadline = deadline
        self.member = member
        incident = Incident(
            verb, target, called: member, membership, at: MonotonicClock.now())
        lastID = incident.id
    }

    package mutating func shoot() -> Verdict {
        while true {
            let verdict = attempt()
            guard let rest = rest(after: verdict), pause(rest, until: deadline) else {
                return verdict
            }
        }
    }

    private mutating func attempt() -> Verdict {
        do throws(Trouble) {
            let (conversation, standing) = try caller.call(
                Request(.quorum(sees: nil)), until: deadline)
            incident.learn(standing.powerSequence(of: incident.target))
            lastID = incident.id
            // Before it is sent: whoever comes after us, should we be killed now, must know.
            note(incident.noteBeforeAsking)
            let left = deadline - MonotonicClock.now() - Self.reserve
            let order = PowerRequest(
                incident.verb, incident.target, id: incident.id,
                since: incident.verb == .on ? nil : incident.since,
                wait: min(max(.zero, left), Request.longestWait))
            let reply = try conversation.answer(
                to: Request(.order(order)), until: deadline)
            let verdict = Verdict(reply, to: incident.verb, incident.target, id: incident.id)
            if case .done = verdict { note(incident.noteAfterSuccess(at: MonotonicClock.now())) }
            return verdict
        } catch {
            return .troubled(error)
        }
    }

    /// How long to rest before another attempt; nil where this was the last word.
    private mutating func rest(after verdict: Verdict) -> Duration? {
        switch verdict {
        case .done: return nil
        case .troubled(let trouble): return trouble.isSettled ? Pace.settled : Pace.again
        case .refused(let code, _):
            switch code {
            // The same id again: the outcome of the same shot, as soon as there is one.
            case .inDoubt: return Pace.again
            case .stale:
                incident.forgetSince()
                return Pace.again
            // Nothing was done, and what stands against it may pass. To fail at once would cost
            // the cluster manager its attempts within seconds.
            case .lost, .probation, .noConsent, .locked, .rate, .withdrawn, .noQuorum:
                return Pace.refused
            case .ok, .failed, .usage, .notPermitted:
                incident.takeNewID()
                note(incident.noteBeforeAsking)
                return nil
            }
        }
    }

    private func note(_ note: LifeNote?) {
        // `on` ends no life.
        if incident.verb != .on, let note { map.write(note, of: member) }
    }
}

extension Reply {
    /// From the field `pseq` of an answer to `quorum`: `pseq=node1:0,node2:4`.
    package func powerSequence(of node: NodeName) -> PowerSequence? {
        let items = lines.first?["pseq"]?.split(separator: ",") ?? []
        for item in items {
            let parts = item.split(separator: ":")
            if parts.count == 2, parts[0] == node.text {
                return UInt64(parts[1]).map { PowerSequence($0) }
            }
        }
        return nil
    }
}
