// Where powermand was seen to fail its clients, numbers 11 to 13 (docs/switches/powerman.md), and what
// the whole of picketd does with the same device file, the same switch and as many clients. The
// other numbers are in PeerTests' LieTests.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite(.enabled(if: Powermand.isInstalled, "needs Debian's powerman"))
struct PowermandCrowdTests {
    private let bench: BenchSwitch
    private let directory = TemporaryDirectory()

    init() throws {
        var settings = BenchSwitch.Settings()
        settings.link = "\(directory.path)/pdu"
        bench = try BenchSwitch(SimulatedBayTech(), settings)
    }

    private func powermand(under words: [String] = []) throws -> (Powermand, at: String) {
        let daemon = try Powermand(
            ["include \"/etc/powerman/baytech-rpc3-nc.dev\"\n"],
            [Powermand.Device("baytech-rpc3-nc", line: bench.path)], listening: true, under: words)
        return (daemon, "127.0.0.1:\(try daemon.port())")
    }

    @Test func `11: A client that reads nothing holds up all others`() throws {
        let (daemon, address) = try powermand()
        let words = address.split(separator: ":")
        let flood = try Program(
            "bash",
            [
                "-c",
                """
                exec 3<>/dev/tcp/\(words[0])/\(words[1])
                { yes help | head -18000; echo quit; } >&3
                read -t 40
                """,
            ])
        eventually("powermand answers nobody any more") {
            do {
                _ = try Program.run("powerman", ["-h", address, "-q"], within: .seconds(3))
                return false
            } catch {
                return true
            }
        }
        flood.killNow()
        withExtendedLifetime(daemon) {}

        let town = try Town()
        town.directory.write("flood", String(repeating: "help\n", count: 18_000))
        let ssh = town.sshArguments("node1").map { "'\($0)'" }.joined(separator: " ")
        let deaf = try Program(
            "bash", ["-c", "ssh \(ssh) < \(town.directory.path)/flood | sleep 30"])
        for _ in 1...5 { #expect(try town.ask("node2", "quorum").status == 0) }
        let shot = try town.ask("node2", "off node1 id=1")
        #expect(shot.status == 0, "\(shot)")
        withExtendedLifetime(deaf) {}
    }

    @Test func `12: A name service that is down holds up all clients`() throws {
        let library = "\(directory.path)/slow-names.so"
        let source = #filePath.replacing("PowermandCrowdTests.swift", with: "slow-names.c")
        let made = try Program.run("gcc", ["-shared", "-fPIC", "-O1", source, "-o", library])
        try #require(made.status == 0, "\(made.errors)")
        let preloading = ["env", "LD_PRELOAD=\(library)"]
        let (daemon, address) = try powermand(under: preloading)
        #expect(throws: Program.Failure.self) {
            _ = try Program.run("powerman", ["-h", address, "-q"], within: .seconds(4))
        }
        withExtendedLifetime(daemon) {}

        let town = try Town()
        try town.restart(under: preloading)
        let shot = try town.ask("node1", "off node2 id=1")
        #expect(shot.status == 0, "\(shot)")
    }

    @Test func `13: Two clients switch each other off, and both succeed`() throws {
        let (daemon, address) = try powermand()
        let shots = try ["n1", "n2"].map { try Program("powerman", ["-h", address, "-0", $0]) }
        for shot in shots {
            let result = try shot.finish()
            #expect(result.status == 0 && result.output.contains("completed successfully"))
        }
        for name in ["1", "2"] {
            #expect(bench.outlets[try #require(OutletName(name))] == .off, "both are dead")
        }
        withExtendedLifetime(daemon) {}

        let town = try Town()
        let ours = [
            try town.begin("node1", "off node2 id=1"), try town.begin("node2", "off node1 id=1"),
        ]
        let results = try ours.map { try $0.finish(within: .seconds(20)) }
        #expect(results.count { $0.status == 0 } == 1, "\(results)")
        #expect([1, 2].count { town.power($0) == .off } == 1)
    }
}
