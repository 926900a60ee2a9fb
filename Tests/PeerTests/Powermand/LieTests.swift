// Where powermand was seen to lie, by number (docs/switches/powerman.md): what Debian's powermand
// says, and what we say with the same device file and the same switch. Eleven to thirteen are in
// EndToEndTests, because they are about clients.

import Drivers
import Fencing
import Glibc
import Noise
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

private let done = "102 Command completed successfully"

@Suite(.enabled(if: Powermand.isInstalled, "needs Debian's powerman"))
struct LieTests {
    private static let names = ["1", "2"].compactMap { OutletName($0) }

    @Test func `1: A target was left out, and success is told`() throws {
        let all = #"""
            script status { send "st %s\n" expect "([0-9]):(on|off)\n" setplugstate $1 $2 on="^on" off="^off" }
            script off_all { send "off 1\n" expect "> " send "off 2\n" expect "> " }
            """#
        let stage = try Stage(Stage.file(all), Parrot(Self.names, Parrot.plain))
        let other = try Stage(Stage.file(Stage.plain), Parrot(Self.names, Parrot.plain))
        let both = [
            Stage.file(all),
            Stage.file(Stage.plain).replacing("\"test\"", with: "\"other\""),
        ]
        let powermand = try Powermand(
            both,
            [
                Powermand.Device(
                    "test", line: stage.bench.path, nodes: "n[1-2]", outlets: "[1-2]"),
                Powermand.Device(
                    "other", line: other.bench.path, nodes: "m[1-2]", outlets: "[1-2]"),
            ])
        #expect(try powermand.ask("off n1,m1").contains(done))
        #expect(try stage.power("1") == .on, "a lie")
        try powermand.end()

        let report = try stage.ours().turn(.off, "1", within: .seconds(5))
        #expect(report.state == .unknown)
        #expect(report.lastCommandAt == nil)
        #expect(try #require(report.trouble).contains("has no script `off` for one outlet"))
    }

    @Test func `2: The switch says no, and success is told`() throws {
        let stage = try Stage(
            "include \"/etc/powerman/baytech-rpc3-nc.dev\"\n", SimulatedBayTech(),
            specification: "baytech-rpc3-nc")
        stage.bench.setFaults(try Faults(parsing: "refuse"))
        let powermand = try stage.powermand(outlets: "[1-8]")
        #expect(try powermand.ask("off n3").contains(done))
        #expect(try stage.power("3") == .on, "a lie")
        try powermand.end()

        let report = try stage.ours().turn(.off, "3", within: .seconds(6))
        #expect(report.state == .unknown)
        #expect(try #require(report.trouble).contains("Input error"))
    }

    @Test func `3: One off is sent again after each hang-up`() throws {
        let hangsUp: Parrot.Answer = { line, outlets in
            line.hasPrefix("off") ? [.hangUp] : Parrot.plain(line, outlets)
        }
        let file = Stage.file(Stage.plain, timeout: 5)
        let stage = try Stage(file, Parrot(Self.names, hangsUp))
        let powermand = try stage.powermand()
        _ = try powermand.ask("off n1")
        #expect(stage.count("off 1\n") > 1, "it was told once")
        try powermand.end()

        let fresh = try Stage(file, Parrot(Self.names, hangsUp))
        let report = try fresh.ours().turn(.off, "1")
        #expect(fresh.count("off 1\n") == 1)
        #expect(report.state == .off, "it was read: \(report)")
    }

    @Test func `4: After a hang-up within a cycle the first send is skipped`() throws {
        let cycle = #"""
            script cycle { send "off %s\n" expect "> " delay 2 send "on %s\n" expect "> " }
            """#
        let file = Stage.file(Stage.plain + cycle, timeout: 4)
        let stage = try Stage(file, Parrot(Self.names, Parrot.plain))
        let powermand = try stage.powermand()
        powermand.say("cycle n1")
        // What is read is also worked off before a hang-up is noticed: it is in its pause then.
        try stage.untilAnswerIsRead("it is off") { stage.bench.outlets[Self.names[0]] == .off }
        stage.bench.drop()
        #expect(try !powermand.heard().contains(done))
        #expect(try stage.power("1") == .off, "half a cycle: nobody switches it on again")
        #expect(stage.count("off 1\n") == 1, "it began anew without its first statement")
        try powermand.end()

        let fresh = try Stage(file, Parrot(Self.names, Parrot.plain))
        let line = try fresh.ours()
        #expect(try line.turn(.off, "1").state == .off)
        fresh.bench.drop()
        #expect(try line.turn(.on, "1").state == .on)
        #expect(try fresh.power("1") == .on)
    }

    @Test func `5: The late answer to one question answers the next one`() throws {
        let late: Parrot.Answer = { line, outlets in
            switch line {
            case "st 1":
                [.text("\(outlets[Self.names[0]] ?? .unknown)\n", after: .milliseconds(1500))]
            case "st 2":
                [.text("\(outlets[Self.names[1]] ?? .unknown)\n", after: .milliseconds(100))]
            default: []
            }
        }
        let file = Stage.file(
            #"""
            script status { send "st %s\n" expect "(on|off)\n" setplugstate $1 on="^on" off="^off" }
            """#, login: #"send "\n""#)
        let stage = try Stage(file, Parrot(Self.names, late))
        try stage.press("1", .off)
        let powermand = try stage.powermand()
        #expect(try powermand.ask("status n1").contains("302 unknown: n1"))
        eventually("the late answer is there") { stage.bench.wire.last?.direction == .sent }
        #expect(try powermand.ask("status n2").contains("302 off:     n2"))
        #expect(try stage.power("2") == .on, "a lie")
        try powermand.end()

        let fresh = try Stage(file, Parrot(Self.names, late))
        try fresh.press("1", .off)
        let line = try fresh.ours(latency: .seconds(2))
        #expect(try line.read("1", within: .seconds(1)).state == .unknown)
        #expect(try line.read("2").state == .on)
    }

    @Test func `6: The first outlet gets the state of the last`() throws {
        let file = "include \"/etc/powerman/baytech-rpc18d-nc.dev\"\n"
        let stage = try Stage(
            file, SimulatedBayTech(model: "RPC-18"), specification: "baytech-rpc18d-nc")
        try stage.press("8", .off)
        let powermand = try stage.powermand(outlets: "[1-8]")
        let status = try powermand.ask("status n1")
        #expect(status.contains("302 off:     n1"), "\(status)")
        #expect(try stage.power("1") == .on, "a lie")
        try powermand.end()

        let line = try stage.ours()
        #expect(try line.read("1").state == .on)
        #expect(try line.read("8").state == .off)
    }

    @Test func `7: Half a number is taken for the number`() throws {
        let halves: Parrot.Answer = { line, _ in
            line.hasPrefix("st") ? [.text("at 1"), .text("23\n", after: .milliseconds(60))] : []
        }
        let file = Stage.file(
            #"""
            script status { send "st %s\n" expect "at ([0-9]+)" setplugstate $1 on="^123" off="^1" }
            """#, login: #"send "\n""#)
        let stage = try Stage(file, Parrot(Self.names, halves))
        let powermand = try stage.powermand()
        #expect(try powermand.ask("status n1").contains("302 off:     n1"), "a lie: 123 is on")
        try powermand.end()

        #expect(try stage.ours().read("1").state == .on)
    }

    @Test func `8: An empty capture ends the daemon`() throws {
        let empty: Parrot.Answer = { line, _ in line.hasPrefix("st") ? [.text("<>\n")] : [] }
        let file = Stage.file(
            #"""
            script status { send "st %s\n" expect "<([a-z]*)>" setplugstate $1 on="" off="off" }
            """#, login: #"send "\n""#)
        let stage = try Stage(file, Parrot(Self.names, empty))
        let powermand = try stage.powermand()
        #expect(try !powermand.ask("status n1").contains("powerman>"))
        #expect(try powermand.end() == -SIGABRT)

        #expect(try stage.ours().read("1", within: .seconds(5)).state == .unknown)
    }

    @Test(
        arguments: [
            ("no login", Stage.plain, #""9600,8n1""#),
            (
                "a state in the login",
                #"script login { send "st 1\n" expect "(on)" setplugstate "1" $1 on="on" }"#
                    + Stage.plain, #""9600,8n1""#
            ),
            (
                "no settings of the line", #"script login { send "\n" expect "> " }"# + Stage.plain,
                ""
            ),
        ])
    func `9: What is left out, or stands in the wrong place, ends the daemon`(
        _ what: String, _ items: String, _ flags: String
    ) throws {
        let file = "specification \"test\" { timeout 1 plug name { \"1\" \"2\" }\n\(items)\n}\n"
        let stage = try Stage(file, Parrot(Self.names, Parrot.plain))
        let powermand = try stage.powermand(flags: flags)
        #expect(try !powermand.ask("status n1").contains("103 "))
        let status = try powermand.end()
        #expect(status < 0, "\(what): it died of a signal, and was not asked to: \(status)")

        #expect(try stage.ours().turn(.off, "1").state == .off)
        #expect(try stage.power("1") == .off)
    }

    @Test func `10: A second start finds the session of the first, and never gets in`() throws {
        let file = try PowermandShots.text(of: "cyclades-pm8", timeout: .seconds(2))
        let stage = try Stage(
            file, SimulatedModel.cyclades.make(), specification: "pm8")
        var powermand = try stage.powermand(outlets: "[1-8]")
        try stage.pressEnter(until: "pm8\n")
        #expect(try powermand.ask("status n1").contains("302 on:      n1"))
        try powermand.end()
        powermand = try stage.powermand(outlets: "[1-8]")
        let status = try powermand.ask("status n1")
        #expect(status.contains("302 unknown: n1"), "\(status)")
        try powermand.end()

        #expect(try stage.ours().turn(.off, "3").state == .off)
        #expect(try stage.power("3") == .off)
    }

    @Test func `14: A byte is lost on the way there, and success is told`() throws {
        let perMille = 30
        let shots = try PowermandShots("baytech-rpc3-nc", timeout: .milliseconds(500)) {
            SimulatedBayTech()
        }
        var tally = PowermandShots.Tally()
        for seed in 1...2 as ClosedRange<UInt64> {
            tally = tally + (try shots.shoot(NoisyLine(seed: seed, perMille: perMille)))
        }
        #expect(tally.shots == 40 && tally.lies > 0, "\(tally)")

        let stage = try Stage(
            "include \"/etc/powerman/baytech-rpc3-nc.dev\"\n",
            NoisySwitch(SimulatedBayTech(), behind: NoisyLine(seed: 1, perMille: perMille)),
            specification: "baytech-rpc3-nc")
        let line = try stage.ours()
        for round in 1...6 {
            let command: PowerCommand = round % 2 == 1 ? .off : .on
            let report = try line.turn(command, "3", within: .seconds(5))
            if report.state != .unknown { #expect(try stage.power("3") == report.state) }
            try stage.press("3", command)
        }
    }
}
