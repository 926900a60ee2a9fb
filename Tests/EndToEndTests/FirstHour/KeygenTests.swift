// The agents' own key maker.

import Fencing
import TestSupport
import Testing

@Suite("picket-keygen")
struct AgentKeygenTests {
    private static let program = #filePath.replacing(
        "Tests/EndToEndTests/FirstHour/KeygenTests.swift", with: "deploy/agents/picket-keygen")

    @Test("makes the key once, where the agents look for it, and prints what the site file takes")
    func makes() throws {
        let directory = TemporaryDirectory()
        let file = "\(directory.path)/key"
        let words = ["PICKET_KEY=\(file)", Self.program, "node7.example"]
        let first = try Program.run("env", words)
        #expect(first.status == 0, "\(first)")
        let key = try Keys.line(file).split(separator: " ")
        #expect(first.output.contains("      node7:\n"), "\(first)")
        #expect(first.output.contains("keys: [\"\(key[0]) \(key[1]) node7\"]"), "\(first)")
        #expect(try Program.run("stat", ["-c", "%a", file]).output == "600\n")
        #expect(try Program.run("env", words) == first)
        let text = try Program.run("cat", [Self.program]).output
        #expect(text.contains("PICKET_KEY:-/etc/picket/id_ed25519"))
        let help = try Program.run("\(Program.products)/picket", ["keygen", "--help"])
        #expect(help.output.contains("/etc/picket/id_ed25519"), "\(help)")
    }

    @Test("names that are none", arguments: ["", "-x", "a b", "a;b"])
    func refused(name: String) throws {
        let directory = TemporaryDirectory()
        let refused = try Program.run(
            "env", ["PICKET_KEY=\(directory.path)/key", Self.program, name])
        #expect(refused.status == 64, "\(refused)")
        #expect(try Program.run("ls", ["\(directory.path)/key"]).status != 0)
    }
}
