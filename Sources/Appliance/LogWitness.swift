// The log: one line per decision, with fields of fixed names. Requests, entries and pages are told;
// readings are for the curious (level debug).

package import Arbiter
internal import Fencing
package import Ledger
internal import Lines
package import Logging
package import SSHDoor

package struct LogWitness: Witness {
    private let logger: Logger

    package init(_ logger: Logger) { self.logger = logger }

    package func willCarryOut(_ effect: Effect<LedgerReceipt>) {
        switch effect {
        case .commit(let proposal):
            logger.debug("recording", metadata: ["entry": "\(proposal.entry)"])
        case .turn(let order):
            logger.notice(
                "ordered",
                metadata: [
                    "outlet": "\(order.outlet)", "command": "\(order.command.rawValue)",
                    "seq": "\(order.proof.sequence)",
                ])
        case .read(let order): logger.debug("reading", metadata: ["outlet": "\(order.outlet)"])
        case .reply(let token, let reply):
            logger.info(
                "answered",
                metadata: [
                    "request": "\(token)", "exit": "\(reply.code.rawValue)",
                    "word": "\(reply.code.word)",
                ])
        case .closeSession(let session):
            logger.notice("closing outlived session", metadata: ["session": "\(session)"])
        case .probe(let session):
            logger.debug("asking for a sign of life", metadata: ["session": "\(session)"])
        case .page(let page): logger.critical("\(page.sentence)")
        }
    }

    package func saw(_ event: ApplianceEvent) {
        switch event {
        case .recovered(let head, let open):
            logger.notice(
                "ledger read", metadata: ["seq": "\(head)", "open-shots": "\(open)"])
        case .requested(let token, by: let session, let principal, let line):
            logger.info(
                "requested",
                metadata: [
                    "request": "\(token)", "session": "\(session)", "by": "\(principal)",
                    "line": "\(line)",
                ])
        case .refusedLine(let session, let principal, let why):
            logger.info(
                "no request",
                metadata: [
                    "session": "\(session)", "by": "\(principal)", "why": "\(why)",
                ])
        case .reported(let report) where report.wire != nil:
            logger.warning(
                "not as commanded",
                metadata: [
                    "outlet": "\(report.outlet)", "state": "\(report.state.rawValue)",
                    "why": "\(report.trouble ?? "")", "wire": "\(report.wire ?? "")",
                ])
        case .reported(let report):
            logger.debug(
                "reported",
                metadata: [
                    "outlet": "\(report.outlet)", "state": "\(report.state.rawValue)",
                    "why": "\(report.trouble ?? "")",
                ])
        case .recorded(let receipt):
            logger.notice(
                "\(receipt.entry.sentence)", metadata: ["seq": "\(receipt.sequence)"])
        case .line(let name, .up):
            logger.notice("line up", metadata: ["switch": "\(name)"])
        case .line(let name, .left):
            logger.info("line left to others", metadata: ["switch": "\(name)"])
        case .line(let name, .down(let why)):
            logger.warning("line down", metadata: ["switch": "\(name)", "why": "\(why)"])
        case .reloaded(.admissions(let count)):
            logger.notice("site file read again", metadata: ["principals": "\(count)"])
        case .reloaded(.needsRestart(let parts)):
            logger.error(
                "site file not taken up: it needs a restart",
                metadata: ["changed": "\(parts.joined(separator: ", "))"])
        case .reloaded(.refused(let why)):
            logger.error("site file not taken up", metadata: ["why": "\(why)"])
        case .stopping: logger.notice("stopping: no more shots are granted")
        case .ledgerLost(let why): logger.critical("ledger lost: \(why)")
        }
    }
}

