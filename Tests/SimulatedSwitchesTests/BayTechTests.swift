// The BayTech without faults: what a driver may rely on.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct BayTechTests {
    @Test func `a line end brings the prompt, CR LF only once`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        #expect(dialogue.say("\r\n") == "\r\nRPC3-NC>")
        #expect(dialogue.say("\n\n") == "\r\nRPC3-NC>\r\nRPC3-NC>")
        #expect(dialogue.say("\r") == "\r\nRPC3-NC>")
    }

    @Test func `the prompt is the model's`() throws {
        var dialogue = try Dialogue(SimulatedBayTech(model: "RPC-22", outlets: 2))
        #expect(dialogue.say("\r") == "\r\nRPC-22>")
        #expect(dialogue.simulated.outlets.count == 2)
    }

    @Test func `off and on switch one outlet and answer when they are ready`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        #expect(dialogue.say("Off 3\r\n", wait: .milliseconds(99)) == "")
        #expect(dialogue.state("3") == .off)
        #expect(dialogue.heard(after: .milliseconds(1)) == "\r\nRPC3-NC>")
        #expect(dialogue.say("ON 3\r") == "\r\nRPC3-NC>")
        #expect(dialogue.changes == ["off 3 at 0ms", "on 3 at 100ms"])
    }

    @Test func `status has a row for every outlet as powerman's expression wants it`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        _ = dialogue.say("off 3\r\n")
        let status = dialogue.say("status\r\n")
        let rows = status.split(separator: "\r\n").filter { $0.contains("...Outlet") }
        #expect(rows.count == 8)
        #expect(rows[0] == " 1)...Outlet  1       : On          ")
        #expect(rows[2] == " 3)...Outlet  3       : Off         ")
        #expect(status.hasSuffix("\r\nRPC3-NC>"))
    }

    @Test(arguments: ["on 99", "off", "of 3", "off 3 4", "off 03", "on -1", "\u{7F}off 3"])
    func `what it does not understand is an input error and switches nothing`(_ line: String) throws
    {
        var dialogue = try Dialogue(SimulatedBayTech())
        #expect(dialogue.say(line + "\r\n") == "\r\nInput error\r\n\r\nRPC3-NC>")
        #expect(dialogue.simulated.changes.isEmpty)
    }

    @Test func `outlet 0 is all of them`() throws {
        var dialogue = try Dialogue(SimulatedBayTech(outlets: 4))
        _ = dialogue.say("off 0\r\n")
        #expect(dialogue.simulated.outlets.values.allSatisfy { $0 == .off })
    }

    @Test func `a reboot takes ten seconds, counts down, and the prompt waits for it`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        #expect(dialogue.say("reboot 2\r\n", wait: .seconds(9)).hasSuffix("9876543210"))
        #expect(dialogue.heard(after: .seconds(1)) == "\r\nRPC3-NC>")
        #expect(dialogue.changes == ["off 2 at 0ms", "on 2 at 10000ms"])
    }

    @Test func `a reboot leaves an outlet off that is off`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        _ = dialogue.say("off 2\r\n")
        _ = dialogue.say("reboot 2\r\n", wait: .seconds(12))
        #expect(dialogue.state("2") == .off)
    }

    @Test func `a command that comes while it is busy waits its turn`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        _ = dialogue.say("off 1\r\noff 2\r\n")
        #expect(dialogue.changes == ["off 1 at 0ms", "off 2 at 100ms"])
    }

    @Test func `exit ends the conversation, and the next line end begins another`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        #expect(dialogue.say("exit\r\n") == "\r\n")
        #expect(dialogue.say("\r\n") == "\r\nRPC3-NC>")
    }

    @Test func `help names the commands`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        let help = dialogue.say("Help\r\n")
        for command in ["On n", "Off n", "Reboot n", "Status", "Exit", "Help"] {
            #expect(help.contains("\r\n\(command)"))
        }
    }

    @Test func `somebody at the panel leaves a change under the panel's name`() throws {
        var dialogue = try Dialogue(SimulatedBayTech())
        let outlet = try #require(OutletName("5"))
        dialogue.simulated.press(outlet, .off)
        dialogue.simulated.press(outlet, .off)
        #expect(dialogue.simulated.changes.map(\.cause) == [.panel])
        #expect(dialogue.state("5") == .off)
    }
}
