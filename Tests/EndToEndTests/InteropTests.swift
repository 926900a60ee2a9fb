// Clients that others wrote, against the real door: what each of them can do here, it must do.

import Fencing
import TestSupport
import Testing

@Suite("Interoperability")
struct InteropTests {
    enum Client: String, CaseIterable, Sendable {
        case openSSH
        case dropbear
        case plink
        case paramiko
        case asyncssh
        case libssh
    }

    @Test("One request: its lines, and its exit status", arguments: Client.allCases)
    func exec(_ client: Client) throws {
        let town = try Town()
        let fine = try town.ask(with: client, "node1", ["quorum"])
        #expect(fine.status == 0, "\(fine)")
        #expect(fine.output.hasPrefix("OK you=node1 standing=member"), "\(fine)")
        let refused = try town.ask(with: client, "node1", ["off node9"])
        #expect(refused.status == 77, "\(refused)")
        let shot = try town.ask(with: client, "node1", ["off node2"])
        #expect(shot.status == 0, "\(shot)")
        #expect(shot.output.contains("off=verified"), "\(shot)")
        #expect(town.power(2) == .off)
    }

    @Test("Several requests on one connection", arguments: [Client.paramiko, .asyncssh])
    func several(_ client: Client) throws {
        let town = try Town()
        let lines = ["quorum", "list", "off node9"]
        let answer = try town.ask(with: client, "node1", lines)
        #expect(answer.status == 77, "\(answer)")
        #expect(answer.output.split(separator: "\n").count == 5, "\(answer)")
    }

    @Test("A session of request lines", arguments: [Client.openSSH, .dropbear, .plink, .libssh])
    func shell(_ client: Client) throws {
        let town = try Town()
        let program = try town.start(client, "node1", [])
        program.send("quorum\nlist\noff node9\n")
        program.endInput()
        let answer = try program.finish()
        let ends = answer.output.split(separator: "\n").filter { $0.hasPrefix("END") }
        #expect(ends == ["END exit=0", "END exit=0", "END exit=77"], "\(answer)")
    }

    @Test(
        "A terminal: a prompt, an answer, one question before a shot",
        arguments: [Client.openSSH, .dropbear, .plink, .paramiko, .asyncssh])
    func terminal(_ client: Client) throws {
        let town = try Town()
        let program = try town.startTerminal(client, "alice")
        _ = try program.read(within: .seconds(20)) { $0.contains("alice@picket> ") }
        program.send("off node2\r")
        _ = try program.read { $0.contains("Do it? [y/N] ") }
        #expect(town.count(2, .off) == 0)
        program.send("y")
        _ = try program.read(within: .seconds(20)) { $0.contains("off=verified") }
        #expect(town.power(2) == .off)
        program.send("exit\r")
        #expect(try program.finish().status == 0)
    }

    @Test("Keys are renewed in the middle of replies, again and again")
    func rekey() throws {
        let town = try Town()
        let options = ["-v", "-o", "RekeyLimit=16K"]
        let program = try town.start(.openSSH, "node1", [], options: options)
        program.send(String(repeating: "help\n", count: 400))
        program.endInput()
        let answer = try program.finish(within: .seconds(30))
        #expect(answer.status == 0)
        let ends = answer.output.split(separator: "\n").filter { $0 == "END exit=0" }
        #expect(ends.count == 400)
        // ssh ends its lines with CR LF here.
        let exchanges = answer.errors.split(whereSeparator: \.isNewline).count {
            $0.contains("SSH2_MSG_NEWKEYS received")
        }
        #expect(exchanges > 3, "\(exchanges)")
    }

    @Test("Channels of one master connection; a client that is killed takes only its own along")
    func master() throws {
        let town = try Town()
        let options = ["-o", "ControlPath=\(town.directory.path)/master"]
        let first = try town.start(
            .openSSH, "node1", [], options: options + ["-o", "ControlMaster=yes"])
        first.send("quorum\n")
        _ = try first.read { $0.contains("END exit=0") }
        let waiting = try town.start(.openSSH, "node1", [], options: options)
        waiting.send("quorum\n")
        _ = try waiting.read { $0.contains("END exit=0") }
        waiting.killNow()
        let other = try town.start(.openSSH, "node1", ["quorum"], options: options).finish()
        #expect(other.status == 0, "\(other)")
        first.endInput()
        #expect(try first.finish().status == 0)
        // The master holds its output for as long as it lives.
        _ = try waiting.finish()
    }
}

