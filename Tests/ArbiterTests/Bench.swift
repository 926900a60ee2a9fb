// A world small enough to hold in one's head: the pure arbiter, a ledger that is an array, and a
// clock that the test moves.

import Arbiter
import Fencing
import Testing

/// A receipt for tests: here anybody may make one, because here nothing has power.
struct TestReceipt: Receipt {
    let sequence: LedgerSequence
    let entry: Entry
}

struct Bench {
    typealias TestArbiter = Arbiter<TestReceipt>

    /// Another one counts from the next start on.
    var site: Site
    var arbiter: TestArbiter
    var ledger: [TestReceipt] = []
    var now = Moment(sinceStart: .seconds(1000))
    var commitAnswer = CommitAnswer.yes
    /// For the next commits, before `commitAnswer`.
    var commitAnswers: [CommitAnswer] = []
    /// Entries that are refused, however often they are tried.
    var refused: (Entry) -> Bool = { _ in false }
    /// Entries that are larger than the ledger takes.
    var tooLarge: (Entry) -> Bool = { _ in false }
    /// What clients say when they are asked whether they live; nil: nothing, not even silence.
    var lifeSign: SignOfLife? = .alive
    /// Everything that came out, in order.
    var effects: [Effect<TestReceipt>] = []
    var replies: [RequestToken: Reply] = [:]
    var turns: [PowerOrder<TestReceipt>] = []
    var reads: [ReadOrder] = []
    var pages: [Page] = []
    var closedSessions: [SessionID] = []
    private var lastToken = RequestToken(0)
    private var lastSession = SessionID(0)

    enum CommitAnswer {
        case yes
        case no
        case unknown
    }

    let retention: Retention

    init(_ site: Site = .twoNodes, retention: Retention = .standard) {
        self.site = site
        self.retention = retention
        arbiter = TestArbiter(site: site, retention: retention)
        start(boot: "boot-1")
    }

    mutating func start(boot: String) {
        arbiter = TestArbiter(site: site, retention: retention)
        for receipt in ledger { arbiter.replay(receipt) }
        turns = []
        reads = []
        carryOut(arbiter.recover(on: BootID(boot), at: now))
    }

    mutating func handle(_ event: Event<TestReceipt>) {
        carryOut(arbiter.handle(event, at: now))
    }

    private mutating func carryOut(_ first: [Effect<TestReceipt>]) {
        var queue = first[...]
        while let effect = queue.popFirst() {
            effects.append(effect)
            switch effect {
            case .commit(let proposal): queue += commit(proposal)
            case .turn(let order):
                #expect(ledger.contains(order.proof), "power moved without a record")
                turns.append(order)
            case .read(let order): reads.append(order)
            case .reply(let token, let reply):
                #expect(replies.updateValue(reply, forKey: token) == nil, "two replies")
            case .closeSession(let session): closedSessions.append(session)
            case .probe(let session):
                if let lifeSign { queue += arbiter.handle(.probed(session, lifeSign), at: now) }
            case .page(let page): pages.append(page)
            }
        }
        expectReplayable()
    }

    private mutating func commit(_ proposal: Proposal) -> [Effect<TestReceipt>] {
        let event: Event<TestReceipt>
        if tooLarge(proposal.entry) {
            return arbiter.handle(.tooLarge(why: "the entry has 9 bytes of 8"), at: now)
        }
        if refused(proposal.entry) {
            return arbiter.handle(.notCommitted(why: "too big"), at: now)
        }
        switch commitAnswers.isEmpty ? commitAnswer : commitAnswers.removeFirst() {
        case .yes:
            #expect(proposal.expecting == ledger.last?.sequence ?? LedgerSequence(0))
            let receipt = TestReceipt(
                sequence: proposal.expecting.next, entry: proposal.entry)
            ledger.append(receipt)
            event = .committed(receipt)
        case .no: event = .notCommitted(why: "disk full")
        case .unknown: event = .commitUnknown(why: "fsync: input/output error")
        }
        return arbiter.handle(event, at: now)
    }

    /// What the arbiter stands on is what the ledger says, at every moment.
    private func expectReplayable() {
        var replayed = DurableState<TestReceipt>(outcomes: retention.outcomes)
        for receipt in ledger { replayed.apply(receipt) }
        #expect(replayed == arbiter.durable)
    }

    // MARK: Doing

    mutating func session(_ node: String) -> SessionID {
        lastSession = lastSession.next
        handle(.sessionOpened(lastSession, .node(name(node))))
        return lastSession
    }

    mutating func operatorSession(_ who: String) -> SessionID {
        guard let principal = PrincipalName(who) else { preconditionFailure(who) }
        lastSession = lastSession.next
        handle(.sessionOpened(lastSession, .operator(principal)))
        return lastSession
    }

    mutating func order(
        _ session: SessionID, _ verb: PowerVerb, _ target: String, id: String? = nil,
        since: UInt64? = nil, wait: Duration? = nil
    ) -> RequestToken {
        lastToken = lastToken.next
        let request = PowerRequest(
            verb, name(target), id: id.flatMap { RequestID($0) },
            since: since.map { PowerSequence($0) }, wait: wait)
        handle(.ordered(lastToken, by: session, request))
        return lastToken
    }

