// A quarrel, and what comes to disturb it.

internal import Fencing
internal import TestSupport

struct Episode {
    private(set) var stimuli: [Stimulus] = []
    /// Three hands can deceive both looks at a node with two feeds.
    private static let mostPresses = 2
    private let town: Town
    private let from: Duration

    init(of town: Town, from: Duration, _ draw: inout Seeded) {
        self.town = town
        self.from = from
        addQuarrel(&draw)
        for _ in 0..<draw.one(of: [0, 1, 2, 2, 3, 4, 5, 7]) { addDisturbance(&draw) }
        add(.tidy, after: .seconds(900))
    }

    private mutating func addQuarrel(_ draw: inout Seeded) {
        let (one, other) = pair(&draw)
        switch draw.number(1...8) {
        case 1, 2, 3:
            add(.quarrel(one, other), after: .zero)
            add(.quarrel(other, one), after: .milliseconds(draw.one(of: [0, 0, 5, 300, 3000])))
        case 4, 5:
            add(split(&draw, for: .seconds(draw.number(20...400))), after: .zero)
        case 6: add(.freeze(one, for: .seconds(draw.number(5...120))), after: .zero)
        case 7: add(.panic(one, for: .seconds(draw.number(10...300))), after: .zero)
        default:
            for first in 0..<town.count {
                add(.quarrel(first, (first + 1) % town.count), after: .zero)
            }
        }
    }

    private mutating func addDisturbance(_ draw: inout Seeded) {
        let delay = Duration.milliseconds(draw.one(of: [100, 1000, 5000, 30_000, 90_000]))
            .share(draw.number(0...100))
        let lasting = Duration.seconds(draw.one(of: [3, 10, 30, 120, 300]))
        let (one, other) = pair(&draw)
        switch draw.number(1...40) {
        case 1...4: add(.quarrel(one, other), after: delay)
        case 5...7: add(death(&draw), after: delay.share(10))
        case 8...12: add(fault(&draw, for: lasting), after: delay.share(10))
        case 13: add(.stick(draw.one(of: feeds), for: lasting), after: delay.share(5))
        case 14, 15: add(.hold(one, for: lasting), after: delay.share(5))
        case 16: add(.freeze(one, for: lasting), after: delay)
        case 17: add(.panic(one, for: lasting), after: delay)
        case 18, 19: addOperator(&draw, after: delay)
        case 20, 21: addLock(&draw, after: delay)
        case 22: add(.checkOff(one, other), after: delay)
        case 23: addPress(&draw, after: delay)
        case 24: add(.commits(answers(&draw)), after: delay.share(5))
        case 25, 26: add(split(&draw, for: lasting), after: delay)
        case 27...29: addConversation(&draw, after: delay)
        case 30, 31: addOnLoop(&draw, after: delay)
        case 32:
            add(.look(draw.one(of: [[one], [one, other]]), by: draw.number(0...1)), after: delay)
        case 33: add(.askAgain(one, other), after: delay)
        case 34: add(.confirm(one, by: draw.number(0...1)), after: delay)
        case 35: addFailedOn(&draw, after: delay)
        case 36: addBadStart(&draw, after: delay)
        case 37:
            add(.stop(after: .milliseconds(draw.one(of: [0, 900, 9000, 40_000]))), after: delay)
        case 38: add(.refuse(draw.one(of: [.large, .everything]), for: lasting), after: delay)
        case 39: add(.repeatLast(by: draw.number(0...1)), after: delay)
        default: addCheckedReboot(&draw, after: delay)
        }
    }

    private mutating func addOperator(_ draw: inout Seeded, after delay: Duration) {
        let (one, other) = pair(&draw)
        let targets = draw.number(1...4) == 1 ? [one, other] : [one]
        let verb: PowerVerb = draw.one(of: [.shoot, .off, .on, .reboot])
        add(.operate(verb, targets, by: draw.number(0...1)), after: delay)
    }

    /// A person says one thing after the other about a node, often on one session; perhaps another
    /// person says something else.
    private mutating func addConversation(_ draw: inout Seeded, after delay: Duration) {
        let node = pair(&draw).0
        let person = draw.number(0...1)
        var at = delay
        for _ in 1...draw.number(2...4) {
            let verb: PowerVerb = draw.one(of: [.reboot, .reboot, .off, .off, .shoot, .on])
            add(.operate(verb, [node], by: draw.one(of: [person, person, 1 - person])), after: at)
            at += .milliseconds(draw.one(of: [300, 2000, 4000, 9000, 60_000, 200_000]))
        }
    }

    /// Somebody wants to take over from a node that a reboot is about to switch on again.
    private mutating func addCheckedReboot(_ draw: inout Seeded, after delay: Duration) {
        let (one, other) = pair(&draw)
        add(.operate(.reboot, [one], by: draw.number(0...1)), after: delay)
        let offTime = town.offTime(of: one)
        for _ in 1...2 {
            let early = Duration.milliseconds(draw.one(of: [200, 500, 800, 1500, 3000]))
            add(.checkOff(other, one), after: delay + offTime + .seconds(1) - early)
        }
    }

    /// A hand switches a node off, and its switch does not hear the `on`.
    private mutating func addFailedOn(_ draw: inout Seeded, after delay: Duration) {
        let number = pair(&draw).0
        let node = town.site.nodes.values.sorted { $0.name < $1.name }[number]
        guard node.feeds.count == 1, let feed = node.feeds.first else { return }
        var deaf = OrderSwitch.Behaviour()
        deaf.obedience = .deaf
        add(.press(feed, .off), after: delay)
        add(.fault(feed.powerSwitch, deaf, for: .seconds(90)), after: delay)
        add(.operate(.on, [number], by: draw.number(0...1)), after: delay + .seconds(2))
    }

