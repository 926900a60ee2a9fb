// What the worker owes a dialogue, held against lines and dialogues that behave badly.

import Drivers
import Fencing
import Lines
import LinuxSystem
import Testing

/// A line whose hardware takes its time: three times it says "not yet".
private final class SlowLine: OpenLine {
    private let terminal: PseudoTerminal
    private let near: any OpenLine
    private var refusals = 3

    init(_ place: Place) throws {
        terminal = try PseudoTerminal()
        near = try place.port(terminal.path).open()
    }

    var descriptor: Int32 { near.descriptor }
    func read(atMost limit: Int) throws(PortError) -> [UInt8]? { try near.read(atMost: limit) }
    func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int { try near.write(bytes) }

    func timeToDrain() throws(PortError) -> Duration? {
        refusals -= 1
        return refusals >= 0 ? .milliseconds(50) : nil
    }
}

private struct SlowPort: LinePort {
    let place: String
    let description = "slow"

    func open() throws(PortError) -> any OpenLine {
        do { return try SlowLine(Place()) } catch {
            throw .hungUp(port: "\(error)")
        }
    }
}

/// Follows a script: what to answer to the beginning of a job, and to the passing of time.
private struct Scripted: LineDialogue {
    let diary: Diary
    var onBegin: [LineStep] = []
    var onTime: [LineStep] = []
    var onLost: [LineStep] = []
    /// For the first time only.
    var onSent: [LineStep] = []
    var isIdle: Bool { true }

    func lineOpened(at now: Moment) -> [LineStep] { noted("opened", now) }
    func lineLost(_ reason: String, at now: Moment) -> [LineStep] {
        noted("lost", now) + onLost
    }
    func begin(_ job: LineJob, at now: Moment) -> [LineStep] { noted("begin", now) + onBegin }
    func received(_ bytes: [UInt8], at now: Moment) -> [LineStep] { noted("received", now) }
    mutating func sent(at now: Moment) -> [LineStep] {
        defer { onSent = [] }
        return noted("sent", now) + onSent
    }
    func timePassed(at now: Moment) -> [LineStep] { noted("time", now) + onTime }

    private func noted(_ event: String, _ now: Moment) -> [LineStep] {
        diary.write(event, now)
        return []
    }
}

@Suite struct LineContractTests {
    private let place: Place
    private let reports: Reports
    private let diary = Diary()

    init() throws {
        place = try Place()
        reports = try Reports()
    }

    private func worker(_ port: any LinePort, _ dialogue: Scripted) throws -> Worker {
        try Worker(switch: pdu, port: port, dialogue: dialogue, report: reports.take)
    }

    @Test func `sent is told only when the last byte has left the machine`() throws {
        let worker = try worker(
            SlowPort(place: place.path), Scripted(diary: diary, onBegin: [.send([1, 2, 3])]))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1"))
        #expect(eventually { diary.moment(of: "sent") != nil })
        let begun = try #require(diary.moment(of: "begin"))
        let sent = try #require(diary.moment(of: "sent"))
        #expect(sent - begun >= .milliseconds(150))
        #expect(diary.events == ["opened", "begin", "sent"])
    }

    @Test func `what the dialogue says when all has left goes out at once`() throws {
        let worker = try worker(
            SlowPort(place: place.path),
            Scripted(diary: diary, onBegin: [.send([1])], onSent: [.send([2])]))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1", within: .seconds(3)))
        #expect(eventually { diary.events == ["opened", "begin", "sent", "sent"] })
        #expect(reports.now.isEmpty)
    }

    @Test func `a hang-up that the dialogue wants closes the line and opens it anew`() throws {
        let terminal = try PseudoTerminal()
        let worker = try worker(
            try place.port(terminal.path),
            Scripted(
                diary: diary, onBegin: [.hangUp("out of step"), .finish(Finding(.unknown))]))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1"))
        #expect(eventually { diary.events == ["opened", "begin", "lost", "opened"] })
        #expect(worker.health.lastTrouble?.text == "out of step")
        #expect(terminal.master.number >= 0)
    }

    @Test func `what the dialogue says to the loss comes after what it said before`() throws {
        let terminal = try PseudoTerminal()
        let sooner = MonotonicClock.now() + .milliseconds(50)
        let later = MonotonicClock.now() + .milliseconds(500)
        let worker = try worker(
            try place.port(terminal.path),
            Scripted(
                diary: diary, onBegin: [.hangUp("out of step"), .wake(sooner)],
                onTime: [.finish(Finding(.unknown))], onLost: [.wake(later)]))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "1"))
        #expect(reports.first(1).count == 1)
        let told = try #require(diary.moment(of: "time"))
        #expect(told >= later)
        #expect(terminal.master.number >= 0)
    }

    @Test func `a job that is over as soon as it begins does not hold up the next`() throws {
        let terminal = try PseudoTerminal()
        let worker = try worker(
            try place.port(terminal.path),
            Scripted(diary: diary, onBegin: [.finish(Finding(.on))]))
        worker.enter(try power(1, .on, "1"))
        worker.enter(try power(2, .on, "2"))
        worker.enter(try read(3, "3"))
        try worker.start()
        defer { worker.stop() }
        #expect(reports.first(3).map(\.state) == [.on, .on, .on])
        #expect(terminal.master.number >= 0)
    }

    @Test func `bytes that nobody took by the end of the job are never sent`() throws {
        let terminal = try PseudoTerminal()
        let flood = [UInt8](repeating: 7, count: 1_000_000)
        let soon = MonotonicClock.now() + .milliseconds(300)
        let worker = try worker(
            try place.port(terminal.path),
            Scripted(
                diary: diary, onBegin: [.send(flood), .wake(soon)],
                onTime: [.finish(Finding(.unknown, trouble: "no answer"))]))
        try worker.start()
        worker.enter(try power(1, .off, "1"))
        #expect(eventually { diary.events.contains("lost") })
        #expect(reports.first(1).first?.trouble == "pdu: no answer")
        #expect(!diary.events.contains("sent"))
        worker.stop()
        var left = 0
        // Once it is read empty, the hung-up terminal gives an error instead of an end.
        do {
            while let bytes = try terminal.master.read(atMost: 65_536) { left += bytes.count }
        } catch {
            #expect(error.description == "read: Input/output error")
        }
        // What the kernel had handed to the far side's reader already; not what it still held for it.
        #expect(left <= 4096)
    }

    @Test func `a job that its dialogue does not end is ended from outside`() throws {
        let terminal = try PseudoTerminal()
        let worker = try worker(
            try place.port(terminal.path), Scripted(diary: diary, onBegin: [.send([1])]))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "1", within: .milliseconds(100)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown && report.lastCommandAt != nil)
        #expect(report.trouble?.contains("given up under way") == true)
        #expect(eventually { diary.events.suffix(2) == ["lost", "opened"] })
        #expect(terminal.master.number >= 0)
    }
}
