// A site with as many switches and nodes as a test wants, and the settings that a site has which says
// nothing: real picketd, real ssh, simulated switches.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport

final class Plant {
    struct Switch {
        let name: String
        let model: SimulatedModel
        /// The driver and what else the site file says of it: `wti, password: wti`.
        let driver: String
        var outlets = ["3"]
        var speed: Int?
    }

    let directory = TemporaryDirectory()
    private(set) var benches: [String: BenchSwitch] = [:]
    private let daemon: Program
    private let port: String

    /// Node `S-N` hangs on outlet N of switch S.
    init(_ switches: [Switch]) throws {
        var text = """
            appliance:
              listen: ["127.0.0.1:0"]
              host_keys: ["\(Keys.host)"]
              ledger: \(directory.path)/ledger.sqlite
              lock_directory: \(directory.path)
            switches:

            """
        var nodes = ""
        for one in switches {
            var settings = BenchSwitch.Settings()
            settings.link = "\(directory.path)/\(one.name)"
            settings.speed = one.speed
            benches[one.name] = try BenchSwitch(one.model.make(), settings)
            text += "  \(one.name): {driver: \(one.driver), line: \(directory.path)/\(one.name)}\n"
            for outlet in one.outlets {
                let key = try Self.key("\(one.name)-\(outlet)", in: directory.path)
                nodes +=
                    "      \(one.name)-\(outlet): "
                    + "{feeds: [\(one.name)/\(outlet)], keys: [\"\(key)\"]}\n"
            }
        }
        let alice = try Keys.people["alice"].map { try Keys.line($0) } ?? ""
        text += """
            clusters:
              db:
                shots_per_target: 1000
                shots_per_requester: 1000
                nodes:
            \(nodes)operators:
              alice: {keys: ["\(alice)"]}

            """
        directory.write("picket.yaml", text)
        daemon = try Town.start(["picketd"], directory.path)
        port = try Town.waitUntilReady(daemon)
        let host = try Keys.line(Keys.host).split(separator: " ").prefix(2).joined(separator: " ")
        directory.write("known_hosts", "[127.0.0.1]:\(port) \(host)\n")
    }

    private static func key(_ name: String, in directory: String) throws -> String {
        let path = "\(directory)/key-\(name)"
        _ = try Program.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path, "-C", name])
        return try Keys.line(path)
    }

    func begin(_ line: String) throws -> Program {
        let command = try Program("ssh", arguments + [line])
        command.endInput()
        return command
    }

    func ask(_ line: String, within limit: Duration = .seconds(60)) throws -> Program.Result {
        try Program.run("ssh", arguments + [line], within: limit)
    }

    private var arguments: [String] {
        [
            "-F", "/dev/null", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", "UserKnownHostsFile=\(directory.path)/known_hosts", "-o", "IdentitiesOnly=yes",
            "-o", "IdentityAgent=none", "-i", Keys.people["alice"] ?? Keys.stranger, "-p", port,
            "-l", "alice", "127.0.0.1",
        ]
    }
}
