// The simulated byte relays, in the frames of the makers' pages.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct ByteRelayTests {
    @Test func `an LCUS says nothing to a command, and a line for each relay to FF`() throws {
        var dialogue = try Dialogue(SimulatedByteRelay(.lcus, outlets: 2))
        #expect(dialogue.say(hex: "a0 01 00 a1") == "")
        #expect(dialogue.state("1") == .off)
        dialogue.simulated.receive([0xFF], at: dialogue.now)
        #expect(dialogue.heard(after: .seconds(1)) == "CH1:OFF \r\nCH2:ON \r\n")
        #expect(dialogue.say(hex: "a0 01 01 a2") == "")
        #expect(dialogue.changes == ["off 1 at 0ms", "on 1 at 2000ms"])
    }

    @Test func `many say nothing at all`() throws {
        var dialogue = try Dialogue(SimulatedByteRelay(.lcusSilent))
        #expect(dialogue.say(hex: "a0 03 00 a3 ff") == "")
        #expect(dialogue.state("3") == .off)
    }

    @Test(arguments: ["a0 01 00 a2", "a0 09 00 a9", "a0 00 00 a0", "a0 01 02 a3", "01 00 a1"])
    func `a wrong sum, no such relay and half a frame meet silence`(_ frame: String) throws {
        var dialogue = try Dialogue(SimulatedByteRelay(.lcus))
        #expect(dialogue.say(hex: frame) == "")
        #expect(dialogue.simulated.changes.isEmpty)
    }

    @Test func `a KMTronic tells of one relay, or of all`() throws {
        var pair = try Dialogue(SimulatedByteRelay(.kmTronic2, outlets: 2))
        #expect(pair.say(hex: "ff 02 00") == "")
        #expect(pair.say(hex: "ff 02 03") == "ff 02 00")
        #expect(pair.say(hex: "ff 01 03") == "ff 01 01")
        var eight = try Dialogue(SimulatedByteRelay(.kmTronic8))
        #expect(eight.say(hex: "ff 03 00") == "")
        #expect(eight.say(hex: "ff 09 00") == "01 01 00 01 01 01 01 01")
        #expect(eight.say(hex: "ff 03 01") == "")
        #expect(eight.changes.count == 2)
    }

    @Test func `a Devantech has a byte for everything, and two of them are every relay`() throws {
        var dialogue = try Dialogue(SimulatedByteRelay(.devantech))
        #expect(dialogue.say(hex: "5a") == "09 02")
        #expect(dialogue.say(hex: "71") == "")
        #expect(dialogue.say(hex: "5b") == "fb")
        #expect(dialogue.say(hex: "67") == "")
        #expect(dialogue.say(hex: "5b") == "ff")
        #expect(dialogue.say(hex: "6e") == "")
        #expect(dialogue.say(hex: "5b") == "00")
    }

    @Test func `wired to the other contact, an energised coil is a machine that is off`() throws {
        var dialogue = try Dialogue(SimulatedByteRelay(.devantech, contacts: .normallyClosed))
        #expect(dialogue.say(hex: "5b") == "00")
        _ = dialogue.say(hex: "67")
        #expect(dialogue.state("3") == .off)
    }
}