    /// The ledger takes nothing when the appliance comes back.
    private mutating func addBadStart(_ draw: inout Seeded, after delay: Duration) {
        add(death(&draw), after: delay)
        let refusals = [CommitAnswer](repeating: .no, count: draw.number(1...4))
        add(.commits(refusals), after: delay + .milliseconds(draw.number(0...900)))
    }

    /// A cluster's software that says `on` until it is told so.
    private mutating func addOnLoop(_ draw: inout Seeded, after delay: Duration) {
        let (one, other) = pair(&draw)
        let byNode = draw.number(1...3) == 1 ? nil : other
        add(
            .onLoop(
                one, byNode: byNode, times: draw.number(2...14),
                every: .milliseconds(draw.one(of: [200, 700, 2000, 6000]))), after: delay)
        add(
            .operate(draw.one(of: [.off, .shoot]), [one], by: draw.number(0...1)),
            after: delay + .seconds(1))
    }

    /// Some are taken away again, by their owner or by force, before everything is put right.
    private mutating func addLock(_ draw: inout Seeded, after delay: Duration) {
        let node = pair(&draw).0
        let owner = draw.number(0...1)
        add(.lock(draw.one(of: [.protect, .holdOff]), node, by: owner), after: delay)
        guard draw.number(1...2) == 1 else { return }
        let force: Command.Force = draw.one(of: [.no, .yes])
        let later = Duration.seconds(draw.number(1...120))
        add(.release(node, force, by: draw.number(0...1)), after: delay + later)
    }

    private mutating func addPress(_ draw: inout Seeded, after delay: Duration) {
        let nodes = town.site.nodes.values.sorted { $0.name < $1.name }
        let node = draw.one(of: nodes)
        var at = delay
        for _ in 1...draw.one(of: [1, 1, 2]) {
            let isDeceived = node.feeds.count > 1 && presses(at: node) >= Self.mostPresses
            let press = Stimulus.What.press(draw.one(of: node.feeds), draw.one(of: [.on, .off]))
            if !isDeceived { add(press, after: at) }
            at += .milliseconds(draw.one(of: [50, 300, 2000, 8000]))
        }
    }

    private func presses(at node: Node) -> Int {
        stimuli.count {
            if case .press(let outlet, _) = $0.what { node.feeds.contains(outlet) } else { false }
        }
    }

    private func split(_ draw: inout Seeded, for lasting: Duration) -> Stimulus.What {
        .split(mask: draw.number(1...(1 << town.count) - 2), for: lasting)
    }

    private func death(_ draw: inout Seeded) -> Stimulus.What {
        .kill(
            steps: draw.number(1...16), downFor: .seconds(draw.one(of: [0, 1, 5, 40])),
            draw.one(of: [.same, .same, .same, .another]))
    }

    private func answers(_ draw: inout Seeded) -> [CommitAnswer] {
        let bad: [CommitAnswer] = [.no, .no, .unknown(.kept), .unknown(.lost)]
        let good = [CommitAnswer](repeating: .yes, count: draw.number(0...4))
        return good + [draw.one(of: bad)]
    }

    private func fault(_ draw: inout Seeded, for long: Duration) -> Stimulus.What {
        var lasting = long
        let name = draw.one(of: town.site.switches.keys.sorted())
        let latest = town.site.switches[name]?.maximalLatency ?? .zero
        var behaviour = OrderSwitch.Behaviour()
        switch draw.number(1...7) {
        case 1, 2:
            behaviour.obedience = .actsLate(latest.share(draw.number(10...99)))
            behaviour.voice = draw.one(of: [.clear, .unreadable])
            // Silent until it is given up, and then able to say that it is still on.
            if draw.number(1...3) == 1 {
                let patience = town.site.switches[name]?.patience ?? .zero
                lasting = patience + .milliseconds(draw.number(0...4000))
            }
        case 3: behaviour.obedience = .deaf
        case 4: behaviour.voice = .unreadable
        case 5: behaviour.line = .down
        case 6: behaviour.latency = latest.share(draw.number(10...99))
        default:
            let delay = Duration.milliseconds(draw.one(of: [300, 1800, 2500, 9000]))
            behaviour.reports = draw.one(of: [.never, .late(delay), .late(delay)])
        }
        if draw.number(1...4) == 1 { behaviour.again = .seconds(draw.one(of: [1, 3, 5])) }
        return .fault(name, behaviour, for: lasting)
    }

    private var feeds: [Outlet] { town.site.nodes.values.flatMap(\.feeds).sorted() }

    /// Two different nodes, of one cluster most often.
    private func pair(_ draw: inout Seeded) -> (Int, Int) {
        let one = draw.number(0...town.count - 1)
        let other = (one + draw.number(1...town.count - 1)) % town.count
        if town.arePeers(one, other) || draw.number(1...8) == 1 { return (one, other) }
        return (one, one + (town.arePeers(one, one + 1) ? 1 : -1))
    }

    private mutating func add(_ what: Stimulus.What, after: Duration) {
        stimuli.append(Stimulus(at: from + after, what: what))
    }
}

extension Duration {
    /// So many hundredths of it, in whole milliseconds.
    fileprivate func share(_ hundredths: Int) -> Duration {
        .milliseconds(milliseconds * Int64(hundredths) / 100)
    }
}
