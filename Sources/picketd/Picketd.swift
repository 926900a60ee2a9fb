// picketd: the daemon of a fencing appliance.

internal import Appliance
internal import ArgumentParser
internal import Fencing
internal import Glibc
internal import LinuxSystem
internal import Logging

@main
struct Picketd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picketd",
        abstract: "Lets cluster nodes in over SSH, and exactly one side of a quarrel shoot.",
        discussion: """
            Reads the site file, opens the ledger and the serial lines, and serves until SIGTERM. \
            SIGHUP: reads again who may come in; what else has changed needs a restart. \
            Exit status: 0 finished; 75 left with granted shots open, which the next start takes up; \
            78 the site file needs mending; 71 something could not be opened; 111 the ledger was \
            lost and must be read anew by a restart.
            """,
        version: "picketd \(PicketVersion.text)")

    @Option(help: "The site file.", completion: .file(extensions: ["yaml"]))
    var site = "/etc/picket/picket.yaml"

    @Flag(help: "Check the site file and its drivers, print every finding, and end.")
    var check = false

    @Option(
        help: "The least level that is logged: debug, info, notice, warning, error, critical.",
        transform: level)
    var log = Logger.Level.info

    func run() throws {
        do throws(StartError) {
            let plan = try SitePlan(reading: site)
            for warning in plan.warnings { StandardStream.error.say("\(warning)") }
            if check { return StandardStream.output.say("\(site): no errors") }
            try serve(plan)
        } catch {
            StandardStream.error.say(error.description)
            throw ArgumentParser.ExitCode(error.exitStatus)
        }
    }

    private func serve(_ plan: SitePlan) throws(StartError) {
        do {
            // Before any other thread: all of them inherit that these signals are read, not
            // suffered.
            let signals = try Signals([SIGTERM, SIGINT, SIGHUP])
            signal(SIGPIPE, SIG_IGN)
            // A file that may not grow any further is an error of that write, not the end of us.
            signal(SIGXFSZ, SIG_IGN)
            let queue = try QueuedLog(level: log)
            let status = try serve(plan, signals, queue)
            queue.flush()
            if status != .finished { Glibc.exit(status.rawValue) }
        } catch let error as StartError {
            throw error
        } catch {
            throw .system("\(error)")
        }
    }

    private func serve(
        _ plan: SitePlan, _ signals: borrowing Signals, _ queue: QueuedLog
    ) throws -> Daemon.ExitStatus {
        let witness = LogWitness(queue)
        witness.memory(MemoryLock.lockAll())
        let daemon = try Daemon(plan, witness: witness, tell: { witness.saw($0) })
        witness.runs(onLibSSH: Daemon.library)
        for fingerprint in daemon.hostKeys { witness.offers(hostKey: fingerprint) }
        if let place = daemon.metricsPlace {
            StandardStream.output.say("picketd: metrics on \(place)")
        }
        StandardStream.output.say(
            "picketd: listening on \(daemon.addresses.joined(separator: " "))")
        try ServiceNotice.ready.send()
        return try daemon.serve(until: signals)
    }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is no level; known: \(known)")
        }
        return level
    }
}
