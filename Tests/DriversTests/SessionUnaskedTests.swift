// What a switch says unasked: it may have been started anew, and another user may be on it.

import Drivers
import Fencing
import Testing

@Suite("Text that was not asked for")
struct SessionUnaskedTests {
    private var talk = SessionDialogue(PlainDriver())

    private static func answering(_ reading: String) -> (String) -> String? {
        { sent in sent.contains("read") ? reading : "." }
    }

    private mutating func ready() {
        talk.open()
        talk.wait(.seconds(20), answer: Self.answering("1"))
        _ = talk.since()
    }

    @Test(
        "is a notice, and what was read before counts no more"
    )
    mutating func bootBanner() {
        ready()
        talk.hear("\r\nPDU firmware 2.1\r\n")
        let log = talk.since()
        #expect(log.count == 2 && log[1].hasSuffix("distrust"), "\(log)")
        #expect(log[0].contains("notice: it sent something unasked"), "\(log)")
        #expect(log[0].contains("PDU firmware 2.1"), "\(log)")
        talk.wait(.seconds(10), answer: Self.answering("1"))
        #expect(talk.since().isEmpty, "a switch is not greeted for it")
    }

    @Test("right behind an answer it is a late part of that, and no news")
    mutating func lateAnswer() {
        ready()
        talk.read("3", within: .seconds(5))
        talk.wait(.seconds(1), answer: Self.answering("1"))
        _ = talk.since()
        talk.hear("ok")
        #expect(talk.since().isEmpty)
    }
}
