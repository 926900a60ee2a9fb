// The command line: which switch, where, and how it misbehaves.

internal import ArgumentParser
internal import Fencing
internal import SimulatedSwitches
internal import SwitchBench

struct SwitchSimulator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch-simulator",
        abstract: "A simulated power switch on a pseudo-terminal.",
        discussion: """
            Faults: \(Faults.known).
            While it runs, it takes commands on its standard input: \(Instruction.known).
            """,
        version: "switch-simulator \(PicketVersion.text)")

    @Option(help: "One of: \(SimulatedModel.allCases.map(\.rawValue).joined(separator: ", ")).")
    var model: String

    @Option(help: "A symbolic link to make to the pseudo-terminal.")
    var link: String

    @Option(help: "A directory: <outlet> holds on or off, log has a line for every change.")
    var outlets: String?

    @Option(help: "A file that gets a line for every chunk of bytes, with its moment.")
    var wireLog: String?

    @Option(help: "How the switch misbehaves; may be given several times.")
    var fault: [String] = []

    @Option(help: "The speed of the line in bits a second; without it, answers take no time.")
    var baud: Int?

    @Option(
        help: """
            So many alike, at LINK.0, LINK.1 and so on, each with files of its own; what the \
            standard input says is for the first.
            """)
    var count: Int?

    func validate() throws {
        if let count, !(1...1024).contains(count) {
            throw ValidationError("--count takes 1 to 1024, not \(count)")
        }
        if let baud, !(50...4_000_000).contains(baud) {
            throw ValidationError("--baud takes 50 to 4000000, not \(baud)")
        }
    }

    func run() throws {
        // Before any thread starts: all of them inherit the mask.
        let signals = try TerminationSignals()
        let first = try bench(count.map { _ in ".0" } ?? "")
        let others = try (1..<(count ?? 1)).map { try bench(".\($0)") }
        defer { for bench in [first] + others { bench.stop() } }
        say(
            "ready model=\(model) link=\(link) outlets=\(first.outlets.count) "
                + "faults=\(first.faults)")
        try Console(first).run(until: signals)
    }

    private func bench(_ ending: String) throws -> BenchSwitch {
        var settings = BenchSwitch.Settings()
        settings.link = link + ending
        settings.outletDirectory = outlets.map { $0 + ending }
        settings.wireLog = wireLog.map { $0 + ending }
        settings.speed = baud
        let bench = try BenchSwitch(try SimulatedModel.make(named: model), settings)
        bench.setFaults(try Faults(parsing: fault.joined(separator: " ")))
        return bench
    }
}
