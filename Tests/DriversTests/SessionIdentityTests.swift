// Two adapters come back with each other's names: the switch at the end of the line is another one.

import Drivers
import Fencing
import Testing

@Suite("A switch that has to show who it is")
struct SessionIdentityTests {
    private var talk = SessionDialogue(PlainDriver(), identity: "rack-7/pdu-a")

    /// Greets with a banner, obeys every command and reads as it was told.
    private static func switches(_ banner: String) -> (String) -> String? {
        { sent in
            if sent.contains("hello") { return "\r\nWelcome to \u{1B}[1m\(banner)\r\n." }
            return sent.contains("read") ? "0" : "."
        }
    }

    @Test("is commanded and believed when it has")
    mutating func shown() {
        talk.open()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.switches("rack-7/pdu-a"))
        #expect(talk.findings.map(\.state) == [.off])
    }

    @Test("is sent no command where it shows another, and both names are told")
    mutating func another() throws {
        talk.open()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.switches("rack-7/pdu-b"))
        let log = talk.since()
        #expect(!log.contains { $0.contains("> off") || $0.contains("> read") }, "\(log)")
        let finding = try #require(talk.findings.first)
        #expect(finding.state == .unknown && finding.lastCommandAt == nil)
        let trouble = try #require(finding.trouble)
        #expect(trouble.contains("did not show its identity `rack-7/pdu-a`"), "\(trouble)")
        #expect(trouble.contains("rack-7/pdu-b"), "\(trouble)")
    }

    @Test("has to show it again whenever its line was closed")
    mutating func again() {
        talk.open()
        talk.wait(.seconds(20), answer: Self.switches("rack-7/pdu-a"))
        talk.lose()
        talk.open()
        _ = talk.since()
        talk.turn(.off, "3", within: .seconds(20))
        talk.wait(.seconds(20), answer: Self.switches("rack-7/pdu-b"))
        #expect(!talk.since().contains { $0.contains("> off") })
        #expect(talk.findings.map(\.state) == [.unknown])
    }
}
