// The last reading of each outlet, whoever asked for it.

internal import Fencing

struct Readings {
    private var last: [Outlet: Reading] = [:]

    struct Reading: Hashable {
        var state: PowerState
        var at: Moment
        /// Why the latest attempt to read it brought nothing.
        var trouble: String?
    }

    subscript(_ outlet: Outlet) -> Reading? { last[outlet] }

    /// A reading that brought nothing does not make a better one younger: it only says why.
    mutating func note(_ report: PowerReport, at now: Moment) {
        switch report.state {
        case .on, .off:
            last[report.outlet] = Reading(state: report.state, at: now, trouble: nil)
        case .unknown:
            if var known = last[report.outlet] {
                known.trouble = report.trouble
                last[report.outlet] = known
            } else {
                last[report.outlet] = Reading(state: .unknown, at: now, trouble: report.trouble)
            }
        }
    }
}
