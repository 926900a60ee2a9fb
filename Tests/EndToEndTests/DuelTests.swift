// Nodes that shoot at each other within the same millisecond, over real ssh sessions.

import Fencing
import Glibc
import TestSupport
import Testing

@Suite("Duels")
struct DuelTests {
    /// 1000 on demand: PICKET_DUELS=1000 swift test --filter DuelTests
    static var rounds: Int {
        getenv("PICKET_DUELS").flatMap { Int(String(cString: $0)) } ?? 25
    }

    @Test("Exactly one node loses power, each time")
    func mutualShots() throws {
        let town = try Town(Town.Terms(latency: "50ms", patience: "5s"))
        let alice = try town.session("alice")
        var sessions = [try town.session("node1"), try town.session("node2")]
        for round in 1...Self.rounds {
            // Whose bytes are written first alternates; how the kernel delivers them does not.
            let first = round % 2
            sessions[first].send("off node\(2 - first) id=\(round)")
            sessions[1 - first].send("off node\(1 + first) id=\(round)")
            let codes = [try sessions[0].reply().exit, try sessions[1].reply().exit]
            #expect(codes.sorted() == [0, 3], "round \(round)")
            let losers = [1, 2].filter { town.power($0) == .off }
            #expect(losers.count == 1, "round \(round)")
            guard let loser = losers.first else { return }
            #expect(codes[loser - 1] == 3)
            #expect(town.count(1, .off) + town.count(2, .off) == round)
            #expect(try alice.ask("on node\(loser)").exit == 0)
            #expect(try alice.ask("admit node\(loser)").exit == 0)
            // Its old session died with its old life. Both are in, and know how it stands, before
            // the next round.
            sessions[loser - 1] = try town.session("node\(loser)")
            for session in sessions { #expect(try session.ask("quorum").exit == 0) }
        }
    }
}
