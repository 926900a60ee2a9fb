// corosync-qdevice: the half that reaches the arbiter has the vote.

import LinuxSystem
import TestSupport
import Testing

extension Clusters {
    @Suite("A quorum device")
    struct QuorumTests {
        @Test("A heuristic that fails moves the vote to the other half", .enabled(if: isWholeRun))
        func vote() throws {
            var terms = ClusterTerms()
            terms.runs = .corosyncAlone
            terms.heuristic = "%/bin/picket-quorum --config %/client.conf"
            let cluster = try Cluster(terms)
            try cluster.waitUntilQuorate([1, 2])
            // Both halves alike: the tie goes to the lower number.
            try cluster.split()
            try cluster.waitUntilQuorate([1])
            try cluster.heal()
            try cluster.waitUntilQuorate([1, 2])
            // The probe has also noted which lives these are.
            for number in [1, 2] {
                #expect(cluster.notes(number).contains("picket.life.node1"))
                #expect(cluster.notes(number).contains("picket.life.node2"))
            }
            // node1 may not ask any more; nothing else has changed.
            let key = "\(cluster.place)/here/id_ed25519"
            _ = try cluster.run(on: 1, ["mv", key, "\(key).away"])
            try cluster.wait("node1's heuristic fails") {
                let shown = try? cluster.run(on: 1, ["corosync-qdevice-tool", "-sv"])
                return shown?.output.contains("Heuristics result:\tFail") == true
            }
            try cluster.split()
            try cluster.waitUntilQuorate([2])
        }
    }
}

extension Cluster {
    /// Exactly these are quorate.
    func waitUntilQuorate(_ numbers: Set<Int>) throws {
        try wait("quorate are \(numbers)", every: .milliseconds(200)) {
            let quorate = (1...terms.nodes).filter { number in
                let shown = try? run(on: number, ["corosync-quorumtool", "-s"])
                return shown?.output.contains(/Quorate: +Yes/) == true
            }
            return Set(quorate) == numbers
        }
    }
}
