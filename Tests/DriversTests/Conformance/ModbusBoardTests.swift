// Boards that read their coils in ways of their own, and buses on which somebody else asks too: the
// state of the very relay is told, or nothing is.

import Drivers
import Fencing
import SimulatedSwitches
import TestSupport
import Testing

@Suite("Modbus boards as they are sold")
struct ModbusBoardTests {
    private static let knownManners: [ModbusFirmware.Manner] = [
        .asAsked, .whole, .onlyEight, .padded,
    ]

    private func bench(
        _ manner: ModbusFirmware.Manner, outlets: Int = 8,
        _ contacts: DriverOptions.Contacts = .normallyOpen
    ) throws -> Bench {
        let simulated = SimulatedModbus(
            outlets: outlets, contacts: contacts == .normallyOpen ? .normallyOpen : .normallyClosed,
            reads: manner)
        let driver = try builtIn("modbus-relay", contacts: contacts)
        var bench = Bench(.modbus, SwitchSession(driver), simulated)
        bench.open()
        return bench
    }

    /// Every relay on or off as dice have it, and each is read.
    private func read(
        _ bench: inout Bench, _ dice: inout Seeded, _ judge: (String, PowerState) -> Void
    )
        throws
    {
        let outlets = (1...bench.simulated.outlets.count).map(String.init)
        for outlet in outlets { try bench.press(outlet, dice.command()) }
        for outlet in outlets { judge(outlet, try bench.read(outlet, within: .seconds(20)).state) }
    }

    @Test(
        "that answer with all relays, with eight only, or with the neighbours too, are read right",
        arguments: knownManners, [DriverOptions.Contacts.normallyOpen, .normallyClosed])
    func readRight(_ manner: ModbusFirmware.Manner, _ contacts: DriverOptions.Contacts) throws {
        var dice = Seeded(seed: 1)
        var bench = try bench(manner, contacts)
        for _ in 1...12 {
            var found: [String: PowerState] = [:]
            try read(&bench, &dice) { found[$0] = $1 }
            for (outlet, state) in found { #expect(bench.state(outlet) == state, "\(outlet)") }
        }
    }

    @Test("with more relays than go into a byte are read right", arguments: [4, 6, 10, 16, 24, 32])
    func large(_ outlets: Int) throws {
        var dice = Seeded(seed: 2)
        var bench = try bench(.asAsked, outlets: outlets)
        for _ in 1...4 {
            var found: [String: PowerState] = [:]
            try read(&bench, &dice) { found[$0] = $1 }
            for (outlet, state) in found { #expect(bench.state(outlet) == state, "\(outlet)") }
        }
    }

    @Test(
        "whose order of bytes nobody knows are never misread, and it is said",
        arguments: [ModbusFirmware.Manner.whole, .reversed, .reversedWhole], [16, 24, 32])
    func orderOfBytes(_ manner: ModbusFirmware.Manner, _ outlets: Int) throws {
        for contacts in [DriverOptions.Contacts.normallyOpen, .normallyClosed] {
            var dice = Seeded(seed: 3)
            var bench = try bench(manner, outlets: outlets, contacts)
            for _ in 1...6 {
                var found: [String: PowerState] = [:]
                try read(&bench, &dice) { found[$0] = $1 }
                for (outlet, state) in found where state != .unknown {
                    #expect(bench.state(outlet) == state, "\(outlet)")
                }
            }
            // The first bit of the first byte, and the first bit of the last one.
            try bench.press("1", .off)
            try bench.press("\(outlets - 7)", .on)
            let trouble = try #require(try bench.read("1", within: .seconds(20)).trouble)
            #expect(
                trouble.contains("byte") || trouble.contains("which bit is whose"), "\(trouble)")
        }
    }

    @Test(
        "whose order was lost are not taken for off because a neighbour is",
        arguments: ModbusFirmware.Manner.allCases, [8, 32])
    func lostOrder(_ manner: ModbusFirmware.Manner, _ outlets: Int) throws {
        for contacts in [DriverOptions.Contacts.normallyOpen, .normallyClosed] {
            for wanted in 1...8 {
                var bench = try bench(manner, outlets: outlets, contacts)
                try bench.set("stuck-on=\(wanted)")
                for other in 1...outlets where other != wanted { try bench.press("\(other)", .off) }
                #expect(try bench.turn(.off, "\(wanted)", within: .seconds(8)).state != .off)
            }
        }
    }
}

@Suite("A Modbus bus on which somebody else asks")
struct ModbusSecondMasterTests {
    private func bench(_ bus: SharedBus) throws -> Bench {
        var bench = Bench(.modbus, SwitchSession(try builtIn("modbus-relay")), bus)
        bench.open()
        return bench
    }

