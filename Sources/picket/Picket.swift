// picket: what is done at the appliance by hand, by whoever installs it or looks after it.

internal import ArgumentParser
internal import Fencing
internal import LinuxSystem

@main
struct Picket: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picket",
        abstract:
            "Makes and checks a site file, tries what hangs on a line, draws what was, asks a picketd.",
        discussion: """
            Exit status: 0 all is well; 1 it is not as it should be; 2 nobody can say; 64 the \
            command line is wrong; 71 something could not be opened; 78 the site file needs mending.
            """,
        version: "picket \(PicketVersion.text)",
        subcommands: [
            InitCommand.self, CheckCommand.self, ProbeCommand.self, TryCommand.self,
            PortCommand.self, HostKeysCommand.self, KeygenCommand.self, AddNodeCommand.self,
            StatusCommand.self,
            ReloadCommand.self, AskCommand.self,
            TraceCommand.self, TimelineCommand.self, MapCommand.self, LedgerCommand.self,
            SimulateCommand.self,
        ])

    /// A mistake that a command finds only when it runs is told with the usage of that command; the
    /// library would print the top's.
    static func main() {
        do {
            var command = try parseAsRoot()
            do {
                try command.run()
            } catch let error as ValidationError {
                StandardStream.error.say("Error: \(error.message)")
                StandardStream.error.say("Usage: \(usageString(for: type(of: command)))")
                exit(withError: ArgumentParser.ExitCode.validationFailure)
            }
        } catch {
            exit(withError: error)
        }
    }
}

/// As in sysexits.h, but 1 and 2, which mean what they mean of a shot.
enum Status: Int32 {
    case fine = 0
    case notAsItShouldBe = 1
    case unknown = 2
    case notOpened = 71

    /// To be thrown: ends the program with this status, and says nothing more.
    var failure: ArgumentParser.ExitCode { ArgumentParser.ExitCode(rawValue) }
}
