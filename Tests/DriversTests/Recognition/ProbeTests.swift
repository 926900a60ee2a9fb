// What a probe makes of every switch that there is, and that it switches none of them.

import Fencing
import SimulatedSwitches
import Testing

@testable import Drivers

struct ProbeTests {
    /// What stands in the site file, and how sure it is.
    struct Expected {
        var driver: String
        var settings: [String] = []
        var sureness = Recognition.Sureness.certain
        /// How many drivers are named; the right one is among them.
        var candidates = 1
    }

    static func expected(_ model: SimulatedModel) -> Expected? {
        switch model {
        case .baytech, .baytech48: Expected(driver: "baytech")
        case .baytechMenu:
            Expected(driver: "baytech", settings: ["user: USER"], sureness: .likely, candidates: 2)
        case .apc, .apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld: Expected(driver: "apc")
        case .cyclades, .cyclades10, .cyclades20, .cyclades42: Expected(driver: "cyclades-pm")
        case .sentry, .sentryPRO2: Expected(driver: "sentry")
        case .raritan:
            Expected(driver: "raritan", settings: ["user: USER"], sureness: .likely, candidates: 6)
        case .eatonG3:
            Expected(driver: "eaton-g3", settings: ["user: USER"], sureness: .likely, candidates: 6)
        case .cyberPower:
            Expected(
                driver: "cyberpower", settings: ["user: USER"], sureness: .likely, candidates: 6)
        case .synaccess: Expected(driver: "synaccess", sureness: .likely, candidates: 3)
        case .wti, .wti48:
            Expected(driver: "wti", settings: ["user: USER"], sureness: .likely, candidates: 2)
        case .rps10: Expected(driver: "wti-rps10")
        case .ePowerSwitch: Expected(driver: "epowerswitch")
        case .modbus, .modbusWhole, .modbusOnlyEight, .modbusPadded, .modbus32:
            Expected(driver: "modbus-relay", settings: ["unit: 1", "dialect: coil"])
        case .modbusSkyDrive:
            Expected(driver: "modbus-relay", settings: ["unit: 1", "dialect: skydrive"])
        case .modbusHolding:
            Expected(driver: "modbus-relay", settings: ["unit: 1", "dialect: holding"])
        case .lcus: Expected(driver: "lcus")
        case .lcusSilent: nil
        case .kmTronic2: Expected(driver: "kmtronic-2")
        case .kmTronic8: Expected(driver: "kmtronic-8")
        case .devantech: Expected(driver: "devantech")
        case .numato: Expected(driver: "numato", sureness: .likely, candidates: 3)
        case .ipmiTerminal, .ipmiTerminalLogin: Expected(driver: "ipmi-terminal")
        case .ipmiBasic, .ipmiBasicLogin: Expected(driver: "ipmi-basic")
        case .apcSmart: Expected(driver: "apc-smart")
        case .megatec: Expected(driver: "megatec")
        case .voltronic: Expected(driver: "megatec", settings: ["dialect: voltronic"])
        }
    }

    @Test("each switch is recognised, and not one outlet moves", arguments: SimulatedModel.allCases)
    func recognised(_ model: SimulatedModel) throws {
        for state in [PowerCommand.on, .off] {
            var simulated = model.make()
            for outlet in simulated.outlets.keys { simulated.press(outlet, state) }
            let changes = simulated.changes.count
            var game = ProbeGame(simulated)
            let outcome = try game.play(.usual)
            #expect(game.simulated.changes.count == changes)
            guard let expected = Self.expected(model) else {
                #expect(outcome == .silence)
                continue
            }
            guard case .recognised(let found) = outcome else {
                Issue.record("\(outcome), after \(game.probe.exchanges)")
                continue
            }
            #expect(found.count == expected.candidates, "\(found)")
            let right = try #require(found.first { $0.driver == expected.driver }, "\(found)")
            #expect(right.sureness == expected.sureness)
            #expect(right.settings == expected.settings)
            #expect(!right.evidence.isEmpty)
        }
    }

