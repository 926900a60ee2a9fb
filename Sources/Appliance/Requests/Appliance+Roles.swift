// Who may do what, beyond what the arbiter judges: roles of people, and what a request would do.

internal import Arbiter
internal import Commands
internal import Fencing
internal import LinuxSystem
internal import SSHDoor

extension Appliance {
    /// As `sessions` prints it.
    func role(of principal: Principal) -> String {
        switch principal {
        case .node: "node"
        case .operator(let name): roles[name, default: .operator].rawValue
        }
    }

    /// Nil where its role lets it ask. What the arbiter refuses is the arbiter's own affair.
    func refusal(of request: Request, by principal: Principal) -> Reply? {
        switch request.command {
        case .see(.metrics):
            if case .node = principal { return refused(principal, "metrics are for operators") }
        case .disconnect:
            // What it would end is told to people only: nodes see no sessions but their own.
            if case .operator = principal, request.purpose == .consider { break }
            guard isAtLeast(.admin, principal) else {
                return refused(principal, "to end sessions needs the role admin")
            }
        case .order, .status, .list, .quorum, .result, .admit, .withdraw, .checkOff, .lock,
            .release, .confirmOff, .trace, .see, .help:
            break
        }
        if case .operator = principal, !request.isLook, !isAtLeast(.operator, principal) {
            return refused(principal, "a viewer may look, and change nothing")
        }
        return nil
    }

    private func isAtLeast(_ role: Role, _ principal: Principal) -> Bool {
        switch principal {
        case .node: false
        case .operator(let name): role <= roles[name, default: .operator]
        }
    }

    private func refused(_ principal: Principal, _ why: String) -> Reply {
        Reply(
            .notPermitted,
            [
                ReplyField(
                    "why",
                    "\(principal) is \(role(of: principal)): \(why). The site file gives "
                        + "roles")
            ])
    }

    func disconnect(_ token: RequestToken, _ session: SessionID, asked principal: Principal) {
        guard let visit = visits[session] else {
            return answer(
                token,
                Reply(
                    .stale,
                    [
                        ReplyField("session", session),
                        ReplyField("why", "there is none; `sessions`"),
                    ]))
        }
        door?.closeSession(session)
        answer(
            token,
            Reply(.ok, [ReplyField("session", session), ReplyField("who", visit.principal)]))
    }

    // MARK: What it would do

    /// One sentence for each thing, and whether a person is to be asked before.
    func considered(_ command: Command, by principal: Principal) -> Reply {
        switch command {
        case .order(let power):
            let known = visible(to: principal)
            let unknown = power.targets.first { name in !known.contains { $0.name == name } }
            if let unknown { return .notYours(unknown, principal) }
            let nodes = known.filter { power.targets.contains($0.name) }
            let texts = sights(of: nodes).map { consequence(of: power.verb, $0) }
            return Self.considered(texts, asks: principal)
        case .confirmOff(let node, _, _):
            return about(
                node, principal,
                "says for the record, in your name, that \(node) is off although no switch could "
                    + "be read. Whoever waits takes over at once: if \(node) runs, data is lost; "
                    + sights(of: site.nodes[node].map { [$0] } ?? []).map(\.powerNow).joined())
        case .release(let node, _):
            let locks = NodeLock.Kind.allCases.compactMap { arbiter.durable.lock(node, $0) }
            let names = locks.map { "\($0.kind.rawValue) by \($0.owner), reason \($0.reason)" }
            return about(
                node, principal,
                names.isEmpty
                    ? "ends no lock: \(node) has none"
                    : "ends "
                        + names.joined(separator: " and "))
        case .disconnect(let session):
            let who =
                visits[session].map { "of \($0.principal) from \($0.from)" } ?? ", if it is there"
            return Self.considered(["disconnect ends session \(session) \(who)"], asks: principal)
        case .admit, .withdraw, .checkOff, .lock, .status, .list, .quorum, .result, .trace, .see,
            .help:
            return Reply(
                .ok, [ReplyField("does", "it cuts and gives no power"), ReplyField("asks", "no")])
        }
    }

    private func about(_ node: NodeName, _ principal: Principal, _ text: String) -> Reply {
        guard visible(to: principal).contains(where: { $0.name == node }) else {
            return .notYours(node, principal)
        }
        return Self.considered([text], asks: principal)
    }

    /// Programs are never asked.
    private static func considered(_ texts: [String], asks principal: Principal) -> Reply {
        let asks =
            switch principal {
            case .node: "no"
            case .operator: "yes"
            }
        return Reply(
            .ok,
            texts.map {
                ReplyLine(ExitCode.ok.word, [ReplyField("does", $0), ReplyField("asks", asks)])
            })
    }

    /// `off node2 cuts pdu-a/3 and pdu-b/7; node2 is a member and answered 2s ago`
    private func consequence(of verb: PowerVerb, _ node: NodeSight) -> String {
        let meant = site.nodes[node.name]?.shoot
        let outlets = node.feeds.map { "\($0.outlet)" }
        let names =
            outlets.count > 1
            ? outlets.dropLast().joined(separator: ", ") + " and " + (outlets.last ?? "")
            : outlets.joined()
        let deed: String
        switch (verb, meant) {
        case (.off, _), (.shoot, .off): deed = "cuts \(names)"
        case (.reboot, _), (.shoot, .reboot), (.shoot, nil):
            deed = "cuts \(names), and gives them power again"
        case (.on, _): deed = "gives \(names) power"
        }
        let life = node.heard.map { "answered \($0.aged) ago" } ?? "was not heard lately"
        let locks = node.locks.map { ", \($0.kind.rawValue) by \($0.owner)" }.joined()
        return "\(verb.rawValue) \(node.name) \(deed); \(node.name) \(node.standing.asIs) and "
            + "\(life)\(locks); \(node.powerNow)"
    }
}

extension NodeSight {
    /// How it stands at the moment of the question: what was read, or what it was, and what is under
    /// way.
    fileprivate var powerNow: String {
        var words: String
        if power != .unknown {
            let age = feeds.compactMap(\.knowledge.age).max().map { " \($0.aged) ago" } ?? ""
            words = "its feeds read \(power)\(age)"
        } else if let was = feeds.compactMap(\.knowledge.former).max(by: { $0.ago < $1.ago }) {
            words = "it was \(was.text), and is not read since"
        } else {
            words = "its feeds are not read yet"
        }
        if !onThoughOff.isEmpty { words += " ALTHOUGH IT IS ON RECORD AS OFF" }
        switch shot?.stage {
        case .running, .inDoubt: words += shot.map { "; shot \($0.number): \($0.verdict)" } ?? ""
        case .ended, nil: break
        }
        return words
    }
}

extension Standing {
    fileprivate var asIs: String {
        switch self {
        case .member: "is a member"
        case .doomed: "is doomed"
        case .probation: "is on probation"
        }
    }
}
