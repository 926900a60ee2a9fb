// The log of what the appliance decides and does: one line for each, by the names in `AuditEvent`.

package import Arbiter
internal import Fencing
package import Ledger
internal import Lines
package import LinuxSystem
internal import Logging
package import SSHDoor

package struct LogWitness: Witness {
    private let enter: @Sendable (LogWeight, @escaping @Sendable () -> [AuditLine]) -> Void
    private let gate: RequestLogGate
    /// Whether anybody wants to hear of what is told at level debug.
    private let tellsDetails: Bool

    /// Whoever decides hands over what has happened; the log finds the words.
    package init(_ log: QueuedLog) {
        enter = { log.enter($0, $1) }
        gate = log.requests
        tellsDetails = log.logger.logLevel <= .debug
    }

    /// Tells at once: for whoever wants to see what is told.
    init(_ logger: Logger) {
        enter = { _, lines in
            for line in lines() { logger.log(line, at: WallClock.now()) }
        }
        gate = RequestLogGate()
        tellsDetails = logger.logLevel <= .debug
    }

    package func willCarryOut(_ effect: Effect<LedgerReceipt>) {
        // It is told when it is on the disk.
        if case .commit = effect { return }
        guard tellsDetails || !effect.isDetail else { return }
        let lines = { @Sendable in [effect.auditLine].compactMap(\.self) }
        if case .reply(let token, _) = effect, let principal = gate.answered(token) {
            return tell(.answered, of: principal, lines)
        }
        enter(effect.weight, lines)
    }

    /// Sums of what was left out, where their time is over: for a witness that tells at once.
    func tellSums(at now: Moment) {
        let sums = gate.sums(at: now)
        if !sums.isEmpty { tell { sums } }
    }

    private func tell(_ lines: @escaping @Sendable () -> [AuditLine]) { enter(.decision, lines) }

    /// What decides nothing, and can be had as often as one likes: so many lines of each principal,
    /// and of all of them together as many as the log has room for.
    private func tell(
        _ event: AuditEvent, of principal: Principal,
        _ lines: @escaping @Sendable () -> [AuditLine]
    ) {
        let (takes, sums) = gate.takes(event, of: principal)
        if !sums.isEmpty { tell { sums } }
        if takes { enter(.noise, lines) }
    }

    package func saw(_ event: ApplianceEvent) {
        if case .requested(let token, by: _, let principal, line: _, _) = event {
            gate.asked(token, by: principal)
        }
        guard tellsDetails || !event.isDetail else { return }
        switch event {
        case .requested(_, by: _, let principal, line: _, _):
            tell(.requested, of: principal) { event.auditLines }
        case .refusedLine(_, let principal, why: _):
            tell(.noRequest, of: principal) { event.auditLines }
        case .reported(let report) where report.wire == nil:
            enter(.noise) { event.auditLines }
        case .processors, .recovered, .reported, .recorded, .line, .onThoughOff, .reloaded,
            .stopping, .ledgerLost:
            tell { event.auditLines }
        }
    }

    package func saw(_ event: DoorEvent) {
        switch event {
        case .entered(_, let principal, from: _, _):
            tell(.entered, of: principal) { [event.auditLine] }
        case .left(_, let principal, _): tell(.left, of: principal) { [event.auditLine] }
        case .noPlace(let principal, from: _, _):
            tell(.noPlace, of: principal) { [event.auditLine] }
        case .limitReached(_, let principal, _):
            tell(.limit, of: principal) { [event.auditLine] }
        case .strangerTurnedAway: enter(.noise) { [event.auditLine] }
        case .moreStrangersTurnedAway, .cannotAccept: tell { [event.auditLine] }
        }
    }

    /// Whether this process can be swapped out.
    package func memory(_ outcome: MemoryLock.Outcome) { tell { [outcome.auditLine] } }

    /// The version of libssh that was found, and has passed its test.
    package func runs(onLibSSH version: String) {
        tell { [AuditLine(.library, "runs on libssh \(version)", [.version: version])] }
    }

    /// By which clients know the appliance.
    package func offers(hostKey fingerprint: String) {
        tell { [AuditLine(.hostKey, "host key \(fingerprint)", [.key: fingerprint])] }
    }
}

