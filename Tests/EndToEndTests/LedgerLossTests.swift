// The ledger is deleted, exchanged or put back to an older copy, under a daemon that runs or between
// two starts: nothing is said as success, and picketd does not start until a person has said what
// follows from it.

import Fencing
import Glibc
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("A ledger that is lost")
struct LedgerLossTests {
    @Test(
        "Deleted, moved away or overwritten while picketd runs: no success is told, and it ends",
        arguments: [
            "rm -f ledger.sqlite ledger.sqlite-wal ledger.sqlite-shm",
            "rm -f ledger.sqlite-wal",
            "mv ledger.sqlite elsewhere && cp elsewhere ledger.sqlite",
            "cp older ledger.sqlite",
        ])
    func underTheDaemon(command: String) throws {
        let town = try Town()
        try town.sh("cp ledger.sqlite older; cp ledger.sqlite-wal older-wal")
        #expect(try town.ask("node1", "off node2").status == 0)
        try town.sh(command)
        let answer = try town.ask("node1", "off node3")
        #expect(answer.status == 10 || answer.status == 255, "\(answer)")
        #expect(town.count(3, .off) == 0)
        let end = try town.daemon.finish(within: .seconds(20))
        #expect(end.status == 111, "\(end)")
        #expect(end.errors.contains("ledger lost"), "\(end)")
    }

    @Test("Deleted, and started again: picketd refuses, until everybody is put on probation")
    func deletedBetweenStarts() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2").status == 0)
        town.daemon.killNow()
        _ = try town.daemon.finish()
        try town.sh("rm -f ledger.sqlite*")
        let refusal = try town.startOnce()
        #expect(refusal.status == 71, "\(refusal)")
        #expect(refusal.errors.contains("picket ledger adopt"), "\(refusal)")
        #expect(try town.sh("ls").output.contains("ledger.sqlite") == false, "none was made")

        let question = try town.adopt()
        #expect(question.status == 1, "\(question)")
        #expect(question.output.contains("--everybody-on-probation"), "\(question)")
        #expect(try town.startOnce().status == 71, "the question has changed nothing")

        let done = try town.adopt("--everybody-on-probation")
        #expect(done.status == 0, "\(done)")
        try town.restart(kill: false)
        for (node, other) in [("node1", "node2"), ("node2", "node1")] {
            #expect(try town.ask(node, "off \(other)").status == 4, "on probation")
        }
        #expect(try town.ask("alice", "admit node1").status == 0)
        #expect(try town.ask("node1", "off node2").status == 0)
    }

    @Test("After it was adopted, nothing is sent while an order of what is missing may act")
    func adoptedIsWaitedOut() throws {
        let town = try Town(Town.Terms(latency: "20s", patience: "45s"))
        #expect(try town.ask("node1", "quorum").status == 0)
        town.daemon.killNow()
        _ = try town.daemon.finish()
        try town.sh("rm -f ledger.sqlite*")
        #expect(try town.adopt("--everybody-on-probation").status == 0)
        try town.restart(kill: false)
        let on = try town.ask("alice", "on node2 wait=1s")
        #expect(on.status == 9, "\(on)")
        #expect(town.count(2, .on) == 0)
    }

    @Test("Put back to an older copy: refused, and no shot node is a member afterwards")
    func rolledBack() throws {
        let town = try Town()
        town.stopDaemon()
        try town.sh("cp ledger.sqlite older")
        try town.restart(kill: false)
        #expect(try town.ask("node1", "off node2").status == 0)
        town.stopDaemon()
        try town.sh("rm -f ledger.sqlite*; cp older ledger.sqlite")
        let refusal = try town.startOnce()
        #expect(refusal.status == 71, "\(refusal)")
        #expect(refusal.errors.contains("picket ledger adopt"), "\(refusal)")
        #expect(try town.adopt("--everybody-on-probation").status == 0)
        try town.restart(kill: false)
        #expect(try town.ask("node2", "off node1").status == 4, "on probation")
        let history = try town.ask("alice", "history")
        #expect(history.status == 0, "\(history)")
    }

    @Test("The ledger is made for its owner alone, also when picketd is started by hand")
    func mode() throws {
        let town = try Town()
        let modes = try town.sh("umask 022; stat -c %a ledger.sqlite ledger.sqlite-wal").output
        #expect(modes == "600\n600\n", "\(modes)")
    }

    @Test("Verifying a ledger changes neither it nor what lies beside it")
    func verifyChangesNothing() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2").status == 0)
        town.daemon.killNow()
        _ = try town.daemon.finish()
        let look =
            "find . -name 'ledger.sqlite*' -o -type d | sort; sha256sum ledger.sqlite*; "
            + "stat -c '%n %y %z' . ledger.sqlite*"
        let before = try town.sh(look).output
        #expect(before.contains("ledger.sqlite-wal"), "\(before)")
        let verdict = try Program.run(
            "\(Program.products)/picket",
            ["ledger", "verify", "\(town.directory.path)/ledger.sqlite"])
        #expect(verdict.status == 0, "\(verdict)")
        #expect(try town.sh(look).output == before)
    }
}

extension Town {
    @discardableResult
    func sh(_ script: String) throws -> Program.Result {
        try Program.run("sh", ["-c", "cd \"$0\" && { \(script)\n}", directory.path])
    }

    /// As the service manager does it.
    func stopDaemon() {
        daemon.terminate()
        _ = try? daemon.finish(within: .seconds(20))
    }

    /// A start that is refused.
    func startOnce() throws -> Program.Result {
        try Program.run(
            "timeout",
            ["10", "\(Program.products)/picketd", "--site", "\(directory.path)/picket.yaml"])
    }

    func adopt(_ words: String...) throws -> Program.Result {
        try Program.run(
            "\(Program.products)/picket",
            ["ledger", "adopt", "--site", "\(directory.path)/picket.yaml"] + words)
    }
}
