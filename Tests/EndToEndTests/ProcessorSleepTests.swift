// What the daemon tells the kernel about sleeping processors, as strace sees it: other daemons on this
// machine say something of their own, so what the kernel makes of it all shows nothing.

import Fencing
import Glibc
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite(
    "Processors that sleep",
    .enabled(if: access(ProcessorSleep.path, W_OK) == 0, "needs \(ProcessorSleep.path)"))
struct ProcessorSleepTests {
    private let town: Town
    private var traced: String { "\(town.directory.path)/trace" }

    init() throws { town = try Town(Town.Terms(patience: "16s")) }

    /// The tracer is no parent, so that signals go to the daemon.
    private func restart(_ words: String...) throws {
        try town.restart(
            under: ["strace", "-D", "-f", "-qq", "-o", traced, "-P", ProcessorSleep.path] + words)
    }

    /// What was written: 0, or the 2,000,000,000 microseconds that mean nothing.
    private var written: [String] {
        let text = (try? FileContent.read(traced, atMost: 65536)) ?? []
        let trace = String(decoding: text, as: UTF8.self)
        return trace.matches(of: /write\([0-9]+, "(.*)", 4\) += 4/).map { String($0.1) }
    }
    private static let noSleep = #"\0\0\0\0"#
    private static let sleep = #"\0\2245w"#

    @Test("They may not while a switch is commanded, and may again when it has reported")
    func shot() throws {
        try restart("-e", "trace=write")
        #expect(try town.ask("node1", "quorum").status == 0)
        #expect(try town.ask("alice", "status").status == 0)
        #expect(written == [], "questions change nothing")
        #expect(try town.ask("node1", "off node2").status == 0)
        town.until("the shot is over") { written.count > 1 }
        #expect(written == [Self.noSleep, Self.sleep])
        #expect(try town.ask("node1", "off node2").status == 0)
        #expect(written.count == 2, "nothing had to be switched")
        #expect(try town.ask("alice", "on node2").status == 0)
        town.until("the node is on") { written.count > 3 }
        #expect(written == [Self.noSleep, Self.sleep, Self.noSleep, Self.sleep])
    }

    @Test("They may again after a while, though the switch still says nothing")
    func silence() throws {
        try restart("-e", "trace=write")
        var faults = Faults()
        faults.habits = [.deaf]
        town.pduA.setFaults(faults)
        let shot = try town.begin("node1", "off node2 id=S")
        town.until("it was long enough") { written.count > 1 }
        #expect(written == [Self.noSleep, Self.sleep])
        let underWay = try town.ask("node1", "result S")
        #expect(underWay.output.contains("state=running"), "\(underWay)")
        #expect(try shot.finish(within: .seconds(30)).status == 2)
        #expect(written.count == 2)
    }

    @Test("Where the daemon may not say so, it tells why, and shoots")
    func refused() throws {
        try restart("-e", "trace=openat", "-e", "inject=openat:error=EACCES")
        #expect(try town.ask("node1", "off node2").status == 0)
        town.daemon.terminate()
        let log = try town.daemon.finish().errors
        #expect(log.contains("processors may sleep during a shot"), "\(log)")
        #expect(log.contains("open \(ProcessorSleep.path): Permission denied"), "\(log)")
    }
}
