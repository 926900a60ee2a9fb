// The man pages: made from what the programs say of themselves, and without a complaint of troff's.

import TestSupport
import Testing

@Suite("Man pages")
struct ManualTests {
    @Test("are made for every program, for the site file, the commands and the console")
    func pages() throws {
        let directory = TemporaryDirectory()
        let tool =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/") + "/deploy/manual"
        let made = try Program.run(
            "/usr/bin/python3", [tool, directory.path, Program.products], within: .seconds(30))
        #expect(made.status == 0, "\(made)")
        for (page, words) in [
            ("picket.1", ["picket ledger verify", "--since", "/etc/picket/picket.yaml"]),
            ("picketd.8", ["SIGNALS", "SIGHUP", "FILES", "--site"]),
            ("picket-keygen.8", ["[NAME]"]), ("switch-simulator.1", ["--model"]),
            ("fence_picket.8", ["--deadline", "--identity-file"]),
            ("picket-alert.8", ["admit NODE"]), ("picket-quorum.8", ["--within SECONDS"]),
            ("picket-pacemaker.7", ["fence_picket"]),
            ("picket.yaml.5", ["appliance.metrics", "operators.OPERATOR.role", "feeds: [pdu-a/1"]),
            ("picket-commands.7", ["why SHOT", "IN-DOUBT"]),
            ("picket-console.7", ["Do it? [y/N]", "Ctrl-K"]),
        ] {
            let path = "\(directory.path)/\(page)"
            let shown = try Program.run(
                "env", ["MANWIDTH=100", "LC_ALL=C.UTF-8", "man", "--warnings", "-l", path],
                within: .seconds(30))
            #expect(shown.status == 0 && shown.errors.isEmpty, "\(page): \(shown.errors)")
            let name = try Program.run("sed", ["-n", "/^.SH NAME/{n;p}", path]).output
            #expect(name.contains("fencing (STONITH)"), "apropos does not find \(page): \(name)")
            if page.hasSuffix(".8") || page.hasSuffix(".1") {
                for section in ["EXIT STATUS", "EXAMPLES"] {
                    #expect(shown.output.contains("\n\(section)\n"), "\(page) has no \(section)")
                }
            }
            for word in words { #expect(shown.output.contains(word), "\(page) lacks \(word)") }
        }
    }
}
