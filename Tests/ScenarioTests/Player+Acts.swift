// The acts, and the connections of those who act.

import Arbiter
import Commands
import Fencing
import Simulation

/// Who is connected, and who waits for which answer.
struct Desk {
    var sessions: [SessionID: Connection] = [:]
    var waiting: [RequestToken: SessionID] = [:]
    /// The door has been told to close these, and has not come to it yet: what was already sent on
    /// them is still read.
    var closing: [SessionID] = []
    var frozen: Set<String> = []
    /// Asked for a sign of life, and not answered yet.
    var probed: [SessionID] = []
    private var lastSession = SessionID(0)
    private var lastToken = RequestToken(0)

    struct Connection {
        let actor: Actor
        let kind: Kind
    }

    enum Kind {
        /// One request, like `ssh node1@picket off node2`.
        case single
        /// It stays until somebody leaves.
        case long
    }

    mutating func open(_ actor: Actor, _ kind: Kind) -> SessionID {
        lastSession = lastSession.next
        sessions[lastSession] = Connection(actor: actor, kind: kind)
        return lastSession
    }

    mutating func newToken(_ session: SessionID) -> RequestToken {
        lastToken = lastToken.next
        waiting[lastToken] = session
        return lastToken
    }

    func long(_ actor: Actor) -> SessionID? {
        sessions.filter { $0.value.kind == .long && $0.value.actor == actor }.keys.max()
    }
}

extension Player {
    mutating func carryOut(_ act: Act) {
        switch act {
        case .ask(let actor, let line): ask(actor, line)
        case .connect(let actor): open(actor, .long)
        case .leave(let actor): leave(actor)
        case .freeze(let actor): desk.frozen.insert(actor.name)
        case .wake(let actor): desk.frozen.remove(actor.name)
        case .fault(let name, let fault): set(fault, name)
        case .stick(let outlet): room.stick(outlet)
        case .loosen(let outlet): room.loosen(outlet)
        case .press(let outlet, let command): room.press(outlet, command)
        case .ledger(let mood): room.answerCommits(mood.answers)
        case .crash(.now): room.kill("killed")
        case .crash(.beforeRecord): room.kill(at: .before)
        case .crash(.afterRecord): room.kill(at: .after)
        case .start(let boot): restart(on: boot)
        case .stop: room.handle(.stopping)
        case .wallClock: break  // Nothing here can see it: that is what such a scenario shows.
        }
    }

    @discardableResult
    private mutating func open(_ actor: Actor, _ kind: Desk.Kind) -> SessionID {
        let session = desk.open(actor, kind)
        room.handle(.sessionOpened(session, principal(actor)))
        return session
    }

    private func principal(_ actor: Actor) -> Principal {
        if let node = NodeName(actor.name), room.site.nodes[node] != nil { return .node(node) }
        guard let person = PrincipalName(actor.name) else {
            preconditionFailure("the reader knows \(actor.name)")
        }
        return .operator(person)
    }

    private mutating func ask(_ actor: Actor, _ line: String) {
        guard room.appliance.isUp else { return hear(actor, .closed, "the appliance is down") }
        let session: SessionID
        if actor.session == nil {
            session = open(actor, .single)
        } else if let long = desk.long(actor) {
            session = long
        } else {
            return hear(actor, .closed, "not connected")
        }
        let token = desk.newToken(session)
        do throws(UsageError) {
            try hand(Request(line: line), token, session)
        } catch {
            deliver(Reply(.usage, [ReplyField("error", error.description)]), to: token)
        }
    }

    private mutating func hand(
        _ request: Request, _ token: RequestToken, _ session: SessionID
    ) throws(UsageError) {
        switch request.command {
        case .order(let power): room.handle(.ordered(token, by: session, power))
        case .quorum(let sees): put(.quorum(sees: sees), token, session)
        case .result(let id): put(.result(id), token, session)
        case .admit(let node): put(.admit(node), token, session)
        case .withdraw(let id): put(.withdraw(id), token, session)
        case .checkOff(let node): put(.checkOff(node), token, session)
        case .lock(let node, let kind, let reason): put(.lock(node, kind, reason), token, session)
        case .release(let node, let force): put(.release(node, force), token, session)
        case .confirmOff(let node, let shot, let reason):
            put(.confirmOff(node, shot, reason), token, session)
        case .status, .list, .trace, .see, .disconnect, .help:
            preconditionFailure("\(request.line) is not the arbiter's to answer")
        }
    }

