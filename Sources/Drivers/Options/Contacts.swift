// What a relay's coil means for the machine behind its contacts.

internal import Fencing

/// The coil of a relay: nothing is said of what hangs on its contacts.
enum Coil: Hashable, Sendable {
    case energised
    case atRest
}

extension DriverOptions.Contacts {
    func coil(for command: PowerCommand) -> Coil {
        switch (self, command) {
        case (.normallyOpen, .on), (.normallyClosed, .off): .energised
        case (.normallyOpen, .off), (.normallyClosed, .on): .atRest
        }
    }

    func state(of coil: Coil) -> PowerState {
        switch (self, coil) {
        case (.normallyOpen, .energised), (.normallyClosed, .atRest): .on
        case (.normallyOpen, .atRest), (.normallyClosed, .energised): .off
        }
    }
}
