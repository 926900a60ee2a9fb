// The RPS-10 without faults.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct RPS10Tests {
    @Test func `each command answers with the plug's line and Complete`() throws {
        var dialogue = try Dialogue(SimulatedRPS10())
        #expect(dialogue.say(rps10("30")) == "Plug 3 Off\r\nComplete\r\n")
        #expect(dialogue.state("3") == .off)
        #expect(dialogue.say(rps10("3?")) == "Plug 3 Off\r\nComplete\r\n")
        #expect(dialogue.say(rps10("31")) == "Plug 3 On\r\nComplete\r\n")
        #expect(dialogue.say(rps10("3?")) == "Plug 3 On\r\nComplete\r\n")
        #expect(dialogue.changes.count == 2)
    }

    @Test func `powerman's longer prefix ends in the same six bytes`() throws {
        var dialogue = try Dialogue(SimulatedRPS10())
        let command = "\u{18}\u{18}\u{2}\u{18}\u{18}\u{2}\u{18}\u{18}70\r"
        #expect(dialogue.say(command) == "Plug 7 Off\r\nComplete\r\n")
    }

    @Test func `T is off, five seconds, on, and only then Complete`() throws {
        var dialogue = try Dialogue(SimulatedRPS10())
        #expect(dialogue.say(rps10("0T"), wait: .seconds(4)) == "Plug 0 Off\r\n")
        #expect(dialogue.heard(after: .seconds(1)) == "Plug 0 On\r\nComplete\r\n")
        #expect(dialogue.changes == ["off 0 at 0ms", "on 0 at 5000ms"])
    }

    @Test func `the star is every plug`() throws {
        var dialogue = try Dialogue(SimulatedRPS10(addresses: 0...1))
        #expect(dialogue.say(rps10("*0")) == "Plug 0 Off\r\nPlug 1 Off\r\nComplete\r\n")
    }

    @Test(arguments: [
        rps10("70"), rps10("0t"), rps10("0"), rps10("00 "), rps10("x0"), "00\r", "\r",
        "\u{2}\u{18}\u{2}\u{18}\u{18}00\r", "\u{2}\u{18}\u{18}\u{2}\u{18}\u{18}\r00\r",
    ])
    func `an absent address, a wrong prefix and a wrong command meet silence`(_ text: String) throws
    {
        var dialogue = try Dialogue(SimulatedRPS10(addresses: 0...3))
        #expect(dialogue.say(text, wait: .seconds(20)) == "")
        #expect(dialogue.simulated.changes.isEmpty)
        #expect(dialogue.say(rps10("0?")) == "Plug 0 On\r\nComplete\r\n")
    }
}
