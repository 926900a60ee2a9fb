// The simulated BMCs, in messages that ipmi_sim and real BMCs were seen to exchange.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct BMCTests {
    @Test func `Terminal Mode takes hexadecimal with and without blanks`() throws {
        var dialogue = try Dialogue(SimulatedTerminalMode())
        #expect(dialogue.say("[00 04 01]\r") == "[04 04 01 00 01 00 00]\r\n")
        #expect(dialogue.say("[00080200]\r\n") == "[04 08 02 00]\r\n")
        #expect(dialogue.state("1") == .off)
        #expect(dialogue.say("[00 0c 01]\r") == "[04 0C 01 00 00 00 00]\r\n")
        #expect(dialogue.say("[b0 10 00]\r") == "[B4 10 00 C1]\r\n")
        #expect(dialogue.say("[00 14 02]\r") == "[04 14 02 C7]\r\n")
        #expect(dialogue.say("[00 18 02 02]\r") == "[04 18 02 D5]\r\n")
    }

    @Test func `Terminal Mode takes words`() throws {
        var dialogue = try Dialogue(SimulatedTerminalMode())
        #expect(dialogue.say("[SYS TMODE]\r") == "[OK TMODE]\r\n")
        #expect(dialogue.say("[SYS POWER OFF]\r") == "[OK]\r\n")
        #expect(dialogue.say("[SYS HEALTH QUERY]\r").hasPrefix("[OK PWR:OFF H:ok"))
        #expect(dialogue.say("[SYS POWER ON]\r") == "[OK]\r\n")
        #expect(dialogue.changes == ["off 1 at 1000ms", "on 1 at 3000ms"])
        #expect(dialogue.say("[SYS DANCE]\r") == "[ERR C1]\r\n")
    }

    @Test(arguments: ["SYS POWER OFF\r", "[SYS POWER OFF\r]\r", "[SYS POWER\u{1B} OFF]\r", "[SYS"])
    func `nothing counts outside brackets, and ESC ends what is inside`(_ text: String) throws {
        var dialogue = try Dialogue(SimulatedTerminalMode())
        #expect(dialogue.say(text) == "")
        #expect(dialogue.simulated.changes.isEmpty)
    }

    @Test func `Terminal Mode lets in who says who he is, for a minute of silence`() throws {
        var dialogue = try Dialogue(SimulatedTerminalMode(login: .fence()))
        #expect(dialogue.say("[00 04 02 00]\r") == "[04 04 02 D4]\r\n")
        #expect(dialogue.say("[SYS PWD -U fence wrong]\r") == "[ERR 81]\r\n")
        #expect(dialogue.say("[SYS PWD -U fence secret]\r") == "[OK]\r\n")
        #expect(dialogue.say("[00 04 02 00]\r", wait: .seconds(61)) == "[04 04 02 00]\r\n")
        #expect(dialogue.say("[00 04 02 01]\r") == "[04 04 02 D4]\r\n")
        for _ in 1...3 { _ = dialogue.say("[SYS PWD -U fence wrong]\r") }
        #expect(dialogue.say("[SYS PWD -U fence secret]\r") == "[ERR D5]\r\n")
        _ = dialogue.heard(after: .seconds(30))
        #expect(dialogue.say("[SYS PWD -U fence secret]\r") == "[OK]\r\n")
    }

    @Test func `a cycle is off for a second, and a soft shutdown takes five`() throws {
        var dialogue = try Dialogue(SimulatedTerminalMode())
        _ = dialogue.say("[00 04 02 02]\r", wait: .seconds(5))
        _ = dialogue.say("[00 08 02 05]\r", wait: .seconds(10))
        #expect(dialogue.changes == ["off 1 at 0ms", "on 1 at 1000ms", "off 1 at 10000ms"])
    }

    @Test func `Basic Mode answers in packets, with its handshake behind them`() throws {
        var dialogue = try Dialogue(SimulatedBasicMode())
        #expect(
            dialogue.say(hex: "a0 20 00 e0 81 04 01 7a a5")
                == "a0 81 04 7b 20 04 01 00 01 00 00 da a5 a6")
        #expect(
            dialogue.say(hex: "a0 20 00 e0 81 aa b6 01 d8 a5")
                == "a0 81 06 79 20 a4 01 00 01 00 00 3a a5 a6")
        #expect(
            dialogue.say(hex: "a0 20 00 e0 81 08 02 00 75 a5") == "a0 81 04 7b 20 08 02 00 d6 a5 a6"
        )
        #expect(dialogue.state("1") == .off)
        #expect(
            dialogue.say(hex: "a0 20 00 e0 81 10 02 02 6b a5") == "a0 81 04 7b 20 10 02 d5 f9 a5 a6"
        )
    }

    @Test(arguments: [
        "a0 20 00 e0 81 08 02 00 76 a5", "a0 20 00 e1 81 08 02 00 75 a5", "20 00 e0 81 08 02 00 75",
        "a0 20 00 e0 81 08 aa 02 00 75 a5", "a0 81 00 7f 81 08 02 00 75 a5",
    ])
    func `Basic Mode is silent to what is no whole packet for it`(_ packet: String) throws {
        var dialogue = try Dialogue(SimulatedBasicMode())
        #expect(dialogue.say(hex: packet) == "")
        #expect(dialogue.simulated.changes.isEmpty)
    }
}
