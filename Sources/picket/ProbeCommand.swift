// picket probe: what answers on a line, and with which driver it works. Nothing is switched.

internal import Appliance
internal import ArgumentParser
internal import Drivers
internal import Fencing
internal import Lines
internal import LinuxSystem
internal import SiteConfiguration
internal import Workbench

struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Find out what answers on a line, without switching anything.",
        discussion: """
            LINE is written as in the site file: /dev/ttyS0, tcp:HOST:PORT, telnet:HOST:PORT, \
            rfc2217:HOST:PORT. It is asked at 2400 baud for a UPS, then at 9600 for everything else: \
            slowly first, because what is sent at 2400 baud is an order to nothing that listens at \
            9600, which does not hold the other way round. Do not probe a port whose DTR or RTS is \
            wired to a button: opening a port raises both. Exit status: 0 recognised; 1 something \
            answers, and is not known; 2 nothing answers.
            """)

    @Argument(help: "The line.")
    var line: String

    @Option(help: "Ask at this setting only, such as 19200,8n1.")
    var settings: String?

    @Option(help: "Where serial lines are locked.")
    var lockDirectory = "/run/lock"

    func run() throws {
        let reference = try LineText.reference(line)
        for (settings, pace) in try attempts(reference) {
            let port = reference.port(settings, .raised, lockDirectory: lockDirectory)
            say("\(port)")
            switch try probe(port, pace) {
            case .recognised(let found): return tell(found, settings)
            case .stranger:
                say("something answers, and it is nothing that is known here")
                say("docs/switches/README.md lists what has a driver, and tells how to add a model")
                throw Status.notAsItShouldBe.failure
            case .echo:
                say("everything comes back as it was sent: a loop, or a device that only echoes")
                throw Status.notAsItShouldBe.failure
            case .silence: continue
            }
        }
        say(
            "nothing answers. Is it on, is the cable crossed as it should be, has it another speed?"
        )
        say("An LCUS board without read-back (lcus-silent) answers nothing at all.")
        throw Status.unknown.failure
    }

    private func probe(_ port: any LinePort, _ pace: Probe.Pace) throws -> ProbeOutcome {
        do {
            return try LineProbe.run(on: port, pace) { exchange in
                let answer =
                    exchange.answer.isEmpty
                    ? "nothing" : "`\(LineTrace.text(of: Array(exchange.answer.prefix(200))))`"
                say("  asked for \(exchange.asked): \(answer)")
            }
        } catch let error as WorkbenchError {
            StandardStream.error.say("picket: \(error)")
            throw Status.notOpened.failure
        }
    }

    private func attempts(
        _ reference: LineReference
    ) throws -> [(LineSettings, Probe.Pace)] {
        if let settings { return [(try LineText.settings(settings), .usual)] }
        let usual = (try LineText.settings("9600,8n1"), Probe.Pace.usual)
        switch reference {
        case .network(.tcp, _, _), .network(.telnet, _, _): return [usual]
        case .serial, .network(.rfc2217, _, _):
            return [(try LineText.settings("2400,8n1"), .slow), usual]
        }
    }

    private func tell(_ found: [Recognition], _ settings: LineSettings) {
        for recognition in found {
            say("\(recognition.sureness.rawValue): \(recognition.driver), \(recognition.evidence)")
        }
        guard let best = found.first else { return }
        if found.count > 1 { say("its label says which of them; the first would be") }
        say("in the site file:\n")
        say("switches:")
        say("  NAME:")
        say("    driver: \(best.driver)")
        say("    line: \(line)")
        if let written = best.lineSettings(at: settings.description) {
            say("    settings: \(written)")
        }
        for setting in best.settings { say("    \(setting)") }
        say("\nthen: picket try NAME OUTLET reads an outlet, and shows every byte")
    }

    private func say(_ text: String) { StandardStream.output.say(text) }
}

/// Lines and settings as they stand on the command line.
enum LineText {
    static func reference(_ text: String) throws -> LineReference {
        switch LineReference.read(text) {
        case .success(let reference): return reference
        case .failure(let fault):
            throw ValidationError("`\(text)` is no line: write \(fault.wanted)")
        }
    }

    static func settings(_ text: String) throws -> LineSettings {
        do throws(LineSettingsError) {
            return try LineSettings(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

extension Recognition {
    /// What the site file has to say of the line's settings; nil where the driver has the same.
    func lineSettings(at probed: String) -> String? {
        do throws(DriverOptionRefused) {
            let usual = try DriverCatalog.make(named: driver)?.traits.lineSettings
            return usual == probed ? nil : probed
        } catch {
            // A driver that cannot do without an option: then its settings are not known here.
            return probed
        }
    }
}
