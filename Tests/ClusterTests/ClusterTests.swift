// Pacemaker fences through the appliance, and the power is really gone.

import Fencing
import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Namespaces need root.
let mayMakeNamespaces = geteuid() == 0

/// All cases; otherwise those that two minutes have room for.
let isWholeRun = environmentVariable("PICKET_CLUSTER") == "all"

/// One cluster at a time: two cores are not many for corosync's sense of time.
@Suite("A real Pacemaker", .serialized, .enabled(if: mayMakeNamespaces))
struct Clusters {
    @Test("Whatever happens to a node: it is shot, once, comes back, and is vouched for")
    func scenarios() throws {
        let cluster = try Cluster()
        try cluster.waitUntilWhole()
        for scenario in isWholeRun ? Scenario.allCases : [.crash, .frozenCorosync] {
            try scenario.play(in: cluster)
        }
    }
}

/// What can happen to node2, and how the cluster has to come out of it.
enum Scenario: String, CaseIterable {
    case adminShot, crash, cutNetwork, frozenCorosync

    func play(in cluster: Cluster) throws {
        let before = (cluster.deaths, cluster.cuts(2))
        switch self {
        case .adminShot:
            let shot = try cluster.run(
                on: 1, ["stonith_admin", "--reboot", "node2", "--timeout", "60"])
            #expect(shot.status == 0, "\(shot)")
        case .crash: try cluster.crash(2)
        case .cutNetwork: try cluster.unplug(2)
        case .frozenCorosync:
            _ = try cluster.run(on: 2, ["sh", "-c", "kill -STOP $(pidof corosync)"])
        }
        try cluster.wait("\(self): node2 loses power") { cluster.deaths(2) > before.0[1] }
        #expect(cluster.deaths(1) == before.0[0], "\(self)")
        try cluster.waitUntilWhole()
        #expect(cluster.cuts(2) == before.1 + 1, "\(self): one power cycle")
    }
}
