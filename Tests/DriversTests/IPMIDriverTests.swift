// The IPMI drivers, message by message.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("The IPMI driver in Terminal Mode")
struct TerminalModeTests {
    private var dialogue: DriverDialogue

    init() throws { dialogue = DriverDialogue(try builtIn("ipmi-terminal")) }

    /// From the beginning to the point where the BMC listens.
    private mutating func greet() {
        _ = dialogue.begin(.greet)
        _ = dialogue.wait(.milliseconds(250))
        _ = dialogue.hear("[OK TMODE]\r\n")
    }

    @Test(
        "takes the port over, asks whether anybody is there, and takes both word orders",
        arguments: ["[OK TMODE]\r\n", "[TMODE OK]\r\n", "\u{1B}*[OK TMODE]\n", "[ERR C1]\r\n"])
    mutating func greeting(_ answer: String) {
        #expect(dialogue.begin(.greet) == ["> <1b>("])
        #expect(dialogue.wait(.milliseconds(249)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> [SYS TMODE]\\r"])
        #expect(dialogue.hear(answer) == ["= greeted"])
    }

    @Test("asks a BMC that takes no words for its device ID, and goes on when it tells it")
    mutating func hexadecimalOnly() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.wait(.milliseconds(250)) == ["> [SYS TMODE]\\r"])
        #expect(dialogue.wait(.seconds(2)) == ["> [18 04 01]\\r"])
        // The echo, and an answer to another number, are none.
        #expect(dialogue.hear("[18 04 01]\r\n[1C 08 01 00 20]\r\n") == [])
        #expect(dialogue.hear("[1C 04 01 00 20 01 02 03 02]\r\n") == ["= greeted"])
    }

    @Test("says who it is, and goes on only when that is taken")
    mutating func login() throws {
        for (user, line) in [("fence", "-U fence s3cret"), (nil, "-N s3cret")] {
            dialogue = DriverDialogue(try builtIn("ipmi-terminal", user: user, password: "s3cret"))
            _ = dialogue.begin(.greet)
            _ = dialogue.wait(.milliseconds(250))
            #expect(dialogue.hear("[OK TMODE]\r\n") == ["> [SYS PWD \(line)]\\r"])
            // The same once more, and the echo of what was sent, are no answers to the login.
            #expect(dialogue.hear("[OK TMODE]\r\n[SYS PWD \(line)]\r\n[SYS]\r\n") == [])
            #expect(dialogue.hear("[OK]\r\n") == ["= greeted"])
        }
    }

    @Test("sends hexadecimal requests with a new number each, and knows their answers by it")
    mutating func command() {
        greet()
        #expect(dialogue.begin(.off("1")) == ["> [00 04 02 00]\\r"])
        #expect(dialogue.hear("[00 04 02 00]\r\n[SYS]\r\n") == [])
        #expect(dialogue.hear("[04 04 02 00]\r\n") == ["= acknowledged"])
        #expect(dialogue.begin(.on("1")) == ["> [00 08 02 01]\\r"])
        #expect(dialogue.hear("[04 04 02 00]\r\n[04 08 01 00]\r\n") == [])
        // As ipmi_sim writes it.
        #expect(dialogue.hear("[04080200]\n") == ["= acknowledged"])
    }

    @Test("says off when it was seen twice, a second apart, and on when it was seen twice")
    mutating func reading() {
        greet()
        #expect(dialogue.begin(.read("1")) == ["> [00 04 01]\\r"])
        #expect(dialogue.hear("[04 04 01 00 00 00 00]\r\n") == [])
        #expect(dialogue.wait(.milliseconds(999)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> [00 08 01]\\r"])
        #expect(dialogue.hear("[04 08 01 00 60 10 00 00]\r\n") == ["= off"])
        _ = dialogue.begin(.read("1"))
        #expect(dialogue.hear("[04 0C 01 00 01 00 00]\r\n") == [])
        #expect(dialogue.wait(.milliseconds(100)) == ["> [00 10 01]\\r"])
        #expect(dialogue.hear("[04 10 01 00 01 00 00]\r\n") == ["= on"])
        _ = dialogue.begin(.read("1"))
        _ = dialogue.hear("[04 14 01 00 00 00 00]\r\n")
        _ = dialogue.wait(.seconds(1))
        #expect(dialogue.hear("[04 18 01 00 01 00 00]\r\n") == ["= unknown"])
    }

    @Test(
        "believes no message that is not the answer",
        arguments: [
            "[04 04 01 00 00]", "[04 04 01 00 00 00 00 00 00]",
        ])
    mutating func wrongLength(_ message: String) {
        greet()
        _ = dialogue.begin(.read("1"))
        let end = dialogue.hear(message + "\r\n")
        #expect(end.count == 1 && end[0].hasPrefix("= broken: its chassis status has"), "\(end)")
    }

    @Test(
        "takes no notice of what is no answer to its question",
        arguments: [
            "04 04 01 00 00 00 00", "[04 08 01 00 00 00 00]", "[04 04 02 00 00 00 00]",
            "[00 04 01 00 00 00 00]", "[04 04 01 00 00 00 0]", "[04 04 01 00 zz 00 00]",
            "[04 04 01 00\r\n00 00 00]", "[04 04", "login: [OK]",
        ])
    mutating func noAnswer(_ message: String) {
        greet()
        _ = dialogue.begin(.read("1"))
        #expect(dialogue.hear(message + "\r\n") == [])
        // It looks again, because a look changes nothing; and gives up after the fourth time.
        let steps = dialogue.wait(.seconds(12))
        #expect(steps.count == 4 && steps.last == "= broken: no answer", "\(steps)")
    }

    @Test("tells what the BMC said against it", arguments: ["[04 04 02 D5]", "[ERR D5]"])
    mutating func refusal(_ answer: String) {
        greet()
        _ = dialogue.begin(.off("1"))
        #expect(
            dialogue.hear(answer + "\r\n")
                == ["= refused: the BMC answered completion code D5, it cannot now"])
    }

    @Test("asks a busy BMC again, for it has taken nothing")
    mutating func busy() {
        greet()
        _ = dialogue.begin(.off("1"))
        #expect(dialogue.hear("[04 04 02 C0]\r\n") == [])
        #expect(dialogue.wait(.milliseconds(500)) == ["> [00 08 02 00]\\r"])
        #expect(dialogue.hear("[04 08 02 00]\r\n") == ["= acknowledged"])
    }

    @Test("says once more who it is when the BMC has forgotten, and then once more what it wants")
    mutating func forgotten() throws {
        dialogue = DriverDialogue(try builtIn("ipmi-terminal", user: "fence", password: "s3cret"))
        greet()
        _ = dialogue.hear("[OK]\r\n")
        #expect(dialogue.begin(.off("1")) == ["> [00 04 02 00]\\r"])
        #expect(dialogue.hear("[04 04 02 D4]\r\n") == ["> <1b>("])
        #expect(dialogue.wait(.milliseconds(250)) == ["> [SYS TMODE]\\r"])
        #expect(dialogue.hear("[OK TMODE]\r\n") == ["> [SYS PWD -U fence s3cret]\\r"])
        #expect(dialogue.hear("[OK]\r\n") == [])
        #expect(dialogue.wait(.milliseconds(100)) == ["> [00 08 02 00]\\r"])
        let end = dialogue.hear("[04 08 02 D4]\r\n")
        #expect(end.count == 1 && end[0].contains("restricted mode"), "\(end)")
    }

    @Test("commands a BMC that is not heard all the same, login and all")
    mutating func unheard() throws {
        dialogue = DriverDialogue(try builtIn("ipmi-terminal", user: "fence", password: "s3cret"))
        #expect(dialogue.begin(.off("1")) == ["> <1b>("])
        #expect(
            dialogue.wait(.seconds(20)) == [
                "> [SYS TMODE]\\r", "> [SYS PWD -U fence s3cret]\\r", "> [00 04 02 00]\\r",
                "= broken: no answer",
            ])
    }

    @Test("does not try a password again at once that was not taken")
    mutating func turnedAway() throws {
        let driver = try builtIn("ipmi-terminal", user: "fence", password: "wr0ng")
        var bench = Bench(
            .ipmiTerminalLogin, SwitchSession(driver), SimulatedTerminalMode(login: .fence()))
        bench.open(andWait: .seconds(1))
        let finding = try bench.turn(.off, "1", within: .seconds(30))
        #expect(finding.state == .unknown)
        let trouble = try #require(finding.trouble)
        #expect(trouble.contains("does not let us in, with completion code 81"), "\(trouble)")
        #expect(!trouble.contains("wr0ng"))
        // Three bad passwords, and this BMC would let nobody in for a while.
        bench.session = SwitchSession(
            try builtIn("ipmi-terminal", user: "fence", password: "secret"))
        bench.open()
        #expect(try bench.turn(.off, "1", within: .seconds(30)).state == .off)
    }

    @Test(
        "takes no name and no password that would end the line that they stand in",
        arguments: [("fen ce", "secret"), ("fence", "sec]ret"), ("fence", "p wd"), ("fence", nil)])
    func unsendable(_ user: String, _ password: String?) throws {
        let error = #expect(throws: DriverOptionRefused.self) {
            try builtIn("ipmi-terminal", user: user, password: password)
        }
        #expect(error?.description.contains(password ?? "\u{0}") == false)
    }

    @Test("has one outlet, and says so", arguments: ["2", "0", "machine"])
    mutating func noOutlet(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}

