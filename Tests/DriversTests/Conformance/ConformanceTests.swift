// What every driver must do with its switch, whatever its language.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("Every driver")
struct ConformanceTests {
    @Test(
        "switches off, reads it back, and says when the command had left", arguments: Model.allCases
    )
    func off(_ model: Model) throws {
        var bench = try model.bench()
        let started = bench.now
        let finding = try bench.turn(.off, "3", within: .seconds(30))
        #expect(finding.state == .off)
        #expect(finding.trouble == nil)
        let sentAt = try #require(finding.lastCommandAt)
        #expect(started < sentAt && sentAt < bench.now)
        #expect(bench.state("3") == .off)
        if !model.hasOneOutlet { #expect(bench.state("2") == .on) }
        #expect(bench.simulated.changes.count == 1)
    }

    @Test("is done within three seconds where nothing is wrong", arguments: Model.allCases)
    func quick(_ model: Model) throws {
        var bench = try model.bench()
        let started = bench.now
        _ = try bench.turn(.off, "3", within: .seconds(30))
        #expect(bench.now - started < .seconds(3) + model.delay)
    }

    @Test("switches off and on again, the two halves of a reboot", arguments: Model.allCases)
    func on(_ model: Model) throws {
        var bench = try model.bench()
        _ = try bench.turn(.off, "3", within: .seconds(30))
        let finding = try bench.turn(.on, "3", within: .seconds(30))
        #expect(finding.state == .on)
        #expect(bench.state("3") == .on)
        #expect(bench.simulated.changes.map(\.state) == [.off, .on])
    }

    @Test(
        "leaves a switch that it is logged in to, once, and comes back", arguments: Model.allCases)
    func leaves(_ model: Model) throws {
        var bench = try model.bench()
        _ = try bench.turn(.off, "3", within: .seconds(60))
        bench.run(for: .seconds(20))
        let before = bench.sentBytes
        bench.run(for: .seconds(20))
        let left = bench.sentBytes - before
        let hasNoLogin: Set<Model> = [
            .bayTech, .numato, .synaccess, .ipmiTerminal, .ipmiBasic,
        ]
        let leaves = try model.driver().traits.leavesAfter != nil
        #expect((left > 0) == (leaves && !hasNoLogin.contains(model)))
        bench.run(for: .seconds(3600))
        #expect(bench.sentBytes == before + left)
        #expect(try bench.turn(.on, "3", within: .seconds(60)).state == .on)
    }

    @Test("takes no answer to an older question for this one's", arguments: Model.allCases)
    func lateAnswer(_ model: Model) throws {
        for tenths in stride(from: 3, through: 90, by: 6) {
            var bench = try model.bench()
            try bench.press("3", .off)
            // It is asked while it is off, and answers when it is on.
            bench.answerDelay = .seconds(3)
            _ = try bench.read("3", within: .milliseconds(tenths * 100))
            try bench.press("3", .on)
            for time in [4, 12, 120] {
                let finding = try bench.read("3", within: .seconds(time))
                #expect(finding.state != .off, "asked for \(tenths) tenths: \(finding)")
                if time == 12 { bench.answerDelay = .zero }
            }
            #expect(try bench.read("3", within: .seconds(60)).state == .on)
        }
    }

    @Test("knows no outlet that is not there, and says so", arguments: Model.allCases)
    func unknownOutlet(_ model: Model) throws {
        var bench = try model.bench()
        for command in [PowerCommand.off, .on] {
            let finding = try bench.turn(command, model.missingOutlet, within: .seconds(20))
            #expect(finding.state == .unknown)
            let trouble = try #require(finding.trouble)
            let name = model.outlet(model.missingOutlet)
            #expect(trouble.contains("outlet \(name)"), "\(trouble)")
            #expect(model.missingSigns.contains(where: trouble.contains), "\(trouble)")
        }
        #expect(bench.simulated.changes.isEmpty)
    }

    @Test("reads what the outlet is, and sends no command for it", arguments: Model.allCases)
    func read(_ model: Model) throws {
        var bench = try model.bench()
        try bench.press("5", .off)
        #expect(try bench.read("5", within: .seconds(10)) == Finding(.off))
        if model.hasOneOutlet { try bench.press("5", .on) }
        #expect(try bench.read("4", within: .seconds(10)) == Finding(.on))
        #expect(bench.simulated.changes.allSatisfy { $0.cause == .panel })
    }

    @Test("finds an outlet that is as commanded already", arguments: Model.allCases)
    func alreadyThere(_ model: Model) throws {
        var bench = try model.bench()
        try bench.press("3", .off)
        #expect(try bench.turn(.off, "3", within: .seconds(30)).state == .off)
        if model.hasOneOutlet { try bench.press("3", .on) }
        #expect(try bench.turn(.on, "1", within: .seconds(30)).state == .on)
        #expect(bench.simulated.changes.allSatisfy { $0.cause == .panel })
    }

    @Test(
        "never calls an outlet off whose relay is stuck, and says so when nothing can change it",
        arguments: Model.allCases)
    func stuck(_ model: Model) throws {
        var bench = try model.bench("stuck-on=3")
        let finding = try bench.turn(.off, "3", within: .seconds(35))
        #expect(finding.state == .on, "\(finding.trouble ?? "")")
        let sentAt = try #require(finding.lastCommandAt)
        #expect(bench.now >= sentAt + (try model.latency))
        let trouble = try #require(finding.trouble)
        #expect(
            trouble.contains("outlet \(model.outlet("3"))") && trouble.contains("still reads on"))
    }

