// cluster-glue's own `stonith` works with external/picket. The plugin stands in its directory in a
// private view of the file system; nothing on the host is changed.

import Fencing
import Glibc
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("cluster-glue", .enabled(if: geteuid() == 0))
struct GlueTests {
    @Test("stonith -t external/picket: names, metadata, status, hosts, off, on, reset")
    func stonith() throws {
        let town = try Town()
        let glue = try Glue(town)
        let names = try glue.stonith("-n")
        #expect(names.output == "hostlist  config  ip  \n", "\(names)")
        let metadata = try glue.run("stonith -t external/picket -m | sed /DOCTYPE/d | xmllint -")
        #expect(metadata.output.contains("parameter name=\"hostlist\""), "\(metadata)")
        #expect(try glue.stonith(glue.settings, "-S").status == 0)
        let hosts = try glue.stonith("config=\(glue.config)", "-l")
        #expect(hosts.output.split(separator: "\n") == ["node1", "node2", "node3"], "\(hosts)")
        for (operation, count) in [("off", 1), ("on", 1), ("reset", 2)] {
            let done = try glue.stonith(glue.settings, "-T \(operation) NODE2")
            #expect(done.status == 0, "\(operation): \(done)")
            #expect(town.count(2, .off) == count, "\(operation)")
        }
        let stranger = try glue.stonith(glue.settings, "-T reset node9")
        #expect(stranger.status != 0)
        let environment = try glue.run(
            "\(glue.settings) stonith -t external/picket -E -T reset node3")
        #expect(environment.status == 0, "\(environment)")
    }

    @Test("Without a hostlist the appliance says how a name is spelled; what two have is nobody's")
    func spelling() throws {
        let town = try Town()
        let glue = try Glue(town)
        let asked = ["config=\(glue.config)", "PATH=\(glue.path)", Glue.plugin, "off", "NODE2"]
        let done = try Program.run("env", asked, within: .seconds(20))
        #expect(done.status == 0, "\(done)")
        #expect(town.count(2, .off) == 1)
        let two = ["hostlist=node3 Node3"] + asked.dropLast() + ["node3"]
        let unclear = try Program.run("env", two)
        #expect(unclear.status == 1)
        #expect(unclear.errors.contains("can be node3 or Node3"), "\(unclear)")
        #expect(town.count(3, .off) == 0)
    }

    @Test("The plugin is safe with whatever is called a host")
    func names() throws {
        let town = try Town()
        let glue = try Glue(town)
        let names = [
            "", "-v", "node2 node3", "node2\naction=off", "$(touch \(town.directory.path)/x)",
            "node2;touch x", "../node2", "*", "node2'", "nodé2",
        ]
        for name in names {
            let done = try Program.run(
                "env", glue.environment + ["\(Glue.plugin)", "off", name])
            #expect(done.status == 1, "\(name): \(done)")
            #expect(done.errors.contains("no name of a host"), "\(name): \(done)")
        }
        #expect(town.pduA.changes.allSatisfy { $0.cause != .wire })
        let lines = [
            "env", "config=\(glue.config)\nip=x", "PATH=\(glue.path)", Glue.plugin, "status",
        ]
        let split = try Program.run(lines[0], Array(lines.dropFirst()))
        #expect(split.status == 1)
        #expect(split.errors.contains("line end"), "\(split)")
        #expect(
            try Program.run("env", glue.environment + [Glue.plugin, "off", "node2"]).status == 0)
    }
}

private struct Glue {
    static let plugin = #filePath.replacing(
        "Tests/EndToEndTests/Agent/GlueTests.swift", with: "deploy/cluster-glue/picket")
    let config: String
    let place: String

    init(_ town: Town) throws {
        place = town.directory.path
        let agent = try FencePicket(town)
        let lines = agent.settings.map { "\($0) = \($1)" }
        config = town.directory.write("client.conf", lines.joined(separator: "\n") + "\n")
    }

    var path: String { "\(Program.products):/usr/sbin:/usr/bin:/bin" }
    var settings: String { "hostlist='node1 node2 node3' config=\(config)" }
    var environment: [String] {
        ["hostlist=node1 node2 node3", "config=\(config)", "PATH=\(path)"]
    }

    func stonith(_ words: String...) throws -> Program.Result {
        try run("stonith -t external/picket \(words.joined(separator: " "))")
    }

    /// In a view of the file system in which the plugin is installed.
    func run(_ command: String) throws -> Program.Result {
        let script = """
            set -e
            mount --make-rprivate /
            mkdir -p \(place)/view && mount -t tmpfs tmpfs \(place)/view
            mkdir \(place)/view/upper \(place)/view/work
            install -m 755 \(Self.plugin) \(place)/view/upper/picket
            plugins=/usr/lib/stonith/plugins/external
            options=lowerdir=$plugins,upperdir=\(place)/view/upper,workdir=\(place)/view/work
            mount -t overlay overlay -o $options $plugins
            export PATH=\(path)
            set +e
            \(command)
            """
        return try Program.run(
            "unshare", ["--mount", "bash", "-c", script], within: .seconds(30))
    }
}
