// The worker on a line over the network: one caller at a time, a concentrator that goes away, a line
// that is left to others while nothing is to do.

import Drivers
import Fencing
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import Testing

@Suite struct NetworkWorkerTests {
    private let place: Place
    private let reports: Reports
    private let diary = Diary()
    private let news = News()

    init() throws {
        place = try Place()
        reports = try Reports()
    }

    /// What a worker told of its line.
    private final class News: Sendable {
        private let all = Lock<[LineNews]>([])
        func take(_ news: LineNews) { all.withLock { $0.append(news) } }
        var now: [LineNews] { all.withLock { $0 } }
    }

    private func bench(_ faults: String = "none") throws -> BenchSwitch {
        let bench = try BenchSwitch(SimulatedRPS10(), BenchSwitch.Settings())
        bench.setFaults(try Faults(parsing: faults))
        return bench
    }

    private func worker(
        _ concentrator: Concentrator, _ language: NetworkPort.Language = .raw,
        leavesAfter: Duration? = nil
    ) throws -> Worker {
        let port = NetworkPort(
            language, host: "127.0.0.1", port: concentrator.port,
            settings: try LineSettings(parsing: "115200,8n1"))
        return try Worker(
            switch: pdu, port: port, dialogue: PlugDialogue(diary),
            terms: LineTerms(leavesAfter: leavesAfter), tell: news.take, report: reports.take)
    }

    private func asked(_ bench: BenchSwitch) -> [String] {
        let bytes = bench.wire.filter { $0.direction == .received }.flatMap(\.bytes)
        return bytes.split(separator: 13).map { String(decoding: $0.suffix(2), as: UTF8.self) }
    }

    private func isUp(_ worker: Worker) -> Bool {
        switch worker.health.condition {
        case .up: true
        case .down, .left: false
        }
    }

    @Test(arguments: NetworkPort.Language.allCases)
    func `an order reaches a switch behind a concentrator`(_ language: NetworkPort.Language) throws
    {
        let bench = try bench()
        defer { bench.stop() }
        let manners: [NetworkPort.Language: Concentrator.Manner] = [
            .raw: .raw, .telnet: .telnet, .rfc2217: .comPort,
        ]
        let concentrator = try Concentrator(try #require(manners[language]), device: bench.path)
        defer { concentrator.stop() }
        let worker = try worker(concentrator, language)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .off && report.trouble == nil && report.lastCommandAt != nil)
        #expect(asked(bench) == ["30", "3?"])
        #expect(news.now == [.up])
    }

    @Test func `a line that somebody else holds is tried again while the order waits`() throws {
        let bench = try bench()
        defer { bench.stop() }
        let concentrator = try Concentrator(
            .held(Array("Port already in use\r\n".utf8)), device: bench.path)
        defer { concentrator.stop() }
        let worker = try worker(concentrator)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(20)))
        #expect(eventually { concentrator.refusals >= 3 })
        #expect(worker.health.lastTrouble?.text.contains("held by another caller") == true)
        concentrator.behave(.raw)
        #expect(reports.first(1).first?.state == .off)
        #expect(asked(bench) == ["30", "3?"])
        // Once a second, and not as fast as it is refused.
        #expect(concentrator.refusals <= 8)
    }

    @Test func `a line that stays held ends the order at its deadline, and the error says why`()
        throws
    {
        let concentrator = try Concentrator(.held(Array("Port already in use\r\n".utf8)))
        defer { concentrator.stop() }
        let worker = try worker(concentrator)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(3)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown && report.lastCommandAt == nil)
        #expect(report.trouble?.contains("it said `Port already in use`") == true)
        #expect((2...6).contains(concentrator.refusals))
        let downs = news.now.filter { if case .down = $0 { true } else { false } }
        #expect(downs.count == 1, "said once, not for each attempt")
    }

    @Test func `a connection that dies in the middle: it goes on by reading, nothing twice`() throws
    {
        let bench = try bench("acts-late=500ms mute")
        defer { bench.stop() }
        let concentrator = try Concentrator(.telnet, device: bench.path)
        defer { concentrator.stop() }
        let worker = try worker(concentrator, .telnet)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        #expect(eventually { asked(bench) == ["30"] })
        bench.setFaults(Faults())
        concentrator.cut()
        #expect(reports.first(1).first?.state == .off)
        #expect(asked(bench).filter { $0 == "30" }.count == 1)
        #expect(concentrator.callers == 2)
        #expect(news.now.first == .up)
        #expect(news.now.contains { if case .down = $0 { true } else { false } })
    }

    @Test func `a concentrator that goes silent ends the order as unknown`() throws {
        let concentrator = try Concentrator(.silent)
        defer { concentrator.stop() }
        let worker = try worker(concentrator)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(2)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown && report.lastCommandAt != nil)
    }

    @Test func `an idle line is left to others, and an order takes it up again`() throws {
        let bench = try bench()
        defer { bench.stop() }
        let concentrator = try Concentrator(.telnet, device: bench.path)
        defer { concentrator.stop() }
        let worker = try worker(concentrator, .telnet, leavesAfter: .milliseconds(300))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        #expect(reports.first(1).first?.state == .off)
        #expect(concentrator.isInUse)
        #expect(eventually { !concentrator.isInUse })
        #expect(news.now == [.up, .left])
        // It stays away by itself: nothing but an order brings it back.
        #expect(concentrator.callers == 1)
        worker.enter(try read(2, "3"))
        #expect(reports.first(2).last?.state == .off)
        #expect(concentrator.callers == 2)
        #expect(news.now.prefix(3) == [.up, .left, .up])
    }

    @Test func `a line without that setting is kept`() throws {
        let concentrator = try Concentrator(.raw)
        defer { concentrator.stop() }
        let worker = try worker(concentrator)
        try worker.start()
        defer { worker.stop() }
        #expect(eventually { isUp(worker) && concentrator.isInUse })
        worker.enter(try read(1, "3", within: .milliseconds(600)))
        #expect(reports.first(1).count == 1)
        #expect(concentrator.isInUse && concentrator.callers == 1)
    }

    @Test func `an idle line that is held is not asked for again and again`() throws {
        let concentrator = try Concentrator(.held(Array("Port already in use\r\n".utf8)))
        defer { concentrator.stop() }
        let worker = try worker(concentrator, leavesAfter: .milliseconds(100))
        try worker.start()
        defer { worker.stop() }
        #expect(eventually { concentrator.refusals == 1 && worker.health.lastTrouble != nil })
        #expect(reports.now.isEmpty)
        worker.enter(try read(1, "3", within: .milliseconds(500)))
        #expect(reports.first(1).first?.trouble?.contains("held by another caller") == true)
        #expect(concentrator.refusals <= 3)
    }
}