    @Test("says unknown, not on, while what it sent may still act", arguments: Model.allCases)
    func stuckBriefly(_ model: Model) throws {
        var bench = try model.bench("stuck-on=3")
        let finding = try bench.turn(.off, "3", within: .seconds(4))
        #expect(finding.state == .unknown)
        #expect(try #require(finding.trouble).contains("may still act"))
    }

    @Test(
        "sends the command again when it did not work, not before the maximal latency",
        arguments: Model.allCases)
    func again(_ model: Model) throws {
        let latency = Duration.seconds(6) + model.delay
        var bench = try model.bench("stuck-on=3", latency: latency)
        let started = bench.now
        let finding = try bench.turn(.off, "3", within: latency * 5)
        let last = try #require(finding.lastCommandAt)
        #expect(last - started > latency, "there was a second command, and not before")
        #expect(bench.now - last >= latency, "there was time left to see it act")
        #expect(try #require(finding.trouble).contains("times"))
    }

    @Test(
        "says unknown of a mute switch at the deadline and not before, though it has acted",
        arguments: Model.allCases)
    func mute(_ model: Model) throws {
        var bench = try model.bench("mute")
        let started = bench.now
        let finding = try bench.turn(.off, "3", within: .seconds(25))
        #expect(finding.state == .unknown)
        #expect(finding.lastCommandAt != nil)
        #expect(bench.now == started + .seconds(25))
        #expect(bench.state("3") == (model.isLostUnheard == nil ? .off : .on))
        #expect(try #require(finding.trouble).contains("it said nothing"))
    }

    @Test("says unknown of garbage", arguments: Model.allCases)
    func garbage(_ model: Model) throws {
        var bench = try model.bench("garbage")
        #expect(try bench.turn(.off, "3", within: .seconds(25)).state == .unknown)
        #expect(try bench.read("3", within: .seconds(25)).state == .unknown)
    }

    @Test("says what a switch says that refuses, and never off", arguments: Model.allCases)
    func refused(_ model: Model) throws {
        var bench = try model.bench("refuse")
        let finding = try bench.turn(.off, "3", within: .seconds(25))
        #expect(finding.state == (model.hasMenusOnly ? .on : .unknown))
        #expect(bench.state("3") == .on)
        let trouble = try #require(finding.trouble)
        #expect(trouble.contains(model.refusal ?? "it said nothing"))
    }

