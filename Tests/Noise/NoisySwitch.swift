// A simulated switch at the end of a bad line, for those who talk to it in real time.

package import Fencing
package import SimulatedSwitches

package struct NoisySwitch: SimulatedSwitch {
    private var behind: any SimulatedSwitch
    private var line: NoisyLine

    package init(_ behind: any SimulatedSwitch, behind line: NoisyLine) {
        self.behind = behind
        self.line = line
    }

    package var outlets: [OutletName: PowerState] { behind.outlets }
    package var changes: [PowerChange] { behind.changes }
    package var hangUps: Int { behind.hangUps }
    package var nextEvent: Moment? { behind.nextEvent }

    package var faults: Faults {
        get { behind.faults }
        set { behind.faults = newValue }
    }

    package mutating func receive(_ bytes: [UInt8], at now: Moment) {
        behind.receive(line.carried(bytes), at: now)
    }

    package mutating func advance(to now: Moment) -> [UInt8] {
        line.carried(behind.advance(to: now))
    }

    package mutating func press(_ outlet: OutletName, _ command: PowerCommand) {
        behind.press(outlet, command)
    }
}
