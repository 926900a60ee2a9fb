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
            dialect: "coil", unit: 1, task: .read("1"), sent: "01 01 00 00 00 01 fd ca",
            heard: "01 01 01 00 51 88", end: "off"),
        Exchange(
            dialect: "coil", unit: 1, task: .read("2"), sent: "01 01 00 01 00 01 ac 0a",
            heard: "01 01 01 01 90 48", end: "on"),
        Exchange(
            dialect: "holding", unit: 1, task: .on("1"), sent: "01 06 00 01 01 00 d9 9a",
            heard: "01 06 00 01 01 00 d9 9a", end: "acknowledged"),
        Exchange(
            dialect: "holding", unit: 1, task: .off("1"), sent: "01 06 00 01 02 00 d9 6a",
            heard: "01 06 00 01 02 00 d9 6a", end: "acknowledged"),
        Exchange(
            dialect: "holding", unit: 1, task: .read("1"), sent: "01 03 00 01 00 01 d5 ca",
            heard: "01 03 02 00 00 b8 44", end: "off"),
        Exchange(
            dialect: "skydrive", unit: 1, task: .on("1"), sent: "01 05 00 01 01 00 9d 9a",
            heard: "01 05 00 01 01 00 9d 9a", end: "acknowledged"),
        Exchange(
            dialect: "skydrive", unit: 1, task: .off("1"), sent: "01 05 00 01 00 00 9c 0a",
            heard: "01 05 00 01 00 00 9c 0a", end: "acknowledged"),
        Exchange(
            dialect: "skydrive", unit: 1, task: .read("1"), sent: "01 01 00 01 00 01 ac 0a",
            heard: "01 01 01 01 90 48", end: "on"),
    ]

    @Test("sends and takes the frames of the makers' pages", arguments: exchanges)
    private func frames(_ exchange: Exchange) throws {
        var dialogue = try dialogue(exchange.dialect, unit: exchange.unit)
        #expect(dialogue.begin(exchange.task) == ["> " + wire(exchange.sent)])
        #expect(dialogue.hear(bytes(exchange.heard)) == ["= " + exchange.end])
    }

    @Test("knows which contacts a machine hangs on")
    func contacts() throws {
        var dialogue = try dialogue(nil, .normallyClosed)
        #expect(dialogue.begin(.off("1")) == ["> " + wire("01 05 00 00 ff 00 8c 3a")])
        #expect(dialogue.hear(bytes("01 05 00 00 ff 00 8c 3a")) == ["= acknowledged"])
        _ = dialogue.begin(.read("1"))
        #expect(dialogue.hear(bytes("01 01 01 01 90 48")) == ["= off"])
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
            "01 01 00 02 00 01 5c 0a",  // the echo of the question
        ])
    func foreign(_ frame: String) throws {
        var dialogue = try dialogue()
        _ = dialogue.begin(.read("3"))
        #expect(dialogue.hear(bytes(frame)) == [])
        #expect(dialogue.wait(.milliseconds(1999)) == [])
        let end = dialogue.wait(.milliseconds(1))
        #expect(end.count == 1 && end[0].hasPrefix("= broken: "), "\(end)")
    }

    @Test("says who answered instead")
    func otherUnit() throws {
        var dialogue = try dialogue(unit: 1)
        _ = dialogue.begin(.read("3"))
        #expect(dialogue.hear(bytes("09 81 04 c0 51")) == [])
        #expect(dialogue.wait(.seconds(2)) == ["= broken: unit 9 answered instead of unit 1"])
    }

    @Test("finds an answer behind noise, and behind the echo of a two-wire adapter")
    func noise() throws {
        var dialogue = try dialogue()
        _ = dialogue.begin(.read("1"))
        let end = dialogue.hear(bytes("ff 00 01 01 00 00 00 01 fd ca 01 01 01 00 51 88"))
        #expect(end == ["= off"])
    }

    @Test("refuses a relay that is neither on nor off")
    func neither() throws {
        var dialogue = try dialogue()
        _ = dialogue.begin(.read("1"))
        let end = dialogue.hear(bytes("01 01 01 08 50 4e"))
        #expect(end.count == 1 && end[0].hasPrefix("= broken: "), "\(end)")
    }

    @Test("asks a busy unit again, four times in all")
    func busy() throws {
        var dialogue = try dialogue()
        let request = ["> " + wire("01 05 00 00 00 00 cd ca")]
        #expect(dialogue.begin(.off("1")) == request)
        for _ in 1...3 {
            #expect(dialogue.hear(bytes("01 85 06 c2 92")) == [])
            #expect(dialogue.wait(.milliseconds(249)) == [])
            #expect(dialogue.wait(.milliseconds(1)) == request)
        }
        #expect(
            dialogue.hear(bytes("01 85 06 c2 92"))
                == ["= refused: unit 1 answered exception 6, it is busy"])
    }

    @Test("greets by reading, and takes an exception for a greeting")
    func greeting() throws {
        var dialogue = try dialogue()
        #expect(dialogue.begin(.greet) == ["> " + wire("01 01 00 00 00 01 fd ca")])
        #expect(dialogue.hear(bytes("01 81 02 c1 91")) == ["= greeted"])
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
