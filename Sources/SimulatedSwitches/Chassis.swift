// What all simulated switches have in common: a line that may lose, delay and drop, relays that may
// stick, and one command at a time. The firmware is the language of a model and knows no fault but
// those that a setting of the real switch can cause.

package import Fencing

/// The language of one model: bytes in, deeds out.
package protocol Firmware: Sendable {
    mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed]
    /// Nothing came for so long before the byte that is taken next: to some languages that is the
    /// end of what came before.
    mutating func noteSilence(_ silence: Duration)
    /// What it was told to do later and has not done when the next byte is taken.
    mutating func noteWaiting(_ commands: [PowerCommand])
}

extension Firmware {
    package mutating func noteSilence(_ silence: Duration) {}
    package mutating func noteWaiting(_ commands: [PowerCommand]) {}
}

/// What the firmware has the switch do, in order. What arrives meanwhile waits.
package enum Deed: Hashable, Sendable {
    case answer([UInt8])
    /// What was typed comes back as it is: no answer, so never twice and without noise.
    case echo([UInt8])
    case turn([OutletName], PowerCommand)
    /// The same, later; what arrives meanwhile is taken up.
    case turnLater(Duration, [OutletName], PowerCommand)
    /// Nothing that was to be turned later is.
    case forgetLater
    case pause(Duration)
}

package struct Chassis<Model: Firmware>: SimulatedSwitch {
    private var firmware: Model
    private var relays: Relays
    private var arrived: [Arrival] = []
    private var deeds: [Deed] = []
    private var pauseEnds: Moment?
    private var output = FaultyOutput()
    private var clock = Moment(sinceStart: .zero)
    private var receivedCount = 0
    private var passedCount = 0
    private var hasDropped = Dropped.no
    private var lastArrival = Moment(sinceStart: .zero)

    package private(set) var hangUps = 0
    package var faults = Faults() {
        didSet {
            output.beginCounting()
            (receivedCount, passedCount, hasDropped) = (0, 0, .no)
        }
    }

    /// Bytes that can wait while the switch is busy; what comes then is lost.
    package static var mostArrived: Int { 256 }

    private struct Arrival {
        let moment: Moment
        let byte: UInt8
    }

    private enum Dropped { case no, yes }

    package init(_ firmware: Model, outlets: [OutletName]) {
        self.firmware = firmware
        relays = Relays(outlets)
    }

    package var outlets: [OutletName: PowerState] { relays.states }
    package var changes: [PowerChange] { relays.changes }
    package var nextEvent: Moment? {
        [nextDeed, output.nextEvent].compactMap(\.self).min()
    }

    package mutating func receive(_ bytes: [UInt8], at now: Moment) {
        let dropsBefore = hangUps
        for byte in bytes where hangUps == dropsBefore { arrive(byte, at: now) }
    }

    package mutating func advance(to now: Moment) -> [UInt8] {
        carryOut(to: now)
        let sent = output.take(by: now, atMost: bytesToDrop ?? .max)
        countPassing(sent.count)
        return sent
    }

    package mutating func press(_ outlet: OutletName, _ command: PowerCommand) {
        relays.move(outlet, command, at: clock, by: .panel, faults)
    }
}

// MARK: - The line in

extension Chassis {
    private mutating func arrive(_ byte: UInt8, at now: Moment) {
        carryOut(to: now)
        receivedCount += 1
        let isLost = faults.losesReceived.contains(receivedCount)
        if !isLost, !faults.has(.deaf), arrived.count < Self.mostArrived {
            // What came earlier is taken up earlier, even if the delay has become shorter since.
            let due = max(now + faults.late, arrived.last?.moment ?? now)
            arrived.append(Arrival(moment: due, byte: byte))
        }
        carryOut(to: now)
        countPassing(1)
    }

    /// How many bytes may pass before the line drops; nil if it does not.
    private var bytesToDrop: Int? {
        switch hasDropped {
        case .yes: nil
        case .no: faults.dropsAfter.map { max(0, $0 - passedCount) }
        }
    }

    /// A switch on three wires does not notice that its line is gone: it goes on with what it has
    /// heard, half a line included. Only what it was sending is lost.
    private mutating func countPassing(_ count: Int) {
        passedCount += count
        guard bytesToDrop == 0 else { return }
        hasDropped = .yes
        hangUps += 1
        output.discard()
    }
}

// MARK: - One thing after another

extension Chassis {
    /// The relays come first, then the deeds of the command under way, then the next byte.
    private var nextDeed: Moment? {
        [relays.nextEvent, pauseEnds ?? arrived.first?.moment].compactMap(\.self).min()
    }

    private mutating func carryOut(to now: Moment) {
        while let moment = nextDeed, moment <= now {
            // The switch was busy until `clock`; what arrived meanwhile is taken up only then.
            clock = max(clock, moment)
            if let due = relays.nextEvent, due <= moment {
                relays.carryOutNext(at: clock, faults)
            } else if pauseEnds != nil {
                pauseEnds = nil
                carryOutDeeds()
            } else {
                takeNextByte()
            }
        }
        clock = max(clock, now)
    }

    private mutating func takeNextByte() {
        let (moment, byte) = (arrived[0].moment, arrived[0].byte)
        arrived.removeFirst()
        firmware.noteSilence(moment - lastArrival)
        firmware.noteWaiting(relays.waitingCommands)
        lastArrival = moment
        if faults.has(.echo) { output.say([byte], at: clock, faults) }
        deeds = firmware.take(byte, outlets: relays.states, faults: faults)
        carryOutDeeds()
    }

    private mutating func carryOutDeeds() {
        while let deed = deeds.first {
            deeds.removeFirst()
            switch deed {
            case .answer(let bytes): output.answer(bytes, at: clock, faults)
            case .echo(let bytes): output.say(bytes, at: clock, faults)
            case .turn(let outlets, let command):
                relays.turn(outlets, command, at: clock, faults)
            case .turnLater(let delay, let outlets, let command):
                relays.turn(outlets, command, at: clock, after: delay, faults)
            case .forgetLater: relays.forgetLater()
            case .pause(let duration):
                pauseEnds = clock + duration
                return
            }
        }
    }
}
