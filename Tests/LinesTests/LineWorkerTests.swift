// The worker on a real pseudo-terminal with a simulated switch at the other end.

import Fencing
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import Testing

@Suite struct LineWorkerTests {
    private let place: Place
    private let reports: Reports
    private let diary = Diary()
    private let link: String
    private let worker: Worker

    init() throws {
        place = try Place()
        reports = try Reports()
        link = "\(place.path)/pdu"
        worker = try Worker(
            switch: pdu, port: try place.port(link), dialogue: PlugDialogue(diary),
            report: reports.take)
    }

    private func bench(_ faults: String = "none") throws -> BenchSwitch {
        var settings = BenchSwitch.Settings()
        settings.link = link
        let bench = try BenchSwitch(SimulatedRPS10(), settings)
        bench.setFaults(try Faults(parsing: faults))
        return bench
    }

    /// What was asked of the switch, without the wrapping: `30`, `3?`.
    private func asked(_ bench: BenchSwitch) -> [String] {
        let bytes = bench.wire.filter { $0.direction == .received }.flatMap(\.bytes)
        return bytes.split(separator: 13).map {
            String(decoding: $0.suffix(2), as: UTF8.self)
        }
    }

    private var isUp: Bool {
        switch worker.health.condition {
        case .up: true
        case .down, .left: false
        }
    }

    @Test func `an order turns its outlet, once, and is reported with the moment of its command`()
        throws
    {
        let bench = try bench()
        defer { bench.stop() }
        let before = MonotonicClock.now()
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        let report = try #require(reports.first(1).first)
        #expect(report.order == OrderID(1) && report.state == .off && report.trouble == nil)
        let commanded = try #require(report.lastCommandAt)
        #expect(before < commanded && commanded < MonotonicClock.now())
        #expect(bench.changes.map(\.state) == [.off])
        #expect(asked(bench) == ["30", "3?"])
        #expect(worker.health.lastReadings.values.map(\.state) == [.off])
    }

    @Test func `a port that appears late serves the order that waits`() throws {
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        #expect(eventually { worker.health.lastTrouble != nil })
        #expect(worker.health.lastTrouble?.text.contains("No such file") == true)
        let bench = try bench()
        defer { bench.stop() }
        #expect(reports.first(1).first?.state == .off)
        #expect(bench.changes.count == 1)
    }

    @Test func `a line that hangs up is opened again, and says so`() throws {
        let bench = try bench()
        defer { bench.stop() }
        try worker.start()
        defer { worker.stop() }
        #expect(eventually { isUp })
        bench.drop()
        #expect(eventually { !isUp })
        #expect(worker.health.lastTrouble != nil)
        worker.enter(try read(1, "3"))
        #expect(reports.first(1).first?.state == .on)
        #expect(diary.events.prefix(3) == ["opened", "lost", "opened"])
    }

    @Test func `a hang-up during a job: it goes on by reading, and commands nothing twice`() throws
    {
        let bench = try bench("acts-late=500ms mute")
        defer { bench.stop() }
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        #expect(eventually { asked(bench) == ["30"] })
        bench.setFaults(Faults())
        bench.drop()
        #expect(reports.first(1).first?.state == .off)
        #expect(bench.changes.count == 1)
        #expect(asked(bench).filter { $0 == "30" }.count == 1)
    }

    @Test func `power overtakes the reads that wait, and reads of one outlet are one`() throws {
        let bench = try bench("late=200ms")
        defer { bench.stop() }
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1"))
        #expect(eventually { diary.events.contains("begin") })
        worker.enter(try read(2, "2"))
        worker.enter(try read(3, "4"))
        worker.enter(try read(4, "2"))
        worker.enter(try power(5, .off, "3"))
        #expect(reports.first(5).map(\.order.number) == [1, 5, 2, 4, 3])
        #expect(asked(bench) == ["1?", "30", "3?", "2?", "4?"])
    }

    @Test func `an order whose deadline passes in the queue is never begun`() throws {
        let bench = try bench("late=1s")
        defer { bench.stop() }
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1"))
        #expect(eventually { diary.events.contains("begin") })
        worker.enter(try power(2, .off, "3", within: .milliseconds(100)))
        let report = try #require(reports.first(1).first)
        #expect(report.order == OrderID(2) && report.state == .unknown)
        #expect(report.lastCommandAt == nil)
        #expect(report.trouble?.contains("busy with other orders") == true)
        #expect(reports.first(2).last?.state == .on)
        #expect(bench.changes.isEmpty && asked(bench) == ["1?"])
    }

    @Test func `an order on a dead line ends at its deadline and says why`() throws {
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .milliseconds(200)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown && report.lastCommandAt == nil)
        #expect(report.trouble?.contains("the line is down") == true)
        #expect(report.trouble?.contains("No such file") == true)
    }

    @Test func `a read that shares its reading keeps its own deadline`() throws {
        let bench = try bench("late=700ms")
        defer { bench.stop() }
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1"))
        #expect(eventually { diary.events.contains("begin") })
        worker.enter(try read(2, "2", within: .milliseconds(1000)))
        worker.enter(try read(3, "2"))
        let all = reports.first(3)
        #expect(all.map(\.order.number) == [1, 2, 3])
        #expect(all.map(\.state) == [.on, .unknown, .on])
        #expect(asked(bench) == ["1?", "2?"])
    }

    @Test
    func `a silent switch ends the order as unknown at its deadline, with its command's moment`()
        throws
    {
        let bench = try bench("mute")
        defer { bench.stop() }
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .milliseconds(300)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown && report.lastCommandAt != nil)
        #expect(bench.changes.count == 1)
    }

    @Test func `a full queue turns an order away at once`() throws {
        for id in 1...64 { worker.enter(try power(UInt64(id), .off, "3")) }
        #expect(reports.now.isEmpty)
        worker.enter(try power(65, .off, "3"))
        #expect(reports.now.map(\.order.number) == [65])
        #expect(reports.now.first?.state == .unknown)
        #expect(reports.now.first?.trouble?.contains("too many orders") == true)
    }

    @Test func `stop answers the job under way, what waits, and what comes later`() throws {
        let bench = try bench("mute")
        defer { bench.stop() }
        try worker.start()
        worker.enter(try power(1, .off, "3"))
        #expect(eventually { asked(bench) == ["30"] })
        worker.enter(try read(2, "4"))
        worker.stop()
        worker.enter(try read(3, "4"))
        let all = reports.now.sorted { $0.order < $1.order }
        #expect(all.map(\.order.number) == [1, 2, 3])
        #expect(all.allSatisfy { $0.state == .unknown && $0.trouble != nil })
        #expect(all[0].lastCommandAt != nil && all[1].lastCommandAt == nil)
        #expect(!place.files.contains { $0.hasPrefix("LCK") })
    }

    @Test func `a port in use is tried again, and its holder is in the health`() throws {
        let bench = try bench()
        defer { bench.stop() }
        let other = try place.port(link).open()
        try worker.start()
        defer { worker.stop() }
        #expect(eventually { worker.health.lastTrouble?.text.contains("in use") == true })
        #expect(!isUp)
        _ = other.descriptor
    }
}