    @Test("what it names is a driver that there is, with settings that it takes")
    func known() throws {
        for model in SimulatedModel.allCases {
            guard let expected = Self.expected(model) else { continue }
            var options = DriverOptions()
            for setting in expected.settings {
                let parts = setting.split(separator: " ").map(String.init)
                switch parts[0] {
                case "unit:": options.unit = Int(parts[1])
                case "dialect:": options.dialect = parts[1]
                case "user:": options.credentials.user = parts[1]
                default: Issue.record("no such setting: \(setting)")
                }
            }
            #expect(try DriverCatalog.make(named: expected.driver, options) != nil)
        }
    }

    @Test(
        "what somebody left half typed is erased, not carried out",
        arguments: [
            (SimulatedModel.baytech, "off 3"), (.numato, "relay on 3"),
        ])
    func halfTyped(_ model: SimulatedModel, _ typed: String) throws {
        var simulated = model.make()
        let before = simulated.outlets
        simulated.receive(Array(typed.utf8), at: Moment(sinceStart: .zero))
        var game = ProbeGame(simulated)
        _ = try game.play(.usual)
        #expect(game.simulated.outlets == before)
    }

    @Test("nothing that is sent is an order to anything")
    func harmless() {
        let questions = ProbeQuestion.first + ProbeQuestion.further
        for question in questions {
            // Devantech: 5C sets all relays, 64 to 76 each of them.
            #expect(
                !question.bytes.contains { (0x5C...0x76).contains($0) && $0 != 0x5D }, "\(question)"
            )
        }
        let all = questions.flatMap(\.bytes)
        // APC smart signalling: shut down, hibernate, off; and on.
        for byte in "SK@".utf8 { #expect(!all.contains(byte)) }
        #expect(!all.contains(0x0E))
        #expect(all.filter { $0 == UInt8(ascii: "Z") }.count == 1)
        // LCUS: an order begins with A0 and a relay that there is, and ends with their sum.
        for start in all.indices.dropLast(3) where all[start] == 0xA0 {
            #expect(!(1...8).contains(all[start + 1]))
        }
        // KMTronic: FF, a relay, 0 or 1.
        for start in all.indices.dropLast(2) where all[start] == 0xFF {
            #expect(!((1...8).contains(all[start + 1]) && all[start + 2] <= 1))
        }
    }

    @Test("an unknown console is asked nothing but a line end")
    func stranger() throws {
        var game = ProbeGame(
            Parrot { $0 == 13 ? Array("\r\nlocalhost console ready\r\n".utf8) : [] })
        #expect(try game.play(.usual) == .stranger)
        #expect(game.sent == ProbeQuestion.lineEnd.bytes)
    }

    @Test("what sends everything back is no switch")
    func echo() throws {
        var game = ProbeGame(Parrot { [$0] })
        #expect(try game.play(.usual) == .echo)
    }

    @Test("what talks without end is heard for a while, and no longer", .timeLimit(.minutes(1)))
    func endless() throws {
        var game = ProbeGame(Parrot(chatter: .milliseconds(10)) { _ in [] })
        #expect(try game.play(.usual) == .stranger)
        #expect(game.probe.exchanges.allSatisfy { $0.answer.count <= Probe.mostHeard })
    }

    @Test("a slow line is asked for a UPS and an RPS-10 only")
    func slow() throws {
        var game = ProbeGame(SimulatedModel.apcSmart.make())
        guard case .recognised(let found) = try game.play(.slow) else {
            Issue.record("not recognised")
            return
        }
        #expect(found.map(\.driver) == ["apc-smart"])
        var nobody = ProbeGame(Parrot { _ in [] })
        #expect(try nobody.play(.slow) == .silence)
        #expect(nobody.probe.exchanges.count == 15)
    }
}