extension LogWitness {
    /// What the door tells.
    package func saw(_ event: DoorEvent) {
        switch event {
        case .entered(let session, let principal, let from, let proof):
            logger.info(
                "entered",
                metadata: [
                    "session": "\(session)", "by": "\(principal)", "from": "\(from)",
                    "key": "\(proof.words)",
                ])
        case .left(let session, let principal, let reason):
            logger.info(
                "left",
                metadata: [
                    "session": "\(session)", "by": "\(principal)", "reason": "\(reason)",
                ])
        case .strangerTurnedAway(let stranger):
            logger.info(
                "turned away",
                metadata: [
                    "from": "\(stranger.from)", "user": "\(stranger.user?.text ?? "-")",
                    "reason": "\(stranger.reason)", "why": "\(stranger.why ?? "-")",
                ])
        case .moreStrangersTurnedAway(let counts):
            logger.warning("more strangers turned away", metadata: ["counts": "\(counts)"])
        case .noPlace(let principal, let from, let places):
            logger.warning(
                "no place",
                metadata: [
                    "by": "\(principal)", "from": "\(from)", "reason": "\(places)",
                ])
        case .limitReached(let session, let principal, let limit):
            logger.warning(
                "limit reached",
                metadata: [
                    "session": "\(session)", "by": "\(principal)", "limit": "\(limit)",
                ])
        case .cannotAccept(let why): logger.error("cannot accept", metadata: ["why": "\(why)"])
        }
    }
}

extension Page {
    /// For somebody who is woken up by it.
    var sentence: String {
        switch self {
        case .inDoubt(let shot, let node, let why):
            "shot \(shot) at \(node) is in doubt: \(why). \(node) stays doomed until it is read"
        case .failed(let shot, let node, let on):
            "shot \(shot) at \(node) failed: \(on.map(\.description).joined(separator: ", ")) "
                + "read on"
        case .onFailed(let shot, let node):
            "\(node) is off after shot \(shot) and could not be switched on again"
        case .onUnknown(let shot, let node):
            "\(node) was switched on after shot \(shot), and cannot be read"
        case .leftOff(let shot, let node):
            "\(node) is off since shot \(shot) and was left so: this machine has rebooted since. "
                + "Say `on \(node)` when nobody has hands in it"
        case .rate(let node, let why): "no more shots at \(node): \(why)"
        case .halted(let why): "nothing is decided: \(why)"
        }
    }
}

extension Entry {
    var sentence: String {
        switch self {
        case .started(let boot): "started on boot \(boot)"
        case .answered(let answers): answers.map(\.sentence).joined(separator: "; ")
        case .verifiedOff(let shot): "shot \(shot): verified off"
        case .onIntended(let shot): "shot \(shot): switching on"
        case .closed(let shot, let outcome): "shot \(shot) closed: \(outcome)"
        case .admitted(let node, by: let principal): "admitted \(node) by \(principal)"
        case .attested(let shot, by: let who, let reason):
            "shot \(shot): off attested by \(who) (\(reason))"
        case .locked(let lock):
            "\(lock.kind.rawValue) \(lock.node) by \(lock.owner) (\(lock.reason))"
        case .released(let node, let kind, by: let principal):
            "released \(kind.rawValue) of \(node) by \(principal)"
        case .condensed(let condensate): condensate.sentence
        }
    }
}

extension Answer {
    fileprivate var sentence: String {
        switch self {
        case .granted(let grant):
            "granted shot \(grant.shot): \(grant.verb.rawValue) \(grant.target) by "
                + "\(grant.principal)"
        case .satisfied(let satisfaction):
            "satisfied \(satisfaction.verb.rawValue) \(satisfaction.target) by "
                + "\(satisfaction.principal)"
        }
    }
}

extension Condensate {
    fileprivate var sentence: String {
        let gone = forgotten > LedgerSequence(1) ? "those before \(forgotten) are gone" : ""
        let next =
            forgottenNext > forgotten
            ? "those before \(forgottenNext) go with the next such entry: copy the ledger if you "
                + "want to keep them" : ""
        return (["condensed all entries so far", gone, next].filter { !$0.isEmpty })
            .joined(separator: "; ")
    }
}
