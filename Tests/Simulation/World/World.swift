// A cluster around the power room: nodes that quarrel, freeze, die and come back, a network that
// holds things up, operators, and whatever the plan lets befall them. Virtual time only; the plan
// and its seed decide everything.

internal import Arbiter
package import Fencing
internal import TestSupport

package struct World {
    let plan: Plan
    var room: PowerRoom
    var judge: Judge
    var draw: Seeded
    var machines: [Machine]
    var connections = Numbered<SessionKind, Connection>()
    var asks = Numbered<TokenKind, Ask>()
    /// By connection or delivery order, what was delivered and not yet answered.
    var unanswered: [RequestToken] = []
    var errands = Errands<Errand>()
    /// Nodes with different bits here do not see each other.
    var mask = 0
    var boots = 1
    var restart: Restart?
    var lastToken = RequestToken(0)
    var lastSession = SessionID(0)
    var lastID = 0
    /// What happened, for people.
    private let story: Story?
    package private(set) var figures = Figures()

    package enum Narration: Hashable, Sendable {
        case silent
        case told
    }

    /// By reference, so that telling it is no change of the world.
    private final class Story { var lines: [String] = [] }

    package var timeline: [String] { story?.lines ?? [] }

    /// What a run amounted to.
    package struct Figures: Hashable, Sendable {
        package var simulated = Duration.zero
        package var events = 0
        package var grants = 0
        package var kills = 0
        package var deaths = 0
        /// Two nodes wanted each other's head at the same time.
        package var duels = 0
        package var told: [ExitCode: Int] = [:]

        package init() {}

        package mutating func add(_ other: Figures) {
            simulated += other.simulated
            events += other.events
            grants += other.grants
            kills += other.kills
            deaths += other.deaths
            duels += other.duels
            told.merge(other.told, uniquingKeysWith: +)
        }
    }

    enum Errand {
        case stimulus(Int)
        case open(SessionID)
        case deliver(RequestToken)
        case hear(RequestToken, News)
        case sessionEnds(SessionID)
        /// The client of this session answers the appliance, or does not.
        case probed(SessionID)
        /// The asker notices that its connection is gone.
        case notice(SessionID)
        case think(Int, life: Int, Thought)
        case start
        case healed
        case released(Int)
        case repaired(SwitchName)
        case loosened(Outlet)
    }

    enum Thought {
        case boot
        case suspect
        case lookAround
        case shoot(Int)
        case retry(RequestToken)
    }

    package init(_ plan: Plan, _ narration: Narration = .silent, laws: Set<Law> = Judge.always) {
        self.plan = plan
        story = narration == .told ? Story() : nil
        draw = Seeded(seed: plan.seed ^ 0x5EED)
        room = PowerRoom(
            plan.site, at: Moment(sinceStart: .zero), replayEvery: 0, retention: plan.retention)
        judge = Judge(plan.site, laws: laws)
        machines = plan.nodes.map { _ in Machine(plan.nodes.count) }
        let now = room.now
        for (index, stimulus) in plan.stimuli.enumerated() {
            errands.add(.stimulus(index), at: now + stimulus.at)
        }
        digest()
    }

    var now: Moment { room.now }

    /// Plays the whole plan. Stops at the first violation.
    package mutating func play() -> [Violation] {
        let last = plan.stimuli.map(\.at).max() ?? .zero
        let end = Moment(sinceStart: .zero) + last + Plan.longestRest
        var steps = 0
        while judge.violations.isEmpty, let next = nextMoment, next <= end {
            step(to: next)
            steps += 1
            if steps > Self.mostSteps { break }
        }
        finish(steps)
        return judge.violations
    }

    /// A world that does so much in a plan of a few days does not come to rest.
    private static let mostSteps = 200_000

    private var nextMoment: Moment? {
        switch (errands.next, room.nextMoment) {
        case (let errand?, let inRoom?): min(errand, inRoom)
        case (let one, nil): one
        case (nil, let one): one
        }
    }

    private mutating func step(to next: Moment) {
        let isErrand = errands.next == next && (room.nextMoment.map { next < $0 } ?? true)
        room.pass(to: next)
        digest()
        if isErrand, let errand = errands.takeFirst() {
            perform(errand)
            digest()
        }
    }

    private mutating func finish(_ steps: Int) {
        figures.simulated = now.sinceStart
        figures.events = room.appliance.events
        guard judge.violations.isEmpty else { return }
        room.expectReplayable()
        judge.blame(room.takeViolations())
        if steps > Self.mostSteps || room.appliance.arbiter?.isAtRest != true {
            judge.blame(.restOnRecord, at: now, "it does not come to rest")
        }
        judge.atRest(at: now)
        for token in unanswered {
            guard let ask = asks[token], connections[ask.connection]?.isOpen == true else {
                continue
            }
            judge.blame(.oneReply, at: now, "request \(token) was never answered: \(ask.content)")
        }
    }

    func tell(_ text: @autoclosure () -> String) {
        guard let story else { return }
        story.lines.append("\(now.sinceStart.brief) \(text())")
    }

    mutating func count(_ body: (inout Figures) -> Void) { body(&figures) }

    /// `n2.1`: the second node in its second life.
    func name(_ node: Int) -> String { "\(plan.nodes[node]).\(judge.life(of: node))" }
}

