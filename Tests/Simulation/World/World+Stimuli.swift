// What befalls the world, and what ends by itself.

internal import Arbiter
internal import Fencing
internal import TestSupport

extension World {
    mutating func perform(_ errand: Errand) {
        switch errand {
        case .stimulus(let index):
            tell("--- \(plan.stimuli[index].what)")
            befall(plan.stimuli[index].what)
        case .open(let id): open(id)
        case .deliver(let token): deliver(token)
        case .hear(let token, let news): hear(token, news)
        case .sessionEnds(let id): endSession(id)
        case .probed(let id): answerProbe(of: id)
        case .notice(let id): noticeLoss(id)
        case .think(let node, life: let life, let thought): think(thought, by: node, life)
        case .visit(let node, let shot, by: let person): visit(node, shot, by: person)
        case .operate(let verb, let nodes, by: let person): operate(verb, nodes, by: person)
        case .onAgain(let node, by: let owner, let left, let every):
            sayOn(node, by: owner, left: left, every: every)
        case .abandon(let token): abandon(token)
        case .bringBack: bringBack()
        case .admit(let node): ask(.admit(nodeNames[node]), byPerson: 0)
        case .start: startAppliance()
        case .leave(start: let start):
            if start == starts { room.kill("it was asked to leave") }
        case .room: room.refuse(.nothing)
        case .healed: heal()
        case .released(let node): machines[node].heldUntil = nil
        case .repaired(let name):
            tell("repaired \(name)")
            room.change(name) { $0 = OrderSwitch.Behaviour() }
        case .loosened(let outlet): room.loosen(outlet)
        }
    }

    private mutating func befall(_ what: Stimulus.What) {
        switch what {
        case .split(let mask, for: let lasting): split(mask, for: lasting)
        case .quarrel(let one, let other): quarrel(one, other)
        case .freeze(let node, for: let lasting): freeze(node, for: lasting)
        case .panic(let node, for: let lasting): panic(node, for: lasting)
        case .hold(let node, for: let lasting):
            machines[node].heldUntil = now + lasting
            errands.add(.released(node), at: now + lasting)
        case .checkOff(let one, let other): think(.checkOff(other), one, after: .zero)
        case .operate(let verb, let nodes, by: let person): operate(verb, nodes, by: person)
        case .confirm(let node, by: let person):
            if !judge.isLit(node) {
                let shot = judge.lastShot(at: node) ?? ShotNumber(1)
                confirm(node, shot, by: person)
            }
        case .onLoop(let node, byNode: let one, let times, let every):
            let owner = one.map { Connection.Owner.node($0) } ?? .person(0)
            sayOn(node, by: owner, left: times, every: every)
        case .look(let nodes, by: let person):
            ask(.look(nodes.map { nodeNames[$0] }), byPerson: person)
        case .askAgain(let one, let other): think(.askAgain(other), one, after: .zero)
        case .lock(let kind, let node, by: let person):
            ask(.lock(nodeNames[node], kind), byPerson: person)
        case .release(let node, let force, by: let person):
            ask(.release(nodeNames[node], force), byPerson: person)
        case .press(let outlet, let command): room.press(outlet, command)
        case .kill(let steps, let downFor, let boot):
            restart = Restart(after: downFor, boot: boot)
            room.killAfter(steps: steps)
        case .rewire:
            isRewired = true
            restart = Restart(after: Self.handsAtWork, boot: .same)
            room.kill("its site file is changed")
        case .refuse(let refusal, for: let lasting):
            room.refuse(refusal)
            errands.add(.room, at: now + lasting)
        case .stop(after: let delay): stop(after: delay)
        case .repeatLast(by: let person): repeatLast(by: person)
        case .commits(let answers): room.answerCommits(answers)
        case .fault(let name, let behaviour, for: let lasting):
            room.change(name) { $0 = behaviour }
            errands.add(.repaired(name), at: now + lasting)
        case .stick(let outlet, for: let lasting):
            room.stick(outlet)
            errands.add(.loosened(outlet), at: now + lasting)
        case .tidy: tidy()
        }
    }

    /// Where consent is wanted, others take sides.
    private mutating func quarrel(_ one: Int, _ other: Int) {
        figures.duels += 1
        think(.shoot([other]), one, after: .zero)
        guard judge.wantsConsent(one) else { return }
        for third in judge.peers[one] where third != one && third != other {
            let delay = Duration.milliseconds(draw.one(of: [0, 20, 900, 6000]))
            switch draw.number(1...4) {
            case 1: think(.shoot([other]), third, after: delay)
            case 2: think(.shoot([one]), third, after: delay)
            case 3: takeSides(third, with: one, against: other)
            default: break
            }
        }
    }

    private mutating func takeSides(_ third: Int, with one: Int, against other: Int) {
        guard isThere(third, judge.life(of: third)) else { return }
        let seen = judge.peers[third].filter { $0 != other }.map { nodeNames[$0] }
        send(
            .quorum(sees: seen), by: asker(third), on: connect(.node(third)), retries: 0)
    }

    private mutating func split(_ mask: Int, for lasting: Duration) {
        self.mask = mask
        for node in machines.indices {
            think(.suspect, node, after: .milliseconds(draw.one(of: [0, 0, 1, 200, 1500, 5000])))
        }
        errands.add(.healed, at: now + lasting)
    }

    private mutating func heal() {
        mask = 0
        for node in machines.indices {
            think(.lookAround, node, after: .milliseconds(draw.number(100...8000)))
        }
    }

    private mutating func freeze(_ node: Int, for lasting: Duration) {
        guard machines[node].mind == .awake else { return }
        machines[node].mind = .frozen
        othersSuspect(node)
        errands.add(.think(node, life: judge.life(of: node), .boot), at: now + lasting)
    }

    private mutating func panic(_ node: Int, for lasting: Duration) {
        guard machines[node].mind != .gone else { return }
        let held = machines[node].heldUntil
        machines[node] = Machine(machines.count)
        machines[node].heldUntil = held
        machines[node].mind = .gone
        leaveHanging(node)
        othersSuspect(node)
        think(.boot, node, after: lasting)
    }

    private mutating func othersSuspect(_ node: Int) {
        for other in judge.peers[node] where other != node {
            think(.suspect, other, after: .milliseconds(draw.number(500...6000)))
        }
    }

    /// For longer than any command can act late.
    private static let handsAtWork = Duration.seconds(40)

    private mutating func rewire(_ later: Town.Later) {
        let site = later.site
        for node in machines.indices where nodeNames[node] != later.names[node] {
            for other in machines.indices { machines[other].heard[node] = nil }
        }
        nodeNames = later.names
        tell("REWIRED: \(site.nodes.values.map { "\($0.name) has \($0.feeds)" }.sorted())")
        room.rewire(site)
        let room = room
        for change in judge.rewired(later, at: now, isOn: { room.state($0) == .on }) {
            switch change {
            case .wentDark(let node): wentDark(node)
            case .wentLit(let node): wentLit(node)
            }
        }
    }

    private mutating func stop(after delay: Duration) {
        guard room.appliance.isUp else { return }
        judge.isStopping = true
        errands.add(.leave(start: starts), at: now + delay)
        room.handle(.stopping)
    }

    private mutating func startAppliance() {
        guard !room.appliance.isUp else { return }
        starts += 1
        if restart?.boot == .another { boots += 1 }
        restart = nil
        if isRewired, let later = plan.later { rewire(later) }
        isRewired = false
        tell("APPLIANCE STARTS")
        let boot = BootID("boot-\(boots)")
        judge.applianceStarted(on: boot, at: now)
        room.start(on: boot)
    }
}
