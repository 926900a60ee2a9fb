// The button adaptor: what it presses, for how long, and what it never says.

import Drivers
import Fencing
import SimulatedSwitches
import TestSupport
import Testing

private let seen = ButtonWiring.Sense(input: .dcd, raisedMeans: .on)

@Suite("A button on a lead")
struct ButtonTests {
    private func bench(_ wiring: ButtonWiring) -> ButtonBench {
        var bench = ButtonBench(wiring)
        bench.open()
        return bench
    }

    private static func wired(_ sense: ButtonWiring.Sense? = seen) -> ButtonWiring {
        ButtonWiring(power: .dtr, reset: .rts, sense: sense)
    }

    @Test("holds the power button until the power is cut, lets go, and sees the light go out")
    func off() throws {
        var bench = bench(Self.wired())
        let finding = try bench.turn(.off, "power", within: .seconds(40))
        #expect(finding.state == .off && finding.trouble == nil)
        #expect(bench.machine.power == .off)
        #expect(bench.movements == ["10005 dtr raised", "16010 dtr lowered"])
        #expect(finding.lastCommandAt == Moment(sinceStart: .milliseconds(1_016_015)))
        #expect(bench.levels[.dtr] == .lowered)
    }

    @Test("taps it to switch on, and sees the light come")
    func on() throws {
        var bench = bench(Self.wired())
        bench.machine.turn(.off, at: bench.now)
        let finding = try bench.turn(.on, "power", within: .seconds(40))
        #expect(finding.state == .on && bench.machine.power == .on)
        #expect(bench.movements.count == 2 && bench.machine.requests == 0)
    }

    @Test("does not press what is so already: a hold would start it, a tap would stop it")
    func already() throws {
        var bench = bench(Self.wired())
        #expect(try bench.turn(.on, "power", within: .seconds(40)).state == .on)
        bench.machine.turn(.off, at: bench.now)
        #expect(try bench.turn(.off, "power", within: .seconds(40)).state == .off)
        #expect(bench.movements.isEmpty && bench.machine.requests == 0)
    }

    @Test("without a light commands, and never says off")
    func unseen() throws {
        var bench = bench(Self.wired(nil))
        let finding = try bench.turn(.off, "power", within: .seconds(40))
        #expect(finding.state == .unknown && finding.lastCommandAt != nil)
        #expect(finding.trouble?.contains("cannot read outlets back") == true)
        #expect(bench.machine.power == .off)
        #expect(try bench.read("power", within: .seconds(10)).state == .unknown)
        #expect(try bench.turn(.on, "power", within: .seconds(40)).state == .unknown)
        #expect(bench.machine.power == .on)
    }

    @Test("presses reset once, for its time, and never says off", arguments: [nil, seen])
    func reset(_ sense: ButtonWiring.Sense?) throws {
        var bench = bench(Self.wired(sense))
        let finding = try bench.turn(.off, "reset", within: .seconds(60))
        #expect(finding.state == .unknown && finding.lastCommandAt != nil)
        #expect(bench.movements == ["10000 rts raised", "11505 rts lowered"])
        #expect(bench.machine.resets.count == 1 && bench.machine.power == .on)
        bench.machine.turn(.off, at: bench.now)
        #expect(try bench.read("reset", within: .seconds(10)).state == .unknown)
        let on = try bench.turn(.on, "reset", within: .seconds(60))
        #expect(on.trouble?.contains("switches nothing on") == true && on.lastCommandAt == nil)
        #expect(bench.machine.resets.count == 1)
    }

    @Test("a light that blinks is no state, and the machine that sleeps is shot all the same")
    func asleep() throws {
        var bench = bench(Self.wired())
        bench.machine.light = .blinking(period: .seconds(2))
        let reading = try bench.read("power", within: .seconds(10))
        #expect(reading.state == .unknown)
        #expect(reading.trouble?.contains("is the machine asleep?") == true)
        #expect(try bench.turn(.off, "power", within: .seconds(40)).state == .off)
        #expect(bench.machine.power == .off)
    }

    @Test("a button whose wire is cut: still on, after it was held again")
    func cut() throws {
        var bench = bench(Self.wired())
        bench.machine.faults = [.buttonsCut]
        let finding = try bench.turn(.off, "power", within: .seconds(40))
        #expect(finding.state == .on && bench.machine.power == .on)
        #expect(bench.movements.count > 2)
    }

