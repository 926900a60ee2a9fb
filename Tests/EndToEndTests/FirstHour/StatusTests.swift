// `picket status`: root on the appliance looks without a key, and can do nothing else.

import Fencing
import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("Status on the box")
struct BoxStatusTests {
    private func status(_ town: Town, _ words: [String] = []) throws -> Program.Result {
        try Program.run(
            "\(Program.products)/picket",
            ["status", "--socket", "\(town.directory.path)/control"] + words)
    }

    private func town() throws -> Town {
        let town = try Town()
        try town.restart(under: ["env", "RUNTIME_DIRECTORY=\(town.directory.path)"])
        return town
    }

    @Test("says that all is well, or what calls for a hand, in words and in its exit status")
    func health() throws {
        let town = try town()
        town.until("both lines are up") { (try? status(town, ["--brief"]).status) == 0 }
        let well = try status(town)
        #expect(well.status == 0, "\(well)")
        #expect(well.output.hasPrefix("all is well: lines: 2 up"), "\(well)")
        for word in ["node1", "node2", "node3", "pdu-a", "pdu-b"] {
            #expect(well.output.contains(word), "\(well)")
        }
        #expect(try town.ask("node1", "off node2").status == 0)
        let shot = try status(town, ["--brief"])
        #expect(shot.status == 1, "\(shot)")
        #expect(shot.output.contains("node2 is on probation"), "\(shot)")
    }

    @Test("answers what may be looked at, and refuses what changes something")
    func requests() throws {
        let town = try town()
        let switches = try status(town, ["switches", "--json"])
        #expect(switches.status == 0 && switches.output.contains("pdu-b"), "\(switches)")
        for line in [
            ["off", "node2"], ["admit", "node2"], ["protect", "node2", "reason=x"],
            ["disconnect", "1"],
        ] {
            let refused = try status(town, line)
            #expect(refused.status == 77, "\(line): \(refused)")
        }
        #expect(try status(town, ["nonsense"]).status == 64)
        #expect(town.count(2, .off) == 0)
        #expect(try town.ask("node1", "off node2").status == 0)
        #expect(try status(town, ["why", "1"]).output.contains("node2"))
    }

    @Test(
        "nobody else is answered, and where nothing runs it says so",
        .enabled(if: geteuid() == 0))
    func others() throws {
        let town = try town()
        chmod(town.directory.path, 0o755)
        chmod("\(town.directory.path)/control", 0o666)
        let other = try Program.run(
            "setpriv",
            [
                "--reuid=64124", "--regid=64124", "--clear-groups", "\(Program.products)/picket",
                "status", "--socket", "\(town.directory.path)/control",
            ])
        #expect(other.status == 71, "\(other)")
        #expect(other.errors.contains("only root and its own user are answered"), "\(other)")
        let nothing = try Program.run(
            "\(Program.products)/picket", ["status", "--socket", "\(town.directory.path)/none"])
        #expect(nothing.status == 71)
        #expect(nothing.errors.contains("is picketd running here"), "\(nothing)")
    }

    @Test("a connection that is closed unread is not taken for one to nowhere")
    func closedUnread() throws {
        let folder = TemporaryDirectory()
        let path = "\(folder.path)/control"
        let socket = try LocalSocket(listeningAt: path)
        let arrivals = try Epoll()
        try arrivals.add(socket.number, .read, tag: 1)
        try Thread.start("closer", niceness: 0) {
            let deadline = MonotonicClock.now() + .seconds(60)
            guard !arrivals.wait(until: deadline).isEmpty, let connection = socket.accept() else {
                return
            }
            _ = connection.wait(for: .read, until: deadline)
        }
        let result = try Program.run(
            "\(Program.products)/picket", ["status", "--socket", path])
        #expect(result.status == 71, "\(result)")
        #expect(result.errors.contains("only root and its own user are answered"), "\(result)")
    }
}
