// The log of what the appliance decides and does: one line for each, by the names in `AuditEvent`.

package import Arbiter
internal import Fencing
package import Ledger
internal import Lines
package import LinuxSystem
package import Logging

package struct LogWitness: Witness {
    private let logger: Logger

    package init(_ logger: Logger) { self.logger = logger }

    func say(_ line: AuditLine) {
        logger.log(level: line.event.level, "\(line.sentence)", metadata: line.metadata)
    }

    package func willCarryOut(_ effect: Effect<LedgerReceipt>) {
        switch effect {
        // It is told when it is on the disk.
        case .commit: break
        case .turn(let order):
            say(
                AuditLine(
                    .ordered, "\(order.command.rawValue) ordered of \(order.outlet)",
                    [
                        .outlet: order.outlet.description, .verb: order.command.rawValue,
                        .seq: "\(order.proof.sequence)",
                    ]))
        case .read(let order):
            say(
                AuditLine(
                    .reading, "reading \(order.outlet)", [.outlet: order.outlet.description]))
        case .reply(let token, let reply):
            say(
                AuditLine(
                    .answered, "answered",
                    [
                        .request: "\(token)", .exit: "\(reply.code.rawValue)",
                        .word: reply.code.word,
                    ]))
        case .closeSession(let session):
            say(
                AuditLine(
                    .outlived, "closing a session of the life before",
                    [.session: "\(session)"]))
        case .probe(let session):
            say(AuditLine(.probed, "asking for a sign of life", [.session: "\(session)"]))
        case .page(let page): say(page.auditLine)
        }
    }

    package func saw(_ event: ApplianceEvent) {
        switch event {
        case .recovered(let head, let open):
            say(AuditLine(.ledgerRead, "ledger read", [.seq: "\(head)", .open: "\(open)"]))
        case .requested(let token, by: let session, let principal, let line, let kind):
            say(
                AuditLine(
                    kind == .question ? .asked : .requested, "requested",
                    [
                        .request: "\(token)", .session: "\(session)", .by: "\(principal)",
                        .line: line,
                    ]))
        case .refusedLine(let session, let principal, let why):
            say(
                AuditLine(
                    .noRequest, "no request",
                    [.session: "\(session)", .by: "\(principal)", .why: why]))
        case .reported(let report): say(report.auditLine)
        case .recorded(let receipt):
            for line in receipt.entry.auditLines(at: receipt.sequence) { say(line) }
        case .line(let name, let news): say(news.auditLine(about: name))
        case .reloaded(let outcome): say(outcome.auditLine)
        case .stopping: say(AuditLine(.stopping, "stopping: no more shots are granted"))
        case .ledgerLost(let why): say(AuditLine(.ledgerLost, "ledger lost: \(why)", [.why: why]))
        }
    }

    /// Whether this process can be swapped out.
    package func memory(_ outcome: MemoryLock.Outcome) {
        switch outcome {
        case .locked: say(AuditLine(.memory, "memory is locked"))
        case .limited(let bytes):
            say(
                AuditLine(
                    .memory, "memory is not locked: a busy machine may swap it out",
                    [.why: "its limit is \(bytes) bytes; LimitMEMLOCK=infinity lifts it"]))
        case .refused(let why):
            say(AuditLine(.memory, "memory is not locked", [.why: why]))
        }
    }

    /// By which clients know the appliance.
    package func offers(hostKey fingerprint: String) {
        say(AuditLine(.hostKey, "host key \(fingerprint)", [.key: fingerprint]))
    }
}

extension PowerReport {
    fileprivate var auditLine: AuditLine {
        var fields: [AuditField: String?] = [
            .outlet: outlet.description, .state: state.rawValue, .why: trouble ?? "",
        ]
        guard let wire else { return AuditLine(.reported, "reported", fields) }
        fields[.wire] = wire
        return AuditLine(.notAsCommanded, "not as commanded", fields)
    }
}

extension LineNews {
    fileprivate func auditLine(about name: SwitchName) -> AuditLine {
        switch self {
        case .up: AuditLine(.lineUp, "line up", [.powerSwitch: name.text])
        case .left: AuditLine(.lineLeft, "line left to others", [.powerSwitch: name.text])
        case .down(let why):
            AuditLine(.lineDown, "line down", [.powerSwitch: name.text, .why: why])
        }
    }
}

extension Reloaded {
    fileprivate var auditLine: AuditLine {
        switch self {
        case .admissions(let count):
            AuditLine(.reloaded, "site file read again", [.principals: "\(count)"])
        case .needsRestart(let parts):
            AuditLine(
                .reloadRefused, "site file not taken up: it needs a restart",
                [.why: "changed: \(parts.joined(separator: ", "))"])
        case .refused(let why):
            AuditLine(.reloadRefused, "site file not taken up", [.why: why])
        }
    }
}

extension Page {
    /// For somebody who is woken up by it.
    fileprivate var auditLine: AuditLine {
        switch self {
        case .inDoubt(let shot, let node, let why):
            AuditLine(
                .inDoubt,
                "shot \(shot) at \(node) is in doubt: \(why). \(node) stays doomed until it is read",
                [.shot: "\(shot)", .target: node.text, .why: why])
        case .failed(let shot, let node, let on):
            AuditLine(
                .failed,
                "shot \(shot) at \(node) failed: "
                    + "\(on.map(\.description).joined(separator: ", ")) read on",
                [.shot: "\(shot)", .target: node.text])
        case .onFailed(let shot, let node):
            AuditLine(
                .onFailed, "\(node) is off after shot \(shot) and could not be switched on again",
                [.shot: "\(shot)", .target: node.text])
        case .onUnknown(let shot, let node):
            AuditLine(
                .onUnknown, "\(node) was switched on after shot \(shot), and cannot be read",
                [.shot: "\(shot)", .target: node.text])
        case .leftOff(let shot, let node):
            AuditLine(
                .leftOff,
                "\(node) is off since shot \(shot) and was left so: this machine has rebooted "
                    + "since. Say `on \(node)` when nobody has hands in it",
                [.shot: "\(shot)", .target: node.text])
        case .rate(let node, let why):
            AuditLine(
                .rate, "no more shots at \(node): \(why)", [.target: node.text, .why: why])
        case .halted(let why):
            AuditLine(.halted, "nothing is decided: \(why)", [.why: why])
        }
    }
}