extension Town {
    func ask(
        with client: InteropTests.Client, _ who: String, _ lines: [String]
    ) throws -> Program.Result {
        let program = try start(client, who, lines)
        program.endInput()
        return try program.finish()
    }

    /// Without a line: a session that takes request lines. `options` are OpenSSH's.
    func start(
        _ client: InteropTests.Client, _ who: String, _ lines: [String], options: [String] = []
    ) throws -> Program {
        let key = Keys.people[who] ?? Keys.stranger
        switch client {
        case .openSSH: return try Program("ssh", options + sshArguments(who) + lines)
        case .dropbear:
            let own = try converted(key, "dropbearconvert", ["openssh", "dropbear", key], "db")
            return try Program(
                "dbclient", ["-y", "-y", "-T", "-i", own, "-p", port, "\(who)@127.0.0.1"] + lines)
        case .plink:
            let own = try converted(key, "puttygen", [key, "-O", "private", "-o"], "ppk")
            let print = try Program.run("ssh-keygen", ["-lf", Keys.host + ".pub"])
            let fingerprint = print.output.split(separator: " ")[1]
            return try Program(
                "plink",
                [
                    "-batch", "-ssh", "-noagent", "-T", "-i", own, "-hostkey",
                    String(fingerprint), "-P", port, "-l", who, "127.0.0.1",
                ] + lines)
        case .libssh:
            let source = #filePath.replacing(
                "InteropTests.swift", with: "Clients/ask-libssh.c")
            let client = "\(directory.path)/ask-libssh"
            let made = try Program.run(
                "gcc", ["-O1", "-Wall", "-Werror", source, "-o", client, "-lssh"])
            guard made.status == 0 else { throw NotReady(errors: made.errors) }
            return try Program(client, [port, key, who] + lines)
        case .paramiko, .asyncssh:
            let script = #filePath.replacing(
                "InteropTests.swift", with: "Clients/ask-\(client.rawValue).py")
            // Debian's own interpreter, which has Debian's modules.
            return try Program(
                "/usr/bin/python3", ["-W", "ignore", script, port, key, who] + lines)
        }
    }

    /// With a terminal of 80 by 24, or of none, which is taken for that.
    func startTerminal(_ client: InteropTests.Client, _ who: String) throws -> Program {
        let key = Keys.people[who] ?? Keys.stranger
        switch client {
        case .openSSH:
            let words = sshArguments(who).filter { $0 != "-T" }
            return try Program("env", ["TERM=vt100", "ssh", "-tt"] + words)
        case .dropbear:
            let own = try converted(key, "dropbearconvert", ["openssh", "dropbear", key], "db")
            // It takes its terminal's modes, and so needs one.
            let line = "TERM=vt100 dbclient -y -y -t -i \(own) -p \(port) \(who)@127.0.0.1"
            return try Program("script", ["-qec", line, "/dev/null"])
        case .plink:
            let own = try converted(key, "puttygen", [key, "-O", "private", "-o"], "ppk")
            let print = try Program.run("ssh-keygen", ["-lf", Keys.host + ".pub"])
            let fingerprint = print.output.split(separator: " ")[1]
            return try Program(
                "plink",
                [
                    "-batch", "-ssh", "-noagent", "-t", "-i", own, "-hostkey",
                    String(fingerprint), "-P", port, "-l", who, "127.0.0.1",
                ])
        case .paramiko, .asyncssh:
            let script = #filePath.replacing(
                "InteropTests.swift", with: "Clients/terminal-\(client.rawValue).py")
            return try Program("/usr/bin/python3", ["-W", "ignore", script, port, key, who])
        case .libssh: preconditionFailure("its client has no terminal here")
        }
    }

    private func converted(
        _ key: String, _ tool: String, _ arguments: [String], _ suffix: String
    ) throws -> String {
        let path = "\(directory.path)/key.\(suffix)"
        let made = try Program.run(tool, arguments + [path])
        guard made.status == 0 else { throw NotReady(errors: made.errors) }
        return path
    }
}
