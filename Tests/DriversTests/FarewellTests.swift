// How a session leaves its line to others, and what it believes when it comes back.

import Drivers
import Fencing
import Testing

@Suite("A session that leaves")
struct FarewellTests {
    private var talk = SessionDialogue(PlainDriver())

    private static func answering(_ reading: String) -> (String) -> String? {
        { sent in sent.contains("read") ? reading : "." }
    }

    /// On an open line, in step, with something to say at the end.
    private mutating func ready(goodbye: String? = "bye") {
        var driver = PlainDriver()
        driver.goodbye = goodbye
        talk = SessionDialogue(driver)
        talk.open()
        talk.wait(.seconds(8), answer: Self.answering("1"))
        _ = talk.since()
    }

    @Test("logs out, and hangs up when the switch has answered")
    mutating func logsOut() {
        ready()
        talk.takeLeave()
        #expect(!talk.session.isIdle)
        talk.wait(.seconds(1)) { _ in "." }
        #expect(
            talk.since() == [
                "8000 > bye", "8010 < answer", "8010 hang up: left, because nothing was to do",
            ])
        #expect(talk.session.isIdle)
    }

    @Test("does not wait long for a switch that does not answer")
    mutating func noAnswer() {
        ready()
        talk.takeLeave()
        talk.wait(.seconds(10))
        #expect(
            talk.since() == ["8000 > bye", "10000 hang up: left, because nothing was to do"])
        #expect(talk.session.isIdle)
    }

    @Test("hangs up only when its last word has left")
    mutating func lastWord() {
        ready()
        talk.leaves = .whenTold
        talk.takeLeave()
        talk.hear(".")
        #expect(talk.since() == ["8000 > bye"])
        talk.wait(.milliseconds(50))
        talk.leave()
        #expect(talk.since() == ["8050 hang up: left, because nothing was to do"])
    }

    @Test("has nothing to log out of where it never got in, or where there is no login")
    mutating func nothingToSay() {
        talk.open()
        talk.takeLeave()
        #expect(talk.since() == ["0 hang up: left, because nothing was to do"])
        ready(goodbye: nil)
        talk.takeLeave()
        #expect(talk.since() == ["8000 hang up: left, because nothing was to do"])
    }

    @Test("believes a reading after any pause of the line only when the latency has passed")
    mutating func nothingOldIsBelieved() {
        ready()
        talk.lose()
        talk.wait(.seconds(60))
        talk.open()
        talk.read("3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.answering("0"))
        let log = talk.since().filter { !$0.contains("<") }
        #expect(log == ["68100 > hello", "73200 > hello", "73310 > read 3", "73320 = off"])
    }

    @Test("sends the off at once when it comes back, all the same")
    mutating func offAtOnce() {
        ready()
        talk.takeLeave()
        talk.wait(.seconds(60)) { _ in "." }
        _ = talk.since()
        talk.open()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.answering("0"))
        let log = talk.since().filter { !$0.contains("<") }
        #expect(log.prefix(2) == ["68100 > hello", "68210 > off 3"])
        #expect(log.suffix(2) == ["73420 > read 3", "73430 = off"])
    }
}
