// The drivers of UPSes, word by word.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("The driver of APC's smart signalling")
struct APCSmartTests {
    private var dialogue: DriverDialogue

    init() throws { dialogue = DriverDialogue(try builtIn("apc-smart")) }

    /// Each answer brings the next word, a moment later.
    private mutating func read(_ answers: [String]) -> [String] {
        var steps = dialogue.begin(.read("1"))
        for answer in answers {
            steps = dialogue.hear(answer + "\r\n") + dialogue.wait(.milliseconds(50))
        }
        return steps
    }

    @Test("enters smart mode, and says the same character twice with a pause between")
    mutating func command() {
        #expect(dialogue.begin(.off("1")) == ["> Y"])
        #expect(dialogue.hear("SM\r\n") == [])
        #expect(dialogue.wait(.milliseconds(50)) == ["> Z"])
        #expect(dialogue.wait(.milliseconds(1699)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> Z"])
        #expect(dialogue.wait(.milliseconds(300)) == ["= acknowledged"])
        _ = dialogue.begin(.on("1"))
        _ = dialogue.hear("SM\r\n")
        #expect(dialogue.wait(.milliseconds(1750)) == ["> <e>", "> <e>"])
    }

    @Test("does not say it again when it was refused", arguments: ["NA", "NO"])
    mutating func refusal(_ answer: String) {
        _ = dialogue.begin(.off("1"))
        _ = dialogue.hear("SM\r\n")
        #expect(dialogue.wait(.milliseconds(50)) == ["> Z"])
        #expect(dialogue.hear(answer + "\r\n") == ["= refused: it said `\(answer)`"])
        #expect(dialogue.wait(.seconds(30)) == [])
    }

    @Test("says it once, twice over, to a UPS that is not heard, and to no other")
    mutating func unheard() {
        #expect(dialogue.begin(.off("1")) == ["> Y"])
        #expect(dialogue.wait(.seconds(10)) == ["> Z", "> Z", "= acknowledged"])
    }

    @Test("looks at the register twice, and at the voltage between")
    mutating func reading() {
        #expect(dialogue.begin(.read("1")) == ["> Y"])
        _ = dialogue.hear("SM\r\n")
        #expect(dialogue.wait(.milliseconds(50)) == ["> ~"])
        _ = dialogue.hear("40\r\n")
        #expect(dialogue.wait(.milliseconds(50)) == ["> O"])
        _ = dialogue.hear("000.0\r\n")
        #expect(dialogue.wait(.milliseconds(50)) == ["> ~"])
        _ = dialogue.hear("40\r\n")
        #expect(dialogue.wait(.milliseconds(50)) == ["= off"])
    }

    @Test(
        "says off only of an output that stays off, and on only of one that is live",
        arguments: [
            (["40", "000.0", "40"], "off"), (["40", "NA", "40"], "off"),
            (["40", "004.1", "40"], "off"),
            (["00", "230.0", "00"], "on"), (["00", "NA", "00"], "on"),
            (["08", "100.2", "08"], "on"),
            // It wakes up by itself when the mains are back.
            (["80", "000.0", "80"], "unknown"), (["C0", "000.0", "C0"], "unknown"),
            // The register and the voltage contradict each other, or the one itself.
            (["40", "230.0", "40"], "unknown"), (["00", "000.0", "00"], "unknown"),
            (["40", "050.0", "40"], "unknown"), (["40", "000.0", "00"], "unknown"),
        ])
    mutating func states(_ answers: [String], _ state: String) {
        #expect(read(["SM"] + answers) == ["= \(state)"])
    }

    @Test("leaves out what the UPS tells of other things in between")
    mutating func alerts() {
        #expect(read(["!S$M", "4%0|", "#00+0.0=?", "&4*0"]) == ["= off"])
    }

    @Test("takes no answer to another word, and asks all of it again three times")
    mutating func strange() {
        _ = dialogue.begin(.read("1"))
        _ = dialogue.hear("SM\r\n")
        #expect(dialogue.wait(.milliseconds(50)) == ["> ~"])
        #expect(dialogue.hear("SM\r\n000.0\r\n4\r\n400\r\nxy\r\n") == [])
        #expect(dialogue.wait(.seconds(2)) == ["> Y"])
        #expect(dialogue.wait(.seconds(4)) == ["> Y", "= broken: no answer"])
    }

    @Test("says that a UPS without that register cannot be read")
    mutating func noRegister() {
        _ = dialogue.begin(.read("1"))
        var steps: [String] = []
        for _ in 1...3 {
            _ = dialogue.hear("SM\r\n")
            _ = dialogue.wait(.milliseconds(50))
            steps = dialogue.hear("NA\r\n")
        }
        #expect(steps == ["= refused: it said `NA`"])
    }
}

@Suite("The driver of Megatec's protocol")
struct MegatecTests {
    private func dialogue(_ dialect: String? = nil) throws -> DriverDialogue {
        DriverDialogue(try builtIn("megatec", dialect: dialect))
    }

    private static let on = "(230.0 195.0 230.0 014 50.0 27.5 30.0 00001000"
    private static let off = "(230.0 195.0 000.0 000 50.0 27.5 --.- 00001000"

