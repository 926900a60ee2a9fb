// Where decisions meet the world: the actor that owns the arbiter and the ledger, takes in what
// happens, and carries out what is decided.
//
// It never awaits. Each event's effects are carried out to the end, in order, before the next event
// is looked at; so between reading the state and acting on it nothing can come in.

internal import Arbiter
internal import Commands
internal import Fencing
internal import Ledger
internal import LinuxSystem
internal import SSHDoor

actor Appliance {
    private nonisolated let thread: ApplianceThread
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    let site: Site
    let witness: any Witness
    var arbiter: Arbiter<LedgerReceipt>
    private var ledger: Ledger
    /// Nil where this process may not say whether processors sleep.
    private var sleep: ProcessorSleep?
    private var vigil = Vigil()
    private(set) var switchboard: Switchboard?
    private(set) var door: SSHDoor?
    var visits: [SessionID: Visit] = [:]
    /// Of operators, where the site file says another than the usual one.
    var roles: [PrincipalName: Role] = [:]
    /// When nodes were last heard on a session.
    var heard: [NodeName: Moment] = [:]
    var chronicle = Chronicle()
    var stories = Stories()
    /// What the stories are to be told yet, in order.
    var unnoted: [Noteworthy] = []
    var figures = Figures()
    var formats: [RequestToken: ReplyFormat] = [:]
    /// Of requests by nodes: who asked.
    var nodesAsking: [RequestToken: NodeName] = [:]
    private var places: [ClusterName: LinePlaces] = [:]
    var readings: Readings
    var patrol: Patrol
    /// Of which nodes it was said, for which off, that they read on though they are on record as off.
    var alarmed: [NodeName: PowerSequence] = [:]
    let started = MonotonicClock.now()
    /// Of requests that came by the control socket: at most one at a time.
    var localAnswers: [RequestToken: Mailbox<ControlAnswer>] = [:]
    /// Their tokens count down from the end, the door's up from 1.
    var lastLocalToken = UInt64.max
    /// When a switch was last asked about an outlet, by whomever.
    var lastAsked: [Outlet: Moment] = [:]
    var desk = StatusDesk()
    var looks = LookQueue()
    /// Whose look is being run.
    var looking: Principal?
    let pages: PageThread
    /// What the service manager was told last.
    var toldStatus = ""
    var doorSign = DoorSign.heard
    private var life = Life()
    private let onEnd: @Sendable (Outcome) -> Void

    /// How the daemon's life ended.
    enum Outcome: Hashable, Sendable {
        case finished
        /// Granted shots were still open when the time was over; the next start takes them up.
        case leftOpen
        /// Nobody knows what the ledger holds; the next start reads it.
        case ledgerLost
    }

    init(
        _ site: Site, _ arbiter: Arbiter<LedgerReceipt>, _ ledger: consuming Ledger,
        _ sleep: consuming ProcessorSleep?, _ witness: any Witness, _ thread: ApplianceThread,
        _ pages: PageThread, onEnd: @escaping @Sendable (Outcome) -> Void
    ) {
        self.site = site
        readings = Readings(of: site)
        patrol = Patrol(of: site, at: started)
        self.arbiter = arbiter
        self.ledger = ledger
        self.sleep = sleep
        self.witness = witness
        self.thread = thread
        self.pages = pages
        self.onEnd = onEnd
    }

    /// Hands something in, from any thread. What is posted first is handled first.
    nonisolated func post(_ body: @escaping @Sendable (isolated Appliance) -> Void) {
        thread.post { self.assumeIsolated(body) }
    }

    /// Takes up what the ledger left open, through these lines. Before the door opens.
    func recover(on boot: BootID, through switchboard: Switchboard) {
        self.switchboard = switchboard
        witness.saw(
            .recovered(entries: arbiter.durable.head, openShots: arbiter.durable.open.count))
        for open in arbiter.durable.open.values {
            for feed in open.grant.feeds { readings.assumeOrdered(feed, at: started) }
        }
        for node in site.nodes.values { watch(node.name, at: started) }
        carryOut(arbiter.recover(on: boot, at: MonotonicClock.now()))
        rest()
    }

    var isLeaving: Bool {
        life.phase != .serving
    }

    var isOver: Bool {
        life.phase == .over
    }

    func answer(through door: SSHDoor) { self.door = door }

    /// What the site file says of persons from now on. What waits for the arbiter was asked for in
    /// the old roles.
    func assign(_ new: [PrincipalName: Role]) {
        let mayAct = { (role: Role?) in (role ?? .operator) >= .operator }
        let demoted = Set(new.keys).filter { !mayAct(new[$0]) && mayAct(roles[$0]) }
        roles = new
        for name in demoted.sorted() { handle(.demoted(name)) }
    }

    /// Refuses new shots, finishes those granted, by `deadline` at the latest, and then says so.
    /// Asked again, it stays at the first deadline.
    func stop(by deadline: Moment) {
        guard life.stop(by: deadline) else { return }
        witness.saw(.stopping)
        handle(.stopping)
    }

    /// The moment came that `rest` had named.
    func wake() {
        handle(.timePassed)
    }

    /// One event, and everything that follows from it.
    func handle(_ event: Event<LedgerReceipt>) {
        carryOut(event)
        answerInquiries()
        rest()
    }

    func carryOut(_ event: Event<LedgerReceipt>) {
        carryOut(arbiter.handle(event, at: MonotonicClock.now()))
    }

    private func carryOut(_ first: [Effect<LedgerReceipt>]) {
        var queue = first[...]
        while let effect = queue.popFirst() {
            witness.willCarryOut(effect)
            queue += carryOut(effect)
            unnoted.append(.carriedOut(effect))
        }
        // Whoever waits for an order or an answer has it by now.
        noteStories()
    }

    /// Gives back what follows at once.
    private func carryOut(_ effect: Effect<LedgerReceipt>) -> [Effect<LedgerReceipt>] {
        switch effect {
        case .commit(let proposal): return commit(proposal)
        case .turn(let order):
            let now = MonotonicClock.now()
            readings.ordered(order, at: now)
            lastAsked[order.outlet] = now
            switchboard?.enter(order)
            vigil.commanded(at: MonotonicClock.now())
        case .read(let order): read(order)
        case .reply(let token, let reply): answer(token, reply)
        case .closeSession(let session): door?.closeSession(session)
        case .probe(let session): door?.probe(session)
        case .page: break  // The witness has seen it: pages go where the log goes.
        }
        return []
    }

    func read(_ order: ReadOrder) {
        lastAsked[order.outlet] = MonotonicClock.now()
        switchboard?.enter(order)
    }

    private func commit(_ proposal: Proposal) -> [Effect<LedgerReceipt>] {
        let event: Event<LedgerReceipt>
        do throws(LedgerError) {
            let now = WallClock.now()
            let began = MonotonicClock.now()
            let receipt = try ledger.append(
                proposal.entry, expecting: proposal.expecting, writtenAt: "\(now)")
            witness.saw(.recorded(receipt))
            figures.appended(in: MonotonicClock.now() - began)
            unnoted.append(.recorded(receipt, at: now))
            event = .committed(receipt)
        } catch {
            switch error {
            case .refused(let why), .unusable(_, let why): event = .notCommitted(why: why)
            case .tooLarge(_, let why): event = .tooLarge(why: why)
            case .behind: event = .notCommitted(why: error.description)
            case .unknown(let why):
                witness.saw(.ledgerLost(why: why))
                event = .commitUnknown(why: why)
            }
        }
        let effects = arbiter.handle(event, at: MonotonicClock.now())
        for node in targets(of: proposal.entry) { watch(node, at: MonotonicClock.now()) }
        return effects
    }

    func answer(_ token: RequestToken, _ reply: Reply) {
        let format = formats.removeValue(forKey: token) ?? .text
        figures.answered(reply.code.word)
        deliver(token, reply.printed(as: format), exit: reply.code.rawValue)
    }

    private func deliver(_ token: RequestToken, _ text: String, exit: UInt8) {
        takeWay(of: token)?(text, exit)
    }

    /// The way that the answer takes, from whatever thread: to the control socket, or through the
    /// door. Nil where there is none.
    func takeWay(of token: RequestToken) -> (@Sendable (String, _ exit: UInt8) -> Void)? {
        if let local = localAnswers.removeValue(forKey: token) {
            return { local.post(ControlAnswer($0, exit: $1)) }
        }
        guard let door else { return nil }
        guard let node = nodesAsking.removeValue(forKey: token) else {
            return { door.answer(token, text: $0, exit: $1) }
        }
        let places = places(behind: node)
        return { door.answer(token, text: places.hidden(in: $0), exit: $1) }
    }

    /// Where the lines of the node's cluster go.
    private func places(behind node: NodeName) -> LinePlaces {
        guard let cluster = site.nodes[node]?.cluster else { return LinePlaces([]) }
        if let known = places[cluster] { return known }
        let switches = Set(site.members(of: cluster).flatMap(\.feeds).map(\.powerSwitch))
        let lines = switches.compactMap { switchboard?.description(of: $0)?.line }
        let found = LinePlaces(lines)
        places[cluster] = found
        return found
    }

    /// Pages and tables, which are no reply lines.
    func answer(_ token: RequestToken, page: String) {
        formats[token] = nil
        deliver(token, page, exit: ExitCode.ok.rawValue)
    }

    /// Ends the daemon's life if it is time; otherwise names the next moment at which time alone
    /// changes something.
    func rest() {
        let now = MonotonicClock.now()
        if let outcome = outcome(at: now) {
            life.end()
            return onEnd(outcome)
        }
        keepVigil(at: now)
        readUnasked(at: now)
        var moments = [arbiter.nextDeadline, desk.nextDeadline, vigil.until, patrol.next]
            .compactMap(\.self)
        if case .stopping(let deadline) = life.phase { moments.append(deadline) }
        thread.wake(at: moments.min())
    }

    private func keepVigil(at now: Moment) {
        let isKept = vigil.isKept(at: now, while: arbiter.awaitsReports)
        do throws(SystemCallError) {
            try sleep?.forbid(isKept)
        } catch {
            sleep = nil
            witness.saw(.processors(whyTheySleep: error.description))
        }
    }

    private func outcome(at now: Moment) -> Outcome? {
        switch life.phase {
        case .over: return nil
        case .serving: return arbiter.hasLostLedger ? .ledgerLost : nil
        case .stopping(let deadline):
            if arbiter.hasLostLedger { return .ledgerLost }
            if arbiter.isAtRest { return .finished }
            if arbiter.isOnlyInDoubt { return .leftOpen }
            return deadline <= now ? .leftOpen : nil
        }
    }
}
