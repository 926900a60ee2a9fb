// What must hold whatever happens, and what it looks like when it does not.

package import Fencing

/// The properties of arbitration, by the names under which docs/simulation.md explains them.
package enum Law: String, Hashable, Sendable, CaseIterable {
    case mutualKill = "P1"
    case truth = "P2"
    case oneActionInTheWire = "P3"
    case overkill = "P4"
    case fenceLoop = "P5"
    case lastLight = "P6"
    case restOnRecord = "P7"
    /// Where the site asks for consent: a majority wants each shot, and stands after it.
    case majorityRemains = "P8"
    /// What has waited is granted only to who gave a sign of life a moment ago.
    case livingRequester = "P9"
    /// Who is on probation is admitted by a member, by a person, or by everybody who may run.
    case vouchedFor = "vouch"
    /// All targets of a request are answered in one record, or none is; and the reply has a line
    /// for each.
    case wholeBatch = "batch"
    /// No more shots in any window than the cluster wants.
    case rate = "rate"
    /// Nobody is switched off who is protected.
    case protected = "protect"
    /// Nobody is switched on who is held off.
    case heldOff = "hold-off"
    /// Success is told only to who stands at that moment.
    case standsToHear = "right"
    /// Nobody is told "off" before the power supply has given up what it held.
    case heldUp = "hold-up"
    /// What only a person has seen is told with that person's name, and nothing else is.
    case evidence = "evidence"
    /// "Off" is told only of an off that is newer than what the asker knew, or that was read for it.
    case newerOff = "newer-off"
    /// Nobody is switched on while somebody who wants it off waits for an answer, or was given one.
    case offBeatsOn = "off-beats-on"
    /// No member is on record as off.
    case memberIsEven = "member-even"
    /// An `on` does not overtake a shot, and no shot runs out of time at a node that was free.
    case inTurn = "in-turn"
    /// Who was asked to leave grants nothing more.
    case stopping = "stopping"
    /// No node is granted anything at a node of another cluster.
    case ownCluster = "cluster"
    /// The boot on record is the machine's.
    case boot = "boot"
    /// A person attests only what is in doubt.
    case timelyAttestation = "attest"
    /// A shot whose target's outlets are others since commands nothing.
    case rewired = "rewired"
    /// What was taken back is not granted.
    case takenBack = "withdraw"
    /// No order to change power without its record in the ledger.
    case recordBeforeOrder = "record"
    /// What the arbiter stands on is what its ledger says.
    case replay = "replay"
    /// Each request gets one reply, unless its session or the appliance died; and no record
    /// answers what nobody asked.
    case oneReply = "reply"
}

package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package let law: Law
    package let at: Moment
    package let what: String

    package init(_ law: Law, at: Moment, _ what: String) {
        self.law = law
        self.at = at
        self.what = what
    }

    package var description: String { "\(law.rawValue) at \(at.sinceStart.brief): \(what)" }
}
