// A cluster around the power room: nodes that quarrel, freeze, die and come back, a network that
// holds things up, operators, and whatever the plan lets befall them. Virtual time only; the plan
// and its seed decide everything.

internal import Arbiter
internal import Fencing
internal import TestSupport

package struct World {
    let plan: Plan
    var room: PowerRoom
    var judge: Judge
    var draw: Seeded
    var machines: [Machine]
    /// As the site file has them.
    var nodeNames: [NodeName]
    /// By person, the session that is kept open from one thing to the next.
    var longSessions: [SessionID?]
    var connections = Numbered<SessionKind, Connection>()
    var asks = Numbered<TokenKind, Ask>()
    /// By connection or delivery order, what was delivered and not yet answered.
    var unanswered: [RequestToken] = []
    /// Requests for power without an id that may still be waiting.
    var nameless: [RequestToken] = []
    var errands = Errands<Errand>()
    /// Nodes with different bits here do not see each other.
    var mask = 0
    var boots = 1
    var restart: Restart?
    var starts = 1
    /// By person, what it last asked for.
    var lastSaid: [PowerRequest?]
    /// The next start is with the later site file.
    var isRewired = false
    var lastToken = RequestToken(0)
    var lastSession = SessionID(0)
    var lastID = 0
    /// By asker and target, the last request of a node: it survives its lives.
    var usedIDs: [UsedID: PowerRequest] = [:]
    /// What happened, for people.
    private let story: Story?
    var figures = Figures()

    struct UsedID: Hashable {
        let asker: Int
        let target: NodeName
    }

    package enum Narration: Hashable, Sendable {
        case silent
        case told
    }

    /// By reference, so that telling it is no change of the world.
    private final class Story { var lines: [String] = [] }

    package var timeline: [String] { story?.lines ?? [] }

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
        /// A person goes and looks at the node of a shot in doubt.
        case visit(Int, ShotNumber, by: Int)
        case operate(PowerVerb, [Int], by: Int)
        /// Somebody says `on` again and again.
        case onAgain(Int, by: Connection.Owner, left: Int, every: Duration)
        /// The channel of this request is closed; its connection stays open.
        case abandon(RequestToken)
        /// A person vouches.
        case admit(Int)
        /// Locks are off: what is dark or without standing is brought back.
        case bringBack
        case start
        /// The appliance was asked to leave, after so many starts.
        case leave(start: Int)
        /// The ledger has room again.
        case room
        case healed
        case released(Int)
        case repaired(SwitchName)
        case loosened(Outlet)
    }

    enum Thought {
        case boot
        case suspect
        case lookAround
        case shoot([Int])
        case checkOff(Int)
        case retry(RequestToken)
        case insist(RequestToken)
        case takeBack(RequestToken)
        case switchOn(Int)
        case askAgain(Int)
    }

    package init(_ plan: Plan, _ narration: Narration = .silent, rules: Rules = Rules()) {
        self.plan = plan
        story = narration == .told ? Story() : nil
        draw = Seeded(seed: plan.seed ^ 0x5EED)
        room = PowerRoom(
            plan.site, at: Moment(sinceStart: .zero), replayEvery: 0, retention: plan.retention,
            spare: plan.spareOutlets, first: plan.firstAnswers)
        judge = Judge(plan.site, rules)
        nodeNames = plan.nodes
        machines = plan.nodes.map { _ in Machine(plan.nodes.count) }
        longSessions = plan.operators.map { _ in nil }
        lastSaid = plan.operators.map { _ in nil }
        let now = room.now
        for (index, stimulus) in plan.stimuli.enumerated() {
            errands.add(.stimulus(index), at: now + stimulus.at)
        }
        judge.applianceStarted(on: BootID("boot-1"), at: now)
        digest()
    }

    var now: Moment { room.now }

    /// Plays the whole plan. Stops at the first violation.
    package mutating func play() -> [Violation] {
        let last = plan.stimuli.map(\.at).max() ?? .zero
        let end = Moment(sinceStart: .zero) + last + Plan.longestRest
        var steps = 0
        while judge.violations.isEmpty, step(until: end) {
            steps += 1
            if steps > Self.mostSteps { break }
        }
        finish(steps)
        return judge.violations
    }

    /// A world that does so much in a plan of a few days does not come to rest.
    private static let mostSteps = 200_000

    /// Of an errand and something in the room at the same moment, the room's comes first.
    private mutating func step(until end: Moment) -> Bool {
        let inRoom = room.nextMoment
        let errand = errands.next
        guard let soonest = inRoom ?? errand else { return false }
        let next = min(soonest, errand ?? soonest)
        if next > end { return false }
        room.pass(to: next)
        digest()
        if errand == next, inRoom != next, let first = errands.takeFirst() {
            perform(first)
            digest()
        }
        return true
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

    /// `n2.1`: the second node in its second life.
    func name(_ node: Int) -> String { "\(nodeNames[node]).\(judge.life(of: node))" }
}
