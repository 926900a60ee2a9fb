// A power switch that exists only as a value. The same code answers behind a pseudo-terminal, in
// tests on virtual time, and on the bench of whoever writes a driver without the hardware.

package import Fencing

package protocol SimulatedSwitch: Sendable {
    /// Every outlet and what it really is: `on` or `off`, whatever the switch says about it.
    var outlets: [OutletName: PowerState] { get }
    /// The latest changes of power, oldest first; at most `PowerChange.mostKept`.
    var changes: [PowerChange] { get }
    /// Setting them begins every count in them anew.
    var faults: Faults { get set }
    /// How often the switch has dropped the line. Whoever hosts it closes the line each time that
    /// this grows.
    var hangUps: Int { get }
    /// The next moment at which `advance` has something to do by itself.
    var nextEvent: Moment? { get }

    /// Bytes from the appliance.
    mutating func receive(_ bytes: [UInt8], at now: Moment)
    /// Carries out what is due, and gives the bytes that the switch has sent by now.
    mutating func advance(to now: Moment) -> [UInt8]
    /// Somebody at the front panel, at the latest moment that the switch was told of.
    mutating func press(_ outlet: OutletName, _ command: PowerCommand)
}

/// An outlet went on or off. A command that changes nothing leaves none.
package struct PowerChange: Hashable, Sendable {
    /// From 1, without gaps, in the order of the changes of one switch.
    package let number: Int
    package let moment: Moment
    package let outlet: OutletName
    /// What it is since: `on` or `off`.
    package let state: PowerState
    package let cause: Cause

    package enum Cause: String, Hashable, Sendable {
        /// Somebody on the line.
        case wire
        /// Somebody at the switch.
        case panel
    }

    package static let mostKept = 4096
}