    /// One request about several targets.
    mutating func order(
        _ session: SessionID, _ verb: PowerVerb, all targets: [String], id: String? = nil,
        since: [String: UInt64] = [:], wait: Duration? = nil
    ) -> RequestToken {
        lastToken = lastToken.next
        let known = since.map { (name($0), PowerSequence($1)) }
        let request = PowerRequest(
            verb, targets.map(name), id: id.flatMap { RequestID($0) },
            since: Dictionary(uniqueKeysWithValues: known), wait: wait)
        handle(.ordered(lastToken, by: session, request))
        return lastToken
    }

    /// The code of an order that is answered at once.
    mutating func orderCode(_ session: SessionID, _ verb: PowerVerb, _ target: String) -> ExitCode?
    {
        let token = order(session, verb, target)
        return code(token)
    }

    mutating func ask(_ session: SessionID, _ question: Question) -> Reply? {
        let token = asked(session, question)
        return replies[token]
    }

    mutating func asked(_ session: SessionID, _ question: Question) -> RequestToken {
        lastToken = lastToken.next
        handle(.asked(lastToken, by: session, question))
        return lastToken
    }

    mutating func result(_ session: SessionID, _ id: String) -> Reply? {
        guard let id = RequestID(id) else { preconditionFailure(id) }
        return ask(session, .result(id))
    }

    /// The switch obeys and says so: every order that waits is reported as commanded; every reading
    /// says `reads`.
    mutating func obey(reading reads: PowerState = .off) {
        let waiting = turns
        turns = []
        for order in waiting { report(order, order.command.proof) }
        answerReads(reads)
    }

    mutating func answerReads(_ state: PowerState) {
        let waiting = reads
        reads = []
        for order in waiting {
            handle(
                .reported(
                    PowerReport(
                        order: order.id, outlet: order.outlet, state: state, lastCommandAt: nil,
                        trouble: state == .unknown ? "\(order.outlet): silent" : nil)))
        }
    }

    mutating func report(
        _ order: PowerOrder<TestReceipt>, _ state: PowerState, trouble: String? = nil
    ) {
        turns.removeAll { $0.id == order.id }
        handle(
            .reported(
                PowerReport(
                    order: order.id, outlet: order.outlet, state: state, lastCommandAt: now,
                    trouble: trouble)))
    }

    /// Lets time pass, waking the arbiter at each of its deadlines.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        var wakes = 0
        while let next = arbiter.nextDeadline, next <= end {
            now = max(now, next)
            handle(.timePassed)
            wakes += 1
            precondition(wakes < 10_000, "the arbiter wants to be woken again and again")
        }
        now = end
        handle(.timePassed)
        #expect(arbiter.nextDeadline.map { $0 > now } ?? true, "it would be woken without end")
    }

    // MARK: Looking

    func pseq(_ node: String) -> UInt64 { arbiter.durable[name(node)].powerSequence.number }
    func standing(_ node: String) -> Standing { arbiter.durable[name(node)].standing }
    func code(_ token: RequestToken) -> ExitCode? { replies[token]?.code }

    func field(_ token: RequestToken, _ key: String) -> String? {
        replies[token]?.lines.first?[key]
    }

    /// Shots granted so far.
    var grants: [Grant] {
        ledger.flatMap(\.entry.grants)
    }
}

func name(_ text: String) -> NodeName {
    guard let name = NodeName(text) else { preconditionFailure("\(text) is no name") }
    return name
}

func outlet(_ text: String) -> Outlet {
    guard let outlet = Outlet(text) else { preconditionFailure("\(text) is no outlet") }
    return outlet
}

extension Site {
    /// node1 on pdu-a/1, node2 on pdu-a/2.
    static var twoNodes: Site { make(["node1": ["pdu-a/1"], "node2": ["pdu-a/2"]]) }

    static var threeNodes: Site {
        make(["node1": ["pdu-a/1"], "node2": ["pdu-a/2"], "node3": ["pdu-a/3"]])
    }

    /// node2 has two supplies, on two switches.
    static var dualFeed: Site {
        make(["node1": ["pdu-a/1"], "node2": ["pdu-a/2", "pdu-b/2"]])
    }

    static func make(_ feeds: [String: [String]]) -> Site {
        guard let cluster = ClusterName("db"), let alice = PrincipalName("alice") else {
            preconditionFailure("constants")
        }
        var nodes: [NodeName: Node] = [:]
        var switches: [SwitchName: SwitchTerms] = [:]
        for (text, outlets) in feeds {
            let node = Node(
                name: name(text), cluster: cluster, feeds: outlets.map(outlet), shoot: .reboot,
                holdUp: .seconds(2), offTime: .seconds(5))
            nodes[node.name] = node
            for feed in node.feeds {
                switches[feed.powerSwitch] = SwitchTerms(
                    patience: .seconds(20), maximalLatency: .seconds(4))
            }
        }
        return Site(nodes: nodes, switches: switches, operators: [alice])
    }
}
