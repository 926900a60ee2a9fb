// A probe and what is on the line, on virtual time.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

struct ProbeGame {
    var probe = Probe(.usual)
    var simulated: any SimulatedSwitch
    private(set) var sent: [UInt8] = []
    private var now = Moment(sinceStart: .zero)
    private var wake: Moment?
    private var outcome: ProbeOutcome?

    init(_ simulated: any SimulatedSwitch) { self.simulated = simulated }

    /// Ends, or fails after an hour.
    mutating func play(_ pace: Probe.Pace) throws -> ProbeOutcome {
        probe = Probe(pace)
        apply(probe.begin(at: now))
        let end = now + .seconds(3600)
        while outcome == nil, now < end {
            let next = [wake, simulated.nextEvent].compactMap(\.self).min()
            now = max(now, try #require(next, "it waits for nothing"))
            let heard = simulated.advance(to: now)
            if !heard.isEmpty { apply(probe.received(heard, at: now)) }
            if let due = wake, due <= now {
                wake = nil
                apply(probe.timePassed(at: now))
            }
        }
        return try #require(outcome, "a probe ends")
    }

    private mutating func apply(_ steps: [Probe.Step]) {
        for step in steps {
            switch step {
            case .send(let bytes):
                sent += bytes
                simulated.receive(bytes, at: now)
                apply(probe.sent(at: now))
            case .wake(let moment): wake = moment
            case .end(let found):
                outcome = found
                wake = nil
            }
        }
    }
}

/// Something that is no switch: it answers each byte as it is told to, or talks by itself.
struct Parrot: SimulatedSwitch {
    let outlets: [OutletName: PowerState] = [:]
    let changes: [PowerChange] = []
    var faults = Faults()
    let hangUps = 0
    private(set) var nextEvent: Moment?
    private let chatter: Duration?
    private let answer: @Sendable (UInt8) -> [UInt8]
    private var pending: [UInt8] = []

    init(chatter: Duration? = nil, _ answer: @escaping @Sendable (UInt8) -> [UInt8]) {
        self.chatter = chatter
        self.answer = answer
        nextEvent = chatter.map { Moment(sinceStart: $0) }
    }

    mutating func receive(_ bytes: [UInt8], at now: Moment) {
        pending += bytes.flatMap(answer)
        if !pending.isEmpty { nextEvent = now }
    }

    mutating func advance(to now: Moment) -> [UInt8] {
        defer {
            pending = []
            nextEvent = chatter.map { now + $0 }
        }
        return chatter == nil ? pending : Array("~".utf8)
    }

    mutating func press(_ outlet: OutletName, _ command: PowerCommand) {}
}
