// The simulated Numato module without faults.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct NumatoTests {
    @Test func `it echoes, obeys, and tells one relay or all`() throws {
        var dialogue = try Dialogue(SimulatedNumato())
        #expect(dialogue.say("\r") == "\n\r>")
        #expect(dialogue.say("relay off 3\r") == "relay off 3\n\r>")
        #expect(dialogue.state("3") == .off)
        #expect(dialogue.say("relay read 3\r") == "relay read 3\n\roff\n\r>")
        #expect(dialogue.say("relay readall\r") == "relay readall\n\rf7\n\r>")
        #expect(dialogue.say("relay on 3\r") == "relay on 3\n\r>")
        #expect(dialogue.changes == ["off 3 at 1000ms", "on 3 at 4000ms"])
    }

    @Test(arguments: ["relay off 8", "relay off", "relay of 3", "off 3", "relay off 3 4"])
    func `what it does not understand brings the prompt and nothing else`(_ line: String) throws {
        var dialogue = try Dialogue(SimulatedNumato())
        #expect(dialogue.say(line + "\r") == line + "\n\r>")
        #expect(dialogue.simulated.changes.isEmpty)
    }

    @Test func `an echo is no answer: it comes once, and without noise`() throws {
        var dialogue = try Dialogue(SimulatedNumato(), faults: "duplicate")
        #expect(dialogue.say("ver\r") == "ver\n\rA0000008\n\r>\n\rA0000008\n\r>")
    }
}