// MARK: - What came out of the room

extension World {
    mutating func digest() {
        while true {
            let happenings = room.takeHappenings()
            if happenings.isEmpty { break }
            for happening in happenings { digest(happening) }
        }
        judge.blame(room.takeViolations())
    }

    private mutating func digest(_ happening: Happening) {
        switch happening {
        case .deed(.recorded(let receipt)): recorded(receipt)
        case .deed(.reply(let token, let reply)): replied(token, reply)
        case .deed(.closeSession(let session)):
            errands.add(
                .sessionEnds(session), at: now + .milliseconds(draw.one(of: [0, 1, 20, 3000])))
        case .deed(.died(let why)): applianceDied(why)
        case .deed(.probe(let session)):
            errands.add(.probed(session), at: now + .milliseconds(draw.one(of: [1, 20, 500])))
        case .deed(.turn), .deed(.read), .deed(.page): break
        case .sent(let order): tell("wire: \(order.command) \(order.outlet)")
        case .moved(let outlet, let command, let cause):
            tell("POWER \(command) \(outlet) by \(cause)")
            switch judge.moved(outlet, command, cause, at: now) {
            case .wentDark(let node): wentDark(node)
            case .wentLit(let node): wentLit(node)
            case nil: break
            }
        case .reported(let report):
            tell("wire: \(report.outlet) reads \(report.state)")
            judge.read(report.outlet, at: now)
        }
    }

    private mutating func recorded(_ receipt: SimulatedReceipt) {
        tell("record \(receipt.sequence): \(receipt.entry)")
        var found: Ask?
        var alive = Judge.Alive.yes
        for grant in receipt.entry.grants {
            figures.grants += 1
            found = ask(answeredBy: grant)
            if case .node(let node, let life)? = found?.asker, !isThere(node, life) { alive = .no }
        }
        judge.recorded(receipt.entry, for: found, askerIsAlive: alive, at: now)
        if case .admitted(let node, by: _) = receipt.entry { release(judge.number(of: node)) }
    }

    /// The first of those that wait for exactly this grant.
    private func ask(answeredBy grant: Grant) -> Ask? {
        for token in unanswered {
            guard let ask = asks[token], let request = ask.request,
                connections[ask.connection]?.isOpen == true, request.target == grant.target,
                request.id == grant.id, connections[ask.connection]?.principal == grant.principal
            else { continue }
            return ask
        }
        return nil
    }

    private mutating func replied(_ token: RequestToken, _ reply: Reply) {
        guard let ask = asks[token] else { return }
        if ask.isAnswered { judge.blame(.oneReply, at: now, "request \(token) has two replies") }
        asks[token]?.isAnswered = true
        unanswered.removeAll { $0 == token }
        figures.told[reply.code, default: 0] += 1
        tell("reply \(token): \(reply.code.word) \(reply.lines.first?.fields.told ?? "")")
        judge.told(ask, reply, at: now)
        sendBack(token, News(in: reply, to: plan.nodes))
    }

    private mutating func applianceDied(_ why: String) {
        tell("APPLIANCE DIES: \(why)")
        figures.deaths += 1
        unanswered = []
        for id in connections.keys where connections[id]?.isOpen == true {
            connections[id]?.isOpen = false
            errands.add(.notice(id), at: now + .milliseconds(draw.number(0...5000)))
        }
        if restart == nil { restart = Restart() }
        let after = restart?.after ?? .zero
        errands.add(.start, at: now + after)
    }

    private mutating func wentDark(_ node: Int) {
        tell("DARK \(name(node))")
        figures.kills += 1
        machines[node].mind = .gone
        leaveHanging(node)
    }

    private mutating func wentLit(_ node: Int) {
        tell("LIT \(name(node))")
        let count = machines.count
        let held = machines[node].heldUntil
        machines[node] = Machine(count)
        machines[node].heldUntil = held
        machines[node].mind = .gone
        think(.boot, node, after: .seconds(draw.one(of: [1, 5, 30, 90])))
    }

    /// The appliance's side of its connections stays open until TCP gives up.
    mutating func leaveHanging(_ node: Int) {
        for id in connections.keys
        where connections[id]?.isOpen == true && connections[id]?.owner == .node(node) {
            let linger = Duration.seconds(draw.one(of: [0, 2, 15, 600]))
            errands.add(.sessionEnds(id), at: now + linger)
        }
    }
}

extension [ReplyField] {
    fileprivate var told: String { map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
