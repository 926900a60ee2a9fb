// How somebody has wired a machine's buttons, and perhaps its power light, to a serial port.

package import Fencing

package struct ButtonWiring: Hashable, Sendable {
    /// Presses the power button; nil where it is not wired.
    package var power: Lead?
    /// Presses the reset button.
    package var reset: Lead?
    /// What the leads are while nobody presses.
    package var rest: LeadLevel
    /// Holding the power button so long cuts the power, whatever the machine does: 4 s by ACPI
    /// (specification 6.5, 4.8.2.2.1.1), and one or two more to be sure.
    package var hold: Duration
    /// Pressing the power button so long switches the machine on; of one that runs it asks a
    /// shutdown.
    package var tap: Duration
    /// Reset pins want a tenth of a second. Circuits that guard them against glitches at boot want
    /// more: the README of cluster-glue's rcd_serial has one with 0.94 s.
    package var press: Duration
    package var sense: Sense?

    /// A light or a supply rail on an input.
    package struct Sense: Hashable, Sendable {
        package var input: SenseInput
        /// What the machine is while the input is raised.
        package var raisedMeans: PowerCommand

        package init(input: SenseInput, raisedMeans: PowerCommand) {
            self.input = input
            self.raisedMeans = raisedMeans
        }

        func state(_ raised: Set<SenseInput>) -> PowerState {
            switch (raisedMeans, raised.contains(input)) {
            case (.on, true), (.off, false): .on
            case (.off, true), (.on, false): .off
            }
        }
    }

    package static let defaultHold = Duration.seconds(6)
    package static let defaultTap = Duration.milliseconds(500)
    package static let defaultPress = Duration.milliseconds(1500)

    package init(
        power: Lead?, reset: Lead?, rest: LeadLevel = .lowered, hold: Duration = Self.defaultHold,
        tap: Duration = Self.defaultTap, press: Duration = Self.defaultPress, sense: Sense? = nil
    ) {
        self.power = power
        self.reset = reset
        self.rest = rest
        self.hold = hold
        self.tap = tap
        self.press = press
        self.sense = sense
    }

    /// The buttons that are wired, as outlets: `power`, `reset`.
    package var buttons: [OutletName] {
        Button.allCases.filter { lead(of: $0) != nil }.compactMap { OutletName($0.rawValue) }
    }

    enum Button: String, CaseIterable { case power, reset }

    func lead(of button: Button) -> Lead? {
        switch button {
        case .power: power
        case .reset: reset
        }
    }

    var pressed: LeadLevel { rest == .lowered ? .raised : .lowered }
}
