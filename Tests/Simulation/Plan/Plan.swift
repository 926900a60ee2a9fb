// What a seed decides before anything happens: the site, and what befalls it when. A plan is data,
// so that a failing one can be made smaller by leaving things out.

package import Fencing
internal import TestSupport

package struct Plan: Hashable, Sendable {
    package let seed: UInt64
    package let site: Site
    /// Node numbers, in order of name.
    package let nodes: [NodeName]
    package var stimuli: [Stimulus]
    /// How often the ledger is condensed.
    package let retention: Retention
    /// The world is given this long to come to rest after everything was repaired.
    package static let longestRest = Duration.seconds(3600)

    package init(seed: UInt64) {
        var draw = Seeded(seed: seed)
        self.seed = seed
        let town = Town(&draw)
        site = town.site
        var other = Seeded(seed: ~seed)
        retention = Retention(condensesAfter: other.one(of: [1, 5, 40, 1000]), keeps: 0)
        nodes = site.nodes.keys.sorted()
        var stimuli: [Stimulus] = []
        var at = Duration.seconds(draw.number(10...60))
        for _ in 1...draw.number(1...6) {
            stimuli += Episode(of: town, from: at, &draw).stimuli
            at += .seconds(draw.number(1800...28800))
        }
        self.stimuli = stimuli.sorted { $0.at < $1.at }
    }
}

/// One thing that befalls the world.
package struct Stimulus: Hashable, Sendable, CustomStringConvertible {
    package let at: Duration
    package let what: What

    package enum What: Hashable, Sendable {
        /// Nodes with different bits in the mask do not see each other.
        case split(mask: Int, for: Duration)
        /// This node asks for that one's head, whatever it sees.
        case quarrel(Int, Int)
        case freeze(Int, for: Duration)
        /// The node's software dies; its power stays. It boots after that time.
        case panic(Int, for: Duration)
        /// Nothing that the node sends arrives before the time is over or the node is vouched for.
        case hold(Int, for: Duration)
        case operate(PowerVerb, Int)
        case press(Outlet, PowerCommand)
        /// The appliance dies after so many more steps, and is started again.
        case kill(steps: Int, downFor: Duration, Boot)
        case commits([CommitAnswer])
        case fault(SwitchName, OrderSwitch.Behaviour, for: Duration)
        case stick(Outlet, for: Duration)
        /// Operators put everything right.
        case tidy
    }

    package enum Boot: Hashable, Sendable {
        case same
        case another
    }

    package var description: String { "\(at.brief) \(what)" }
}

/// The site that a seed draws.
struct Town {
    let site: Site
    let count: Int

    init(_ draw: inout Seeded) {
        count = draw.one(of: [2, 2, 2, 3, 3, 4, 5])
        let racks = draw.number(1...2)
        var nodes: [NodeName: Node] = [:]
        var switches: [SwitchName: SwitchTerms] = [:]
        for rack in 1...racks {
            switches[Self.known("pdu\(rack)")] = SwitchTerms(
                patience: .seconds(draw.one(of: [6, 20])),
                maximalLatency: .seconds(draw.one(of: [2, 4, 12, 30])))
        }
        for number in 1...count {
            let home = draw.number(1...racks)
            let isDouble = racks == 2 && draw.number(1...2) == 1
            let feeds = isDouble ? [1, 2] : [home]
            let name: NodeName = Self.known("n\(number)")
            nodes[name] = Node(
                name: name, cluster: Self.known("c"),
                feeds: feeds.map { Outlet(Self.known("pdu\($0)"), Self.known("\(number)")) },
                shoot: draw.one(of: [.reboot, .reboot, .off]),
                holdUp: .seconds(draw.one(of: [0, 2])), offTime: .seconds(draw.one(of: [1, 5, 10])))
        }
        site = Site(nodes: nodes, switches: switches, operators: [Self.known("alice")])
    }

    static func known<Kind>(_ text: String) -> Name<Kind> {
        guard let name = Name<Kind>(text) else { preconditionFailure("\(text) is a name") }
        return name
    }