    @Test(
        "sends what NUT sends, and takes silence for consent",
        arguments: [
            (nil, SwitchTask.off("1"), "S.2R0000"), (nil, .on("1"), "C"),
            ("delayed", .off("1"), "S.2R0000"), ("at-once", .off("1"), "S00R0000"),
            ("at-once", .on("1"), "C"),
        ])
    func orders(_ dialect: String?, _ task: SwitchTask, _ order: String) throws {
        var dialogue = try dialogue(dialect)
        #expect(dialogue.begin(task) == ["> \(order)\\r"])
        #expect(dialogue.wait(.milliseconds(599)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["= acknowledged"])
        _ = dialogue.begin(task)
        #expect(
            dialogue.hear("\(order)\r") == [
                "= refused: it sent `\(order)` back, which means that it does not take it"
            ])
        _ = dialogue.begin(task)
        #expect(dialogue.hear("NAK\r") == ["= refused: it said `NAK`"])
        _ = dialogue.begin(task)
        #expect(dialogue.hear("ACK\r") == [])
        #expect(dialogue.wait(.milliseconds(600)) == ["= acknowledged"])
    }

    @Test("waits for Voltronic's word")
    func voltronic() throws {
        var dialogue = try dialogue("voltronic")
        #expect(dialogue.begin(.off("1")) == ["> SOFF\\r"])
        #expect(dialogue.hear("(ACK\r") == [])
        #expect(dialogue.wait(.milliseconds(50)) == ["= acknowledged"])
        #expect(dialogue.begin(.on("1")) == ["> SON\\r"])
        #expect(dialogue.hear("(NAK\r") == ["= refused: it said `(NAK`"])
        // A voltage takes its time to fall.
        #expect(dialogue.begin(.read("1")) == [])
        #expect(dialogue.wait(.milliseconds(99)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> QGS\\r"])
        let status = "(234.9 50.0 000.0 50.0 000.0 000 369.1 ---.- 026.5 ---.- 018.8 100000000001\r"
        _ = dialogue.hear(status)
        #expect(dialogue.wait(.milliseconds(50)) == ["> QGS\\r"])
        _ = dialogue.hear(status)
        #expect(dialogue.wait(.milliseconds(50)) == ["= off"])
    }

    @Test(
        "believes the voltage of the output, when it is told twice",
        arguments: [
            ([on, on], "on"), ([off, off], "off"), ([on, off], "unknown"), ([off, on], "unknown"),
            (["(230.0 195.0 045.0 014 50.0 27.5 30.0 00001000"], "unknown"),
        ])
    func readings(_ lines: [String], _ state: String) throws {
        var dialogue = try dialogue()
        #expect(dialogue.begin(.read("1")) == ["> Q1\\r"])
        var steps: [String] = []
        for line in [lines[0], lines.last ?? ""] {
            _ = dialogue.hear(line + "\r")
            steps = dialogue.wait(.milliseconds(50))
        }
        #expect(steps == ["= \(state)"])
    }

    @Test(
        "takes no line that is not whole",
        arguments: [
            "230.0 195.0 000.0 014 50.0 27.5 30.0 00001000",
            "(230.0 195.0 000.0 014 50.0 27.5 30.0",
            "(230.0 195.0 00.0 014 50.0 27.5 30.0 00001000",
            "(230.0 195.0 000.0 014 50.0 27.5 30.0 00001002",
            "(230.0 195.0 0x0.0 014 50.0 27.5 30.0 00001000",
            "(230.0 195.0 00000 014 50.0 27.5 30.0 00001000",
            "(230.0  000.0 014 50.0 27.5 30.0 00001000", "",
        ])
    func damaged(_ line: String) throws {
        var dialogue = try dialogue()
        _ = dialogue.begin(.read("1"))
        #expect(dialogue.hear(line + "\r") == [])
        #expect(dialogue.wait(.seconds(2)) == ["> Q1\\r"])
    }

    @Test("does not call an output live for good that is about to be switched off")
    func countingDown() throws {
        var bench = try Model.megatec.bench(latency: .seconds(5))
        let finding = try bench.turn(.off, "1", within: .seconds(10))
        #expect(finding.state == .unknown, "it acts after twelve seconds, whatever the site says")
        #expect(try bench.read("1", within: .milliseconds(900)).state == .unknown)
        bench.run(for: .seconds(10))
        #expect(try bench.read("1", within: .seconds(10)).state == .off)
    }

    @Test(
        "believes no dead output that a damaged order may bring back", arguments: [nil, "at-once"])
    func damagedOrder(_ dialect: String?) throws {
        var dialogue = try dialogue(dialect)
        _ = dialogue.begin(.off("1"))
        // Its R became a CR: `S.2` was taken, and the rest was not understood.
        #expect(
            dialogue.hear("0000\r") == [
                "= refused: it sent `0000` back: the order was damaged on its way"
            ])
        func reading() -> [String] {
            _ = dialogue.begin(.read("1"))
            _ = dialogue.hear(Self.off + "\r")
            _ = dialogue.wait(.milliseconds(50))
            _ = dialogue.hear(Self.off + "\r")
            return dialogue.wait(.milliseconds(50))
        }
        #expect(reading() == ["= unknown"])
        _ = dialogue.wait(.seconds(68))
        #expect(reading() == ["= unknown"])
        _ = dialogue.wait(.seconds(2))
        #expect(reading() == ["= off"])
    }

    @Test("says how late an order can act")
    func latency() throws {
        #expect(try builtIn("megatec").traits.maximalLatency == .seconds(30))
        #expect(try builtIn("megatec", dialect: "at-once").traits.maximalLatency == .seconds(10))
    }

    @Test("says nothing of an output that is still to go off, and off when it has")
    func delayed() throws {
        var bench = try Model.megatec.bench()
        let early = try bench.turn(.off, "1", within: .seconds(8))
        #expect(early.state == .unknown)
        #expect(try #require(early.trouble).contains("may still act"))
        bench.run(for: .seconds(10))
        #expect(try bench.read("1", within: .seconds(10)).state == .off)
    }

    @Test("has one outlet, and says so", arguments: ["2", "0", "ups"])
    func noOutlet(_ name: String) throws {
        var dialogue = try dialogue()
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}
