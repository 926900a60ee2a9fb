// The trace of a line: bounded, in order, printable, and without passwords.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

/// Logs in with a password, then commands and reads in words.
private struct SecretiveDriver: BytewiseDriver {
    static let password = "Sesame-71"
    let traits = DriverTraits(
        name: "secretive", readsBack: .yes, patience: .seconds(5), maximalLatency: .seconds(1))
    private var task: SwitchTask?

    var wakesAt: Moment? { nil }
    var mayHearSecret: Bool { task == .greet }

    mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        self.task = task
        return switch task {
        case .greet: [.send(Array("\(Self.password)\r".utf8))]
        case .command(let command, let outlet): [.send(Array("\(command) \(outlet)\r".utf8))]
        case .read(let outlet): [.send(Array("read \(outlet)\r".utf8))]
        }
    }

    mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        guard let task, byte == UInt8(ascii: ">") else { return [] }
        self.task = nil
        return switch task {
        case .greet: [.end(.greeted)]
        case .command: [.end(.acknowledged)]
        case .read: [.end(.reading(.on, remark: nil))]
        }
    }

    mutating func sent(at now: Moment) -> [DriverStep] { [] }
    mutating func timePassed(at now: Moment) -> [DriverStep] { [] }
    mutating func abandon() { task = nil }
}

@Suite struct LineTraceTests {
    private let place: Place
    private let reports: Reports

    init() throws {
        place = try Place()
        reports = try Reports()
    }

    private func texts(_ worker: Worker) -> [String] {
        worker.trace.lines.map { "\($0.kind.rawValue) \($0.text)" }
    }

    @Test func `what goes over the wire is there in its order, escaped`() throws {
        let bench = try BenchSwitch(SimulatedRPS10(), BenchSwitch.Settings())
        defer { bench.stop() }
        let worker = try Worker(
            switch: pdu, port: try place.port(bench.path), dialogue: PlugDialogue(),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3"))
        #expect(reports.first(1).first?.state == .off)
        let said = #"received Plug 3 Off\r\nComplete\r\n"#
        let asked = #"sent \x02\x18\x18\x02\x18\x183"#
        #expect(
            texts(worker) == [
                "note open", "note off 3", asked + #"0\r"#, said, asked + #"?\r"#, said,
                "note it is off",
            ])
        let moments = worker.trace.lines.map(\.moment)
        #expect(moments == moments.sorted())
        #expect(reports.now.first?.wire == nil, "nothing to explain")
    }

