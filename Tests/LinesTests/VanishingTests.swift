// A line whose far end goes and comes back: an adapter that is pulled out, a concentrator that
// restarts. Said once, opened again, nothing spins, nothing old counts.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import Testing

/// Comes up, and is gone in the same moment, as a loose plug.
private final class LoosePort: LinePort {
    let description = "loose"
    private let count = Lock(0)
    var openings: Int { count.withLock { $0 } }

    func open() throws(PortError) -> any OpenLine {
        count.withLock { $0 += 1 }
        do { return try LooseLine() } catch { throw .hungUp(port: "\(error)") }
    }

    private final class LooseLine: OpenLine {
        private let bell: Mailbox<Void>

        init() throws(SystemCallError) {
            bell = try Mailbox()
            bell.post(())
        }

        var descriptor: Int32 { bell.descriptor }
        func read(atMost limit: Int) throws(PortError) -> [UInt8]? {
            throw .vanished(port: "loose", SystemCallError("read", number: ENODEV))
        }
        func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int { 0 }
        func timeToDrain() throws(PortError) -> Duration? { .milliseconds(50) }
    }
}

@Suite struct VanishingTests {
    private let place: Place
    private let reports: Reports
    private let diary = Diary()
    private let news = Lock<[LineNews]>([])

    init() throws {
        place = try Place()
        reports = try Reports()
    }

    private func worker(
        _ name: String, _ port: any LinePort, _ dialogue: (any LineDialogue)? = nil
    ) throws -> Worker {
        try Worker(
            switch: try #require(SwitchName(name)), port: port,
            dialogue: dialogue ?? PlugDialogue(diary),
            tell: { [news] told in news.withLock { $0.append(told) } }, report: reports.take)
    }

    private func bench(_ link: String, _ faults: String = "none") throws -> BenchSwitch {
        var settings = BenchSwitch.Settings()
        settings.link = link
        let bench = try BenchSwitch(SimulatedRPS10(), settings)
        bench.setFaults(try Faults(parsing: faults))
        return bench
    }

    private func order(_ id: UInt64, _ name: String) throws -> ReadOrder {
        ReadOrder(
            id: OrderID(id), outlet: try #require(Outlet("\(name)/3")),
            deadline: MonotonicClock.now() + .seconds(8))
    }

    /// How often the thread has gone to sleep: once for each time that it was woken.
    private func sleeps(_ thread: String) throws -> Int {
        let tasks = try #require(opendir("/proc/self/task"))
        defer { closedir(tasks) }
        while let entry = readdir(tasks) {
            let number = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard number.first != ".",
                let status = try? FileContent.read("/proc/self/task/\(number)/status", atMost: 8192)
            else { continue }
            let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
            guard lines.first == "Name:\t\(thread)" else { continue }
            let line = try #require(lines.first { $0.hasPrefix("voluntary_ctxt_switches:") })
            return try #require(Int(line.split(separator: "\t")[1]))
        }
        throw PortError.hungUp(port: "no thread is called \(thread)")
    }

    @Test func `an adapter that is pulled out is missed once, waited for quietly, and found again`()
        throws
    {
        let link = "\(place.path)/usb"
        let first = try bench(link)
        let worker = try worker("pulled", try place.port(link))
        try worker.start()
        defer { worker.stop() }
        #expect(eventually { news.withLock { $0 } == [.up] })
        first.stop()
        #expect(eventually { news.withLock { $0.count } == 3 })
        let reasons = news.withLock { $0.dropFirst() }.map { "\($0)" }
        #expect(reasons[0].contains(link), "\(reasons)")
        #expect(reasons[1].contains("is its adapter plugged in"), "\(reasons)")
        let before = try sleeps("line pulled")
        usleep(3_000_000)
        // A look after 1, 2 and 4 s, and nothing else to wake up for.
        #expect(try sleeps("line pulled") - before <= 6)
        #expect(news.withLock { $0.count } == 3)
        let second = try bench(link)
        defer { second.stop() }
        worker.enter(try order(1, "pulled"))
        #expect(reports.first(1).first?.state == .on)
        #expect(news.withLock { $0.last } == .up)
    }

    @Test func `a port that is gone as soon as it is there is not tried at full speed`() throws {
        let port = LoosePort()
        let worker = try worker("loose", port)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try order(1, "loose"))
        #expect(eventually { port.openings >= 2 })
        let (openings, before) = (port.openings, try sleeps("line loose"))
        usleep(3_000_000)
        #expect((1...4).contains(port.openings - openings))
        #expect(try sleeps("line loose") - before <= 20)
    }

    @Test func `what was read before is not what is read after`() throws {
        let link = "\(place.path)/usb"
        let first = try bench(link)
        let worker = try worker(
            "moved", try place.port(link),
            SwitchSession(RPS10Driver(), maximalLatency: .seconds(4)))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try order(1, "moved"))
        #expect(reports.first(1).first?.state == .on)
        // The same name, another switch: what it says counts after the latency, not before.
        first.stop()
        let second = try bench(link)
        defer { second.stop() }
        second.press(try #require(OutletName("3")), .off)
        let asked = MonotonicClock.now()
        worker.enter(try order(2, "moved"))
        #expect(reports.first(2).last?.state == .off)
        #expect(MonotonicClock.now() - asked >= .seconds(4))
    }

    @Test func `a concentrator that restarts is found again, quietly`() throws {
        let bench = try bench("\(place.path)/usb")
        defer { bench.stop() }
        let concentrator = try Concentrator(.raw, device: bench.path)
        defer { concentrator.stop() }
        let port = NetworkPort(
            .raw, host: "127.0.0.1", port: concentrator.port,
            settings: try LineSettings(parsing: "115200,8n1"))
        let worker = try worker("restarted", port)
        try worker.start()
        defer { worker.stop() }
        #expect(eventually { concentrator.isInUse && news.withLock { $0 } == [.up] })
        concentrator.behave(.held([]))
        concentrator.cut()
        #expect(eventually { news.withLock { $0.count } >= 2 })
        let before = try sleeps("line restarted")
        usleep(3_000_000)
        #expect(try sleeps("line restarted") - before <= 20)
        concentrator.behave(.raw)
        worker.enter(try order(1, "restarted"))
        #expect(reports.first(1).first?.state == .on)
    }
}
