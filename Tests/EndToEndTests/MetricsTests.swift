// Figures as Prometheus takes them: by its own tool, over the loopback, a local socket and ssh.

import Fencing
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("Metrics")
struct MetricsTests {
    /// A town that shows its figures at this place.
    private static func town(_ place: (Town) -> String) throws -> (Town, place: String) {
        let town = try Town()
        town.daemon.terminate()
        _ = try town.daemon.finish()
        let site = try Program.run("cat", ["\(town.directory.path)/picket.yaml"]).output
        town.directory.write(
            "picket.yaml",
            site.replacing("appliance:\n", with: "appliance:\n  metrics: \"\(place(town))\"\n"))
        try town.restart(kill: false)
        let said = try town.daemon.read { $0.contains("listening on") }
        let line = said.split(separator: "\n").first { $0.contains("metrics on ") }
        return (town, String(try #require(line).split(separator: " ").last ?? ""))
    }

    @Test("the page through ssh is what promtool takes for one")
    func page() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2").status == 0)
        let page = try town.ask("vic", "metrics")
        #expect(page.status == 0)
        for line in [
            #"picket_shots_total{verb="off",verdict="held"} 1"#, "picket_shot_seconds_count 1",
            #"picket_nodes{standing="probation"} 1"#, #"picket_line_up{switch="pdu-a"} 1"#,
            "picket_deciding 1", "picket_shots_in_doubt 0", #"picket_answers_total{word="OK"} 1"#,
        ] {
            #expect(page.output.contains(line + "\n"), "\(line) in \(page.output)")
        }
        let checked = try Program.run("promtool", ["check", "metrics"], input: page.output)
        #expect(checked.status == 0 && checked.errors.isEmpty, "\(checked)")
    }

    @Test("a shot in doubt shows, and so does the line that did not answer")
    func doubt() throws {
        let town = try Town()
        town.pduA.setFaults(try Faults(parsing: "mute"))
        #expect(try town.ask("node1", "off node2").status == 2)
        let page = try town.ask("alice", "metrics").output
        #expect(page.contains("picket_shots_in_doubt 1\n"), "\(page)")
        #expect(page.contains(/picket_line_errors_total\{switch="pdu-a"\} [1-9]/), "\(page)")
        let nodes = try town.ask("alice", "nodes").output
        #expect(nodes.contains("`confirm-off node2 shot=1 reason=WORD`"), "\(nodes)")
    }

    @Test("over the loopback and over a local socket, whoever else stands in the way")
    func listeners() throws {
        let (town, place) = try Self.town { _ in "127.0.0.1:0" }
        // Each that says nothing has two seconds, and all of them have the same two: one after the
        // other they would hold the next one up for longer than curl waits.
        let port = String(place.split(separator: ":")[1])
        let mutes = try (0..<12).map { _ in try Program("nc", ["-v", "127.0.0.1", port]) }
        for mute in mutes { _ = try mute.readErrors { $0.contains("succeeded") } }
        let page = try Program.run(
            "curl", ["-s", "-i", "--max-time", "15", "http://\(place)/metrics"],
            within: .seconds(30))
        #expect(page.output.hasPrefix("HTTP/1.0 200 OK\r\n"), "\(page)")
        #expect(page.output.contains("picket_deciding 1\n"))
        for mute in mutes { mute.killNow() }
        #expect(try town.ask("node1", "off node2").status == 0)
        let (other, _) = try Self.town { "unix:\($0.directory.path)/metrics.sock" }
        let path = "\(other.directory.path)/metrics.sock"
        let local = try Program.run("curl", ["-s", "--unix-socket", path, "http://x/"])
        #expect(local.output.contains("picket_deciding 1\n"), "\(local)")
        #expect(try Program.run("stat", ["-c", "%a", path]).output == "660\n")
        // A socket of a life before is no hindrance.
        try other.restart()
        #expect(try Program.run("curl", ["-s", "--unix-socket", path, "http://x/"]).status == 0)
    }

    @Test("the alert rules come when they should, and the dashboard asks for what there is")
    func rules() throws {
        let deploy =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/") + "/deploy"
        let tested = try Program.run(
            "promtool", ["test", "rules", "\(deploy)/prometheus/picket.rules.test.yaml"])
        #expect(tested.status == 0, "\(tested)")
        let town = try Town()
        let page = try town.ask("alice", "metrics").output
        let known = Set(page.matches(of: /# TYPE (picket_[a-z_]+)/).map { String($0.1) })
        #expect(known.count > 15)
        let documented = try Program.run("cat", ["\(deploy)/../docs/metrics.md"]).output
        for name in known { #expect(documented.contains("| `\(name)` |"), "\(name)") }
        for file in ["grafana/picket.json", "prometheus/picket.rules.yaml"] {
            let text = try Program.run("cat", ["\(deploy)/\(file)"]).output
            let asked = text.matches(of: /picket_[a-z_]+/).map { String($0.0) }
            #expect(asked.count > 8)
            for name in asked {
                let family = name.replacing(/_bucket$/, with: "")
                #expect(known.contains(family), "\(file) asks for \(name)")
            }
        }
    }

    @Test("every alert leads to a paragraph that says what to do")
    func runbook() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/")
        let rules = try Program.run("cat", ["\(root)/deploy/prometheus/picket.rules.yaml"]).output
        let page = try Program.run("cat", ["\(root)/docs/operations.md"]).output
        let alerts = rules.matches(of: /- alert: (\w+)/).map { String($0.1) }
        let links = rules.matches(of: /runbook_url: "file:.*\/operations\.md#(\w+)"/)
            .map { String($0.1) }
        #expect(alerts.count > 8)
        #expect(links == alerts.map { $0.lowercased() })
        for alert in alerts {
            #expect(page.contains("\n### \(alert)\n\n*"), "\(alert) has no paragraph")
        }
    }
}
