// A conversation with a simulated switch on virtual time.

import Fencing
import SimulatedSwitches

struct Dialogue {
    var simulated: any SimulatedSwitch
    private(set) var now = Moment(sinceStart: .zero)

    init(_ simulated: any SimulatedSwitch, faults: String = "none") throws {
        self.simulated = simulated
        self.simulated.faults = try Faults(parsing: faults)
    }

    /// Says `text`, lets `time` pass, and gives everything that the switch said by then.
    mutating func say(_ text: String, wait time: Duration = .seconds(1)) -> String {
        simulated.receive(Array(text.utf8), at: now)
        return heard(after: time)
    }

    mutating func heard(after time: Duration) -> String {
        String(decoding: bytes(after: time), as: UTF8.self)
    }

    /// Goes from event to event, as a host would.
    mutating func bytes(after time: Duration) -> [UInt8] {
        let end = now + time
        var all = simulated.advance(to: now)
        while let next = simulated.nextEvent, next <= end {
            now = max(now, next)
            all += simulated.advance(to: now)
        }
        now = end
        return all + simulated.advance(to: end)
    }

    func state(_ outlet: String) -> PowerState? {
        OutletName(outlet).flatMap { simulated.outlets[$0] }
    }

    /// `off 3 at 0ms`, one for each change.
    var changes: [String] {
        simulated.changes.map {
            "\($0.state) \($0.outlet) at \($0.moment.sinceStart.milliseconds)ms"
        }
    }
}

/// A command to an RPS-10, in its wrapping.
func rps10(_ command: String) -> String { "\u{2}\u{18}\u{18}\u{2}\u{18}\u{18}\(command)\r" }
