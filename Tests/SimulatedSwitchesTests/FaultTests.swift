// Every fault, one at a time, and some together.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct FaultTests {
    private let prompt = "\r\nRPC3-NC>"

    private func baytech(_ faults: String) throws -> Dialogue {
        try Dialogue(SimulatedBayTech(), faults: faults)
    }

    @Test func `late answers and acts late`() throws {
        var dialogue = try baytech("late=8s")
        #expect(dialogue.say("off 3\r\n", wait: .milliseconds(7999)) == "")
        #expect(dialogue.state("3") == .on)
        #expect(dialogue.heard(after: .milliseconds(101)) == prompt)
        #expect(dialogue.changes == ["off 3 at 8000ms"])
    }

    @Test func `a prompt one answers as soon as it has switched`() throws {
        var dialogue = try baytech("prompt")
        #expect(dialogue.say("off 3\r\n", wait: .zero) == prompt)
        #expect(dialogue.changes == ["off 3 at 0ms"])
    }

    @Test func `late is a delay, not a slowness: the second command is no later than the first`()
        throws
    {
        var dialogue = try baytech("late=8s")
        _ = dialogue.say("off 3\r\n", wait: .seconds(2))
        _ = dialogue.say("off 4\r\n", wait: .seconds(9))
        #expect(dialogue.changes == ["off 3 at 8000ms", "off 4 at 10000ms"])
    }

    @Test func `what was sent while it was late keeps its delay and its order`() throws {
        var dialogue = try baytech("late=8s")
        _ = dialogue.say("off 3\r\n", wait: .seconds(1))
        dialogue.simulated.faults = Faults()
        _ = dialogue.say("on 3\r\n", wait: .seconds(10))
        #expect(dialogue.changes == ["off 3 at 8000ms", "on 3 at 8100ms"])
    }

    @Test func `it can act late though it answered promptly`() throws {
        var dialogue = try baytech("acts-late=8s")
        #expect(dialogue.say("off 3\r\n") == prompt)
        #expect(dialogue.say("status\r\n").contains(" 3)...Outlet  3       : On  "))
        _ = dialogue.heard(after: .seconds(7))
        #expect(dialogue.changes == ["off 3 at 8000ms"])
    }

    @Test func `it can act late and its answer be lost`() throws {
        var dialogue = try Dialogue(SimulatedRPS10(), faults: "acts-late=8s mute")
        #expect(dialogue.say(rps10("30"), wait: .seconds(9)) == "")
        #expect(dialogue.changes == ["off 3 at 8000ms"])
    }

    @Test func `mute acts and says nothing`() throws {
        var dialogue = try baytech("mute echo")
        #expect(dialogue.say("off 3\r\n") == "")
        #expect(dialogue.state("3") == .off)
    }

    @Test func `deaf neither acts nor answers`() throws {
        var dialogue = try baytech("deaf echo")
        #expect(dialogue.say("off 3\r\n", wait: .seconds(60)) == "")
        #expect(dialogue.simulated.changes.isEmpty)
    }

    @Test func `a stuck outlet stays as it is, whatever the switch answers`() throws {
        var dialogue = try Dialogue(SimulatedRPS10(), faults: "stuck-on=3 stuck-off=4 stuck=5")
        #expect(dialogue.say(rps10("30")) == "Plug 3 Off\r\nComplete\r\n")
        #expect(dialogue.say(rps10("3?")) == "Plug 3 On\r\nComplete\r\n")
        _ = dialogue.say(rps10("40"))
        _ = dialogue.say(rps10("41"))
        _ = dialogue.say(rps10("50"))
        #expect(dialogue.changes == ["off 4 at 2000ms"])
    }

    @Test func `garbage is as long as the answer and has no text in it`() throws {
        var dialogue = try baytech("garbage")
        _ = dialogue.say("")
        dialogue.simulated.receive(Array("off 3\r\n".utf8), at: dialogue.now)
        let heard = dialogue.bytes(after: .seconds(1))
        #expect(heard.count == prompt.utf8.count)
        #expect(heard.allSatisfy { $0 >= 0x80 })
        #expect(dialogue.state("3") == .off)
    }

    @Test func `one byte to the switch is lost, once`() throws {
        var dialogue = try baytech("lose-received=5")
        #expect(dialogue.say("off 13\r\n") == prompt)
        #expect(dialogue.state("3") == .off)
        #expect(dialogue.say("off 13\r\n").contains("Input error"))
    }

    @Test func `one byte from the switch is lost, once`() throws {
        var dialogue = try baytech("lose-sent=10")
        #expect(dialogue.say("\r") == "\r\nRPC3-NC")
        #expect(dialogue.say("\r") == prompt)
    }

    @Test func `the count of bytes begins anew when faults are set`() throws {
        var dialogue = try baytech("lose-sent=10")
        _ = dialogue.say("\r")
        dialogue.simulated.faults = try Faults(parsing: "lose-sent=10")
        #expect(dialogue.say("\r") == "\r\nRPC3-NC")
    }

    @Test func `echo sends back what comes, before the answer`() throws {
        var dialogue = try baytech("echo")
        #expect(dialogue.say("off 3\r\n") == "off 3\r" + prompt + "\n")
    }

    @Test func `confirmation is asked for, and anything but yes is no`() throws {
        var dialogue = try baytech("confirm")
        #expect(dialogue.say("off 3\r\n") == "\r\nTurn Off Outlet 3 (Y/N)?")
        #expect(dialogue.say("\r\n") == prompt)
        #expect(dialogue.state("3") == .on)
        #expect(dialogue.say("reboot 3\r\n") == "\r\nReboot Outlet 3 (Y/N)?")
        #expect(dialogue.say("n\r\n") == prompt)
        _ = dialogue.say("off 3\r\n")
        #expect(dialogue.say("Y\r\n") == prompt)
        #expect(dialogue.state("3") == .off)
    }

    @Test func `refuse takes every command for a mistake`() throws {
        var dialogue = try baytech("refuse")
        #expect(dialogue.say("off 3\r\n") == "\r\nInput error\r\n" + prompt)
        #expect(dialogue.say("\r") == prompt)
        var silent = try Dialogue(SimulatedRPS10(), faults: "refuse")
        #expect(silent.say(rps10("30")) == "")
        #expect(dialogue.simulated.changes.isEmpty && silent.simulated.changes.isEmpty)
    }

    @Test func `noise comes before each answer`() throws {
        var dialogue = try baytech("noise=6")
        dialogue.simulated.receive(Array("\r".utf8), at: dialogue.now)
        let heard = dialogue.bytes(after: .seconds(1))
        #expect(heard == [0xFF, 0, 0x80, 0x9F, 0xFF, 0] + Array(prompt.utf8))
    }

    @Test func `a pace is kept from byte to byte and from answer to answer`() throws {
        var dialogue = try baytech("pace=50ms")
        #expect(dialogue.say("\r\r", wait: .milliseconds(49)) == "")
        #expect(dialogue.heard(after: .milliseconds(1)) == "\r")
        #expect(dialogue.heard(after: .milliseconds(450)) == "\nRPC3-NC>")
        #expect(dialogue.heard(after: .milliseconds(500)) == prompt)
    }

    @Test func `an answer comes twice`() throws {
        var dialogue = try Dialogue(SimulatedRPS10(), faults: "duplicate")
        let answer = "Plug 3 Off\r\nComplete\r\n"
        #expect(dialogue.say(rps10("30")) == answer + answer)
    }

    @Test(arguments: 1...20)
    func `the line drops after n bytes in either direction, once`(_ count: Int) throws {
        var dialogue = try baytech("drop=\(count)")
        let heard = dialogue.say("off 3\r\n")
        // Seven bytes in, ten out.
        #expect(dialogue.simulated.hangUps == (count <= 17 ? 1 : 0))
        // The sixth byte is the CR: with it the command is complete, and its prompt comes over
        // the line as it is then: whole, unless the line drops in its midst.
        #expect(dialogue.state("3") == (count < 6 ? .on : .off))
        let expected =
            switch count {
            case ..<6: 0
            case 8..<17: count - 7
            default: 10
            }
        #expect(heard.utf8.count == expected)
        _ = dialogue.say("\r\r\r\r\r\r\r")
        #expect(dialogue.simulated.hangUps == 1)
    }

    @Test func `a drop inside a command leaves the beginning of it in the switch`() throws {
        var dialogue = try baytech("drop=5")
        _ = dialogue.say("off 3\r\n")
        #expect(dialogue.state("3") == .on)
        _ = dialogue.say("\r")
        #expect(dialogue.state("3") == .off)
    }

    @Test func `a late act survives the drop of the line`() throws {
        var dialogue = try baytech("acts-late=5s drop=8")
        _ = dialogue.say("off 3\r\n", wait: .seconds(6))
        #expect(dialogue.simulated.hangUps == 1)
        #expect(dialogue.changes == ["off 3 at 5000ms"])
    }

    @Test func `what is kept is bounded`() throws {
        var dialogue = try baytech("none")
        let outlet = try #require(OutletName("1"))
        for _ in 1...PowerChange.mostKept {
            dialogue.simulated.press(outlet, .off)
            dialogue.simulated.press(outlet, .on)
        }
        #expect(dialogue.simulated.changes.count == PowerChange.mostKept)
        #expect(dialogue.simulated.changes.last?.number == PowerChange.mostKept * 2)
        for _ in 1...10 {
            dialogue.simulated.receive([UInt8](repeating: 13, count: 4000), at: dialogue.now)
        }
        #expect(dialogue.heard(after: .zero).utf8.count < 400_000)
    }
}
