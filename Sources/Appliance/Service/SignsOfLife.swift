// Signs of life for the service manager's watchdog. They are given on the thread that decides, at the
// end of a round of its loop, and nowhere else: whatever hangs there, an append to the ledger
// included, ends them, and the service manager starts the daemon anew. So does a door that hears
// nobody: it is asked at each sign, and without its answer there is no next one.

internal import Arbiter
internal import Fencing
internal import Lines
internal import LinuxSystem
internal import SSHDoor

/// What the thread that decides does regularly.
struct Pulse: Sendable {
    let interval: Duration
    let beat: @Sendable () -> Void
}

enum DoorSign {
    /// It has answered since it was asked, or was not asked yet.
    case heard
    case asked
    /// A sign of life was due meanwhile, and will be given when the door answers.
    case owing
}

extension Appliance {
    /// Twice within the service manager's patience; nil where nobody watches, and then nothing wakes
    /// the thread for it.
    nonisolated var pulse: Pulse? {
        guard let patience = Watchdog.patience() else { return nil }
        return Pulse(interval: patience / 2) { self.assumeIsolated { $0.beat() } }
    }

    private func beat() {
        // Who cannot decide any more is on the way out; one that takes long over it is to be ended.
        guard !isOver, !arbiter.hasLostLedger else { return }
        guard case .heard = doorSign else { return doorSign = .owing }
        askDoor()
        let status = statusLine
        do throws(SystemCallError) {
            try ServiceNotice.alive(status: status == toldStatus ? nil : status).send()
            toldStatus = status
        } catch {
            // It is missed there, and there is nobody else to tell: the next beat tries again.
            toldStatus = ""
        }
    }

    private func askDoor() {
        guard let door else { return }
        doorSign = .asked
        door.echo { self.post { $0.doorAnswered() } }
    }

    private func doorAnswered() {
        let isOwing = if case .owing = doorSign { true } else { false }
        doorSign = .heard
        if isOwing { beat() }
    }

    /// For `systemctl status`: `lines: 2 up, 1 down (pdu-b); 3 sessions; 1 shot under way`
    var statusLine: String {
        let down = site.switches.keys.sorted().filter {
            switchboard?.health(of: $0)?.condition.isDown == true
        }
        var lines = "lines: \(site.switches.count - down.count) up"
        if !down.isEmpty {
            let names = down.prefix(3).map(\.text).joined(separator: ", ")
            lines += ", \(down.count) down (\(names)\(down.count > 3 ? ", …" : ""))"
        }
        var parts = [lines, Self.counted(visits.count, "session")]
        let open = arbiter.durable.open.count
        if open > 0 { parts.append(Self.counted(open, "shot") + " under way") }
        if !stories.doubts.isEmpty { parts.append("\(stories.doubts.count) in doubt") }
        if isLeaving { parts.append("leaving") }
        return parts.joined(separator: "; ")
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
