// The simulated UPSes without faults, and with the one that is theirs.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct UPSTests {
    @Test func `a Smart-UPS says nothing before Y, and obeys a character that comes twice`() throws
    {
        var dialogue = try Dialogue(SimulatedAPCSmart())
        #expect(dialogue.say("Q~") == "")
        #expect(dialogue.say("Y") == "SM\r\n")
        #expect(dialogue.say("Q") == "08\r\n")
        #expect(dialogue.say("~") == "00\r\n")
        _ = dialogue.say("Z", wait: .milliseconds(1500))
        #expect(dialogue.say("Z") == "")
        #expect(dialogue.state("1") == .off)
        #expect(dialogue.say("~") == "40\r\n")
        #expect(dialogue.say("O") == "000.0\r\n")
        _ = dialogue.say("\u{0E}", wait: .seconds(2))
        _ = dialogue.say("\u{0E}")
        #expect(dialogue.state("1") == .on)
    }

    @Test(arguments: [300, 12_500])
    func `too soon or too late, the second character is a first one`(_ pause: Int) throws {
        var dialogue = try Dialogue(SimulatedAPCSmart())
        _ = dialogue.say("Y")
        _ = dialogue.say("Z", wait: .milliseconds(pause))
        _ = dialogue.say("Z")
        #expect(dialogue.state("1") == .on)
    }

    @Test func `asleep, it wakes by itself, and says so`() throws {
        var dialogue = try Dialogue(SimulatedAPCSmart())
        _ = dialogue.say("Y")
        #expect(dialogue.say("@000", wait: .seconds(21)) == "OK\r\n")
        #expect(dialogue.state("1") == .off)
        #expect(dialogue.say("~") == "80\r\n")
        #expect(dialogue.say("8") == "08\r\n")
        _ = dialogue.heard(after: .seconds(10))
        #expect(dialogue.state("1") == .on)
    }

    @Test func `settings go round, and alerts come in the middle of answers`() throws {
        var dialogue = try Dialogue(SimulatedAPCSmart())
        _ = dialogue.say("Y")
        #expect(dialogue.say("p") == "020\r\n")
        #expect(dialogue.say("-") == "OK\r\n")
        #expect(dialogue.say("p") == "180\r\n")
        dialogue.simulated.faults = try Faults(parsing: "alerts")
        #expect(dialogue.say("~") == "!0$0|\r\n")
    }

    @Test func `Megatec's says nothing to an order, and sends back what it does not know`() throws {
        var dialogue = try Dialogue(SimulatedMegatec())
        #expect(dialogue.say("Q1\r") == "(230.0 195.0 230.0 014 50.0 27.5 30.0 00001000\r")
        #expect(dialogue.say("S.2R0000\r", wait: .seconds(11)) == "")
        #expect(dialogue.state("1") == .on)
        #expect(dialogue.say("Q1\r").contains(" 230.0 014"))
        #expect(dialogue.say("Q1\r").contains(" 000.0 014"))
        #expect(dialogue.say("C\r") == "")
        #expect(dialogue.say("S00R0000\r") == "")
        #expect(dialogue.changes == ["off 1 at 13000ms", "on 1 at 14000ms", "off 1 at 15000ms"])
        #expect(dialogue.say("S.1R0000\r") == "S.1R0000\r")
        #expect(dialogue.say("WHAT\r") == "WHAT\r")
    }

    @Test func `C takes an order back, and R brings the output back`() throws {
        var dialogue = try Dialogue(SimulatedMegatec())
        _ = dialogue.say("S.5R0000\r", wait: .seconds(20))
        _ = dialogue.say("C\r", wait: .seconds(60))
        #expect(dialogue.simulated.changes.isEmpty)
        _ = dialogue.say("S.2R0003\r", wait: .seconds(300))
        #expect(dialogue.changes == ["off 1 at 92000ms", "on 1 at 272000ms"])
    }

    @Test func `Voltronic's says yes and no`() throws {
        var dialogue = try Dialogue(SimulatedMegatec(.voltronic))
        #expect(dialogue.say("SOFF\r") == "(ACK\r")
        #expect(dialogue.state("1") == .off)
        #expect(dialogue.say("QGS\r").hasPrefix("(234.9 50.0 000.0 "))
        #expect(dialogue.say("SON\r") == "(ACK\r")
        #expect(dialogue.say("S00R0000\r") == "(NAK\r")
    }
}
