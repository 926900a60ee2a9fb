// Who watches what the appliance does: the log, and the tests that kill it at the worst moment.

package import Arbiter
package import Fencing
package import Ledger
package import Lines

/// Told of everything at the moment it happens, on the thread that does it. Must not wait.
package protocol Witness: Sendable {
    func willCarryOut(_ effect: Effect<LedgerReceipt>)
    func saw(_ event: ApplianceEvent)
}

/// What happens at the appliance beside its decisions.
package enum ApplianceEvent: Hashable, Sendable {
    /// From now on: whether it can keep processors awake while a switch is commanded.
    case processors(whyTheySleep: String?)
    case recovered(entries: LedgerSequence, openShots: Int)
    case requested(RequestToken, by: SessionID, Principal, line: String, RequestKind)
    case refusedLine(SessionID, Principal, why: String)
    case reported(PowerReport)
    /// The entry is on the disk; what it allows has not begun.
    case recorded(LedgerReceipt)
    /// A line came up, went down, or was left. Told from the line's own thread.
    case line(SwitchName, LineNews)
    /// A node that is on record as off, since this shot, was read on, at these feeds.
    case onThoughOff(NodeName, since: ShotNumber?, [Outlet])
    /// Somebody asked to read the site file anew.
    case reloaded(Reloaded)
    case stopping
    /// Nobody knows what the ledger holds: the daemon ends, and a restart reads it.
    case ledgerLost(why: String)
}

/// Whether a request can change anything: a thousand sessions that look every few seconds are no
/// news.
package enum RequestKind: Hashable, Sendable {
    case question
    case order
}
