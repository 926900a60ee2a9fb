// The runner itself: a scenario that is wrong is found, and the report says where.

import Fencing
import Testing

@Suite("The runner of scenarios")
struct RunnerTests {
    let site = "One line.\nnode node1 pdu-a/1\nnode node2 pdu-a/2\n"

    @Test("An expectation that is wrong is reported with file, line, what was seen, and the story")
    func bites() throws {
        let scenario = try Reader.read(
            site + "at 0s node1 asks off node2\nat 3s node1 hears 1 off=failed\n", file: "x.txt")
        let error = #expect(throws: Player.Mismatch.self) { try Player.play(scenario) }
        let mismatch = try #require(error)
        #expect(mismatch.file == "x.txt")
        #expect(mismatch.line == 5)
        #expect(mismatch.expected == "node1 hears 1 off=failed")
        #expect(mismatch.seen.hasPrefix("0 OK shot=1 target=node2 off=verified"))
        #expect(mismatch.story.contains { $0.hasSuffix("500ms  pdu-a/2 is off now: shot(1)") })
    }

    @Test(
        "Each kind of expectation can fail",
        arguments: [
            "node1 hears 0 target=node1", "node1 hears nothing", "node1 hears closed",
            "node2 hears 3", "pdu-a/2 is on", "pdu-a/2 stayed on", "pdu-a/2 was told off twice",
            "pdu-a/1 was told off once", "node2 has standing=member", "node2 has pseq=0",
            "page failed node2", "node1 hears 0 off~no", "node1 hears 0 ; target=node2",
        ])
    func eachBites(_ expectation: String) throws {
        let scenario = try Reader.read(
            site + "at 0s node1 asks off node2\nat 3s \(expectation)\nnode1 hears 0\n",
            file: "x.txt")
        let error = #expect(throws: Player.Mismatch.self) { try Player.play(scenario) }
        #expect(error?.line == 5, "\(expectation)")
    }

    @Test("An answer that no line names is found, and so is a page")
    func leftOver() throws {
        for timeline in [
            "at 0s node1 asks off node2\nat 3s pdu-a/2 is off\n",
            "at 0s pdu-a/2 sticks\nnode1 asks off node2\nat 30s node1 hears 1\n",
        ] {
            let scenario = try Reader.read(site + timeline, file: "x.txt")
            #expect(throws: Player.Mismatch.self) { try Player.play(scenario) }
        }
    }

    @Test(
        "A line that cannot be read is a mistake, with its number",
        arguments: [
            "at 2x node1 asks off node2", "at 2s", "node9 asks off node2", "node1 shouts",
            "pdu-a is purple", "pdu-a/1 is green", "appliance sings", "ledger sings",
            "node1 hears loudly", "node1 hears 0 off", "rounds 3", "repeat x", "node node3 nowhere",
            "wall clock jumps", "at 3s node1 leaves\nat 2s node1 leaves",
        ])
    func mistakes(_ line: String) {
        let error = #expect(throws: Reader.Mistake.self) {
            try Reader.read(site + line + "\n", file: "x.txt")
        }
        #expect(error?.line == (line.contains("\n") ? 5 : 4))
    }

    @Test("Rounds are the same lines, again and again, each time later")
    func rounds() throws {
        let scenario = try Reader.read(
            site + """
                at 5s node1 connects
                rounds 2 every 60s
                  at 1s node1 leaves
                at 80s node1 leaves
                """, file: "x.txt")
        let times = scenario.timeline.map(\.at.lowerBound)
        #expect(times == [.seconds(5), .seconds(6), .seconds(66), .seconds(80)])
    }
}
