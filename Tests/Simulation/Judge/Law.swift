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
    /// After each grant a majority keeps its standing; only where the site asks for consent.
    case majorityRemains = "P8"
    /// Nothing is granted for a requester that is no longer there; only where it is probed.
    case livingRequester = "P9"
    /// No order to change power without its record in the ledger.
    case recordBeforeOrder = "record"
    /// What the arbiter stands on is what its ledger says.
    case replay = "replay"
    /// Each request gets one reply, unless its session or the appliance died.
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