    @Test("works one byte at a time", arguments: Model.allCases, ["pace=1ms", "pace=7ms"])
    func slow(_ model: Model, _ pace: String) throws {
        var bench = try model.bench(pace)
        #expect(try bench.turn(.off, "3", within: .seconds(120)).state == .off)
        if model.hasOneOutlet { try bench.press("2", .on) }
        #expect(try bench.read("2", within: .seconds(120)).state == .on)
    }

    @Test("works, or says unknown, with noise before every answer", arguments: Model.allCases)
    func noise(_ model: Model) throws {
        var bench = try model.bench("noise=5")
        let finding = try bench.turn(.off, "3", within: .seconds(30))
        #expect(finding.state == (model.isBlindToNoise == nil ? .off : .unknown))
        try bench.press("3", .on)
        #expect(try bench.read("3", within: .seconds(30)).state != .off)
    }

    @Test("works though every answer comes twice", arguments: Model.allCases)
    func duplicate(_ model: Model) throws {
        var bench = try model.bench("duplicate")
        #expect(try bench.turn(.off, "3", within: .seconds(30)).state == .off)
        #expect(try bench.turn(.on, "3", within: .seconds(30)).state == .on)
        #expect(try bench.read("3", within: .seconds(30)).state == .on)
    }

    @Test("does not begin a job whose deadline has passed", arguments: Model.allCases)
    func overdue(_ model: Model) throws {
        var bench = try model.bench()
        let before = bench.sentBytes
        let finding = try bench.turn(.off, "3", within: .zero)
        #expect(finding.state == .unknown)
        #expect(finding.lastCommandAt == nil)
        #expect(bench.sentBytes == before)
        bench.run(for: .seconds(60))
        #expect(bench.state("3") == .on)
    }

    @Test(
        "reads before anything else when the line was lost after the command",
        arguments: Model.allCases)
    func lostAfterCommand(_ model: Model) throws {
        var bench = try model.bench("drop=\(try Self.bytesToTheCommand(model) + 2)")
        let finding = try bench.turn(.off, "3", within: .seconds(60))
        #expect(bench.openings == 2)
        #expect(finding.state == .off)
        #expect(bench.simulated.changes.count == 1)
        #expect(try #require(finding.trouble).contains("unplugged"))
    }

    /// How many bytes pass, in both directions, until the relay moves.
    private static func bytesToTheCommand(_ model: Model) throws -> Int {
        var bench = try model.bench()
        let before = bench.sentBytes + bench.heardBytes
        var passed = 0
        bench.watch = { bench in
            guard passed == 0, !bench.simulated.changes.isEmpty else { return }
            passed = bench.sentBytes + bench.heardBytes - before
        }
        _ = try bench.turn(.off, "3", within: .seconds(30))
        return passed
    }

    @Test(
        "waits for a line that is down, and not longer than the deadline",
        arguments: Model.allCases)
    func down(_ model: Model) throws {
        var bench = try model.closedBench()
        let finding = try bench.turn(.off, "3", within: .seconds(9))
        #expect(finding == Finding(.unknown, trouble: finding.trouble))
        #expect(try #require(finding.trouble).contains("the line is down"))
    }

    @Test(
        "sends an off at once when it is not in step, and believes what it reads only later",
        arguments: Model.allCases)
    func offBeforeStep(_ model: Model) throws {
        var bench = try model.bench("mute")
        #expect(try bench.read("3", within: .seconds(2)).state == .unknown)
        try bench.set("none")
        let started = bench.now
        let finding = try bench.turn(.off, "3", within: .seconds(40))
        #expect(finding.state == .off)
        let change = try #require(bench.simulated.changes.first)
        // A table that has stopped at the end of a page swallows what is typed there.
        let isHeld = model == .powermanSentry
        #expect(change.moment - started < .seconds(isHeld ? 15 : 2) + model.delay)
        #expect(bench.now - started >= (try model.latency))
    }
}
