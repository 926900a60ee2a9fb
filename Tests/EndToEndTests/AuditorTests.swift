// What ssh-audit, by others, says of the algorithms that the door offers.

import TestSupport
import Testing

@Suite("ssh-audit")
struct AuditorTests {
    @Test("fails nothing, and warns of nothing but what Debian's libssh cannot do")
    func audit() throws {
        let town = try Town()
        let audit = try Program(
            "ssh-audit", ["--no-colors", "--level=warn", "--port=\(town.port)", "127.0.0.1"])
        let said = try audit.finish(within: .seconds(30)).output
        let complaints = said.split(separator: "\n").filter { line in
            line.contains("[fail]") || line.contains("[warn]")
        }
        // Debian's ssh-audit is older than the marker of strict key exchange, which is no algorithm;
        // newer ones ask for a key exchange that quantum computers do not break.
        let known = ["kex-strict-s-v00@openssh.com", "post-quantum"]
        let new = complaints.filter { line in !known.contains { line.contains($0) } }
        #expect(new.isEmpty, "\(said)")
        #expect(said.contains("# key exchange algorithms"), "it got as far as that: \(said)")
    }
}
