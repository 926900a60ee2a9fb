// picket check: every finding about a site file, and nothing is opened.

internal import Appliance
internal import ArgumentParser
internal import LinuxSystem

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a site file and its drivers, and print every finding.",
        discussion: """
            What picketd would say at its start, with line and column. Exit status 78 where it would \
            not start; warnings alone are 0.
            """)

    @Argument(help: "The site file.")
    var site = "/etc/picket/picket.yaml"

    func run() throws {
        let plan = try SiteOption.read(site)
        for warning in plan.warnings { StandardStream.output.say("\(warning)") }
        let count = plan.warnings.count
        StandardStream.output.say(
            "\(site): no errors, \(count == 1 ? "1 warning" : "\(count) warnings")")
    }
}

enum SiteOption {
    /// Says what is wrong with it, and ends the program, where it cannot be used.
    static func read(_ path: String) throws -> SitePlan {
        do throws(StartError) {
            return try SitePlan(reading: path)
        } catch {
            StandardStream.error.say(error.description)
            throw ExitCode(error.exitStatus)
        }
    }
}
