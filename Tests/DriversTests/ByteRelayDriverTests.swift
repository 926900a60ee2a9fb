// The drivers of relay boards that understand single bytes, byte by byte.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("The byte relay drivers")
struct ByteRelayDriverTests {
    private func dialogue(
        _ name: String, _ contacts: DriverOptions.Contacts? = nil
    ) throws -> DriverDialogue {
        var options = DriverOptions()
        options.contacts = contacts
        return DriverDialogue(try #require(try DriverCatalog.make(named: name, options)))
    }

    @Test(
        "send what the makers' pages say",
        arguments: [
            ("lcus", SwitchTask.on("1"), "a0 01 01 a2"), ("lcus", .off("1"), "a0 01 00 a1"),
            ("lcus", .on("8"), "a0 08 01 a9"), ("lcus-silent", .off("2"), "a0 02 00 a2"),
            ("kmtronic-2", .off("2"), "ff 02 00"), ("kmtronic-8", .off("3"), "ff 03 00"),
            ("kmtronic-8", .on("3"), "ff 03 01"), ("devantech", .on("3"), "67"),
            ("devantech", .off("3"), "71"), ("devantech", .off("8"), "76"),
        ])
    func commands(_ name: String, _ task: SwitchTask, _ frame: String) throws {
        var dialogue = try dialogue(name)
        // It has left, and nothing more will come.
        #expect(dialogue.begin(task) == ["> " + wire(frame), "= acknowledged"])
    }

    @Test("know which contacts a machine hangs on")
    func contacts() throws {
        var dialogue = try dialogue("kmtronic-2", .normallyClosed)
        #expect(dialogue.begin(.off("2")) == ["> " + wire("ff 02 01"), "= acknowledged"])
        #expect(poll(&dialogue, .read("2"), ["ff 02 01", "ff 02 01", "ff 02 01"]) == ["= off"])
    }

    @Test("take a state only when every answer says the same")
    func states() throws {
        var lcus = try dialogue("lcus")
        let rows = "CH1:ON \r\nCH2:OFF \r\n"
        _ = lcus.begin(.read("2"))
        _ = lcus.hear(rows)
        #expect(lcus.wait(.milliseconds(100)) == ["> " + wire("ff")])
        _ = lcus.hear(rows)
        #expect(lcus.wait(.milliseconds(100)) == ["= off"])
        var pair = try dialogue("kmtronic-2")
        #expect(poll(&pair, .read("1"), ["ff 01 00", "ff 01 00", "ff 01 00"]) == ["= off"])
        let contradiction = poll(&pair, .read("1"), ["ff 01 00", "ff 01 01"])
        #expect(contradiction == ["= broken: asked twice, it gave two different answers"])
        var eight = try dialogue("kmtronic-8")
        let bytes = "01 01 00 01 01 01 01 01"
        #expect(poll(&eight, .read("3"), [bytes, bytes, bytes]) == ["= off"])
        #expect(poll(&eight, .read("4"), [bytes, bytes, bytes]) == ["= on"])
    }

    @Test("ask a Devantech what it is between asking for its relays")
    func devantech() throws {
        var dialogue = try dialogue("devantech")
        #expect(dialogue.begin(.greet) == ["> " + wire("5a")])
        _ = dialogue.hear(bytes("09 02"))
        #expect(dialogue.wait(.milliseconds(100)) == ["= greeted"])
        let answers = ["fb", "09 02", "fb", "09 02", "fb"]
        #expect(poll(&dialogue, .read("3"), answers) == ["= off"])
        #expect(poll(&dialogue, .read("2"), answers) == ["= on"])
        // An answer that belongs to the question before shifts all that follow.
        let shifted = poll(&dialogue, .read("3"), ["fb", "fb"])
        #expect(shifted == ["= broken: it does not say what board it is"])
    }

    @Test(
        "believe no answer that is not whole",
        arguments: [
            ("lcus", "43 48 31 3a 4f 46 46"), ("lcus", "ff"),
            ("lcus", "43 48 32 3a 4f 46 46 20 0d 0a"), ("kmtronic-2", "ff 02 00"),
            ("kmtronic-2", "ff 01"), ("kmtronic-2", "ff 01 02"), ("kmtronic-2", "00 ff 01 00"),
            ("kmtronic-8", "00 00 00"), ("kmtronic-8", "00 00 00 02"),
            ("kmtronic-8", "00 00 00 00 00"),
        ])
    func damaged(_ name: String, _ answer: String) throws {
        var dialogue = try dialogue(name)
        #expect(
            poll(&dialogue, .read("1"), [answer]) == ["= broken: what it says is no whole answer"])
    }

    @Test("believe no board that has lost relays on the way")
    func shorter() throws {
        var dialogue = try dialogue("kmtronic-8")
        let all = "01 01 01 01 01 01 01 01"
        #expect(poll(&dialogue, .read("1"), [all, all, all]) == ["= on"])
        #expect(
            poll(&dialogue, .read("1"), ["00 00 00 00"])
                == ["= broken: what it says is no whole answer"])
    }

    @Test("say what silence may mean")
    func silence() throws {
        var dialogue = try dialogue("lcus")
        _ = dialogue.begin(.read("1"))
        #expect(
            dialogue.wait(.seconds(1)) == [
                "= broken: no answer; many LCUS boards have none: then the driver is lcus-silent"
            ])
    }

    @Test("never send what is no relay", arguments: ["0", "9", "10", "a", "03"])
    func noOutlet(_ outlet: String) throws {
        for name in ["lcus", "lcus-silent", "kmtronic-2", "kmtronic-8", "devantech"] {
            var dialogue = try dialogue(name)
            let end = dialogue.begin(.off(outlet))
            #expect(end.count == 1 && end[0].hasPrefix("= refused: "), "\(end)")
        }
    }

    @Test("without read-back never say off, and send the command once")
    func silent() throws {
        let driver = try #require(try DriverCatalog.make(named: "lcus-silent"))
        for fault in ["none", "stuck-on=3", "deaf"] {
            var bench = Bench(.lcus, SwitchSession(driver), SimulatedByteRelay(.lcusSilent))
            bench.open()
            try bench.set(fault)
            let before = bench.sentBytes
            let finding = try bench.turn(.off, "3", within: .seconds(30))
            #expect(finding.state == .unknown)
            #expect(bench.sentBytes - before == 4)
            #expect(bench.state("3") == (fault == "none" ? .off : .on))
            #expect(finding.trouble?.contains("lcus-silent cannot read outlets back") == true)
            let reading = try bench.read("3", within: .seconds(30))
            #expect(reading.state == .unknown && bench.sentBytes - before == 4)
        }
    }

    /// One question after the other is answered; what is said at last.
    private func poll(
        _ dialogue: inout DriverDialogue, _ task: SwitchTask, _ answers: [String]
    ) -> [String] {
        var said = dialogue.begin(task)
        for answer in answers {
            _ = dialogue.hear(bytes(answer))
            said = dialogue.wait(.milliseconds(100))
        }
        return said
    }
}
