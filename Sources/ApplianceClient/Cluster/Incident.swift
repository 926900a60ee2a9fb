// Which life of the target is meant, and under which id its end is asked for: the same in every
// process that acts on the same incident.
//
// A cluster manager kills a fence agent at its timeout and starts another, or asks another node's.
// Each must mean the life that was lost sight of, and not the one that the first has already
// started. The appliance numbers the lives (`since`), corosync counts them as we see them
// (`joins`); the note brings both together while the cluster is healthy, and before a request.

package import Fencing
internal import LinuxSystem

package struct Incident: Hashable, Sendable {
    package let verb: PowerVerb
    /// As the appliance calls it.
    package let target: NodeName
    /// As the cluster calls it.
    private let member: String
    /// What was noted before anything was asked; nil where corosync knows nothing of the target.
    private var note: LifeNote?
    private var life: Int?
    package private(set) var id: RequestID
    package private(set) var since: PowerSequence?

    /// For so long after a success the same request is the same incident: nothing boots and joins
    /// faster than this, and whoever wants a hung machine cycled again has waited longer.
    static let afterSuccess: Int64 = 60

    package init(
        _ verb: PowerVerb, _ target: NodeName, called member: String, _ membership: Membership?,
        at now: Moment
    ) {
        self.verb = verb
        self.target = target
        self.member = member
        id = Self.freshID()
        guard let membership, let seen = membership.members[member] else { return }
        life = seen.joins
        guard let note = membership.note(of: member) else { return }
        let seconds = now.sinceStart.components.seconds
        if let answeredAt = note.answeredAt,
            !(answeredAt...answeredAt + Self.afterSuccess).contains(seconds)
        {
            // That incident is over: this is another one, in a life that has not joined yet.
            return
        }
        since = note.since
        self.note = note
        if let asked = note.asked, asked.verb == verb { id = asked.id }
    }

    /// The appliance has told how the target stands now. Counts where nothing is noted.
    mutating func learn(_ pseq: PowerSequence?) {
        if since == nil { since = pseq }
    }

    /// To be written before the request is sent; nil where a note would say nothing.
    var noteBeforeAsking: LifeNote? {
        guard let life, let since else { return nil }
        var note = LifeNote(joins: life, since: since)
        note.asked = LifeNote.Asked(verb: verb, id: id)
        return note
    }

    func noteAfterSuccess(at now: Moment) -> LifeNote? {
        var note = noteBeforeAsking
        note?.answeredAt = now.sinceStart.components.seconds
        return note
    }

    /// This id has had its answer; what is asked now is asked anew.
    mutating func takeNewID() { id = Self.freshID() }

    /// The appliance does not know of that time: its present is taken.
    mutating func forgetSince() {
        since = nil
        takeNewID()
    }

    private static func freshID() -> RequestID {
        let digits = String(UInt64.random(in: .min ... .max), radix: 36)
        guard let id = RequestID("fence-\(digits)") else {
            preconditionFailure("letters, digits and a dash are a request id")
        }
        return id
    }
}
