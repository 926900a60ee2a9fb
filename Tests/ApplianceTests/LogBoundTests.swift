// What the log may cost, and what nobody's noise may push out of it.

import Fencing
import LinuxSystem
import Logging
import Testing

@testable import Appliance

struct LogBoundTests {
    private func record(_ sentence: String, _ value: String) -> LogRecord {
        LogRecord(
            "2026-11-21T10:24:23.112Z", level: .info, sentence: sentence,
            fields: [LogRecord.Field(name: "why", value: value)])
    }

    @Test(
        "What drives a terminal is shown and not sent",
        arguments: ["\u{9B}31m", "\u{85}", "\u{2028}", "\u{202E}", "\u{1B}[2J", "\u{7F}"])
    func controls(text: String) {
        for line in [record("left", text).text, record(text, "x").text] {
            #expect(!line.contains(text))
            #expect(line.contains("\\u{"))
        }
    }

    @Test func `Values have a limit in bytes`() {
        let accents = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(record(accents, accents).text.utf8.count < 40_000)
    }

    @Test func `One principal's lines are counted above a number, another's are told`() throws {
        var log = RequestLog()
        let one = Principal.operator(try #require(PrincipalName("vic")))
        let other = Principal.operator(try #require(PrincipalName("alice")))
        let now = MonotonicClock.now()
        let told = (0..<10_000).count { _ in log.takes(.noRequest, of: one, at: now) }
        #expect(told == RequestLog.linesPerWindow)
        let tellsOther = log.takes(.requested, of: other, at: now)
        #expect(tellsOther)
        let early = log.summaries(at: now)
        #expect(early.isEmpty)
        let sums = log.summaries(at: now + RequestLog.window)
        #expect(sums.map { $0.fields[.counts] } == ["no-request=\(10_000 - told)"])
        let tellsAgain = log.takes(.noRequest, of: one, at: now + RequestLog.window)
        #expect(tellsAgain)
    }

    @Test func `Noise gives way, decisions do not`() {
        var waiting = QueuedLog.Waiting()
        let matter = QueuedLog.Matter(time: WallClock.now(), lines: { [] })
        let now = MonotonicClock.now()
        for _ in 0..<2 * QueuedLog.noiseCapacity { _ = waiting.take(matter, .noise, at: now) }
        for _ in 0..<2000 { _ = waiting.take(matter, .decision, at: now) }
        #expect(waiting.matters.count == QueuedLog.noiseCapacity + 2000)
        let taken = waiting.takeOut(at: now + NoiseGate.window)
        #expect(taken.leftOut == QueuedLog.noiseCapacity)
        #expect(taken.lost == 0)
    }
}
