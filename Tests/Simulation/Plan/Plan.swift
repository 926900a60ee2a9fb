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
    /// How often the ledger is condensed, and how much is known by heart.
    package let retention: Retention
    /// What the ledger says to the first entries of all.
    package let firstAnswers: [CommitAnswer]
    /// What the site file says from a restart on.
    let later: Town.Later?
    /// The world is given this long to come to rest after everything was repaired.
    package static let longestRest = Duration.seconds(3600)

    package init(seed: UInt64) {
        var draw = Seeded(seed: seed)
        self.seed = seed
        let town = Town(&draw)
        site = town.site
        var other = Seeded(seed: ~seed)
        let condensesAfter: UInt64 = other.one(of: [1, 5, 40, 1000])
        later = other.number(1...6) == 1 ? town.changed(&other) : nil
        // Which outlets a node had is forgotten with its shots.
        let isForgetful = later == nil && other.number(1...12) == 1
        retention = Retention(
            condensesAfter: condensesAfter, keeps: 0,
            outcomes: isForgetful
                ? other.one(of: [10, 12, 16]) : OutcomeTable.standardCapacity)
        let isRefusedAtFirst = other.number(1...16) == 1
        firstAnswers = isRefusedAtFirst ? Array(repeating: .no, count: other.number(1...4)) : []
        nodes = site.nodes.keys.sorted()
        operators = site.operators.sorted()
        var stimuli: [Stimulus] = []
        var at = Duration.seconds(draw.number(10...60))
        for _ in 1...draw.number(1...6) {
            stimuli += Episode(of: town, from: at, &draw).stimuli
            at += .seconds(draw.number(1800...24_000))
        }
        if later != nil {
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
        return (later?.site.nodes.values.flatMap(\.feeds) ?? []).filter { !had.contains($0) }
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
        case commits([CommitAnswer])
        /// The ledger takes nothing, or nothing large, for so long.
        case refuse(SimulatedAppliance.Refusal, for: Duration)
        /// The appliance is asked to leave, and does so after that time.
        case stop(after: Duration)
        /// A person says once more, under the same id, what it last said.
        case repeatLast(by: Int)
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
