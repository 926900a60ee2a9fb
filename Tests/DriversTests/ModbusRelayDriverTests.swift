// The Modbus relay driver, byte by byte. The frames are those of the makers' protocol pages, which
// two other implementations (libmodbus and pymodbus) give as well.

import Drivers
import Fencing
import Testing

@Suite("The Modbus relay driver")
struct ModbusRelayDriverTests {
    private func dialogue(
        _ dialect: String? = nil, unit: Int? = nil, _ contacts: DriverOptions.Contacts? = nil
    ) throws -> DriverDialogue {
        var options = DriverOptions()
        options.dialect = dialect
        options.unit = unit
        options.contacts = contacts
        return DriverDialogue(try ModbusRelayDriver(options))
    }

    /// A whole exchange: what is sent, what is heard, how it ends.
    private struct Exchange: Sendable, CustomTestStringConvertible {
        let dialect: String
        let unit: Int
        let task: SwitchTask
        let sent: String
        let heard: String
        let end: String
        var testDescription: String { "\(dialect) \(unit) \(task)" }
    }

    private static let exchanges = [
        Exchange(
            dialect: "coil", unit: 1, task: .on("1"), sent: "01 05 00 00 ff 00 8c 3a",
            heard: "01 05 00 00 ff 00 8c 3a", end: "acknowledged"),
        Exchange(
            dialect: "coil", unit: 1, task: .off("1"), sent: "01 05 00 00 00 00 cd ca",
            heard: "01 05 00 00 00 00 cd ca", end: "acknowledged"),
        Exchange(
            dialect: "coil", unit: 17, task: .on("4"), sent: "11 05 00 03 ff 00 7e aa",
            heard: "11 85 02 c2 94",
            end: "refused: unit 17 answered exception 2, it has no such "
                + "address"),
        Exchange(
            dialect: "holding", unit: 1, task: .on("1"), sent: "01 06 00 01 01 00 d9 9a",
            heard: "01 06 00 01 01 00 d9 9a", end: "acknowledged"),
        Exchange(
            dialect: "holding", unit: 1, task: .off("1"), sent: "01 06 00 01 02 00 d9 6a",
            heard: "01 06 00 01 02 00 d9 6a", end: "acknowledged"),
        Exchange(
            dialect: "skydrive", unit: 1, task: .on("1"), sent: "01 05 00 01 01 00 9d 9a",
            heard: "01 05 00 01 01 00 9d 9a", end: "acknowledged"),
        Exchange(
            dialect: "skydrive", unit: 1, task: .off("1"), sent: "01 05 00 01 00 00 9c 0a",
            heard: "01 05 00 01 00 00 9c 0a", end: "acknowledged"),
    ]

    @Test("sends and takes the frames of the makers' pages", arguments: exchanges)
    private func frames(_ exchange: Exchange) throws {
        var dialogue = try dialogue(exchange.dialect, unit: exchange.unit)
        #expect(dialogue.begin(exchange.task) == ["> " + wire(exchange.sent)])
        let end = dialogue.hear(bytes(exchange.heard)) + dialogue.wait(.milliseconds(100))
        #expect(end == ["= " + exchange.end])
    }

    /// Says something to the question, and lets the line be silent.
    private func say(_ hex: String, to dialogue: inout DriverDialogue) -> [String] {
        let atOnce = dialogue.hear(bytes(hex))
        return atOnce + dialogue.wait(.milliseconds(100))
    }

    /// A board with eight coils, as the standard has them.
    private func greeted(_ contacts: DriverOptions.Contacts? = nil) throws -> DriverDialogue {
        var dialogue = try dialogue(nil, contacts)
        #expect(dialogue.begin(.greet) == ["> " + wire("01 01 00 00 00 08 3d cc")])
        #expect(say("01 01 01 0f 11 8c", to: &dialogue) == ["> " + wire("01 01 00 00 00 20 3d d2")])
        #expect(say("01 81 02 c1 91", to: &dialogue) == ["> " + wire("01 01 00 00 00 10 3d c6")])
        #expect(say("01 81 02 c1 91", to: &dialogue) == ["> " + wire("01 03 00 00 00 01 84 0a")])
        #expect(say("01 83 01 80 f0", to: &dialogue) == ["= greeted"])
        return dialogue
    }

    @Test("reads a relay among all, asks something else, and then reads it alone")
    func reads() throws {
        var dialogue = try greeted()
        #expect(dialogue.begin(.read("3")) == ["> " + wire("01 01 00 00 00 08 3d cc")])
        #expect(say("01 01 01 0b 10 4f", to: &dialogue) == ["> " + wire("01 03 00 00 00 01 84 0a")])
        #expect(say("01 83 01 80 f0", to: &dialogue) == ["> " + wire("01 01 00 02 00 01 5c 0a")])
        #expect(say("01 01 01 00 51 88", to: &dialogue) == ["= off"])
    }

    @Test("knows which contacts a machine hangs on")
    func contacts() throws {
        var dialogue = try greeted(.normallyClosed)
        #expect(dialogue.begin(.off("1")) == ["> " + wire("01 05 00 00 ff 00 8c 3a")])
        #expect(dialogue.hear(bytes("01 05 00 00 ff 00 8c 3a")) == ["= acknowledged"])
        _ = dialogue.begin(.read("1"))
        _ = say("01 01 01 0f 11 8c", to: &dialogue)
        _ = say("01 83 01 80 f0", to: &dialogue)
        #expect(say("01 01 01 01 90 48", to: &dialogue) == ["= off"])
    }

