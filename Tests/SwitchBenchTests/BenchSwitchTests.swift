// The simulated switch behind a real pseudo-terminal: what a client sees that opens its path.

import Fencing
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite struct BenchSwitchTests {
    private let prompt = "\r\nRPC3-NC>"

    @Test func `a client talks to it as to a serial port`() throws {
        let bench = try BenchSwitch(SimulatedBayTech())
        defer { bench.stop() }
        let client = try Client(bench.path)
        #expect(try client.say("off 3\r\n", until: prompt) == prompt)
        #expect(bench.outlets[try outlet("3")] == .off)
        #expect(bench.changes.map(\.cause) == [.wire])
    }

    @Test func `a client may close and come back`() throws {
        let bench = try BenchSwitch(SimulatedBayTech())
        defer { bench.stop() }
        for _ in 1...3 {
            let client = try Client(bench.path)
            #expect(try client.say("\r\n", until: prompt) == prompt)
        }
        #expect(bench.drops == 0)
    }

    @Test func `a drop hangs the client up, and the link leads to another line`() throws {
        let place = try Place()
        let bench = try BenchSwitch(SimulatedBayTech(), place.settings)
        defer { bench.stop() }
        #expect(bench.path == place.settings.link)
        let first = try Client(bench.path)
        _ = try first.say("\r\n", until: prompt)
        bench.drop()
        #expect(first.isHungUp(within: .seconds(5)))
        let second = try Client(bench.path)
        #expect(try second.say("\r\n", until: prompt) == prompt)
        #expect(bench.drops == 1)
    }

    @Test func `the switch's own drop does the same`() throws {
        let place = try Place()
        let bench = try BenchSwitch(SimulatedBayTech(), place.settings)
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: "drop=3"))
        let first = try Client(bench.path)
        try first.send("off 3\r\n")
        #expect(first.isHungUp(within: .seconds(5)))
        #expect(bench.drops == 1)
        let second = try Client(bench.path)
        // The switch still has "off" of the old conversation.
        #expect(try second.say("\r\n", until: prompt).contains("Input error"))
    }

    @Test func `files tell what the outlets are, and the log every change`() throws {
        let place = try Place()
        let bench = try BenchSwitch(SimulatedBayTech(), place.settings)
        defer { bench.stop() }
        #expect(try place.read("outlets/3") == "on\n")
        let client = try Client(bench.path)
        _ = try client.say("off 3\r\n", until: prompt)
        bench.press(try outlet("4"), .off)
        bench.press(try outlet("4"), .on)
        #expect(try place.read("outlets/3") == "off\n")
        #expect(try place.read("outlets/4") == "on\n")
        let log = try place.read("outlets/log").split(separator: "\n")
        let withoutMoments = log.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        #expect(withoutMoments == ["3 off by=wire", "4 off by=panel", "4 on by=panel"])
        #expect(bench.trouble == nil)
    }

    @Test func `the wire log has every chunk with its moment, in memory and in the file`() throws {
        let place = try Place()
        let bench = try BenchSwitch(SimulatedBayTech(), place.settings)
        defer { bench.stop() }
        let before = MonotonicClock.now()
        let client = try Client(bench.path)
        _ = try client.say("off 3\r\n", until: prompt)
        let after = MonotonicClock.now()
        let received = bench.wire.filter { $0.direction == .received }
        #expect(received.flatMap(\.bytes) == Array("off 3\r\n".utf8))
        #expect(bench.wire.filter { $0.direction == .sent }.flatMap(\.bytes) == Array(prompt.utf8))
        #expect(bench.wire.allSatisfy { before <= $0.moment && $0.moment <= after })
        let lines = try place.read("wire").split(separator: "\n")
        #expect(lines.map(String.init) == bench.wire.map(\.description))
        #expect(lines.last?.hasSuffix(#" sent "\r\nRPC3-NC>""#) == true)
    }

    @Test func `the wire log is written when the wire is silent, though nobody asks for it`() throws
    {
        let place = try Place()
        let bench = try BenchSwitch(SimulatedBayTech(), place.settings)
        defer { bench.stop() }
        let client = try Client(bench.path)
        _ = try client.say("off 3\r\n", until: prompt)
        eventually("the answer is in the file") {
            (try? place.read("wire").contains(#" sent "\r\nRPC3-NC>""#)) == true
        }
    }

    @Test func `a speed paces the answers`() throws {
        var settings = BenchSwitch.Settings()
        settings.speed = 300
        let bench = try BenchSwitch(SimulatedRPS10(), settings)
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: "stuck=1"))
        let client = try Client(bench.path)
        let start = MonotonicClock.now()
        let answer = "Plug 3 Off\r\nComplete\r\n"
        #expect(
            try client.say("\u{2}\u{18}\u{18}\u{2}\u{18}\u{18}30\r", until: answer) == answer)
        // 22 bytes of ten bits at 300 bits a second are 733 ms.
        #expect(MonotonicClock.now() - start >= .milliseconds(700))
    }

    @Test func `faults act from the moment they are set`() throws {
        let bench = try BenchSwitch(SimulatedBayTech())
        defer { bench.stop() }
        let client = try Client(bench.path)
        bench.setFaults(try Faults(parsing: "refuse"))
        #expect(bench.faults.description == "refuse")
        #expect(try client.say("off 3\r\n", until: prompt).contains("Input error"))
        bench.setFaults(Faults())
        _ = try client.say("off 3\r\n", until: prompt)
        #expect(bench.outlets[try outlet("3")] == .off)
    }

    @Test func `stop hangs up and takes the link away`() throws {
        let place = try Place()
        let bench = try BenchSwitch(SimulatedBayTech(), place.settings)
        let client = try Client(bench.path)
        bench.stop()
        #expect(client.isHungUp(within: .seconds(5)))
        #expect(!place.hasLink)
        bench.stop()
    }

    @Test func `stop leaves a link alone that leads elsewhere by now`() throws {
        let place = try Place()
        let old = try BenchSwitch(SimulatedBayTech(), place.settings)
        let new = try BenchSwitch(SimulatedBayTech(), place.settings)
        defer { new.stop() }
        old.stop()
        #expect(place.hasLink)
    }

    @Test func `a place that cannot be written to is an error at the start`() {
        var settings = BenchSwitch.Settings()
        settings.outletDirectory = "/proc/outlets"
        let error = #expect(throws: SystemCallError.self) {
            try BenchSwitch(SimulatedBayTech(), settings)
        }
        #expect(error?.what == "mkdir /proc/outlets")
    }
}