    static func known(_ text: String) -> OutletName {
        guard let name = OutletName(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}

/// A quarrel, and what comes to disturb it.
struct Episode {
    private(set) var stimuli: [Stimulus] = []
    private let town: Town
    private let from: Duration

    init(of town: Town, from: Duration, _ draw: inout Seeded) {
        self.town = town
        self.from = from
        addQuarrel(&draw)
        for _ in 0..<draw.one(of: [0, 1, 1, 2, 2, 3, 4, 6]) { addDisturbance(&draw) }
        stimuli.append(Stimulus(at: from + .seconds(900), what: .tidy))
    }

    private mutating func addQuarrel(_ draw: inout Seeded) {
        let (one, other) = pair(&draw)
        switch draw.number(1...8) {
        case 1, 2, 3:
            add(.quarrel(one, other), after: .zero)
            add(.quarrel(other, one), after: .milliseconds(draw.one(of: [0, 0, 5, 300, 3000])))
        case 4, 5:
            let mask = draw.number(1...(1 << town.count) - 2)
            add(.split(mask: mask, for: .seconds(draw.number(20...400))), after: .zero)
        case 6: add(.freeze(one, for: .seconds(draw.number(5...120))), after: .zero)
        case 7: add(.panic(one, for: .seconds(draw.number(10...300))), after: .zero)
        default:
            for first in 0..<town.count {
                add(.quarrel(first, (first + 1) % town.count), after: .zero)
            }
        }
    }

    private mutating func addDisturbance(_ draw: inout Seeded) {
        let (one, other) = pair(&draw)
        let after = Duration.milliseconds(draw.one(of: [100, 1000, 5000, 30_000, 90_000]))
        let delay = after.share(draw.number(0...100))
        let lasting = Duration.seconds(draw.one(of: [3, 10, 30, 120, 300]))
        let feeds = town.site.nodes.values.flatMap(\.feeds).sorted()
        switch draw.number(1...20) {
        case 1, 2, 3: add(.quarrel(one, other), after: delay)
        case 4, 5:
            let boot: Stimulus.Boot = draw.one(of: [.same, .same, .same, .another])
            add(
                .kill(
                    steps: draw.number(1...16), downFor: .seconds(draw.one(of: [0, 1, 5, 40])),
                    boot),
                after: delay.share(10))
        case 6, 7, 8, 9: add(fault(&draw, for: lasting), after: delay.share(10))
        case 10: add(.stick(draw.one(of: feeds), for: lasting), after: delay.share(5))
        case 11, 12: add(.hold(one, for: lasting), after: delay.share(5))
        case 13: add(.freeze(one, for: lasting), after: delay)
        case 14: add(.panic(one, for: lasting), after: delay)
        case 15:
            add(.operate(draw.one(of: [.shoot, .off, .on, .reboot]), one), after: delay)
        case 16:
            let isPressed = stimuli.contains { if case .press = $0.what { true } else { false } }
            let command: PowerCommand = draw.one(of: [.on, .off])
            if !isPressed { add(.press(draw.one(of: feeds), command), after: delay) }
        case 17:
            let answers: [CommitAnswer] = [.no, .no, .unknown(.kept), .unknown(.lost)]
            let good = [CommitAnswer](repeating: .yes, count: draw.number(0...4))
            add(.commits(good + [draw.one(of: answers)]), after: delay.share(5))
        default:
            let mask = draw.number(1...(1 << town.count) - 2)
            add(.split(mask: mask, for: lasting), after: delay)
        }
    }

    private func fault(_ draw: inout Seeded, for lasting: Duration) -> Stimulus.What {
        let name = draw.one(of: town.site.switches.keys.sorted())
        let latest = town.site.switches[name]?.maximalLatency ?? .zero
        var behaviour = OrderSwitch.Behaviour()
        switch draw.number(1...6) {
        case 1, 2:
            behaviour.obedience = .actsLate(latest.share(draw.number(10...99)))
            behaviour.voice = draw.one(of: [.clear, .unreadable])
        case 3: behaviour.obedience = .deaf
        case 4: behaviour.voice = .unreadable
        case 5: behaviour.line = .down
        default: behaviour.latency = latest.share(draw.number(10...99))
        }
        return .fault(name, behaviour, for: lasting)
    }

    private func pair(_ draw: inout Seeded) -> (Int, Int) {
        let one = draw.number(0...town.count - 1)
        let other = (one + draw.number(1...town.count - 1)) % town.count
        return (one, other)
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
