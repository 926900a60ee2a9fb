// What a node's agent says of its own machine: keys, firewalls, names.

import Fencing
import Glibc
import TestSupport
import Testing

@Suite("The agent's own machine")
struct AgentMistakeTests {
    @Test("A key that others may read is said to be so, and not to be refused by the appliance")
    func openKey() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let text = try Program.run("cat", [Keys.people["node1", default: ""]]).output
        let key = town.directory.write("open_key", text, mode: 0o644)
        let told = try agent.ask(
            "off", ["plug": "node2", "deadline": "2", "identity_file": key])
        #expect(told.status == 1)
        #expect(told.errors.contains("this node's key cannot be used"), "\(told)")
        #expect(told.errors.contains("bad permissions"), "\(told)")
        #expect(!told.errors.contains("refused by the appliance"), "\(told)")
    }

    @Test("What a firewall refuses is no refused key")
    func firewall() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let ssh = town.directory.write(
            "ssh",
            "#!/bin/sh\necho 'ssh: connect to host 192.0.2.7 port 22: Permission denied' >&2\n"
                + "exit 255\n", mode: 0o755)
        let told = try agent.ask("off", ["plug": "node2", "deadline": "2", "ssh_path": ssh])
        #expect(told.status == 1)
        #expect(told.errors.contains("cannot connect to the appliance"), "\(told)")
        #expect(!told.errors.contains("key refused"), "\(told)")
    }

    @Test("A device with a plug of its own validates with the dummy that Pacemaker adds")
    func validate() throws {
        let agent = try FencePicket(try Town())
        let told = try agent.ask("validate-all", ["plug": "node2", "port": "node1"])
        #expect(told.status == 0, "\(told)")
    }

    @Test("A node list without names is read as Pacemaker reads it, and said to be one")
    func unnamed() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let list = ["node1", "node2", "node3"].enumerated().map { number, name in
            """
            nodelist.node.\(number).nodeid (u32) = \(number + 1)
            nodelist.node.\(number).ring0_addr (str) = \(name)
            runtime.members.\(number + 1).join_count (u32) = 1
            runtime.members.\(number + 1).status (str) = joined
            """
        }
        let notes = "\(town.directory.path)/notes"
        let map = town.directory.write(
            "cmapctl",
            "#!/bin/sh\nif [ \"$1\" = -s ]; then echo \"$*\" >>\(notes); exit; fi\ncat <<END\n"
                + list.joined(separator: "\n")
                + "\nruntime.votequorum.this_node_id (u32) = 1\nEND\n",
            mode: 0o755)
        let told = try agent.ask("monitor", ["cmapctl_path": map])
        #expect(told.status == 0, "\(told)")
        #expect(told.errors.contains("no `name` for node 2: it is taken for node2"), "\(told)")
        let written = try Program.run("cat", [notes]).output
        for node in ["node1", "node2", "node3"] {
            #expect(written.contains("picket.life.\(node) str"), "\(written)")
        }
    }

    @Test("The line of the manual that makes known_hosts keeps no remark of ssh-keyscan's")
    func knownHosts() throws {
        let manual = #filePath.replacing(
            "Tests/EndToEndTests/Agent/AgentMistakeTests.swift", with: "docs/pacemaker.md")
        let text = try Program.run("cat", [manual]).output
        let line = try #require(text.firstMatch(of: /ssh-keyscan [^|]*\| (sed [^>]*)>/))
        // OpenSSH from 9.8 on prints its remarks among the keys.
        let made = try Program.run(
            "sh", ["-c", String(line.1)],
            input: "# 192.0.2.7:22 SSH-2.0-libssh\n192.0.2.7 ssh-ed25519 AAAA\n")
        #expect(made.output == "picket ssh-ed25519 AAAA\n", "\(made)")
    }
}
