// A machine's buttons on the control lines of a port, as the site file describes their wiring.

package struct ButtonDescription: Hashable, Sendable {
    /// At least one of the two.
    package let power: Lead?
    package let reset: Lead?
    /// How long the power button is held to cut the power, tapped to switch on, and the reset button
    /// pressed.
    package let hold: Duration
    package let tap: Duration
    package let press: Duration
    package let sense: Sense?

    package enum Lead: String, Hashable, Sendable { case dtr, rts }
    package enum Input: String, Hashable, Sendable { case cts, dsr, dcd, ri }

    /// What shows that the machine has power.
    package struct Sense: Hashable, Sendable {
        package let input: Input
        package let raisedMeans: Meaning
        /// Of the input's name in the file.
        package let position: SourcePosition

        package enum Meaning: String, Hashable, Sendable { case on, off }
    }
}
