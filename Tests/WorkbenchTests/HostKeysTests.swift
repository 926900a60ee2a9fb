// Host keys as ssh-keygen and ssh see them.

import Fencing
import SimulatedSwitches
import TestSupport
import Testing

struct HostKeysTests {
    private let directory = TemporaryDirectory()

    private func site(_ keys: [String]) -> String {
        directory.write(
            "picket.yaml",
            """
            appliance: {host_keys: [\(keys.joined(separator: ", "))]}
            switches:
              pdu-a: {driver: wti-rps10, line: /dev/null}
            clusters:
              db: {nodes: {node1: {feeds: [pdu-a/0]}}}
            """)
    }

    private func run(_ arguments: [String]) throws -> Program.Result {
        try Program.run("\(Program.products)/picket", ["host-keys"] + arguments)
    }

    @Test(
        "the same as ssh-keygen prints",
        arguments: [["ed25519"], ["ecdsa"], ["rsa"], ["ed25519", "ecdsa"]])
    func same(types: [String]) throws {
        let paths = types.map { "\(directory.path)/key-\($0)" }
        for (type, path) in zip(types, paths) {
            let made = try Program.run(
                "ssh-keygen", ["-q", "-t", type, "-N", "", "-f", path, "-C", ""])
            try #require(made.status == 0)
        }
        let printed = try run([
            "picket.example", "192.0.2.7", "--port", "2222", "--site", site(paths),
        ])
        #expect(printed.status == 0, "\(printed)")
        for path in paths {
            let words = try Program.run("ssh-keygen", ["-l", "-f", path]).output
                .split(separator: " ")
            #expect(printed.output.contains("# \(words[1]) ("))
            let key = try Program.run("cat", [path + ".pub"]).output
                .split(separator: " ").prefix(2).joined(separator: " ")
                .replacing("\n", with: "")
            #expect(
                printed.output.contains(
                    "[picket.example]:2222,[192.0.2.7]:2222 \(key)\n"))
            let records = try Program.run(
                "ssh-keygen", ["-r", "picket.example", "-f", path + ".pub"]
            ).output
            let wanted = try #require(records.split(separator: "\n").first { $0.contains(" 2 ") })
            #expect(printed.output.contains("# \(wanted)\n"), "\(printed.output) \(records)")
        }
    }

    @Test("a key that is not there is made, for its owner alone")
    func made() throws {
        let path = "\(directory.path)/new"
        let file = site([path])
        let first = try run(["--site", file])
        #expect(first.status == 0, "\(first)")
        #expect(first.output.hasPrefix("# SHA256:"))
        #expect(try Program.run("stat", ["-c", "%a", path]).output == "600\n")
        #expect(try Program.run("stat", ["-c", "%a", path + ".pub"]).output == "644\n")
        #expect(try run(["--site", file]) == first)
    }

    @Test("names that are none, and a key that others may read")
    func refused() throws {
        let path = "\(directory.path)/open"
        let file = site([path])
        #expect(try run(["a b", "--site", file]).status == 64)
        #expect(try run(["a", "--port", "0", "--site", file]).status == 64)
        directory.write("open", "x", mode: 0o644)
        let readable = try run(["--site", file])
        #expect(readable.status == 71)
        #expect(readable.errors.contains("chmod 600"), "\(readable)")
    }
}