extension Effect<LedgerReceipt> {
    /// Told at level debug.
    fileprivate var isDetail: Bool {
        switch self {
        case .read, .probe: true
        case .commit, .turn, .reply, .closeSession, .page: false
        }
    }

    fileprivate var weight: LogWeight {
        switch self {
        case .read, .probe, .reply: .noise
        case .commit, .turn, .closeSession, .page: .decision
        }
    }

    fileprivate var auditLine: AuditLine? {
        switch self {
        case .commit: nil
        case .turn(let order):
            AuditLine(
                .ordered, "\(order.command.rawValue) ordered of \(order.outlet)",
                [
                    .outlet: order.outlet.description, .verb: order.command.rawValue,
                    .seq: "\(order.proof.sequence)",
                ])
        case .read(let order):
            AuditLine(.reading, "reading \(order.outlet)", [.outlet: order.outlet.description])
        case .reply(let token, let reply):
            AuditLine(
                .answered, "request \(token): \(reply.code.word) (exit \(reply.code.rawValue))",
                [
                    .request: "\(token)", .exit: "\(reply.code.rawValue)",
                    .word: reply.code.word,
                ])
        case .closeSession(let session):
            AuditLine(
                .outlived, "closing session \(session), of the life before",
                [.session: "\(session)"])
        case .probe(let session):
            AuditLine(
                .probed, "asking session \(session) for a sign of life", [.session: "\(session)"])
        case .page(let page): page.auditLine
        }
    }
}

extension ApplianceEvent {
    /// Told at level debug.
    fileprivate var isDetail: Bool {
        switch self {
        case .requested(_, by: _, _, line: _, let kind): kind == .question
        case .reported(let report): report.wire == nil
        case .processors, .recovered, .refusedLine, .recorded, .line, .onThoughOff, .reloaded,
            .stopping, .ledgerLost:
            false
        }
    }

    fileprivate var auditLines: [AuditLine] {
        switch self {
        case .processors(nil):
            [AuditLine(.processors, "processors are kept from sleeping during a shot")]
        case .processors(let why?):
            [
                AuditLine(
                    .processors,
                    "processors may sleep during a shot, which makes it slower: \(why)",
                    [.why: why])
            ]
        case .recovered(let head, let open):
            [
                AuditLine(
                    .ledgerRead, "ledger read up to entry \(head): \(open) shots are open",
                    [.seq: "\(head)", .open: "\(open)"])
            ]
        case .requested(let token, by: let session, let principal, let line, let kind):
            [
                AuditLine(
                    kind == .question ? .asked : .requested,
                    "request \(token) by \(principal): \(inSentence(line))",
                    [
                        .request: "\(token)", .session: "\(session)", .by: "\(principal)",
                        .line: line,
                    ])
            ]
        case .refusedLine(let session, let principal, let why):
            [
                AuditLine(
                    .noRequest, "\(principal) sent what is no request: \(inSentence(why))",
                    [.session: "\(session)", .by: "\(principal)", .why: why])
            ]
        case .reported(let report): [report.auditLine]
        case .recorded(let receipt): receipt.entry.auditLines(at: receipt.sequence)
        case .line(let name, let news): [news.auditLine(about: name)]
        case .onThoughOff(let node, since: let shot, let on):
            [Self.onThoughOff(node, shot, on.map(\.description).joined(separator: ", "))]
        case .reloaded(let outcome): outcome.auditLines
        case .stopping: [AuditLine(.stopping, "stopping: no more shots are granted")]
        case .ledgerLost(let why): [AuditLine(.ledgerLost, "ledger lost: \(why)", [.why: why])]
        }
    }
}

extension ApplianceEvent {
    /// For somebody who is woken up by it.
    private static func onThoughOff(
        _ node: NodeName, _ shot: ShotNumber?, _ on: String
    ) -> AuditLine {
        let since = shot.map { " since shot \($0)" } ?? ""
        return AuditLine(
            .onThoughOff,
            "\(node) reads on (\(on)) and is on record as off\(since): who was told so may have "
                + "taken over. See that it is off at once",
            [.shot: shot.map { "\($0)" }, .target: node.text, .why: "\(on) reads on"])
    }
}

