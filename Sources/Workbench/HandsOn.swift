// What stands in for a receipt where a person tries a switch by hand.

internal import Fencing

/// A shot needs proof that the ledger holds its grant. Somebody who tries an outlet at the appliance
/// is in the place of somebody at the switch's front panel: there is no grant, and the arbiter learns
/// of it as it learns of any hand at the panel, by reading. No part of the daemon can make one.
struct HandsOn: Receipt {
    let sequence = LedgerSequence(0)
    let entry = Entry.started(BootID("hands-on"))
}