    private mutating func put(
        _ question: Question, _ token: RequestToken, _ session: SessionID
    ) {
        room.handle(.asked(token, by: session, question))
    }

    /// Whoever is there gives a sign of life. Of the others the door says that nothing came; how
    /// long it waited for it counts for nothing here.
    mutating func answerProbe() -> Bool {
        guard let session = desk.probed.popLast() else { return false }
        let actor = desk.sessions[session]?.actor
        let isThere = actor.map { !desk.frozen.contains($0.name) } ?? false
        note(
            "\(actor?.name ?? "nobody") is asked for a sign of life: \(isThere ? "here" : "silence")"
        )
        room.handle(.probed(session, isThere ? .alive : .silent))
        return true
    }

    // MARK: Hearing

    mutating func deliver(_ reply: Reply, to token: RequestToken) {
        guard let session = desk.waiting.removeValue(forKey: token),
            let connection = desk.sessions[session]
        else { return }
        let lines = reply.lines.map { line in
            line.fields.map {
                Expectation.Field(key: $0.key, value: $0.value, isWhole: .whole)
            }
        }
        let text = reply.printed(as: .text).split(separator: "\n").joined(separator: " / ")
        hear(connection.actor, .reply(reply.code.rawValue, lines), "\(reply.code.rawValue) \(text)")
        if connection.kind == .single { drop(session) }
    }

    private mutating func hear(_ actor: Actor, _ heard: Expectation.Heard, _ text: String) {
        self.heard[actor, default: []].append(Hearing(what: heard, text: text))
        note("\(actor) hears \(text)")
    }

    private mutating func drop(_ session: SessionID) {
        desk.sessions[session] = nil
        room.handle(.sessionClosed(session))
    }

    private mutating func leave(_ actor: Actor) {
        let gone = desk.sessions.filter {
            $0.value.actor.name == actor.name
                && (actor.session == nil || $0.value.actor == actor)
        }
        for session in gone.keys.sorted() {
            desk.waiting = desk.waiting.filter { $0.value != session }
            drop(session)
        }
    }

    /// The appliance wants it closed.
    mutating func close(_ session: SessionID) {
        guard let connection = desk.sessions[session] else { return }
        desk.closing.append(session)
        if connection.kind == .long { hear(connection.actor, .closed, "its session was closed") }
    }

    /// The door comes to it. Whoever waits for an answer on it gets none.
    mutating func closeOutlived() {
        let outlived = desk.closing
        desk.closing = []
        for session in outlived {
            guard let connection = desk.sessions[session] else { continue }
            let waits = desk.waiting.values.contains(session)
            desk.waiting = desk.waiting.filter { $0.value != session }
            if connection.kind == .single, waits { hear(connection.actor, .closed, "closed") }
            drop(session)
        }
        take()
    }

    /// The appliance died, and with it every connection.
    mutating func loseSessions() {
        for (_, connection) in desk.sessions.sorted(by: { $0.key < $1.key }) {
            hear(connection.actor, .closed, "255, the connection is lost")
        }
        desk.sessions = [:]
        desk.waiting = [:]
        desk.closing = []
    }

    // MARK: Switches

    private mutating func set(_ fault: Fault, _ name: SwitchName) {
        var latency: Duration?
        if case .takes(let range) = fault { latency = draw(range) }
        room.change(name) { behaviour in
            switch fault {
            case .well: behaviour = OrderSwitch.Behaviour()
            case .takes: behaviour.latency = latency ?? behaviour.latency
            case .actsLate(let delay): behaviour.obedience = .actsLate(delay)
            case .mute: behaviour.voice = .unreadable
            case .dead:
                behaviour.obedience = .deaf
                behaviour.voice = .unreadable
            case .deaf: behaviour.obedience = .deaf
            case .unplugged: behaviour.line = .down
            }
        }
    }
}

extension LedgerMood {
    fileprivate var answers: [CommitAnswer] {
        let long = 10_000
        return switch self {
        case .takes: []
        case .refuses: Array(repeating: .no, count: long)
        case .failsKept: [.unknown(.kept)]
        case .failsLost: [.unknown(.lost)]
        }
    }
}