    @Test(
        "believes no frame that is not the answer",
        arguments: [
            "01 01 01 00 51 89",  // the CRC is wrong
            "01 01 01 00 88 51",  // the CRC's bytes are exchanged
            "02 01 01 00 51 cc",  // unit 2 tells of its relay
            "01 03 02 00 00 b8 44",  // another function
            "01 05 00 02 00 00 6c 0a",  // the late answer to an off
            "01 01 01 00 51",  // the last byte is lost
            "01 01 00 00 00 08 3d cc",  // the echo of the question
            "01 01 00 04 00 01 bc 0b 01 01 01 00 51 88",  // somebody else's question and its answer
            "01 01 01 00 51 88 01 01 01 0f 11 8c",  // somebody else's answer and ours
        ])
    func foreign(_ frame: String) throws {
        var dialogue = try greeted()
        _ = dialogue.begin(.read("3"))
        let end = dialogue.hear(bytes(frame)) + dialogue.wait(.seconds(2))
        #expect(end.count == 1 && end[0].hasPrefix("= broken: "), "\(end)")
    }

    @Test("says who answered instead, and does not wait for that")
    func otherUnit() throws {
        var dialogue = try greeted()
        _ = dialogue.begin(.read("3"))
        let end = say("09 81 04 c0 51", to: &dialogue)
        #expect(end == ["= broken: unit 9 answered instead of unit 1"])
    }

    @Test("finds an answer behind noise, and behind the echo of a two-wire adapter")
    func noise() throws {
        var dialogue = try greeted()
        _ = dialogue.begin(.read("1"))
        let next = say("ff 00 01 01 00 00 00 08 3d cc 01 01 01 0e d0 4c", to: &dialogue)
        #expect(next == ["> " + wire("01 03 00 00 00 01 84 0a")])
    }

    @Test("refuses a relay that is neither on nor off")
    func neither() throws {
        var dialogue = try dialogue("holding")
        _ = dialogue.begin(.read("1"))
        _ = say("01 03 02 00 08 b9 82", to: &dialogue)
        _ = say("01 81 01 81 90", to: &dialogue)
        #expect(say("01 03 02 00 08 b9 82", to: &dialogue) == ["= unknown"])
    }

    @Test("asks a busy unit again, four times in all")
    func busy() throws {
        var dialogue = try dialogue()
        let request = ["> " + wire("01 05 00 00 00 00 cd ca")]
        #expect(dialogue.begin(.off("1")) == request)
        for _ in 1...3 {
            #expect(say("01 85 06 c2 92", to: &dialogue) == [])
            #expect(dialogue.wait(.milliseconds(249)) == [])
            #expect(dialogue.wait(.milliseconds(1)) == request)
        }
        #expect(
            say("01 85 06 c2 92", to: &dialogue)
                == ["= refused: unit 1 answered exception 6, it is busy"])
    }

    @Test("takes exceptions for a greeting, and silence only where it asks what need not be known")
    func greeting() throws {
        var dialogue = try dialogue()
        #expect(dialogue.begin(.greet) == ["> " + wire("01 01 00 00 00 08 3d cc")])
        var asked = 0
        while asked < 3 {
            let next = say("01 81 02 c1 91", to: &dialogue)
            #expect(next.count == 1 && next[0].hasPrefix("> "))
            asked += 1
        }
        #expect(say("01 81 02 c1 91", to: &dialogue) == ["> " + wire("01 03 00 00 00 01 84 0a")])
        #expect(dialogue.wait(.seconds(1)) == ["> " + wire("01 03 00 00 00 01 84 0a")])
        #expect(dialogue.wait(.seconds(1)) == ["= greeted"])
        #expect(dialogue.begin(.greet) == ["> " + wire("01 01 00 00 00 08 3d cc")])
        let end = dialogue.wait(.seconds(2))
        #expect(end == ["= broken: unit 1 gave no answer with a good CRC"])
    }

    @Test(
        "never sends what is no relay: 256 would be every one of them",
        arguments: ["0", "33", "256", "01", "a", "-1", "+1"])
    func noOutlet(_ name: String) throws {
        for task in [SwitchTask.off(name), .on(name), .read(name)] {
            var dialogue = try dialogue()
            let end = dialogue.begin(task)
            #expect(end.count == 1 && end[0].hasPrefix("= refused: "), "\(end)")
        }
    }

    @Test("is refused with a unit or a dialect that cannot be", arguments: [0, 256, -1])
    func badOptions(_ unit: Int) {
        #expect(throws: DriverOptionRefused.self) { try dialogue(unit: unit) }
        let error = #expect(throws: DriverOptionRefused.self) { try dialogue("coils") }
        #expect(error?.key == .dialect)
        #expect(error?.description.contains("write coil, holding, skydrive") == true)
    }

    @Test("takes only the options that mean something to it")
    func options() throws {
        var options = DriverOptions()
        options.unit = 3
        #expect(try DriverCatalog.make(named: "modbus-relay", options) != nil)
        let error = #expect(throws: DriverOptionRefused.self) {
            try DriverCatalog.make(named: "wti-rps10", options)
        }
        #expect(error?.description == "wti-rps10 takes no `unit`; leave it out")
    }
}

/// `01 05 ff`
func bytes(_ hex: String) -> [UInt8] {
    hex.split(separator: " ").map { pair in
        guard let byte = UInt8(pair, radix: 16) else { preconditionFailure("\(pair) is no byte") }
        return byte
    }
}

/// As a dialogue writes it down.
func wire(_ hex: String) -> String { DriverDialogue.shown(bytes(hex)) }
