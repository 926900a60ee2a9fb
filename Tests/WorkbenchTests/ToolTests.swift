// picket's other commands, as a person types them.

import Fencing
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("The tool")
struct ToolTests {
    private static func key(_ site: Site, _ name: String) throws -> String {
        let path = "\(site.directory.path)/\(name)"
        let made = try Program.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path, "-C", "\(name)'s"])
        try #require(made.status == 0)
        return path + ".pub"
    }

    @Test("init asks, probes, and writes a file that check takes")
    func fromNothing() throws {
        let site = try Site(.baytech)
        let file = "\(site.directory.path)/new.yaml"
        let node1 = try Self.key(site, "node1")
        let answers = [
            "ups-c",  // the appliance
            "pdu a", "pdu-a", site.link, "yes", "", "ups-a", "no",  // a switch, probed
            "db",
            "node1", "pdu-x/1", "pdu-a/1", node1, "yes",
            "node2", "pdu-a/1", "pdu-a/2", node1, try Self.key(site, "node2"),
            "no",
            "yes", "alice", try Self.key(site, "alice"), "no",
        ]
        let result = try site.picket(
            ["init", file, "--lock-directory", site.directory.path],
            typing: answers.joined(separator: "\n") + "\n")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("certain: baytech"))
        for fault in ["there is no switch pdu-x", "pdu-a/1 is taken", "somebody else has it"] {
            #expect(result.output.contains(fault), "\(fault) in \(result.output)")
        }
        let checked = try site.picket(["check", file])
        #expect(checked.status == 0, "\(checked)")
        #expect(checked.output.contains("no errors"))
        let text = try Program.run("cat", [file]).output
        #expect(
            text.contains("    driver: baytech\n    line: \(site.link)\n    power_source: ups-a"))
        #expect(text.split(separator: "\n").count { $0.contains("#") } > 10)
        #expect(site.bench.changes.isEmpty)
        // Not over another, and nothing of half a conversation.
        #expect(try site.picket(["init", file]).status == 71)
        let other = "\(site.directory.path)/other.yaml"
        #expect(try site.picket(["init", other], typing: "ups-c\n").status == 1)
        #expect(try Program.run("ls", [other]).status != 0)
    }

    @Test("init goes back, explains, and says before the first question that it may not write")
    func back() throws {
        let site = try Site(.baytech)
        let file = "\(site.directory.path)/new.yaml"
        let key = try Self.key(site, "node1")
        let answers = [
            "?", "ups-x", "back", "ups-c",
            "pdu-a", site.link, "yes", "", "ups-a", "back", "back", "baytech", "ups-b", "no", "db",
            "node1", "pdu-a/1", key, "no", "no",
        ]
        let result = try site.picket(
            ["init", file, "--lock-directory", site.directory.path],
            typing: answers.joined(separator: "\n") + "\n")
        #expect(result.status == 0, "\(result)")
        let text = try Program.run("cat", [file]).output
        #expect(text.contains("  power_source: ups-c\n") && !text.contains("ups-x"), "\(text)")
        #expect(text.contains("    power_source: ups-b\n") && !text.contains("ups-a"), "\(text)")
        #expect(result.output.contains("Any name, such as ups-a"), "\(result)")
        #expect(
            result.output.split(separator: "asking").count == 2 || !result.output.contains("asking")
        )
        #expect(result.output.contains("systemctl enable --now picketd"), "\(result)")
        #expect(result.output.contains("  ssh node1@"), "\(result)")
        let nowhere = try site.picket(["init", "\(site.directory.path)/none/new.yaml"])
        #expect(nowhere.status == 71)
        #expect(nowhere.output.isEmpty, "\(nowhere)")
        #expect(nowhere.errors.contains("cannot be written"), "\(nowhere)")
    }

    @Test(
        "init asks who to log in as where the switch shows a login, and takes the latency it knows")
    func login() throws {
        let site = try Site(.baytech)
        let file = "\(site.directory.path)/new.yaml"
        let device = "powerman:/etc/powerman/baytech-rpc3-nc.dev"
        let key = try Self.key(site, "node1")
        let answers = [
            "ups-c", "pdu-a", site.link, "no", device, "5s", "", "ups-a", "no", "db", "node1",
            "pdu-a/1", key, "no", "no",
        ]
        let result = try site.picket(
            ["init", file], typing: answers.joined(separator: "\n") + "\n")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("how late a command to it can still act [10s]"), "\(result)")
        #expect(result.output.contains("the device file says 10s: not less"), "\(result)")
        #expect(!(try Program.run("cat", [file]).output.contains("latency:")))
    }

    @Test("a mistake in a command shows the usage of that command")
    func usage() throws {
        let site = try Site(.baytech)
        for (words, usage) in [
            (["try", "pdu-a"], "picket try"), (["keygen"], "picket keygen"),
            (["probe", "pdu"], "picket probe"), (["port", "x"], "picket port"),
        ] {
            let wrong = try site.picket(words)
            #expect(wrong.status == 64, "\(wrong)")
            #expect(wrong.errors.contains("Usage: \(usage)"), "\(words): \(wrong)")
        }
    }

    @Test("check shows the line of each finding, and none that may hold a secret")
    func lines() throws {
        let site = try Site(.baytech)
        let file = site.directory.write(
            "picket.yaml",
            """
            appliance: {lock_directory: \(site.directory.path)}
            switches:
              pdu-a: {driver: baytech, line: \(site.link), power_source: ups-a}
              pdu-b: {driver: lcus-silent, line: /dev/ttyS9}
            clusters:
              db:
                nodes:
                  node1: {feeds: [pdu-a/1], keys: ["ssh-rsa AAAA"]}
            """)
        let result = try site.picket(["check", file])
        #expect(result.status == 78)
        #expect(!result.errors.contains("AAAA\"]"), "\(result)")
        let better = try Program.run("cat", [file]).output
            .replacing(", keys: [\"ssh-rsa AAAA\"]", with: "")
            .replacing("[pdu-a/1]", with: "[pdu-a/1, pdu-b/1]")
        _ = site.directory.write("picket.yaml", better)
        let warned = try site.picket(["check", file])
        #expect(warned.status == 0, "\(warned)")
        #expect(warned.output.contains("pdu-b/1 cannot be read back by lcus-silent"), "\(warned)")
        #expect(warned.output.contains("nobody knows what switch pdu-b hangs on"), "\(warned)")
        #expect(warned.output.contains("nobody knows what the appliance itself hangs on"))
        #expect(
            warned.output.contains(
                "    4 |   pdu-b: {driver: lcus-silent, line: /dev/ttyS9}\n      |   ^"),
            "\(warned)")
        #expect(!(try site.picket(["check", file, "--brief"])).output.contains(" | "))
    }

    @Test("keygen makes a key once, and says where its halves belong")
    func keygen() throws {
        let site = try Site(.baytech)
        let path = "\(site.directory.path)/node4.key"
        let first = try site.picket(["keygen", "node4", "--file", path])
        #expect(first.status == 0, "\(first)")
        let mode = try Program.run("stat", ["-c", "%a", path]).output
        #expect(mode == "600\n")
        let line = try Program.run("ssh-keygen", ["-y", "-f", path]).output.split(separator: " ")
        #expect(
            first.output.contains(
                "keys: [\"\(line[0]) \(line[1]) node4\"]".replacing("\n", with: "")))
        #expect(try site.picket(["keygen", "node4", "--file", path]).output == first.output)
        #expect(try site.picket(["keygen", "root", "--file", path]).status == 64)
    }

    @Test("add-node prints what the site file takes, and says what speaks against it")
    func addNode() throws {
        let site = try Site(.baytech)
        let file = site.file(driver: "baytech", fed: "3")
        let key = try Self.key(site, "node2")
        func add(_ feeds: String, _ cluster: String = "db", name: String = "node2") throws
            -> Program.Result
        {
            try site.picket([
                "add-node", name, "--cluster", cluster, "--feeds", feeds, "--key", key, "--site",
                file,
            ])
        }
        let fine = try add("pdu-a/4")
        #expect(fine.status == 0, "\(fine)")
        let lines = fine.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let text = try Program.run("cat", [file]).output
        let longer = site.directory.write(
            "longer.yaml", text + "\n" + lines.joined(separator: "\n") + "\n")
        #expect(try site.picket(["check", longer]).status == 0)
        #expect(try add("pdu-a/3").errors.contains("pdu-a/3 feeds node1 already"))
        #expect(try add("pdu-x/3").errors.contains("there is no switch pdu-x: the file has pdu-a"))
        #expect(try add("pdu-a/4", "web").errors.contains("there is no cluster web"))
        #expect(try add("pdu-a/4", name: "node1").status == 1)
    }

    @Test("map draws the site and says what a failed source takes")
    func map() throws {
        let site = try Site(.baytech)
        let file = site.file(driver: "baytech, power_source: ups-a", fed: "3")
        let map = try site.picket(["map", file])
        #expect(map.status == 0, "\(map)")
        #expect(map.output.hasPrefix("<svg"))
        #expect(map.output.contains(">node1</text>"))
        let losses = try site.picket(["map", "--losses", file])
        #expect(losses.output.hasPrefix("ups-a: takes pdu-a; dark: node1\n"), "\(losses)")
    }

    @Test("timeline draws what history printed, and refuses what it did not")
    func timeline() throws {
        let site = try Site(.baytech)
        let path = site.directory.write(
            "history.json",
            #"{"result":"OK","exit":0,"seq":"2","at":"2026-11-21T03:12:41.000Z","kind":"granted","#
                + #""shot":"1","target":"node2","by":"node1","detail":"off","text":"x"}"# + "\n")
        let drawn = try site.picket(["timeline", "--since", "90000d", "--from", path])
        #expect(drawn.status == 0, "\(drawn)")
        #expect(drawn.output.contains("1 off by node1"))
        let wrong = site.directory.write("wrong.json", "OK target=node2\n")
        #expect(
            try site.picket(["timeline", "--from", wrong]).errors.contains("line 1 is no answer"))
        #expect(try site.picket(["timeline", "--since", "tomorrow"]).status == 64)
    }

    @Test("ledger verifies and exports; a file that is none is said to be so")
    func ledger() throws {
        let site = try Site(.baytech)
        let missing = try site.picket(["ledger", "verify", "\(site.directory.path)/none.sqlite"])
        #expect(missing.status == 71)
        #expect(try Program.run("ls", ["\(site.directory.path)/none.sqlite"]).status != 0)
        let other = site.directory.write("other.sqlite", "hello")
        #expect(try site.picket(["ledger", "verify", other]).status == 71)
    }

    @Test("ask becomes ssh, and takes no option for a destination")
    func ask() throws {
        let site = try Site(.baytech)
        #expect(try site.picket(["ask", "-oProxyCommand=id"]).status == 64)
        let gone = try site.picket(["ask", "-p", "1", "nobody@127.0.0.1", "nodes"])
        #expect(gone.status == 255, "\(gone)")
        let trace = try site.picket(["trace", "-p", "1", "nobody@127.0.0.1", "pdu-a"])
        #expect(trace.status == 255, "\(trace)")
        #expect(try site.picket(["trace", "-oProxyCommand=id", "pdu-a"]).status == 64)
    }
}
