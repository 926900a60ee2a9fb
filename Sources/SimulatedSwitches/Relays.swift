// The relays of a switch: what the outlets really are, and every time that one of them moved.

internal import Fencing

struct Relays: Sendable {
    private(set) var states: [OutletName: PowerState]
    private(set) var changes: [PowerChange] = []
    private var changeCount = 0
    /// Commands that were understood and wait for their moment, in the order of arrival.
    private var waiting: [Waiting] = []

    /// Commands that can wait; a further one is lost.
    static let mostWaiting = 256

    private struct Waiting {
        let moment: Moment
        let outlet: OutletName
        let command: PowerCommand
    }

    /// All outlets begin as on: somebody's machines are running.
    init(_ outlets: [OutletName]) {
        states = Dictionary(uniqueKeysWithValues: outlets.map { ($0, .on) })
    }

    var nextEvent: Moment? { waiting.map(\.moment).min() }
    var waitingCommands: [PowerCommand] { waiting.map(\.command) }

    mutating func turn(
        _ outlets: [OutletName], _ command: PowerCommand, at moment: Moment,
        after delay: Duration = .zero, _ faults: Faults
    ) {
        for outlet in outlets {
            let due = moment + delay + faults.actsLate
            if due == moment {
                move(outlet, command, at: moment, by: .wire, faults)
            } else if waiting.count < Self.mostWaiting {
                waiting.append(Waiting(moment: due, outlet: outlet, command: command))
            }
        }
    }

    mutating func forgetLater() { waiting = [] }

    /// Carries out the earliest of the commands that have waited until `moment`.
    mutating func carryOutNext(at moment: Moment, _ faults: Faults) {
        guard let due = nextEvent, due <= moment,
            let index = waiting.firstIndex(where: { $0.moment == due })
        else { return }
        let next = waiting.remove(at: index)
        move(next.outlet, next.command, at: moment, by: .wire, faults)
    }

    mutating func move(
        _ outlet: OutletName, _ command: PowerCommand, at moment: Moment,
        by cause: PowerChange.Cause, _ faults: Faults
    ) {
        let isStuck =
            switch command {
            case .on: faults.stuckOff.contains(outlet)
            case .off: faults.stuckOn.contains(outlet)
            }
        let wanted = command.proof
        guard !isStuck, let state = states[outlet], state != wanted else { return }
        states[outlet] = wanted
        changeCount += 1
        if changes.count == PowerChange.mostKept { changes.removeFirst() }
        changes.append(
            PowerChange(
                number: changeCount, moment: moment, outlet: outlet, state: wanted, cause: cause))
    }
}
