// kill -9 at the worst moments, then a restart: each shot has its one outcome, and nobody is shot
// twice.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("Crashes")
struct CrashTests {
    @Test("After the grant is on the disk, before any byte: nothing was sent, failed, and again")
    func afterGrant() throws {
        let town = try Town(program: ["picketd-killed", "F1"])
        let shot = try town.ask("node1", "off node2 id=A")
        #expect(shot.status == 255, "no conclusion: \(shot)")
        try town.restart(kill: false)
        #expect(try town.ask("node2", "off node1").status == 3, "still doomed while it is unread")
        try town.awaitResult("A", code: 1)
        #expect(town.count(2, .off) == 0)
        #expect(town.power(1) == .on)
        #expect(try town.ask("node2", "quorum").status == 0, "its standing is back")
        #expect(try town.ask("node1", "off node2").status == 0, "a new request works")
    }

    @Test("After the first byte, the switch acts: the restart reads off, and says so")
    func afterFirstByte() throws {
        let town = try Town()
        var faults = Faults()
        faults.late = .milliseconds(800)
        town.pduA.setFaults(faults)
        let shot = try town.begin("node1", "reboot node2 id=A since=0")
        town.untilSent("off 2")
        town.daemon.killNow()
        #expect(try shot.finish().status == 255)
        try town.restart()
        try town.awaitResult("A", code: 0)
        #expect(
            try town.ask("node1", "reboot node2 id=A since=0").status == 0,
            "the same id, the same shot")
        town.until("the reboot went on") { town.power(2) == .on }
        #expect(town.count(2, .off) == 1)
        #expect(town.count(2, .on) == 1)
    }

    @Test("The switch acts only after the restart: nobody is granted anything before it must have")
    func lateAfterRestart() throws {
        let town = try Town(Town.Terms(latency: "3s", patience: "8s"))
        var faults = Faults()
        faults.actsLate = .milliseconds(2500)
        town.pduA.setFaults(faults)
        let shot = try town.begin("node1", "off node2 id=A")
        town.untilSent("off 2")
        town.daemon.killNow()
        _ = try shot.finish()
        #expect(town.power(2) == .on)
        try town.restart()
        #expect(try town.ask("node2", "off node1").status == 3)
        try town.awaitResult("A", code: 0)
        #expect(town.power(2) == .off)
        #expect(town.power(1) == .on)
        #expect(try town.ask("node2", "off node1").status == 4)
    }

    @Test(
        "Around the record of the off, and after the intent to switch on: one off, one on",
        arguments: ["F3", "F4", "F5"])
    func aroundVerifiedOff(point: String) throws {
        let town = try Town(program: ["picketd-killed", point])
        let shot = try town.ask("node1", "reboot node2 id=A")
        // At F5 the success may have been told already.
        #expect(shot.status == 255 || point == "F5", "\(shot)")
        try town.restart(kill: false)
        try town.awaitResult("A", code: 0)
        town.until("node2 is on again") { town.power(2) == .on && town.count(2, .on) == 1 }
        town.until("and on record so") {
            (try? town.ask("node1", "result A").output.contains("on=done")) == true
        }
        #expect(town.count(2, .off) == 1)
        #expect(town.count(2, .on) == 1)
        #expect(try town.ask("node2", "quorum").status == 4, "on probation")
    }

    @Test("No byte that changes power goes out before its record is on the disk")
    func recordBeforeByte() throws {
        let town = try Town(program: ["picketd-killed", "F1"])
        _ = try town.ask("node1", "off node2")
        let sent = town.pduA.wire.filter { $0.direction == .received }
        #expect(!sent.contains { String(decoding: $0.bytes, as: UTF8.self).contains("off") })
        let ledger = "\(town.directory.path)/ledger.sqlite"
        let rows = try Program.run(
            "sqlite3", [ledger, "SELECT kind FROM entry ORDER BY sequence"])
        #expect(rows.output == "started\ngranted\n", "\(rows)")
    }

    @Test("A disk that is full: no byte is sent, the code is 10, and status still answers")
    func fullDisk() throws {
        let town = try Town(program: ["picketd"])
        try town.restart(limitingFilesTo: 200)
        var codes: Set<Int32> = []
        for _ in 0..<60 where !codes.contains(10) {
            codes.insert(try town.ask("node1", "off node2").status)
            codes.insert(try town.ask("alice", "on node2").status)
            codes.insert(try town.ask("alice", "admit node2").status)
        }
        #expect(codes.contains(10))
        let offs = town.count(2, .off)
        #expect(try town.ask("node1", "off node1").status == 10)
        #expect(try town.ask("node1", "quorum").status == 10)
        #expect(try town.ask("alice", "status node1").status == 0)
        #expect(town.count(1, .off) == 0)
        #expect(town.count(2, .off) == offs)
    }

    @Test("An fsync that fails: the code is 10, the daemon ends with 111, no byte was sent")
    func failedFsync() throws {
        let town = try Town()
        try town.restart(failingFsyncFrom: 3)
        let shot = try town.ask("node1", "off node2")
        #expect(shot.status == 10 || shot.status == 255, "\(shot)")
        let end = try town.daemon.finish(within: .seconds(20))
        #expect(end.status == 111, "\(end)")
        #expect(town.count(2, .off) == 0)
        try town.restart(kill: false)
        town.until("the restart has read the disk and decides again") {
            (try? town.ask("node1", "quorum").status) == 0
        }
    }
}

extension Town {
    func awaitResult(_ id: String, code: Int32) throws {
        until("the result of \(id) is \(code)", within: .seconds(20)) {
            (try? ask("node1", "result \(id)").status) == code
        }
    }

    func untilSent(_ text: String) {
        until("`\(text)` is on the wire") {
            pduA.wire.contains { String(decoding: $0.bytes, as: UTF8.self).contains(text) }
        }
    }
}
