// What comes through the door: sessions and request lines.

internal import Arbiter
internal import Commands
internal import Fencing
internal import LinuxSystem
internal import SSHDoor

extension Appliance {
    func opened(_ session: SessionID, _ principal: Principal, from: String) {
        let now = MonotonicClock.now()
        visits[session] = Visit(principal: principal, from: from, opened: now)
        noteHeard(principal, at: now)
        handle(.sessionOpened(session, principal))
    }

    func closed(_ session: SessionID) {
        visits[session] = nil
        handle(.sessionClosed(session))
    }

    func alive(_ session: SessionID) {
        if let visit = visits[session] { noteHeard(visit.principal, at: MonotonicClock.now()) }
        handle(.probed(session, .alive))
    }

    func abandoned(_ token: RequestToken) {
        if formats.removeValue(forKey: token) != nil { looks.forget(token) }
        nodesAsking[token] = nil
        desk.close(token)
        stories.forget(token)
        handle(.abandoned(token))
    }

    func requested(_ token: RequestToken, by session: SessionID, line: String) {
        guard let visit = visits[session] else { return }
        let principal = visit.principal
        let now = MonotonicClock.now()
        if case .node(let name) = principal { nodesAsking[token] = name }
        visits[session]?.note(at: now)
        noteHeard(principal, at: now)
        let request: Request
        do throws(UsageError) {
            request = try Request(line: line)
        } catch {
            witness.saw(.refusedLine(session, principal, why: error.description))
            return answer(token, .usage(error))
        }
        witness.saw(.requested(token, by: session, principal, line: request.line, request.kind))
        formats[token] = request.format
        if let refusal = refusal(of: request, by: principal) { return answer(token, refusal) }
        switch request.purpose {
        case .consider:
            look(token, principal) {
                $0.answer(token, $0.considered(request.command, by: principal))
                let seen = $0.visible(to: principal).map(\.name)
                $0.teach(session, of: seen.filter(request.command.considers))
            }
        case .act:
            noteStory(token, visit, request, at: now)
            act(token, by: session, principal, request)
        }
    }

    private func act(
        _ token: RequestToken, by session: SessionID, _ principal: Principal, _ request: Request
    ) {
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
        case .confirmOff(let node, let shot, let reason):
            handle(.asked(token, by: session, .confirmOff(node, shot, reason)))
        case .status(let node): inquire(token, by: session, principal, node)
        case .list:
            look(token, principal) { $0.list(token, by: session, $0.visible(to: principal)) }
        case .trace(let name):
            look(token, principal) {
                $0.trace(token, of: name, as: request.format, for: principal)
            }
        case .see(let sight):
            look(token, principal) {
                $0.show(token, by: session, sight, as: request.format, to: principal)
            }
        case .disconnect(let target): disconnect(token, target, asked: principal)
        case .help: answer(token, page: help(as: request.format))
        }
    }

    func list(_ token: RequestToken, by session: SessionID, _ nodes: [Node]) {
        answer(token, Reply(.ok, nodes.map { $0.listLine(arbiter.durable[$0.name]) }))
        teach(session, of: nodes.map(\.name))
    }

    /// A node sees its own cluster, an operator the whole site.
    func visible(to principal: Principal) -> [Node] {
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
        // The patrol's are news only where something is wrong.
        let isRoutine = patrol.isOurs(report) && report.state != .unknown
        if !isRoutine { witness.saw(.reported(report)) }
        let now = MonotonicClock.now()
        readings.reported(report)
        watchRecord(of: report.outlet, at: now)
        if report.state == .unknown { figures.lineFailed(report.outlet.powerSwitch) }
        let name = report.outlet.powerSwitch
        stories.reported(
            report, trace: { [switchboard] in switchboard?.trace(of: name, since: $0) }, at: now)
        if StatusDesk.isOurs(report.order) {
            desk.note(report)
            handle(.timePassed)
        } else {
            handle(.reported(report))
        }
    }

    func answerInquiries() {
        let now = MonotonicClock.now()
        let inquiries = desk.takeAnswerable(at: now) { [switchboard] name in
            switchboard?.isAnswering(name, at: now) ?? false
        }
        for inquiry in inquiries {
            switch inquiry.purpose {
            case .nodes(let format):
                guard let principal = principal(of: inquiry.session) else { continue }
                look(inquiry.token, principal) { $0.showNodes(inquiry, format) }
            case .status:
                let lines = inquiry.nodes.map { status($0, since: inquiry.askedAt, at: now) }
                let isKnown = lines.allSatisfy { $0.word == ExitCode.ok.word }
                answer(inquiry.token, Reply(isKnown ? .ok : .inDoubt, lines))
                teach(inquiry.session, of: inquiry.nodes.map(\.name))
            }
        }
    }

    /// Who asks in this session; nil where it is over.
    private func principal(of session: SessionID) -> Principal? {
        session == Self.localSession ? Self.local : visits[session]?.principal
    }

    /// Whoever asks after hearing how these stand means them as they stand now.
    func teach(_ session: SessionID, of nodes: [NodeName]) {
        for node in nodes { carryOut(.told(session, node)) }
    }
}

extension Command {
    /// Whose present state a person is shown before it is done.
    fileprivate func considers(_ node: NodeName) -> Bool {
        switch self {
        case .order(let power): power.targets.contains(node)
        case .confirmOff(let target, _, _): target == node
        case .admit, .withdraw, .checkOff, .lock, .release, .status, .list, .quorum, .result,
            .trace, .see, .disconnect, .help:
            false
        }
    }
}

extension Request {
    fileprivate var kind: RequestKind { isLook ? .question : .order }
}

/// One session, as others see it.
struct Visit {
    let principal: Principal
    let from: String
    let opened: Moment
    private(set) var lastRequest: Moment?
    private(set) var requests = 0

    init(principal: Principal, from: String, opened: Moment) {
        self.principal = principal
        self.from = from
        self.opened = opened
    }

    mutating func note(at now: Moment) {
        lastRequest = now
        requests += 1
    }
}

/// Passes on what the door tells, from the door's thread to the appliance's.
struct Keeper: DoorKeeper {
    let appliance: Appliance
    private let unheard = UnheardRequests()

    init(appliance: Appliance) { self.appliance = appliance }

    func sessionOpened(_ session: SessionID, _ principal: Principal, from: String) {
        appliance.post { $0.opened(session, principal, from: from) }
    }

    func sessionClosed(_ session: SessionID) {
        appliance.post { $0.closed(session) }
    }

    func requested(_ token: RequestToken, by session: SessionID, line: String) {
        unheard.add(session)
        appliance.post { [unheard] in
            unheard.remove(session)
            $0.requested(token, by: session, line: line)
        }
    }

    func hasRoom(for session: SessionID) -> Bool { unheard.hasRoom(for: session) }

    func abandoned(_ token: RequestToken) {
        appliance.post { $0.abandoned(token) }
    }

    func probed(_ session: SessionID, _ finding: ProbeFinding) {
        switch finding {
        case .alive: appliance.post { $0.alive(session) }
        case .silent, .gone: appliance.post { $0.handle(.probed(session, .silent)) }
        }
    }
}
