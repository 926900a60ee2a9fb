// The button driver on real lines: over RFC 2217, where DTR and RTS travel as bytes, and on a port
// whose leads a test can see.

import Drivers
import Fencing
import Lines
import LinuxSystem
import SimulatedSwitches
import Testing

/// A serial port with leads; pseudo-terminals have none.
private final class LeadPort: LinePort {
    let description = "leads"
    let machine = Lock(SimulatedMachine())
    let moves = Lock<[String]>([])
    private let hasInputs: Bool

    init(hasInputs: Bool = true) { self.hasInputs = hasInputs }

    func open() throws(PortError) -> any OpenLine {
        do { return try LeadLine(self) } catch { throw .hungUp(port: "\(error)") }
    }

    private final class LeadLine: OpenLine {
        private let port: LeadPort
        private let bell: Mailbox<Void>
        private var inputs: Set<SenseInput>?

        init(_ port: LeadPort) throws(SystemCallError) {
            self.port = port
            bell = try Mailbox()
        }

        var descriptor: Int32 { bell.descriptor }
        func read(atMost limit: Int) throws(PortError) -> [UInt8]? { nil }
        func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int { bytes.count }
        func timeToDrain() throws(PortError) -> Duration? { nil }

        func move(_ lead: Lead, _ level: LeadLevel) throws(PortError) {
            port.moves.withLock { $0.append("\(lead.rawValue) \(level.rawValue)") }
            let button: SimulatedMachine.Button = lead == .dtr ? .power : .reset
            port.machine.withLock {
                switch level {
                case .raised: $0.press(button, at: MonotonicClock.now())
                case .lowered: $0.release(button, at: MonotonicClock.now())
                }
            }
        }

        func askInputs() throws(PortError) {
            guard port.hasInputs else { throw .noLeads }
            inputs = port.machine.withLock { $0.isLit(at: MonotonicClock.now()) } ? [.dcd] : []
        }

        func takeInputs() throws(PortError) -> Set<SenseInput>? {
            defer { inputs = nil }
            return inputs
        }
    }
}

@Suite struct ButtonLineTests {
    private let reports: Reports

    init() throws { reports = try Reports() }

    /// Quick fingers, and a machine that is as quick.
    private static let wiring = ButtonWiring(
        power: .dtr, reset: .rts, hold: .milliseconds(600), tap: .milliseconds(100),
        press: .milliseconds(1000), sense: ButtonWiring.Sense(input: .dcd, raisedMeans: .on))
    private static var machine: SimulatedMachine {
        var machine = SimulatedMachine()
        machine.overrideTime = .milliseconds(400)
        return machine
    }

    private func worker(_ port: any LinePort) throws -> Worker {
        try Worker(
            switch: pdu, port: port,
            dialogue: SwitchSession(ButtonDriver(Self.wiring), maximalLatency: .milliseconds(300)),
            report: reports.take)
    }

    @Test func `over RFC 2217 a button is held for its time, and the light seen to go out`() throws
    {
        let concentrator = try Concentrator(.comPort)
        defer { concentrator.stop() }
        concentrator.set(Self.machine)
        let worker = try worker(
            NetworkPort(
                .rfc2217, host: "127.0.0.1", port: concentrator.port,
                settings: try LineSettings(parsing: "9600,8n1")))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "power"))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .off && report.trouble == nil)
        #expect(concentrator.machine.power == .off)
        let moves = concentrator.requests.filter { $0.content == [5, 8] || $0.content == [5, 9] }
        let pressed = try #require(moves.firstIndex { $0.content == [5, 8] })
        let held = try #require(moves[pressed...].first { $0.content == [5, 9] }).moment
        #expect(held - moves[pressed].moment >= .milliseconds(600))
        #expect(moves.count { $0.content == [5, 8] } == 1)
        worker.enter(try power(2, .on, "power"))
        #expect(reports.first(2).last?.state == .on)
        #expect(concentrator.machine.changes.map(\.state) == [.off, .on])
    }

    @Test func `a concentrator that does not say that it moved a lead: unknown, and it is told`()
        throws
    {
        let concentrator = try Concentrator(.comPort)
        defer { concentrator.stop() }
        let worker = try worker(
            NetworkPort(
                .rfc2217, host: "127.0.0.1", port: concentrator.port,
                settings: try LineSettings(parsing: "9600,8n1")))
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "power"))
        #expect(reports.first(1).first?.state == .on)
        concentrator.ignoreRequests()
        worker.enter(try power(2, .off, "power"))
        let report = try #require(reports.first(2).last)
        #expect(report.state == .unknown)
        #expect(report.trouble?.contains("did not answer to the question for its inp") == true)
    }

    @Test func `a port of our own moves its leads, and looks at its inputs`() throws {
        let port = LeadPort()
        port.machine.withLock { $0 = Self.machine }
        let worker = try worker(port)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "power"))
        #expect(reports.first(1).first?.state == .off)
        let moves = port.moves.withLock { $0 }
        #expect(moves.filter { $0.hasSuffix("raised") } == ["dtr raised"])
        #expect(moves.last { $0.hasPrefix("dtr") } == "dtr lowered")
        worker.enter(try power(2, .off, "reset", within: .milliseconds(1500)))
        #expect(reports.first(2).last?.state == .unknown)
        #expect(port.machine.withLock { $0.power } == .off)
    }

    @Test(arguments: ["a terminal", "no inputs", "raw TCP"])
    func `a line that has no leads says so, and what to use`(_ kind: String) throws {
        let place = try Place()
        let terminal = try PseudoTerminal()
        let concentrator = try Concentrator(.raw)
        defer { concentrator.stop() }
        let port: any LinePort =
            switch kind {
            case "a terminal": try place.port(terminal.path)
            case "no inputs": LeadPort(hasInputs: false)
            default:
                NetworkPort(
                    .raw, host: "127.0.0.1", port: concentrator.port,
                    settings: try LineSettings(parsing: "9600,8n1"))
            }
        let worker = try worker(port)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try read(1, "power", within: .seconds(2)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown && report.lastCommandAt == nil)
        #expect(worker.health.lastTrouble?.text.contains("unknown") == false)
        #expect(report.trouble?.contains("has no DTR, RTS or inputs") == true)
        #expect(terminal.master.number >= 0)
    }
}
