// The simulated Modbus relay board, in the frames of the makers' protocol pages.

import Fencing
import SimulatedSwitches
import Testing

@Suite struct ModbusTests {
    @Test func `a board with coils obeys, echoes and tells`() throws {
        var dialogue = try Dialogue(SimulatedModbus())
        #expect(dialogue.say(hex: "01 05 00 02 00 00 6c 0a") == "01 05 00 02 00 00 6c 0a")
        #expect(dialogue.state("3") == .off)
        #expect(dialogue.say(hex: "01 01 00 00 00 08 3d cc") == "01 01 01 fb 10 0b")
        #expect(dialogue.say(hex: "01 05 00 02 ff 00 2d fa") == "01 05 00 02 ff 00 2d fa")
        #expect(dialogue.say(hex: "01 01 00 02 00 01 5c 0a") == "01 01 01 01 90 48")
    }

    @Test func `a board with registers does the same in its own way`() throws {
        var dialogue = try Dialogue(SimulatedModbus(.holding))
        #expect(dialogue.say(hex: "01 06 00 01 02 00 d9 6a") == "01 06 00 01 02 00 d9 6a")
        #expect(dialogue.state("1") == .off)
        #expect(dialogue.say(hex: "01 03 00 01 00 01 d5 ca") == "01 03 02 00 00 b8 44")
        #expect(dialogue.say(hex: "01 06 00 01 01 00 d9 9a") == "01 06 00 01 01 00 d9 9a")
        #expect(dialogue.say(hex: "01 03 00 01 00 01 d5 ca") == "01 03 02 00 01 79 84")
    }

    @Test func `SkyDrive's is on with 0100, and counts from one`() throws {
        var dialogue = try Dialogue(SimulatedModbus(.skydrive, outlets: 4))
        #expect(dialogue.say(hex: "01 05 00 01 00 00 9c 0a") == "01 05 00 01 00 00 9c 0a")
        #expect(dialogue.state("1") == .off)
        #expect(dialogue.say(hex: "01 05 00 01 01 00 9d 9a") == "01 05 00 01 01 00 9d 9a")
        #expect(dialogue.state("1") == .on)
        #expect(dialogue.say(hex: "01 01 00 01 00 04 6c 09") == "01 01 01 0f 11 8c")
        #expect(dialogue.say(hex: "01 05 00 01 ff 00 dd fa") == "01 85 03 02 91")
    }

    @Test func `what it has not, and what it does not take, are exceptions`() throws {
        var dialogue = try Dialogue(SimulatedModbus())
        #expect(dialogue.say(hex: "01 05 00 08 ff 00 0d f8") == "01 85 02 c3 51")
        #expect(dialogue.say(hex: "01 05 00 00 12 34 c0 bd") == "01 85 03 02 91")
        #expect(dialogue.say(hex: "01 03 00 00 00 01 84 0a") == "01 83 01 80 f0")
        #expect(dialogue.simulated.changes.isEmpty)
    }

    @Test(arguments: [
        "01 05 00 00 00 00 cd cb", "02 05 00 00 00 00 cd f9", "01 05 00 00 00 00 cd",
    ])
    func `a wrong CRC, another unit and half a frame meet silence`(_ frame: String) throws {
        var dialogue = try Dialogue(SimulatedModbus())
        #expect(dialogue.say(hex: frame) == "")
        #expect(dialogue.simulated.changes.isEmpty)
        #expect(dialogue.say(hex: "01 05 00 00 00 00 cd ca") == "01 05 00 00 00 00 cd ca")
    }

    @Test func `all relays have an address of their own, and so have pulses`() throws {
        var dialogue = try Dialogue(SimulatedModbus(outlets: 2))
        _ = dialogue.say(hex: "01 05 00 ff 00 00 fd fa")
        #expect(dialogue.simulated.outlets.values.allSatisfy { $0 == .off })
        _ = dialogue.say(hex: "01 05 02 00 00 07 8d b0")
        #expect(dialogue.changes.suffix(2) == ["on 1 at 1000ms", "off 1 at 1700ms"])
    }

    @Test func `to everybody: obeyed, and not answered`() throws {
        var dialogue = try Dialogue(SimulatedModbus())
        #expect(dialogue.say(hex: "00 05 00 00 00 00 cc 1b") == "")
        #expect(dialogue.state("1") == .off)
    }

    @Test func `wired to the other contact, a coil that is energised is a machine that is off`()
        throws
    {
        var dialogue = try Dialogue(SimulatedModbus(contacts: .normallyClosed))
        #expect(dialogue.say(hex: "01 01 00 00 00 01 fd ca") == "01 01 01 00 51 88")
        _ = dialogue.say(hex: "01 05 00 00 ff 00 8c 3a")
        #expect(dialogue.state("1") == .off)
    }

    @Test func `it can be busy twice, answer as another, and miscount`() throws {
        let off = "01 05 00 00 00 00 cd ca"
        var busy = try Dialogue(SimulatedModbus(), faults: "not-yet")
        #expect(busy.say(hex: off) == "01 85 06 c2 92")
        #expect(busy.say(hex: off) == "01 85 06 c2 92")
        #expect(busy.say(hex: off) == off)
        var foreign = try Dialogue(SimulatedModbus(), faults: "foreign")
        #expect(foreign.say(hex: off) == "02 05 00 00 00 00 cd f9")
        var wrong = try Dialogue(SimulatedModbus(), faults: "bad-checksum")
        #expect(wrong.say(hex: off) == "01 05 00 00 00 00 ca cd")
    }
}

extension Dialogue {
    /// `01 05 ff` there and back.
    mutating func say(hex text: String, wait time: Duration = .seconds(1)) -> String {
        let sent = text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        precondition(sent.count == text.split(separator: " ").count, "\(text) is no bytes")
        simulated.receive(sent, at: now)
        return bytes(after: time).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: " ")
    }
}