@Suite("The IPMI driver in Basic Mode")
struct BasicModeTests {
    private var dialogue: DriverDialogue

    init() throws { dialogue = DriverDialogue(try builtIn("ipmi-basic")) }

    private mutating func greet() {
        _ = dialogue.begin(.greet)
        _ = dialogue.wait(.milliseconds(250))
        _ = dialogue.hear(bytes("a0 81 1c 63 20 04 38 c1 e3 a5"))
    }

    @Test("greets with the request that a shared port looks out for, and needs no session")
    mutating func greeting() {
        #expect(dialogue.begin(.greet) == ["> <1b>("])
        #expect(
            dialogue.wait(.milliseconds(250))
                == ["> " + wire("a0 20 18 c8 81 04 38 0e 03 32 a5")])
        #expect(dialogue.hear(bytes("a0 81 1c 63 20 04 38 c1 e3 a5")) == ["= greeted"])
    }

    @Test("sends and takes packets as ipmi_sim does")
    mutating func packets() {
        greet()
        #expect(dialogue.begin(.off("1")) == ["> " + wire("a0 20 00 e0 81 08 02 00 75 a5")])
        #expect(dialogue.hear(bytes("a6 a0 81 04 7b 20 08 02 00 d6 a5 a6")) == ["= acknowledged"])
        #expect(dialogue.begin(.on("1")) == ["> " + wire("a0 20 00 e0 81 0c 02 01 70 a5")])
        #expect(
            dialogue.hear(bytes("a0 81 04 7b 20 0c 02 d5 fd a5"))
                == ["= refused: the BMC answered completion code D5, it cannot now"])
        #expect(dialogue.begin(.read("1")) == ["> " + wire("a0 20 00 e0 81 10 01 6e a5")])
        #expect(dialogue.hear(bytes("a0 81 04 7b 20 10 01 00 01 00 00 ce a5")) == [])
        #expect(dialogue.wait(.milliseconds(100)) == ["> " + wire("a0 20 00 e0 81 14 01 6a a5")])
        #expect(dialogue.hear(bytes("a0 81 04 7b 20 14 01 00 01 00 00 ca a5")) == ["= on"])
    }

    @Test("replaces the bytes that mean something between packets, there and back")
    mutating func replaced() {
        for number in 1...39 as ClosedRange<UInt8> {
            _ = dialogue.begin(.greet)
            _ = dialogue.wait(.milliseconds(250))
            #expect(dialogue.hear(Self.answer(number, [0x1C, 0x38, 0xC1])) == ["= greeted"])
        }
        // The fortieth request has A0 for its number.
        #expect(dialogue.begin(.read("1")) == ["> " + wire("a0 20 00 e0 81 aa b0 01 de a5")])
        let answer = Self.answer(40, [0x04, 0x01, 0x00, 0xA6, 0xA5, 0xAA, 0x1B])
        #expect(answer.count >= 19, "five bytes are replaced by two")
        #expect(dialogue.hear(answer) == [])
        #expect(dialogue.wait(.seconds(1)).count == 1, "it was understood, and is asked again")
    }

    /// Network function and LUN, command, completion code, data.
    private static func answer(_ number: UInt8, _ body: [UInt8]) -> [UInt8] {
        let head: [UInt8] = [0x81, body[0]]
        let rest = [0x20, number << 2] + body.dropFirst()
        func sum(_ bytes: [UInt8]) -> UInt8 { 0 &- bytes.reduce(0, &+) }
        let standIns: [UInt8: UInt8] = [0xA0: 0xB0, 0xA5: 0xB5, 0xA6: 0xB6, 0xAA: 0xBA, 0x1B: 0x3B]
        let packet = head + [sum(head)] + rest + [sum(rest)]
        return [0xA0] + packet.flatMap { byte in standIns[byte].map { [0xAA, $0] } ?? [byte] }
            + [0xA5]
    }

    @Test(
        "believes no packet that is not the answer",
        arguments: [
            "a0 81 04 7b 20 08 01 00 00 00 00 d8 a5",  // the second checksum is wrong
            "a0 81 04 7c 20 08 01 00 00 00 00 d7 a5",  // the first one is
            "a0 81 04 7b 20 04 01 00 00 00 00 db a5",  // another number
            "a0 81 04 7b 20 08 02 00 00 00 00 d6 a5",  // another command
            "a0 83 04 79 20 08 01 00 00 00 00 d7 a5",  // for somebody else
            "a0 81 04 7b 20 08 01 00 00 00 00 d7",  // it does not end
            "81 04 7b 20 08 01 00 00 00 00 d7 a5",  // it does not begin
            "a0 81 04 7b 20 08 01 00 aa 00 00 00 d7 a5",  // a stand-in that is none
            "a0 81 04 7b 20 08 a5",  // too short
        ])
    mutating func noAnswer(_ packet: String) {
        greet()
        #expect(dialogue.begin(.read("1")) == ["> " + wire("a0 20 00 e0 81 08 01 76 a5")])
        #expect(dialogue.hear(bytes(packet)) == [])
        // It looks again, because a look changes nothing; and gives up after the fourth time.
        let steps = dialogue.wait(.seconds(12))
        #expect(steps.count == 4 && steps.last == "= broken: no answer", "\(steps)")
    }

    @Test("opens a session with a straight password where there is nothing better")
    mutating func straight() throws {
        dialogue = DriverDialogue(try builtIn("ipmi-basic", user: "fence", password: "secret"))
        _ = dialogue.begin(.greet)
        _ = dialogue.wait(.milliseconds(250))
        #expect(
            dialogue.hear(bytes("a0 81 1c 63 20 04 38 00 04 10 00 00 00 00 00 00 90 a5")) == [
                "> "
                    + wire(
                        "a0 20 18 c8 81 08 39 04 66 65 6e 63 65 00 00 00 00 00 00 00 00 00 00 00 39"
                            + " a5")
            ])
        #expect(
            dialogue.hear(
                bytes(
                    "a0 81 1c 63 20 08 39 00 11 22 33 44 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e"
                        + " 0f 10 6d a5")) == [
                    "> "
                        + wire(
                            "a0 20 18 c8 81 0c 3a 04 03 73 65 63 72 65 74 00 00 00 00 00 00 00 00 00"
                                + " 00 01 00 00 00 ab a5")
                ])
        #expect(dialogue.driver.mayHearSecret)
        #expect(
            dialogue.hear(
                bytes("a0 81 1c 63 20 0c 3a 00 04 55 66 77 88 01 00 00 00 03 d8 a5")) == [
                    "> " + wire("a0 20 18 c8 81 10 3b 03 31 a5")
                ])
        #expect(!dialogue.driver.mayHearSecret)
        #expect(dialogue.hear(bytes("a0 81 1c 63 20 10 3b 00 03 92 a5")) == ["= greeted"])
        // And closes it when there is nothing more to say.
        #expect(
            DriverDialogue.shown(dialogue.driver.leave())
                == wire("a0 20 18 c8 81 14 3c 55 66 77 88 75 a5"))
        #expect(dialogue.driver.leave() == [])
    }

    @Test("proves the password by MD5 where it can, and shows it to nobody")
    func md5() throws {
        var bench = try Model.ipmiBasicLogin.bench()
        #expect(try bench.turn(.off, "1", within: .seconds(30)).state == .off)
        let wrong = try builtIn("ipmi-basic", user: "fence", password: "wr0ng")
        bench = Bench(.ipmiBasicLogin, SwitchSession(wrong), SimulatedBasicMode(login: .fence()))
        bench.open(andWait: .seconds(5))
        let trouble = try #require(try bench.turn(.off, "1", within: .seconds(20)).trouble)
        #expect(
            trouble.contains("does not take the password, with completion code 81"), "\(trouble)")
        let stranger = try builtIn("ipmi-basic", user: "nobody", password: "secret")
        bench = Bench(.ipmiBasicLogin, SwitchSession(stranger), SimulatedBasicMode(login: .fence()))
        bench.open(andWait: .seconds(5))
        let other = try #require(try bench.turn(.off, "1", within: .seconds(20)).trouble)
        #expect(other.contains("does not take the user name, with completion code 81"), "\(other)")
    }
}
