// Split brain: both sides see the appliance and not each other, and both shoot.

import LinuxSystem
import TestSupport
import Testing

/// How often; a run of all of them says so in PICKET_SPLITS.
let splits = environmentVariable("PICKET_SPLITS").flatMap { Int($0) } ?? 2

extension Clusters {
    @Suite("Split brain")
    struct SplitTests {
        @Test("Both sides shoot: exactly one node survives, and its cluster goes on, every time")
        func deathMatch() throws {
            let cluster = try Cluster()
            try cluster.waitUntilWhole()
            var survivals = [1: 0, 2: 0]
            for round in 1...splits {
                let before = cluster.deaths
                let shots = [1, 2].map { cluster.cuts($0) }
                try cluster.split()
                try cluster.wait("split \(round): somebody dies") { cluster.deaths != before }
                let survivor = cluster.deaths[0] == before[0] ? 1 : 2
                let loser = 3 - survivor
                // The other's shot came to nothing, and goes on coming to nothing while it boots.
                try cluster.wait("split \(round): the work goes on at node\(survivor)") {
                    cluster.isWorking(seenBy: survivor)
                }
                try cluster.wait("split \(round): node\(loser) boots") {
                    cluster.machine(loser) != nil
                }
                try cluster.heal()
                try cluster.waitUntilWhole()
                #expect(cluster.deaths.reduce(0, +) == before.reduce(0, +) + 1, "split \(round)")
                #expect(cluster.cuts(loser) == shots[loser - 1] + 1, "split \(round)")
                #expect(cluster.cuts(survivor) == shots[survivor - 1], "split \(round)")
                survivals[survivor, default: 0] += 1
                if splits > 2 {
                    StandardStream.output.say("split \(round): node\(survivor) survived")
                }
            }
            #expect(survivals.values.reduce(0, +) == splits)
            StandardStream.output.say(
                "splits: \(splits); survivor node1: \(survivals[1, default: 0]), "
                    + "node2: \(survivals[2, default: 0]); both or none: 0")
        }
    }
}
