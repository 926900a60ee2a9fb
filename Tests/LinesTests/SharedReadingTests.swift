// One table answers everybody who had asked; and a reading that nobody answers holds up no shot.

import Drivers
import Fencing
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import Testing

@Suite struct SharedReadingTests {
    private let place: Place
    private let reports: Reports

    init() throws {
        place = try Place()
        reports = try Reports()
    }

    private func bench(_ simulated: any SimulatedSwitch) throws -> BenchSwitch {
        var settings = BenchSwitch.Settings()
        settings.link = "\(place.path)/pdu"
        return try BenchSwitch(simulated, settings)
    }

    private func worker(_ session: SwitchSession) throws -> Worker {
        try Worker(
            switch: pdu, port: try place.port("\(place.path)/pdu"), dialogue: session,
            report: reports.take)
    }

    private func driver(_ name: String) throws -> any SwitchDriver {
        try #require(try DriverCatalog.make(named: name, DriverOptions()))
    }

    @Test func `one table answers every outlet that was asked about before it`() throws {
        let bench = try bench(SimulatedModel.baytech48.make())
        defer { bench.stop() }
        let worker = try worker(
            SwitchSession(try driver("baytech"), maximalLatency: .milliseconds(500)))
        bench.press(try outlet("7").name, .off)
        for number in 1...48 { worker.enter(try read(UInt64(number), "\(number)")) }
        // The same outlet twice, for two who ask.
        worker.enter(try read(49, "7"))
        try worker.start()
        defer { worker.stop() }
        let found = reports.first(49)
        #expect(found.count == 49)
        for report in found {
            #expect(report.state == (report.outlet.name.text == "7" ? .off : .on))
            #expect(report.began != nil)
        }
        #expect(asked(bench).components(separatedBy: "status") == 2)
    }

    @Test func `a reading that is not answered gives way to a shot`() throws {
        let bench = try bench(SimulatedRPS10())
        defer { bench.stop() }
        let worker = try worker(
            SwitchSession(try driver("wti-rps10"), maximalLatency: .milliseconds(500)))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "3"))
        #expect(reports.first(1).map(\.state) == [.on])
        bench.setFaults(try Faults(parsing: "mute"))
        worker.enter(try read(2, "4", within: .seconds(60)))
        #expect(eventually { asked(bench).contains("4?") })
        worker.enter(try power(3, .off, "3", within: .seconds(60)))
        // The off is obeyed long before the reading's time is over.
        #expect(eventually { bench.outlets[place3] == .off })
        #expect(reports.first(2).last?.trouble?.contains("gave way") == true)
    }

    private func asked(_ bench: BenchSwitch) -> String {
        let sent = bench.wire.filter { $0.direction == .received }.flatMap(\.bytes)
        return String(decoding: sent, as: UTF8.self)
    }

    private var place3: OutletName {
        guard let name = OutletName("3") else { preconditionFailure("a good name") }
        return name
    }
}

extension String {
    /// How many pieces there are around that text.
    fileprivate func components(separatedBy text: String) -> Int {
        var (count, rest) = (1, self[...])
        while let found = rest.firstRange(of: text) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}