    @Test func `a command that did not work is reported with its exchange, condensed`() throws {
        let bench = try BenchSwitch(SimulatedRPS10(), BenchSwitch.Settings())
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: "stuck-on=3"))
        let worker = try Worker(
            switch: pdu, port: try place.port(bench.path), dialogue: PlugDialogue(),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(2)))
        let report = try #require(reports.first(1).first)
        #expect(report.state == .unknown)
        let wire = try #require(report.wire)
        #expect(wire.hasPrefix(#"+0ms off 3 +0ms >`\x02\x18\x18\x02\x18\x1830\r` +"#), "\(wire)")
        #expect(wire.contains(#"<`Plug 3 On\r\nComplete\r\n`"#))
        #expect(wire.contains(" asked ") && wire.contains(" times in "), "\(wire)")
        #expect(wire.hasSuffix("it is unknown"), "\(wire)")
        #expect(wire.utf8.count < 420)
        worker.enter(try read(2, "3"))
        #expect(reports.first(2).last?.wire == nil, "a reading commands nothing")
    }

    @Test func `a password is nowhere: not sent, not echoed, not repeated later, not in halves`()
        throws
    {
        let terminal = try PseudoTerminal()
        let worker = try Worker(
            switch: pdu, port: try place.port(terminal.path),
            dialogue: SwitchSession(SecretiveDriver(), maximalLatency: .milliseconds(300)),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(6)))
        // It repeats the password when it hears it, garbled and whole; and once more in what it says
        // to a reading, cut in two with a pause between.
        var heard = ""
        var answered = 0
        _ = LinesTests.eventually {
            heard += String(decoding: (try? terminal.master.read(atMost: 512)) ?? [], as: UTF8.self)
            let questions = heard.split(separator: "\r").count
            if questions > answered, heard.hasSuffix("\r") {
                answered = questions
                let said =
                    switch heard.split(separator: "\r").last {
                    case "read 3": "hello \(SecretiveDriver.password) you>"
                    case "off 3": "understood>"
                    case _: "Ssame-71\r\nSesame-71\r\nok>"
                    }
                let bytes = Array(said.utf8)
                for part in [bytes[..<10], bytes[10...]] {
                    _ = try? terminal.master.write(part)
                    usleep(150_000)
                }
            }
            return reports.now.count == 1
        }
        let report = try #require(reports.now.first)
        let all = texts(worker).joined(separator: "\n") + (report.wire ?? "")
        #expect(all.contains("sent (a password)"))
        #expect(all.contains("received (what it said to the password)"))
        #expect(all.contains("off 3"))
        #expect(all.contains("received hello ****\nreceived ***** you>"), "\(all)")
        for part in ["Sesame", "same-71", "Sesa", "ame-"] {
            #expect(!all.contains(part), "\(part) in \(all)")
        }
    }

    @Test func `half a password is none either: cut by the end of a job, or not all there yet`()
        throws
    {
        let terminal = try PseudoTerminal()
        let worker = try Worker(
            switch: pdu, port: try place.port(terminal.path),
            dialogue: SwitchSession(SecretiveDriver(), maximalLatency: .milliseconds(300)),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(4)))
        // What it says to the reading stops in the middle of the password, and the job ends there.
        var heard = ""
        var answered = 0
        _ = LinesTests.eventually {
            heard += String(decoding: (try? terminal.master.read(atMost: 512)) ?? [], as: UTF8.self)
            let questions = heard.split(separator: "\r").count
            if questions > answered, heard.hasSuffix("\r") {
                answered = questions
                let said =
                    switch heard.split(separator: "\r").last {
                    case "read 3": "hello \(SecretiveDriver.password.prefix(4))"
                    case "off 3": "understood>"
                    case _: "ok>"
                    }
                _ = try? terminal.master.write(Array(said.utf8)[...])
            }
            return reports.now.count == 1
        }
        let report = try #require(reports.now.first)
        let cut = texts(worker).joined(separator: "\n") + (report.wire ?? "")
        #expect(cut.contains("hello ****"), "\(cut)")
        #expect(!cut.contains("Sesa"), "\(cut)")
        _ = try? terminal.master.write(Array(SecretiveDriver.password.dropFirst(4).utf8)[...])
        #expect(LinesTests.eventually { texts(worker).last?.hasPrefix("received") == true })
        #expect(!texts(worker).joined(separator: "\n").contains("me-"), "\(texts(worker))")
    }

    @Test(
        arguments: [
            ("wti", nil, SimulatedModel.wti), ("baytech", nil, .baytechMenu), ("apc", "apc", .apc),
            ("sentry", "admn", .sentry), ("cyclades-pm", "admin", .cyclades),
        ], ["echo", "echo duplicate", "echo lose-sent=30", "echo lose-sent=45", "echo logoff"])
    func `a driver that logs in leaves no password in it`(
        _ setting: (driver: String, user: String?, model: SimulatedModel), _ faults: String
    ) throws {
        let bench = try BenchSwitch(
            setting.model.make(password: "Sesame-71"), BenchSwitch.Settings())
        defer { bench.stop() }
        bench.setFaults(try Faults(parsing: faults))
        var options = DriverOptions()
        options.credentials.user = setting.user
        options.credentials.password = Secret("Sesame-71")
        let driver = try #require(try DriverCatalog.make(named: setting.driver, options))
        let worker = try Worker(
            switch: pdu, port: try place.port(bench.path),
            dialogue: SwitchSession(driver, maximalLatency: .milliseconds(500)),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "3", within: .seconds(6)))
        let report = try #require(reports.first(1).first)
        let all = texts(worker).joined(separator: "\n") + (report.wire ?? "")
        #expect(all.contains("sent (a password)"), "\(all)")
        for part in ["Sesame", "same-71", "esam"] { #expect(!all.contains(part), "\(all)") }
    }

    @Test func `it is bounded, whatever comes`() throws {
        let terminal = try PseudoTerminal()
        let worker = try Worker(
            switch: pdu, port: try place.port(terminal.path), dialogue: PlugDialogue(),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        #expect(LinesTests.eventually { !worker.trace.lines.isEmpty })
        let flood = Array(repeating: UInt8(ascii: "x"), count: 1000)
        for _ in 1...60 {
            _ = try terminal.master.write(flood[...])
            usleep(2000)
        }
        _ = try terminal.master.write(Array("END".utf8)[...])
        #expect(LinesTests.eventually { worker.trace.lines.last?.text.hasSuffix("END") == true })
        let lines = worker.trace.lines
        #expect(lines.count <= LineTrace.mostEntries)
        #expect(lines.map(\.text.utf8.count).reduce(0, +) <= LineTrace.mostBytes)
        #expect(lines.map(\.text.utf8.count).reduce(0, +) > LineTrace.mostBytes / 2)
    }

    @Test func `leads and inputs are in it`() throws {
        let concentrator = try Concentrator(.comPort)
        defer { concentrator.stop() }
        var machine = SimulatedMachine()
        machine.overrideTime = .milliseconds(100)
        concentrator.set(machine)
        let wiring = ButtonWiring(
            power: .dtr, reset: nil, hold: .milliseconds(300),
            sense: ButtonWiring.Sense(input: .dcd, raisedMeans: .on))
        let worker = try Worker(
            switch: pdu,
            port: NetworkPort(
                .rfc2217, host: "127.0.0.1", port: concentrator.port,
                settings: try LineSettings(parsing: "9600,8n1")),
            dialogue: SwitchSession(ButtonDriver(wiring), maximalLatency: .milliseconds(100)),
            report: reports.take)
        try worker.start()
        defer { worker.stop() }
        worker.enter(try power(1, .off, "power"))
        #expect(reports.first(1).first?.state == .off)
        let notes = texts(worker)
        let pressed = try #require(notes.firstIndex(of: "note dtr raised"))
        #expect(notes[..<pressed].contains("note raised: dcd"))
        #expect(notes[pressed...].contains("note dtr lowered"))
        #expect(notes[pressed...].contains("note raised:"))
    }
}