    @Test("a light wired so that no voltage means on: a cut wire never says off")
    func cutLight() throws {
        let safe = ButtonWiring.Sense(input: .dsr, raisedMeans: .off)
        var bench = bench(Self.wired(safe))
        #expect(try bench.turn(.off, "power", within: .seconds(40)).state == .off)
        bench.machine.turn(.on, at: bench.now)
        #expect(try bench.read("power", within: .seconds(10)).state == .on)
    }

    @Test("other times, other leads, the other rest")
    func otherWiring() throws {
        var bench = bench(
            ButtonWiring(
                power: .rts, reset: nil, rest: .raised, hold: .seconds(5), tap: .milliseconds(300),
                sense: seen))
        #expect(bench.levels == [.dtr: .raised, .rts: .raised])
        #expect(try bench.turn(.off, "power", within: .seconds(40)).state == .off)
        #expect(bench.movements == ["10005 rts lowered", "15010 rts raised"])
        bench.run(for: .seconds(10))
        #expect(try bench.turn(.on, "power", within: .seconds(40)).state == .on)
        let none = try bench.turn(.off, "reset", within: .seconds(40))
        #expect(none.trouble?.contains("no outlet reset, only power") == true)
    }

    @Test("lets go at the deadline, and says nothing of the outcome")
    func deadline() throws {
        var bench = bench(Self.wired())
        let finding = try bench.turn(.off, "power", within: .seconds(3))
        #expect(finding.state == .unknown && finding.lastCommandAt != nil)
        bench.run(for: .milliseconds(50))
        #expect(bench.levels[.dtr] == .lowered && bench.movements.count == 2)
        #expect(bench.machine.power == .on && bench.machine.requests == 1)
    }

    @Test("a line that is lost in the middle of a hold: unknown until seen, and not held twice")
    func lost() throws {
        var bench = bench(Self.wired())
        bench.begin(.off, "power", within: .seconds(60))
        bench.run(for: .seconds(2))
        #expect(bench.levels[.dtr] == .raised)
        bench.lose()
        bench.run(for: .seconds(1))
        #expect(bench.findings.isEmpty)
        bench.open(andWait: .seconds(4))
        #expect(bench.findings.isEmpty, "nothing is believed before the latency")
        bench.run(for: .seconds(60))
        // It read on, could act no more, and was held again: that is what a repeated off is.
        #expect(bench.findings.map(\.state) == [.off])
        #expect(bench.machine.power == .off)
    }

    @Test("a port without leads is found by the greeting, and nothing is pressed")
    func noAnswer() throws {
        var bench = ButtonBench(Self.wired())
        bench.answerTime = nil
        bench.open(andWait: .seconds(1))
        let finding = try bench.turn(.off, "power", within: .seconds(30))
        #expect(finding.state == .unknown)
    }

    @Test("never lies, and never leaves a finger on a button, whatever happens", arguments: 1...60)
    func mixture(_ seed: UInt64) throws {
        var dice = Seeded(seed: seed)
        let sense = dice.number(1...4) == 1 ? nil : seen
        var bench = bench(Self.wired(sense))
        for round in 1...12 {
            if dice.number(1...5) == 1 {
                bench.machine.turn(dice.one(of: [.on, .off]), at: bench.now)
            }
            if dice.number(1...6) == 1 {
                bench.machine.light = dice.one(of: [.steady, .blinking(period: .seconds(1))])
            }
            let time = Duration.seconds(dice.number(1...40))
            if dice.number(1...5) == 1 {
                bench.begin(dice.one(of: [.on, .off]), "power", within: time)
                bench.run(for: .milliseconds(dice.number(1...9000)))
                bench.lose()
                bench.run(for: .seconds(1))
                bench.open(andWait: .seconds(60))
            } else {
                let finding = try bench.turn(
                    dice.one(of: [.on, .off]), dice.one(of: ["power", "power", "reset"]),
                    within: time)
                if finding.state != .unknown {
                    #expect(sense != nil, "seed \(seed), round \(round)")
                    #expect(bench.machine.power == finding.state, "seed \(seed), round \(round)")
                }
            }
            bench.run(for: .seconds(11))
            #expect(bench.levels == [.dtr: .lowered, .rts: .lowered], "seed \(seed)")
        }
    }
}
