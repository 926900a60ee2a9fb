// How machines are wired to the relays of a board: the outlets of a simulated switch are what the
// machines see, whatever the coils are.

internal import Fencing

package enum Contacts: Hashable, Sendable {
    /// An energised relay powers its machine.
    case normallyOpen
    /// A relay at rest does.
    case normallyClosed

    /// What happens to the machine when the coil is energised, or released.
    func command(energised: Bool) -> PowerCommand {
        switch self {
        case .normallyOpen: energised ? .on : .off
        case .normallyClosed: energised ? .off : .on
        }
    }

    func isEnergised(_ state: PowerState?) -> Bool {
        switch self {
        case .normallyOpen: state == .on
        case .normallyClosed: state == .off
        }
    }
}
