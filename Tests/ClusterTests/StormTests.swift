// Agents that are killed, nodes that ask twice, an appliance that restarts: still one power cycle,
// and still the truth.

import LinuxSystem
import TestSupport
import Testing

extension Clusters {
    @Suite("A storm of requests")
    struct StormTests {
        /// Pacemaker kills the agent of node1 while the node that it shot is switched on again; then
        /// node3 asks for the same, and then node1 once more.
        @Test("An agent killed at its timeout, a second node, a retry: one power cycle")
        func oneCycle() throws {
            var terms = ClusterTerms(nodes: 3)
            terms.device = ["pcmk_reboot_timeout": "8s"]
            terms.firmware = 25
            terms.holdUp = "3s"
            let cluster = try Cluster(terms)
            try cluster.waitUntilWhole()
            // As whoever sets a node up does it; otherwise only who was there when another came knows.
            for number in [1, 3] {
                #expect(try cluster.agent(on: number, "monitor", "node2").status == 0)
                #expect(cluster.notes(number).contains("picket.life.node2"))
            }
            let shooter = try cluster.shooter()
            let other = 4 - shooter
            let shot = try cluster.begin(
                on: shooter, ["stonith_admin", "--reboot", "node2", "--timeout", "60"])
            try cluster.wait("the outlet goes off") { cluster.cuts(2) == 1 }
            try cluster.setAppliance(.lost, from: shooter)
            // Of this one there is no word: Pacemaker has killed the agent, and says so.
            let first = try shot.finish(within: .seconds(90))
            #expect(first.status != 0, "\(first)")
            try cluster.wait("the outlet is on again") { cluster.file("outlets/2") == "on" }
            let second = try cluster.agent(on: other, "reboot", "node2")
            #expect(second.status == 0, "\(second)")
            #expect(second.output.contains("satisfied"), "\(second)")
            try cluster.setAppliance(.found, from: shooter)
            let third = try cluster.run(
                on: shooter, ["stonith_admin", "--reboot", "node2", "--timeout", "60"])
            #expect(third.status == 0, "\(third)")
            try cluster.waitUntilWhole(within: .seconds(90))
            #expect(cluster.cuts(2) == 1)
            #expect(cluster.deaths == [0, 1, 0])
        }

        @Test(
            "picketd killed with the command in the wire: the operation ends with the truth, at once",
            .enabled(if: isWholeRun))
        func restart() throws {
            var terms = ClusterTerms()
            terms.fault = "late=1s"
            let cluster = try Cluster(terms)
            try cluster.waitUntilWhole()
            let shot = try cluster.begin(
                on: 1, ["stonith_admin", "--reboot", "node2", "--timeout", "60"])
            try cluster.wait("the command is sent, to its end") {
                let lines = cluster.file("wire").split(separator: "\n")
                let rest = lines.drop { !$0.hasSuffix("received \"off 2\"") }
                return rest.contains { $0.hasSuffix("received \"\\r\"") }
            }
            try cluster.restartDaemon()
            let end = try shot.finish(within: .seconds(60))
            #expect(end.status == 0, "\(end)")
            #expect(cluster.cuts(2) == 1)
            // One attempt: one line of one agent says how it ended.
            let attempts = cluster.file("node1/keys/agent.log").split(separator: "\n")
                .filter { $0.contains(" reboot node2: ") }
            #expect(attempts.count == 1, "\(attempts)")
            try cluster.waitUntilWhole()
            #expect(cluster.cuts(2) == 1)
        }
    }
}

extension Cluster {
    /// What our programs have noted in corosync's map.
    func notes(_ number: Int) -> String {
        let shown = try? run(on: number, ["corosync-cmapctl", "picket."])
        return shown?.output ?? ""
    }

    /// The node that runs the fence device: Pacemaker lets it shoot, unless it is the target.
    func shooter() throws -> Int {
        let shown = monitor(1)
        guard let device = shown.firstRange(of: "<resource id=\"picket\"") else {
            throw NotReady(why: "no fence device: \(shown)")
        }
        let node = shown[device.upperBound...].firstMatch(of: /<node name="node(\d)"/)
        return node.flatMap { Int($0.1) } == 3 ? 3 : 1
    }

    /// The agent, called as Pacemaker calls it.
    func agent(on number: Int, _ action: String, _ node: String) throws -> Program.Result {
        let lines = ["action=\(action)", "plug=\(node)", "nodename=\(node)"]
        let text = (lines + ["config=\(place)/client.conf"]).joined(separator: "\n")
        return try run(on: number, ["sh", "-c", "echo '\(text)' | fence_picket"])
    }
}
