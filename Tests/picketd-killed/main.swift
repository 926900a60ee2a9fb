// picketd with a witness that kills it, as kill -9 does, at the moment that its first argument
// after the site names. For the crash tests.

import Appliance
import Arbiter
import Fencing
import Glibc
import Ledger
import LinuxSystem

enum FailPoint: String {
    /// The grant is on the disk; no byte was sent.
    case granted = "F1"
    /// The target was read as off; that is not on record yet.
    case beforeVerifiedOff = "F3"
    /// The off is on the disk.
    case verifiedOff = "F4"
    /// The intent to switch on is on the disk; no byte was sent.
    case onIntended = "F5"
}

struct KillingWitness: Witness {
    let point: FailPoint

    func willCarryOut(_ effect: Effect<LedgerReceipt>) {
        if case .commit(let proposal) = effect, case .verifiedOff = proposal.entry {
            die(at: .beforeVerifiedOff)
        }
    }

    func saw(_ event: ApplianceEvent) {
        guard case .recorded(let receipt) = event else { return }
        switch receipt.entry {
        case .answered where !receipt.entry.grants.isEmpty: die(at: .granted)
        case .verifiedOff: die(at: .verifiedOff)
        case .onIntended: die(at: .onIntended)
        case .answered, .started, .condensed, .closed, .admitted, .renamed, .attested, .locked,
            .released:
            break
        }
    }

    private func die(at reached: FailPoint) {
        if reached == point { kill(getpid(), SIGKILL) }
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let point = FailPoint(rawValue: arguments[3]) else {
    preconditionFailure("picketd-killed --site FILE F1|F3|F4|F5")
}
let plan = try SitePlan(reading: arguments[2])
let daemon = try Daemon(plan, witness: KillingWitness(point: point), tell: { _ in })
StandardStream.output.say("picketd: listening on \(daemon.addresses.joined(separator: " "))")
let signals = try Signals([SIGTERM])
exit(try daemon.serve(until: signals).rawValue)