extension MemoryLock.Outcome {
    fileprivate var auditLine: AuditLine {
        switch self {
        case .locked: AuditLine(.memory, "memory is locked")
        case .limited(let bytes):
            AuditLine(
                .memory, "memory is not locked: a busy machine may swap it out",
                [.why: "its limit is \(bytes) bytes; LimitMEMLOCK=infinity lifts it"])
        case .refused(let why):
            AuditLine(.memory, "memory is not locked: \(why)", [.why: why])
        }
    }
}

extension PowerReport {
    fileprivate var auditLine: AuditLine {
        var fields: [AuditField: String?] = [
            .outlet: outlet.description, .state: state.rawValue, .why: trouble ?? "",
        ]
        let said = "\(outlet) is \(state.rawValue)\(trouble.map { ": \(inSentence($0))" } ?? "")"
        guard let wire else { return AuditLine(.reported, said, fields) }
        fields[.wire] = wire
        return AuditLine(.notAsCommanded, "not as commanded: \(said)", fields)
    }
}

extension LineNews {
    fileprivate func auditLine(about name: SwitchName) -> AuditLine {
        switch self {
        case .up: AuditLine(.lineUp, "line up to switch \(name)", [.powerSwitch: name.text])
        case .left:
            AuditLine(
                .lineLeft, "line to switch \(name) left to others", [.powerSwitch: name.text])
        case .down(let why):
            AuditLine(
                .lineDown, "line down to switch \(name): \(inSentence(why))",
                [.powerSwitch: name.text, .why: why])
        case .notice(let why):
            AuditLine(
                .lineNotice, "seen on the line to switch \(name): \(why)",
                [.powerSwitch: name.text, .why: why])
        }
    }
}

extension Reloaded {
    fileprivate var auditLines: [AuditLine] {
        switch self {
        case .admissions(let count, let parts):
            let taken = AuditLine(
                .reloaded, "site file read again: \(count) principals may come in",
                [.principals: "\(count)"])
            if parts.isEmpty { return [taken] }
            let names = parts.joined(separator: ", ")
            return [
                taken,
                AuditLine(
                    .reloadRefused,
                    "site file taken up in part: \(names) changed, and needs a "
                        + "restart", [.why: "changed: \(names)"]),
            ]
        case .refused(let why):
            return [AuditLine(.reloadRefused, "site file not taken up: \(why)", [.why: why])]
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
        case .attestedReadsOn(let shot, let node, let who, let on):
            AuditLine(
                .attestedReadsOn,
                "\(node) is on record as off since shot \(shot) because \(who) said so, and "
                    + "\(on.map(\.description).joined(separator: ", ")) read on: it may be running. "
                    + "Look at it, and say `off \(node)`",
                [.shot: "\(shot)", .target: node.text, .by: who.text])
        case .siteChanged(let shot, let node, let why):
            AuditLine(
                .siteChanged,
                "shot \(shot) at \(node) has no outcome, and the site file has changed under it: "
                    + "\(why). Nothing more is commanded for it; its feeds are read. Put the site file "
                    + "back, or look at the machine and say `confirm-off \(node) shot=\(shot)`",
                [.shot: "\(shot)", .target: node.text, .why: why])
        case .notCondensed(let why):
            AuditLine(
                .notCondensed,
                "the ledger did not take the entry that condenses it: \(why). Decisions go on; it "
                    + "grows until that works", [.why: why])
        case .entryTooLarge(let why):
            AuditLine(
                .entryTooLarge,
                "a request was refused because its entry is too large: \(why). Others are decided",
                [.why: why])
        case .rate(let node, let why):
            AuditLine(
                .rate, "no more shots at \(node): \(why)", [.target: node.text, .why: why])
        case .halted(let why):
            AuditLine(.halted, "nothing is decided: \(why)", [.why: why])
        }
    }
}

/// What came from outside, as far as a sentence has room for it: the field holds all of it.
func inSentence(_ text: String) -> String {
    let room = 200
    guard text.utf8.count > room else { return text }
    return String(decoding: text.utf8.prefix(room).filter { $0 < 0x80 }, as: UTF8.self) + "..."
}
