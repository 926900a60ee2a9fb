// What a seed decides before anything happens: the site, and what befalls it when. A plan is data,
// so that a failing one can be made smaller by leaving things out.

package import Fencing
internal import TestSupport

package struct Plan: Hashable, Sendable {
    package let seed: UInt64
    package let site: Site
    /// Node numbers, in order of name.
    package let nodes: [NodeName]
    /// Numbers of persons, in order of name.
    package let operators: [PrincipalName]
    package var stimuli: [Stimulus]
    /// How often the ledger is condensed.
    package let retention: Retention
    /// What the site file says from a restart on.
    package let laterSite: Site?
    /// The world is given this long to come to rest after everything was repaired.
    package static let longestRest = Duration.seconds(3600)

    package init(seed: UInt64) {
        var draw = Seeded(seed: seed)
        self.seed = seed
        let town = Town(&draw)
        site = town.site
        var other = Seeded(seed: ~seed)
        retention = Retention(
            condensesAfter: other.one(of: [1, 5, 40, 1000]), keeps: 0,
            outcomes: other.one(of: [12, 16, 20, 4096, 4096, 4096]))
        laterSite = other.number(1...6) == 1 ? town.rewired(&other) : nil
        nodes = site.nodes.keys.sorted()
        operators = site.operators.sorted()
        var stimuli: [Stimulus] = []
        var at = Duration.seconds(draw.number(10...60))
        for _ in 1...draw.number(1...6) {
            stimuli += Episode(of: town, from: at, &draw).stimuli
            at += .seconds(draw.number(1800...24_000))
        }
        if laterSite != nil {
            let quarrels = stimuli.filter { if case .tidy = $0.what { false } else { true } }
            let soon = Duration.milliseconds(other.one(of: [100, 1000, 4000, 20_000]))
            stimuli.append(Stimulus(at: other.one(of: quarrels).at + soon, what: .rewire))
        }
        self.stimuli = stimuli.sorted { $0.at < $1.at }
    }
}

extension Plan {
    /// Outlets that only the later site has.
    var spareOutlets: [Outlet] {
        let had = Set(site.nodes.values.flatMap(\.feeds))
        return (laterSite?.nodes.values.flatMap(\.feeds) ?? []).filter { !had.contains($0) }
    }
}

/// One thing that befalls the world. Nodes and persons by their numbers.
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
        /// This node wants to know whether that one is off, and to have it held so.
        case checkOff(Int, Int)
        case operate(PowerVerb, [Int], by: Int)
        /// A node, or a person, says `on` so many times.
        case onLoop(Int, byNode: Int?, times: Int, every: Duration)
        /// A person who finds the node dark says so, whether anything is in doubt or not.
        case confirm(Int, by: Int)
        /// A person looks how nodes stand.
        case look([Int], by: Int)
        /// A node uses an id again that it has used for that one, as a client does that counts its
        /// ids from 1 after it was installed anew.
        case askAgain(Int, Int)
        case lock(NodeLock.Kind, Int, by: Int)
        case release(Int, Command.Force, by: Int)
        case press(Outlet, PowerCommand)
        /// The appliance dies after so many more steps, and is started again.
        case kill(steps: Int, downFor: Duration, Boot)
        /// The appliance is stopped, cables are plugged elsewhere, and it starts with a new site file.
        case rewire
        /// The appliance is told to leave; it is ended after that time, and started again.
        case stop(after: Duration)
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
