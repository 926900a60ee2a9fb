// A machine's own buttons, on the control lines of a serial port. No byte is spoken.
//
// Off is holding the power button until the power is cut. On is a tap, which would ask a machine that
// runs to shut down: where the power light can be seen, neither is pressed in vain. Without it nobody
// knows what a press has done, and the outcome is never "off". A reset button cannot cut power at
// all. After cluster-glue's rcd_serial and powerman's cb-7050.dev.

package import Fencing

package struct ButtonDriver: BytewiseDriver {
    package static let name = "button"

    package let traits: DriverTraits
    private let wiring: ButtonWiring
    private var stage = Stage.idle

    private enum Stage {
        case idle
        /// The leads are put where they rest: a port that has none says so now.
        case settling
        case watching(Purpose, Watch)
        /// Goes to `holding` when the lead has moved.
        case pressing(Lead, Duration)
        case holding(Lead, until: Moment)
        /// Goes to `idle` when the lead has moved back.
        case releasing
    }

    /// Why the power light is looked at.
    private enum Purpose {
        case reading
        /// Press, unless the light says that it is so already.
        case before(PowerCommand)
    }

    private struct Watch {
        let until: Moment
        var state: PowerState?
        /// Nil while an answer is awaited.
        var lookAt: Moment?
    }

    /// Lights of machines that sleep blink, about once a second: only what has not changed for so
    /// long is a state.
    static let steadyTime = Duration.milliseconds(2500)
    static let betweenLooks = Duration.milliseconds(100)

    package init(_ wiring: ButtonWiring) {
        precondition(!wiring.buttons.isEmpty, "a wiring has at least one button")
        self.wiring = wiring
        let longest = max(wiring.hold, wiring.tap, wiring.press)
        traits = DriverTraits(
            name: Self.name, readsBack: wiring.sense == nil ? .no : .yes,
            patience: longest + Self.steadyTime + .seconds(10), maximalLatency: .seconds(10),
            modemLines: wiring.rest, outlets: wiring.buttons)
    }

    package var wakesAt: Moment? {
        switch stage {
        case .watching(_, let watch): watch.lookAt
        case .holding(_, let until): until
        case .idle, .settling, .pressing, .releasing: nil
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet:
            stage = .settling
            return [wiring.power, wiring.reset].compactMap(\.self).map { .move($0, wiring.rest) }
        case .command(let command, let outlet):
            guard let button = ButtonWiring.Button(rawValue: outlet.text),
                let lead = wiring.lead(of: button)
            else { return end(.refused(noButton(outlet))) }
            switch button {
            case .reset: return reset(lead, command)
            case .power: return power(lead, command, at: now)
            }
        case .read(let outlet): return read(outlet, at: now)
        }
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] { [] }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        switch stage {
        case .settling: return end(.greeted)
        case .pressing(let lead, let time):
            stage = .holding(lead, until: now + time)
            return []
        case .releasing: return end(.acknowledged)
        case .idle, .watching, .holding: return []
        }
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .holding(let lead, let until) where until <= now:
            stage = .releasing
            return [.move(lead, wiring.rest)]
        case .watching(let purpose, var watch):
            guard let lookAt = watch.lookAt, lookAt <= now else { return [] }
            watch.lookAt = nil
            stage = .watching(purpose, watch)
            return [.sense]
        case .idle, .settling, .pressing, .holding, .releasing: return []
        }
    }

    package mutating func sensed(_ raised: Set<SenseInput>, at now: Moment) -> [DriverStep] {
        guard case .watching(let purpose, var watch) = stage, watch.lookAt == nil,
            let sense = wiring.sense
        else { return [] }
        let state = sense.state(raised)
        switch purpose {
        case .reading:
            if let before = watch.state, before != state {
                return end(.reading(.unknown, remark: "its light blinks: is the machine asleep?"))
            }
            if now >= watch.until { return end(.reading(state, remark: nil)) }
        case .before(let command):
            if let steps = decide(command, state, watch, at: now) { return steps }
        }
        watch.state = state
        watch.lookAt = now + Self.betweenLooks
        stage = .watching(purpose, watch)
        return []
    }

    package mutating func abandon() { stage = .idle }
}

// MARK: - Pressing

extension ButtonDriver {
    private mutating func reset(_ lead: Lead, _ command: PowerCommand) -> [DriverStep] {
        switch command {
        case .off: press(lead, wiring.press)
        case .on: end(.refused("a reset button switches nothing on"))
        }
    }

    private mutating func power(
        _ lead: Lead, _ command: PowerCommand, at now: Moment
    ) -> [DriverStep] {
        if wiring.sense != nil { return look(.before(command), at: now) }
        return press(lead, command)
    }

    private mutating func press(_ lead: Lead, _ command: PowerCommand) -> [DriverStep] {
        switch command {
        case .off: press(lead, wiring.hold)
        case .on: press(lead, wiring.tap)
        }
    }

    private mutating func press(_ lead: Lead, _ time: Duration) -> [DriverStep] {
        stage = .pressing(lead, time)
        return [.move(lead, wiring.pressed)]
    }

    /// A machine that runs is shot at the first look, and one that is off must be seen so for long
    /// enough. Then a hold would only start it, and a tap is right.
    private mutating func decide(
        _ command: PowerCommand, _ state: PowerState, _ watch: Watch, at now: Moment
    ) -> [DriverStep]? {
        guard let lead = wiring.power else { return end(.broken("no power button is wired")) }
        switch (command, state) {
        case (.off, .on), (.off, .unknown): return press(lead, .off)
        case (.on, .on), (.on, .unknown): return end(.acknowledged)
        case (.off, .off): return now >= watch.until ? end(.acknowledged) : nil
        case (.on, .off): return now >= watch.until ? press(lead, .on) : nil
        }
    }

    private func noButton(_ outlet: OutletName) -> String {
        "no lead presses a button `\(outlet)`; wired are "
            + wiring.buttons.map(\.text).joined(separator: ", ")
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }
}

// MARK: - Looking

extension ButtonDriver {
    private mutating func read(_ outlet: OutletName, at now: Moment) -> [DriverStep] {
        guard let button = ButtonWiring.Button(rawValue: outlet.text),
            wiring.lead(of: button) != nil
        else { return end(.refused(noButton(outlet))) }
        switch button {
        case .power:
            guard wiring.sense != nil else {
                return end(.refused("nothing is wired that could be looked at"))
            }
            return look(.reading, at: now)
        case .reset:
            // "On" would have it pressed again and again, and "off" was not its doing.
            let remark = "a reset leaves no trace: look at the machine itself"
            return end(.reading(.unknown, remark: remark))
        }
    }

    private mutating func look(_ purpose: Purpose, at now: Moment) -> [DriverStep] {
        stage = .watching(purpose, Watch(until: now + Self.steadyTime, state: nil, lookAt: nil))
        return [.sense]
    }
}
