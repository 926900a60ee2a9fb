// A machine with a power button, a reset button and a power light, as a value: what a lead presses and
// an input sees. It obeys its buttons as ACPI has it (specification 6.5, 4.8.2.2.1.1): a tap starts it,
// or asks it to shut down; a hold of four seconds cuts its power.

package import Fencing

package struct SimulatedMachine: Hashable, Sendable {
    package private(set) var power = PowerState.on
    /// Every time that the power came or went, oldest first.
    package private(set) var changes: [Change] = []
    /// Resets that were long enough to count.
    package private(set) var resets: [Moment] = []
    /// Taps that reached a machine that runs: its operating system decides what it makes of them.
    package private(set) var requests = 0
    package var faults: Set<Fault> = []
    package var light = Light.steady
    /// Holding the power button so long cuts the power.
    package var overrideTime = Duration.seconds(4)
    private var held: [Button: Moment] = [:]
    /// The power went while the button is held down: it is spent until it is let go.
    private var isSpent = false

    package enum Button: Hashable, Sendable, CaseIterable { case power, reset }

    package enum Light: Hashable, Sendable {
        case steady
        /// Of a machine that sleeps: half a period lit, half a period dark.
        case blinking(period: Duration)
    }

    package enum Fault: Hashable, Sendable {
        /// The lead that presses is cut.
        case buttonsCut
        /// The wire of the light is cut: the input floats to where no voltage is.
        case lightCut
    }

    package struct Change: Hashable, Sendable {
        package let moment: Moment
        package let state: PowerState
    }

    /// A guard against glitches at boot, such as a resistor and a capacitor at the reset pin.
    package static let shortestReset = Duration.milliseconds(940)

    package init() {}

    package mutating func press(_ button: Button, at now: Moment) {
        advance(to: now)
        guard !faults.contains(.buttonsCut), held[button] == nil else { return }
        held[button] = now
        if button == .power, power == .off { set(.on, at: now) }
    }

    package mutating func release(_ button: Button, at now: Moment) {
        advance(to: now)
        guard let since = held.removeValue(forKey: button) else { return }
        switch button {
        case .reset:
            if power == .on, now - since >= Self.shortestReset { resets.append(now) }
        case .power:
            let started = changes.last?.moment == since
            if power == .on, !started, !isSpent { requests += 1 }
            isSpent = false
        }
    }

    /// Somebody at the machine, or its supply.
    package mutating func turn(_ state: PowerState, at now: Moment) {
        advance(to: now)
        if state != power { set(state, at: now) }
    }

    /// Carries out what a held button does by itself.
    package mutating func advance(to now: Moment) {
        guard power == .on, !isSpent, let since = held[.power],
            now >= since + overrideTime
        else { return }
        isSpent = true
        set(.off, at: since + overrideTime)
    }

    /// Whether there is voltage at the wire of the power light.
    package mutating func isLit(at now: Moment) -> Bool {
        advance(to: now)
        if faults.contains(.lightCut) || power == .off { return false }
        switch light {
        case .steady: return true
        case .blinking(let period):
            let halves = now.sinceStart.milliseconds * 2 / period.milliseconds
            return halves.isMultiple(of: 2)
        }
    }

    private mutating func set(_ state: PowerState, at moment: Moment) {
        power = state
        changes.append(Change(moment: moment, state: state))
    }
}