    @Test(
        "proves no off: neither what he is answered, nor what he asks",
        arguments: SharedBus.Hearing.allCases, [40, 90, 170, 330, 700])
    func secondMaster(_ hearing: SharedBus.Hearing, _ period: Int) throws {
        for start in stride(from: 0, to: period, by: 23) {
            var bench = try bench(
                SharedBus(hearing, every: .milliseconds(period), from: .milliseconds(start)))
            // The order does nothing, and the relay that he asks about is off.
            try bench.set("stuck-on=2")
            try bench.press("5", .off)
            let finding = try bench.turn(.off, "2", within: .seconds(20))
            #expect(finding.state != .off)
            let all = (finding.trouble ?? "") + bench.notices.joined()
            #expect(all.contains("somebody else talks on this line"), "\(all)")
        }
    }

    @Test("who falls silent is forgotten")
    func silence() throws {
        var bench = try bench(SharedBus(.both, every: .seconds(600), from: .seconds(50)))
        bench.run(for: .seconds(20))
        #expect(bench.notices.count == 1)
        #expect(try bench.turn(.off, "2", within: .seconds(20)).state == .off)
    }
}

/// A board on a bus with another master, behind a converter that gives all of its clients whatever
/// comes.
struct SharedBus: SimulatedSwitch {
    enum Hearing: String, CaseIterable, Sendable {
        /// His questions and the answers to them.
        case both
        /// The answers only.
        case answers
        /// The same, and of ours it drops what comes while he is asking.
        case answersDroppingOurs
    }

    private var board = SimulatedModbus()
    private let hearing: Hearing
    private let period: Duration
    private var next: Moment
    private var busyUntil = Moment(sinceStart: .zero)

    init(_ hearing: Hearing, every period: Duration, from start: Duration) {
        self.hearing = hearing
        self.period = period
        next = Moment(sinceStart: start)
    }

    var outlets: [OutletName: PowerState] { board.outlets }
    var changes: [PowerChange] { board.changes }
    var hangUps: Int { board.hangUps }
    var faults: Faults {
        get { board.faults }
        set { board.faults = newValue }
    }
    var nextEvent: Moment? { [board.nextEvent, next].compactMap(\.self).min() }

    mutating func receive(_ bytes: [UInt8], at now: Moment) {
        if hearing == .answersDroppingOurs, now < busyUntil { return }
        board.receive(bytes, at: now)
    }

    mutating func advance(to now: Moment) -> [UInt8] {
        var heard = board.advance(to: now)
        while next <= now {
            next = next + period
            busyUntil = now + .milliseconds(30)
            let question: [UInt8] = [1, 1, 0, 4, 0, 1]
            let isOn = outlets.contains { $0.key.text == "5" && $0.value == .on }
            if hearing == .both { heard += question + modbusSum(question) }
            let answer: [UInt8] = [1, 1, 1, isOn ? 1 : 0]
            heard += answer + modbusSum(answer)
        }
        return heard
    }

    mutating func press(_ outlet: OutletName, _ command: PowerCommand) {
        board.press(outlet, command)
    }
}

private func modbusSum(_ bytes: [UInt8]) -> [UInt8] {
    var sum: UInt16 = 0xFFFF
    for byte in bytes {
        sum ^= UInt16(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xA001 : sum >> 1 }
    }
    return [UInt8(sum & 0xFF), UInt8(sum >> 8)]
}
