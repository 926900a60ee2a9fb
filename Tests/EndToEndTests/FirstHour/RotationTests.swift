// How a host key is replaced (docs/operations.md): clients have both lines, then the key changes.

import Fencing
import TestSupport
import Testing

@Suite("A new host key")
struct RotationTests {
    @Test("With both lines in known_hosts no client is refused, before or after")
    func rotation() throws {
        let town = try Town()
        let next = "\(town.directory.path)/next"
        let made = try Program.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", next])
        try #require(made.status == 0)
        func hosts() throws -> String {
            let keys = try [Keys.line(Keys.host), Keys.line(next)].map {
                $0.split(separator: " ").prefix(2).joined(separator: " ")
            }
            let lines = keys.map { "[127.0.0.1]:\(town.port) \($0)\n" }.joined()
            return town.directory.write("known_hosts", lines)
        }
        _ = try hosts()
        #expect(try town.ask("node1", "quorum").status == 0)
        let site = try Program.run("cat", ["\(town.directory.path)/picket.yaml"]).output
        town.directory.write("picket.yaml", site.replacing(Keys.host, with: next))
        try town.restart()
        _ = try hosts()
        #expect(try town.ask("node1", "quorum").status == 0)
        let only = try Keys.line(next).split(separator: " ").prefix(2).joined(separator: " ")
        town.directory.write("known_hosts", "[127.0.0.1]:\(town.port) \(only)\n")
        #expect(try town.ask("node1", "quorum").status == 0)
    }
}
