// What a session sends again, what it hears out, and what it gives up.

import Drivers
import Fencing
import Testing

@Suite("A session, when an exchange breaks")
struct SessionRepeatTests {
    private var talk = SessionDialogue(PlainDriver())

    /// Says yes to greetings and commands; readings are as given.
    private static func answering(_ reading: String) -> (String) -> String? {
        { sent in sent.contains("read") ? reading : "." }
    }

    /// On an open line, in step.
    private mutating func ready() {
        talk.open()
        talk.wait(.seconds(8), answer: Self.answering("1"))
        _ = talk.since()
    }

    @Test("reads first what may have acted before a line was lost, and sends it again if it is on")
    mutating func lostLine() {
        ready()
        talk.turn(.off, "3", within: .seconds(30))
        talk.wait(.milliseconds(100))
        talk.lose()
        talk.wait(.seconds(1))
        #expect(talk.since() == ["8000 > off 3"])
        talk.open()
        var offs = 0
        talk.wait(.seconds(25)) { sent in
            if sent.contains("off") { offs += 1 }
            return sent.contains("read") ? (offs > 0 ? "0" : "1") : "."
        }
        let log = talk.since().filter { !$0.contains("<") }
        let read = log.firstIndex { $0.hasSuffix("> read 3") }
        let again = log.firstIndex { $0.hasSuffix("> off 3") }
        #expect(read.map { $0 < again ?? 0 } == true, "\(log)")
        #expect(offs == 1, "\(log)")
        #expect(talk.findings.last?.state == .off, "\(log)")
    }

    @Test("sends an off again that broke on the way to it, and an on where none of it had left")
    mutating func brokenOnTheWay() {
        for (command, proof) in [(PowerCommand.off, "0"), (.on, "1")] {
            var driver = PlainDriver()
            driver.wakesFirst = true
            talk = SessionDialogue(driver)
            ready()
            talk.turn(command, "3", within: .seconds(30))
            talk.wait(.milliseconds(50))
            talk.lose()
            talk.open()
            talk.wait(.seconds(12)) { sent in
                sent.contains("wake") ? "~" : sent.contains("read") ? proof : "."
            }
            let log = talk.since().filter { !$0.contains("<") }
            #expect(log.contains { $0.hasSuffix("> \(command) 3") }, "\(log)")
            #expect(talk.findings.map(\.state) == [command.proof], "\(log)")
        }
    }

    /// What happens to the exchange while the switch is woken for the command.
    enum Break: String, CaseIterable, Sendable {
        case reset, halfASecond, secondUser, twelveSeconds, noAnswer
    }

    @Test(
        "reaches an off within 12 s after it could have been heard again",
        arguments: Break.allCases)
    mutating func withinTwelveSeconds(_ kind: Break) {
        var driver = PlainDriver()
        driver.wakesFirst = true
        talk = SessionDialogue(driver, latency: .seconds(10))
        talk.open()
        talk.wait(.seconds(15), answer: Self.answering("1"))
        talk.turn(.off, "3", within: .seconds(25))
        let well: (String) -> String? = { sent in
            sent.contains("wake") ? "~" : sent.contains("read") ? "0" : "."
        }
        switch kind {
        case .reset, .halfASecond, .twelveSeconds:
            talk.wait(.milliseconds(5))
            talk.lose()
            let away: [Break: Int64] = [.halfASecond: 500, .twelveSeconds: 12_000]
            talk.wait(.milliseconds(away[kind] ?? 1))
            talk.open()
        case .secondUser: talk.wait(.seconds(3)) { _ in "^" }
        case .noAnswer: talk.wait(.seconds(3))
        }
        let back = talk.milliseconds
        talk.wait(.seconds(12), answer: well)
        let log = talk.since().filter { !$0.contains("<") }
        #expect(talk.findings.map(\.state) == [.off], "\(kind), heard from \(back) on: \(log)")
        let offs = log.filter { $0.hasSuffix("> off 3") }
        #expect(offs.count == 1, "\(log)")
        // The proof waits until the line is in step; the off does not.
        let sentAt = offs.first?.split(separator: " ").first.flatMap { Int64($0) }
        #expect(sentAt.map { $0 < back + 2500 } == true, "\(log)")
    }

    @Test("stays in step with a switch that says that it does not listen now")
    mutating func turnedAway() {
        var driver = PlainDriver()
        driver.wakesFirst = true
        talk = SessionDialogue(driver)
        ready()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.milliseconds(3500)) { _ in "^" }
        talk.wait(.seconds(2)) { sent in
            sent.contains("wake") ? "~" : sent.contains("read") ? "0" : "."
        }
        let log = talk.since().filter { !$0.contains("<") }
        #expect(!log.contains { $0.contains("hello") }, "\(log)")
        #expect(talk.findings.map(\.state) == [.off], "\(log)")
    }

    @Test("ends with what it reads as soon as nothing can change it and nothing can be sent again")
    mutating func failsEarly() {
        ready()
        talk.turn(.off, "3", within: .seconds(9))
        talk.wait(.seconds(9), answer: Self.answering("1"))
        #expect(talk.findings.map(\.state) == [.on])
        let end = talk.since().last { $0.contains("= on") }
        #expect(end?.hasPrefix("13") == true, "\(end ?? "no end")")
    }

    @Test("hears a reading out whose deadline has come, and stays in step")
    mutating func hearsOut() {
        ready()
        talk.read("2", within: .seconds(1))
        talk.wait(.milliseconds(900))
        talk.hear("-")
        talk.wait(.milliseconds(100))
        #expect(talk.findings.map(\.state) == [.unknown])
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.milliseconds(200))
        // The answer about outlet 2, which is off, is no answer about outlet 3.
        talk.hear("0")
        talk.wait(.seconds(4)) { $0.contains("read") ? "1" : "." }
        talk.wait(.seconds(1)) { $0.contains("read") ? "0" : "." }
        let log = talk.since().filter { !$0.contains("<") }
        #expect(!log.contains { $0.contains("hello") }, "\(log)")
        #expect(talk.findings.map(\.state) == [.unknown, .off])
    }

    @Test("does not make an off wait for a reading that is not answered")
    mutating func deafReading() {
        ready()
        talk.read("2", within: .seconds(1))
        talk.wait(.seconds(1))
        _ = talk.since()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(1))
        #expect(talk.since().contains { $0.hasSuffix("> off 3") })
    }

    @Test("gives up a reading whose answer is in no language that the driver knows")
    mutating func strange() {
        ready()
        talk.read("2", within: .seconds(20))
        talk.wait(.seconds(20)) { _ in "?" }
        #expect(talk.findings.map(\.state) == [.unknown])
        #expect(talk.since().contains("8010 = unknown"))
        #expect(talk.findings.first?.trouble?.contains("it said `?`") == true)
    }
}
