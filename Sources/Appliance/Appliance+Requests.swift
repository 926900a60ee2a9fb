// What comes through the door: sessions and request lines.

internal import Arbiter
internal import Commands
internal import Fencing
internal import LinuxSystem
internal import SSHDoor

extension Appliance {
    func opened(_ session: SessionID, _ principal: Principal) {
        principals[session] = principal
        handle(.sessionOpened(session, principal))
    }

    func closed(_ session: SessionID) {
        principals[session] = nil
        handle(.sessionClosed(session))
    }

    func abandoned(_ token: RequestToken) {
        formats[token] = nil
        desk.close(token)
        handle(.abandoned(token))
    }

    func requested(_ token: RequestToken, by session: SessionID, line: String) {
        guard let principal = principals[session] else { return }
        let request: Request
        do throws(UsageError) {
            request = try Request(line: line)
        } catch {
            witness.saw(.refusedLine(session, principal, why: error.description))
            return answer(token, .usage(error))
        }
        witness.saw(.requested(token, by: session, principal, line: request.line, request.kind))
        formats[token] = request.format
        switch request.command {
        case .order(let power): handle(.ordered(token, by: session, power))
        case .quorum(let sees): handle(.asked(token, by: session, .quorum(sees: sees)))
        case .result(let id): handle(.asked(token, by: session, .result(id)))
        case .admit(let node): handle(.asked(token, by: session, .admit(node)))
        case .withdraw(let id): handle(.asked(token, by: session, .withdraw(id)))
        case .checkOff(let node): handle(.asked(token, by: session, .checkOff(node)))
        case .lock(let node, let kind, let reason):
            handle(.asked(token, by: session, .lock(node, kind, reason)))
        case .release(let node, let force):
            handle(.asked(token, by: session, .release(node, force)))
        case .confirmOff(let node, let reason):
            handle(.asked(token, by: session, .confirmOff(node, reason)))
        case .status(let node): inquire(token, by: session, principal, node)
        case .list: answer(token, Reply(.ok, visible(to: principal).map(\.listLine)))
        case .trace(let name): answer(token, trace(of: name, for: principal))
        case .help: answer(token, help: request.format)
        }
    }

    /// A node sees its own cluster, an operator the whole site.
    private func visible(to principal: Principal) -> [Node] {
        switch principal {
        case .operator: site.nodes.values.sorted { $0.name < $1.name }
        case .node(let name): site.nodes[name].map { site.members(of: $0.cluster) } ?? []
        }
    }

    private func inquire(
        _ token: RequestToken, by session: SessionID, _ principal: Principal, _ name: NodeName?
    ) {
        let nodes = visible(to: principal).filter { name == nil || $0.name == name }
        if let name, nodes.isEmpty { return answer(token, .notYours(name, principal)) }
        let orders = desk.open(token, by: session, about: nodes, at: MonotonicClock.now())
        for order in orders { read(order) }
        handle(.timePassed)
    }

    func reported(_ report: PowerReport) {
        witness.saw(.reported(report))
        readings.note(report, at: MonotonicClock.now())
        if StatusDesk.isOurs(report.order) {
            desk.note(report)
            handle(.timePassed)
        } else {
            handle(.reported(report))
        }
    }

    func answerInquiries() {
        let now = MonotonicClock.now()
        for inquiry in desk.takeAnswerable(at: now) {
            let lines = inquiry.nodes.map {
                $0.statusLine(arbiter.durable[$0.name], readings, at: now)
            }
            let isKnown = lines.allSatisfy { $0.word == ExitCode.ok.word }
            answer(inquiry.token, Reply(isKnown ? .ok : .inDoubt, lines))
            // Whoever asks after hearing this means the node as it was told.
            for node in inquiry.nodes { carryOut(.told(inquiry.session, node.name)) }
        }
    }
}

extension Request {
    fileprivate var kind: RequestKind {
        switch command {
        case .quorum, .result, .status, .list, .trace, .help: .question
        case .order, .admit, .withdraw, .checkOff, .lock, .release, .confirmOff: .order
        }
    }
}

/// Passes on what the door tells, from the door's thread to the appliance's.
struct Keeper: DoorKeeper {
    let appliance: Appliance

    func sessionOpened(_ session: SessionID, _ principal: Principal, from: String) {
        appliance.post { $0.opened(session, principal) }
    }

    func sessionClosed(_ session: SessionID) {
        appliance.post { $0.closed(session) }
    }

    func requested(_ token: RequestToken, by session: SessionID, line: String) {
        appliance.post { $0.requested(token, by: session, line: line) }
    }

    func abandoned(_ token: RequestToken) {
        appliance.post { $0.abandoned(token) }
    }

    func probed(_ session: SessionID, _ finding: ProbeFinding) {
        switch finding {
        case .alive: appliance.post { $0.handle(.probed(session, .alive)) }
        case .silent, .gone: appliance.post { $0.handle(.probed(session, .silent)) }
        }
    }
}
