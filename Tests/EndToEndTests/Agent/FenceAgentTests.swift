// What Pacemaker and its like expect of a fence agent, asked of the real program.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("The fence agent")
struct FenceAgentTests {
    @Test("Metadata needs nobody, is the same however it is asked for, and keeps the schema")
    func metadata() throws {
        let agent = FencePicket.program
        let told = try Program.run(agent, [], input: "action=metadata\n")
        #expect(told.status == 0)
        #expect(told.errors.isEmpty)
        for words in [["-o", "metadata"], ["--action=meta-data"], ["--action", "manpage"]] {
            #expect(try Program.run(agent, words) == told)
        }
        let schema = #filePath.replacing("FenceAgentTests.swift", with: "metadata.rng")
        let check = ["--noout", "--relaxng", schema, "-"]
        let valid = try Program.run("xmllint", check, input: told.output)
        #expect(valid.status == 0, "\(valid.errors)")
        let broken = told.output.replacing("unique=\"0\"", with: "unique=\"maybe\"")
        #expect(try Program.run("xmllint", check, input: broken).status != 0)
        for action in ["on", "off", "reboot", "status", "list", "monitor", "validate-all"] {
            #expect(told.output.contains("<action name=\"\(action)\""), "\(action)")
        }
    }

    @Test(
        "off, status, on, reboot, list, list-status, monitor: the statuses that their callers know")
    func actions() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let plug = ["plug": "node2", "nodename": "node2"]
        town.until("the lines are up") { (try? agent.ask("status", plug).status) == 0 }
        #expect(try agent.ask("monitor").status == 0)
        let off = try agent.ask("off", plug)
        #expect(off.status == 0, "\(off)")
        #expect(town.power(2) == .off)
        let status = try agent.ask("status", plug)
        #expect(status.status == 2)
        #expect(status.output == "Status: OFF\n")
        // Already off is a success, and no command.
        #expect(try agent.ask("off", plug).status == 0)
        #expect(town.count(2, .off) == 1)
        #expect(try agent.ask("on", plug).status == 0)
        #expect(
            try agent.ask("status", plug) == .init(status: 0, output: "Status: ON\n", errors: ""))
        let reboot = try agent.ask("reboot", ["port": "node2"])
        #expect(reboot.status == 0, "\(reboot)")
        #expect(town.count(2, .off) == 2)
        let list = try agent.ask("list")
        #expect(list.output == "node1,node1\nnode2,node2\nnode3,node3\n")
        town.until("node2 is on again") { town.power(2) == .on }
        let all = try agent.ask("list-status", ["separator": ";"])
        #expect(all.output == "node1;node1;ON\nnode2;node2;ON\nnode3;node3;ON\n", "\(all)")
        let monitor = try agent.ask("monitor")
        #expect(monitor == .init(status: 0, output: "", errors: ""))
    }

    @Test("Options, short and long, mean the same as lines")
    func options() throws {
        let agent = try FencePicket(try Town())
        let status = try agent.askWithOptions(["-o", "off", "-n", "node2", "-v", "-x"])
        #expect(status.status == 0, "\(status)")
        let long = try agent.askWithOptions([
            "--action=status", "--plug", "node2", "--power-timeout=20", "--ssh", "-qp", "secret",
        ])
        #expect(long.status == 2, "\(long)")
        let usage = try agent.askWithOptions(["--help"])
        #expect(usage.output.contains("--plug"))
        #expect(try agent.askWithOptions(["--frobnicate"]).status == 1)
    }

    @Test("Only a line feed ends a line: what some call line ends are letters of a value")
    func separators() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        for end in ["\u{85}", "\u{2028}", "\u{0B}", "\r"] {
            let told = try agent.ask(
                "validate-all", ["plug": "node1"], lines: ["remark=x\(end)plug=node 2"])
            #expect(told.status == 0, "\(told)")
        }
    }

    @Test("Mistakes shoot nobody, and say what is wrong in a line")
    func mistakes() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let cases: [(String, [String: String], String)] = [
            ("nonsense", ["plug": "node2"], "unrecognised action 'nonsense'"),
            ("off", [:], "off needs plug"),
            ("off", ["plug": "node2", "port": "node3"], "conflicting plug and port: node2, node3"),
            ("off", ["plug": "node2,node3"], "is no node"),
            ("off", ["plug": "node2", "delay": "60"], "leaves nothing of deadline"),
            ("off", ["plug": "node2", "ip": "-oProxyCommand=x"], "is no address"),
            ("off", ["plug": "node2", "known_hosts": "/nonexistent"], "No such file"),
            ("off", ["plug": "node9"], "NOT-PERMITTED"),
        ]
        for (action, more, says) in cases {
            let told = try agent.ask(action, more)
            #expect(told.status == 1, "\(action) \(more)")
            #expect(told.errors.contains(says), "\(told)")
            #expect(told.errors.split(separator: "\n").count == 1, "\(told)")
            #expect(told.output.isEmpty, "\(told)")
        }
        #expect(town.pduA.changes.allSatisfy { $0.cause != .wire })
        let junk = ["# a remark", "", "   ", "something_unknown=1", "nodename=node1", "no equals"]
        #expect(try agent.ask("validate-all", lines: junk).status == 0)
        let same = try agent.ask("off", ["plug": "node2", "port": "\"node2\""], lines: junk)
        #expect(same.status == 0, "\(same)")
    }

    @Test("delay is waited for before off, and not before a question")
    func delay() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let off = try agent.begin("off", ["plug": "node2", "delay": "3"])
        // Longer than this test is allowed to take.
        let status = try agent.ask("status", ["plug": "node2", "delay": "40"])
        #expect(status.status == 0, "\(status)")
        #expect(town.count(2, .off) == 0)
        #expect(try off.finish().status == 0)
        #expect(town.count(2, .off) == 1)
    }

    @Test("Who cannot be reached, who is somebody else, who does not know us: one line for each")
    func troubles() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let wrong = try Keys.line(Keys.stranger).split(separator: " ").prefix(2)
        let other = town.directory.write(
            "other_hosts", "picket \(wrong.joined(separator: " "))\n")
        let cases: [([String: String], String)] = [
            (["ipport": "1"], "cannot connect to the appliance"),
            (["known_hosts": other], "host key mismatch"),
            (["identity_file": Keys.stranger], "key refused by the appliance"),
        ]
        for (more, says) in cases {
            let settings = more.merging(["plug": "node2", "deadline": "2"]) { one, _ in one }
            let told = try agent.ask("off", settings)
            #expect(told.status == 1)
            #expect(told.errors.contains(says), "\(told)")
            #expect(told.errors.split(separator: "\n").count == 1, "\(told)")
        }
        #expect(town.count(2, .off) == 0)
    }

    @Test("Of several addresses the one that answers is used")
    func addresses() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        // 192.0.2.0/24 is nobody's (RFC 5737): that one stays silent, the other refuses.
        let off = try agent.ask(
            "off", ["plug": "node2", "ip": "192.0.2.1,127.0.0.9,127.0.0.1"])
        #expect(off.status == 0, "\(off)")
        #expect(town.count(2, .off) == 1)
    }

    @Test("Exit status 0 without the line that names the target is no success")
    func exitAlone() throws {
        let town = try Town()
        let agent = try FencePicket(town)
        let answers = [
            "", "OK\\n", "OK target=node3 off=verified\\n", "OK target=node2 off=unknown\\n",
            "FAILED target=node2 off=verified\\n",
        ]
        for answer in answers {
            let ssh = town.directory.write(
                "ssh",
                """
                #!/bin/sh
                while read -r verb rest; do
                    id=$(echo "$rest" | grep -o 'id=[^ ]*')
                    [ "$verb" = quorum ] || printf '\(answer)' | sed "s/target/$id target/"
                    echo "END exit=0"
                done

                """, mode: 0o755)
            let told = try agent.ask(
                "off", ["plug": "node2", "ssh_path": ssh, "deadline": "2"])
            #expect(told.status == 1, "\(answer): \(told)")
            #expect(told.errors.contains("no reply of an appliance"), "\(answer): \(told)")
        }
        let honest = town.directory.write(
            "ssh",
            """
            #!/bin/sh
            while read -r verb rest; do
                id=$(echo "$rest" | grep -o 'id=[^ ]*')
                [ "$verb" = quorum ] || echo "OK $id target=node2 off=verified"
                echo "END exit=0"
            done

            """, mode: 0o755)
        #expect(try agent.ask("off", ["plug": "node2", "ssh_path": honest]).status == 0)
    }

    @Test("An appliance that restarts costs one attempt, not the operation")
    func restart() throws {
        let town = try Town(Town.Terms(latency: "1s", patience: "15s"))
        var faults = Faults()
        faults.late = .milliseconds(500)
        town.pduA.setFaults(faults)
        let agent = try FencePicket(town)
        let port = town.port
        let off = try agent.begin("off", ["plug": "node2", "deadline": "20"])
        town.until("the command is on the wire") {
            town.pduA.wire.contains { String(decoding: $0.bytes, as: UTF8.self).contains("off 2") }
        }
        town.directory.write(
            "picket.yaml",
            try Town.site(Town.Terms(latency: "1s", patience: "15s"), town.directory.path)
                .replacing("127.0.0.1:0", with: "127.0.0.1:\(port)"))
        try town.restart()
        let end = try off.finish(within: .seconds(30))
        // Half a command may have been in the wire: then it is on, and that is what is told.
        let truth = end.status == 0 ? PowerState.off : .on
        #expect(end.status == 0 || end.errors.contains("FAILED"), "\(end)")
        #expect(town.power(2) == truth, "\(end)")
    }
}
