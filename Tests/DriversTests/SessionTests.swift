// The rules of a session, one by one, against a driver that could not be simpler.

import Drivers
import Fencing
import Testing

@Suite("A session")
struct SessionTests {
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

    @Test("greets when the line opens, and again when nothing from before can be answered any more")
    mutating func greets() {
        talk.open()
        talk.wait(.seconds(20), answer: Self.answering("1"))
        #expect(
            talk.since() == ["100 > hello", "110 < answer", "5200 > hello", "5210 < answer"])
    }

    @Test("says that no answer came where no byte did, and otherwise what came last")
    mutating func unanswered() throws {
        ready()
        talk.read("3", within: .seconds(3))
        talk.wait(.seconds(3))
        let silent = try #require(talk.findings.last?.trouble)
        #expect(silent.contains("no answer"), "\(silent)")
        talk.wait(.seconds(20), answer: Self.answering("1"))
        talk.read("3", within: .seconds(3))
        talk.wait(.seconds(3), answer: { _ in "hm\r\nready% " })
        let strange = try #require(talk.findings.last?.trouble)
        #expect(!strange.contains("no answer"), "\(strange)")
        #expect(strange.contains("no prompt that this driver knows: `ready%`"), "\(strange)")
    }

    @Test("says that it was not asked yet, and why, where nothing of a reading was sent")
    mutating func notAskedYet() throws {
        talk.open()
        talk.wait(.seconds(1), answer: Self.answering("1"))
        _ = talk.since()
        talk.read("3", within: .seconds(3))
        talk.wait(.seconds(3), answer: Self.answering("1"))
        #expect(talk.since() == ["4000 = unknown"])
        let trouble = try #require(talk.findings.first?.trouble)
        #expect(trouble.contains("not asked yet"), "\(trouble)")
        #expect(trouble.contains("5s"), "the maximal latency: \(trouble)")
        #expect(!trouble.contains("said nothing"), "\(trouble)")
        // Of one that does not answer that is said, also where it has not answered before.
        talk.wait(.seconds(5), answer: Self.answering("1"))
        talk.read("3", within: .seconds(3))
        talk.wait(.seconds(3))
        #expect(talk.findings.last?.trouble?.contains("said nothing") == true)
        // Nor is it left out where the greeting that was to find the step has no answer.
        talk = SessionDialogue(PlainDriver())
        talk.open()
        talk.wait(.seconds(1), answer: Self.answering("1"))
        talk.read("3", within: .seconds(5))
        talk.wait(.seconds(5))
        #expect(talk.findings.last?.trouble?.contains("said nothing") == true)
        talk = SessionDialogue(PlainDriver(), latency: .seconds(20))
        talk.open()
        talk.wait(.seconds(4))
        talk.read("3", within: .seconds(3))
        talk.wait(.seconds(3))
        #expect(talk.findings.last?.trouble?.contains("said nothing") == true)
    }

    @Test("commands, then reads anew")
    mutating func commandsAndReads() {
        ready()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.answering("0"))
        #expect(
            talk.since() == [
                "8000 > off 3", "8010 < answer", "8010 > read 3", "8020 < answer", "8020 = off",
            ])
        let sentAt = Moment(sinceStart: .milliseconds(8000))
        #expect(talk.findings == [Finding(.off, lastCommandAt: sentAt)])
    }

    @Test("reads until it is as commanded")
    mutating func polls() {
        ready()
        talk.turn(.off, "3", within: .seconds(4))
        var readings = ["1", "1", "0"]
        talk.wait(.seconds(4)) { $0.contains("read") ? readings.removeFirst() : "." }
        #expect(talk.findings.map(\.state) == [.off])
        #expect(readings.isEmpty)
        #expect(talk.since().count { $0.contains("off 3") } == 1)
    }

    @Test("sends only when the line is silent, or has had its time to be")
    mutating func drains() {
        ready()
        talk.hear("x")
        talk.turn(.off, "3", within: .seconds(20))
        for _ in 1...30 {
            talk.wait(.milliseconds(90))
            talk.hear("x")
        }
        #expect(talk.since().filter { $0.contains(">") } == ["10000 > off 3"])
    }

    @Test("believes no reading from a line that never falls silent")
    mutating func chatter() {
        ready()
        talk.hear("0")
        talk.read("3", within: .seconds(4))
        for _ in 1...100 {
            talk.wait(.milliseconds(50))
            talk.hear("0")
        }
        #expect(talk.findings.map(\.state) == [.unknown])
        #expect(talk.findings.first?.trouble?.contains("does not fall silent") == true)
    }

    @Test("finds no step by a greeting on a line that never falls silent")
    mutating func noStepInChatter() {
        talk.open()
        for _ in 1...240 {
            talk.wait(.milliseconds(50))
            talk.hear(".")
        }
        _ = talk.since()
        // Two greetings were answered by the noise; a reading still has to wait for the third.
        talk.read("3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.answering("0"))
        #expect(talk.since().first?.hasSuffix("> hello") == true)
        #expect(talk.findings.map(\.state) == [.off])
    }

    @Test("waits for silence before each question, once more came than was asked for")
    mutating func untidy() {
        ready()
        talk.read("3", within: .seconds(4))
        talk.wait(.milliseconds(10))
        talk.hear("1")
        talk.wait(.milliseconds(50))
        talk.hear("1")
        talk.read("2", within: .seconds(4))
        talk.wait(.seconds(1), answer: Self.answering("0"))
        talk.wait(.seconds(10))
        talk.read("4", within: .seconds(4))
        talk.wait(.seconds(1), answer: Self.answering("0"))
        #expect(
            talk.since() == [
                "8000 > read 3", "8010 = on", "8160 > read 2", "8170 < answer", "8170 = off",
                "19160 > read 4", "19170 < answer", "19170 = off",
            ])
    }

    @Test("what comes in one piece with the answer is more than was asked for")
    mutating func untidyAtOnce() {
        ready()
        talk.turn(.off, "3", within: .seconds(4))
        talk.wait(.milliseconds(10))
        talk.hear("..")
        talk.wait(.seconds(1)) { $0.contains("read") ? "0" : nil }
        #expect(talk.since() == ["8000 > off 3", "8110 > read 3", "8120 < answer", "8120 = off"])
    }

    @Test("a notice at rest is waited out, and held against nobody")
    mutating func notice() {
        ready()
        talk.hear("x")
        #expect(talk.since().count { $0.contains("notice") } == 1)
        talk.wait(.milliseconds(20))
        for outlet in ["3", "2"] {
            talk.read(outlet, within: .seconds(4))
            talk.wait(.milliseconds(200), answer: Self.answering("0"))
        }
        #expect(
            talk.since() == [
                "8100 > read 3", "8110 < answer", "8110 = off", "8220 > read 2", "8230 < answer",
                "8230 = off",
            ])
    }

    @Test("holds an answer that comes before the question has left")
    mutating func earlyAnswer() {
        ready()
        talk.leaves = .whenTold
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.milliseconds(100))
        talk.hear(".")
        talk.wait(.milliseconds(900))
        #expect(talk.since() == ["8000 > off 3"])
        talk.leave()
        #expect(talk.since() == ["9000 > read 3"])
    }

    @Test("closes a line on which a command does not leave by the deadline")
    mutating func stuckLine() {
        ready()
        talk.leaves = .whenTold
        talk.turn(.off, "3", within: .seconds(1))
        talk.wait(.seconds(3))
        let log = talk.since()
        #expect(log.prefix(2) == ["8000 > off 3", "9000 = unknown"])
        #expect(log.dropFirst(2).first?.hasPrefix("9000 hang up") == true)
        // It may have left at the very last moment.
        #expect(talk.findings[0].lastCommandAt == Moment(sinceStart: .seconds(9)))
    }

    @Test("never takes the late answer of one reading for another")
    mutating func lateAnswer() {
        ready()
        talk.read("2", within: .seconds(1))
        talk.wait(.seconds(1))
        #expect(talk.findings.map(\.state) == [.unknown])
        // Outlet 2 is off; its answer comes while outlet 3, which is on, is asked about.
        talk.read("3", within: .seconds(30))
        talk.wait(.seconds(2))
        talk.hear("0")
        talk.wait(.seconds(28), answer: Self.answering("1"))
        #expect(talk.findings.map(\.state) == [.unknown, .on])
    }

    @Test("believes nothing after a timeout before the latency, silence and a greeting")
    mutating func outOfStep() {
        ready()
        talk.turn(.off, "3", within: .seconds(30))
        talk.wait(.seconds(3))
        #expect(talk.since() == ["8000 > off 3"])
        talk.wait(.seconds(27), answer: Self.answering("0"))
        #expect(
            talk.since() == [
                "13100 > hello", "13110 < answer", "13210 > read 3", "13220 < answer",
                "13220 = off",
            ])
    }

    @Test("does not believe an off while an earlier on may still act")
    mutating func contraryCommand() {
        ready()
        talk.turn(.on, "3", within: .seconds(1))
        talk.wait(.seconds(1), answer: Self.answering("0"))
        #expect(talk.findings.map(\.state) == [.unknown])
        _ = talk.since()
        // The on left at 8000, so it can act until 13000.
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.answering("0"))
        let log = talk.since()
        #expect(log.first == "9000 > off 3")
        #expect(log.contains("13000 > read 3"))
        #expect(log.count { $0.contains("read") } == 1)
        #expect(talk.findings.map(\.state) == [.unknown, .off])
    }

    @Test(
        "repeats a command only after the latency, and only with time left to see it act",
        arguments: [(9, 1), (11, 2), (15, 2), (17, 3)])
    mutating func repeats(_ seconds: Int, _ commands: Int) {
        ready()
        talk.turn(.off, "3", within: .seconds(seconds))
        talk.wait(.seconds(30), answer: Self.answering("1"))
        #expect(talk.since().count { $0.contains("off 3") } == commands)
        #expect(talk.findings.map(\.state) == [.on])
    }

    @Test("after a lost line greets and reads, and repeats nothing by itself")
    mutating func lostLine() {
        ready()
        talk.turn(.off, "3", within: .seconds(30))
        talk.wait(.milliseconds(100))
        talk.lose()
        talk.wait(.seconds(1))
        #expect(talk.since() == ["8000 > off 3"])
        talk.open()
        talk.wait(.seconds(20), answer: Self.answering("0"))
        let log = talk.since().filter { !$0.contains("<") }
        #expect(log == ["9200 > hello", "14300 > hello", "14410 > read 3", "14420 = off"])
    }

    @Test("closes and opens the line after two greetings without an answer")
    mutating func hangsUp() {
        ready()
        talk.turn(.off, "3", within: .seconds(40))
        talk.wait(.seconds(30))
        let log = talk.since()
        #expect(log.count { $0.contains("hello") } == 2)
        #expect(log.last?.contains("hang up") == true)
    }

    @Test("sends the command though the greeting is not answered, with half of the time left")
    mutating func blindCommand() {
        talk.turn(.off, "3", within: .seconds(3))
        talk.open()
        talk.wait(.seconds(3))
        #expect(talk.since() == ["100 > hello", "1650 > off 3", "3000 = unknown"])
    }

    @Test("does not make an off wait for a greeting that only finds its step")
    mutating func interruptsGreeting() {
        talk.open()
        talk.wait(.milliseconds(110), answer: Self.answering("1"))
        talk.wait(.milliseconds(5095))
        #expect(talk.since().last == "5200 > hello")
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.milliseconds(100))
        #expect(talk.since() == ["5305 > off 3"])
    }

    @Test("says that a switch without read-back was commanded, and no more")
    mutating func noReadBack() {
        talk = SessionDialogue(PlainDriver(.no))
        ready()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.answering("0"))
        #expect(talk.findings.map(\.state) == [.unknown])
        #expect(talk.findings.first?.lastCommandAt != nil)
        #expect(talk.findings.first?.trouble?.contains("cannot read outlets back") == true)
        talk.read("3", within: .seconds(1))
        #expect(talk.findings.map(\.state) == [.unknown, .unknown])
    }

    @Test("sends nothing for an outlet that the model has not")
    mutating func noSuchOutlet() {
        talk = SessionDialogue(RPS10Driver())
        ready()
        talk.turn(.off, "10", within: .seconds(20))
        #expect(talk.since() == ["8000 = unknown"])
        #expect(talk.findings.first?.trouble?.contains("no outlet 10, only 0 1 2") == true)
    }

    @Test("shows the last bytes that it saw, and not too many")
    mutating func trouble() throws {
        ready()
        talk.turn(.off, "3", within: .seconds(1))
        talk.hear(String(repeating: "\u{1}", count: 5000) + "\r\n\\huh?")
        talk.wait(.seconds(1))
        let trouble = try #require(talk.findings.first?.trouble)
        #expect(trouble.contains(#"\x01\r\n\\huh?`"#))
        #expect(trouble.utf8.count < 400)
        #expect(trouble.hasPrefix("outlet 3: "))
    }

    @Test("reports a state at the deadline only if nothing that was sent can still change it")
    mutating func inconclusive() {
        ready()
        talk.turn(.on, "3", within: .seconds(4))
        talk.wait(.seconds(5), answer: Self.answering("0"))
        #expect(talk.findings.map(\.state) == [.unknown])
        #expect(talk.findings.first?.trouble?.contains("may still act") == true)
    }

    @Test("takes a refused reading for unknown at once, and a refused command for a reason to read")
    mutating func refusals() {
        ready()
        talk.read("3", within: .seconds(20))
        talk.wait(.seconds(1)) { _ in "!" }
        #expect(talk.findings.map(\.state) == [.unknown])
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(1)) { $0.contains("read") ? "0" : "!" }
        #expect(talk.findings.map(\.state) == [.unknown, .off])
        #expect(talk.findings.last?.trouble?.contains("it said `!`") == true)
    }
}
