// picket host-keys: what clients write down to know the appliance by.

internal import Appliance
internal import ArgumentParser
internal import LinuxSystem

struct HostKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host-keys",
        abstract: "Print fingerprints, known_hosts lines and SSHFP records.",
        discussion: """
            A key that the site file names and that is not there yet is made, readable by its owner \
            alone. So run this as the user that picketd runs as: \
            sudo -u picket picket host-keys picket.example.
            """)

    @Argument(help: "Names and addresses under which clients reach the appliance.")
    var names: [String] = []

    @Option(help: "The port, where it is not 22.")
    var port = 22

    @Option(help: "The site file.", completion: .file(extensions: ["yaml"]))
    var site = "/etc/picket/picket.yaml"

    func validate() throws {
        if !(1...65535).contains(port) {
            throw ValidationError("--port takes 1 to 65535, not \(port)")
        }
        for name in names where name.contains(where: { $0.isWhitespace || $0 == "," }) {
            throw ValidationError("`\(name)` is not one name or address")
        }
    }

    func run() throws {
        let lines: HostKeyLines
        do throws(StartError) {
            lines = try HostKeyLines(of: try SitePlan(reading: site))
        } catch {
            StandardStream.error.say(error.description)
            throw ExitCode(error.exitStatus)
        }
        for line in lines.fingerprints { say("# \(line)") }
        guard !names.isEmpty else {
            return say("# add names or addresses for known_hosts lines and SSHFP records")
        }
        for line in lines.knownHosts(names, port: port) { say(line) }
        for line in lines.sshfp(names) { say("# \(line)") }
    }

    private func say(_ text: String) { StandardStream.output.say(text) }
}
