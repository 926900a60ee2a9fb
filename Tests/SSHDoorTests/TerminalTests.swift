// Terminals at the door, with the real client on a terminal of its own.

import Fencing
import Keys
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct TerminalTests {
    /// `script` gives the client a terminal, which it then offers to the door.
    private func client(
        _ house: House, user: String = "alice", key: String = KeyFiles.other, _ more: [String] = [],
        command: String = ""
    ) throws -> Program {
        let line =
            (["TERM=vt100", "ssh"] + house.arguments(user: user, key: key, more))
            .joined(separator: " ") + (command.isEmpty ? "" : " '\(command)'")
        return try Program("script", ["-qec", line, "/dev/null"])
    }

    @Test func `Who asks for a terminal gets a console`() throws {
        let house = try House()
        let client = try client(house)
        _ = try client.read { $0.contains("alice@picket> ") }
        client.send("say hello\r")
        let output = try client.read { $0.contains("OK say hello\r\n") }
        #expect(!output.contains("END exit"))
        client.send("\u{04}")
        #expect(try client.finish().status == 0)
    }

    @Test func `A key that may not have one gets the plain conversation`() throws {
        let key = try KeyFiles.authorized(KeyFiles.node, "no-pty ")
        let house = try House(admissions: House.admissions(node: [key]))
        let client = try client(house, user: "node1", key: KeyFiles.node)
        client.send("say hello\n")
        let output = try client.read { $0.contains("END exit=0\r\n") }
        #expect(output.contains("OK say hello\r\nEND exit=0\r\n"))
        #expect(!output.contains("picket>"))
    }

    @Test func `One command with a terminal has its lines and its exit status`() throws {
        let house = try House()
        let client = try client(house, ["-tt"], command: "fail 3")
        let result = try client.finish()
        #expect(result.status == 3)
        #expect(result.output.contains("FAILED\r\n"))
    }

    @Test func `A terminal that takes nothing costs what it may, and holds nobody up`() throws {
        let house = try House {
            $0.queuedOutput = 65536
            $0.keepaliveInterval = .milliseconds(200)
        }
        let client = try client(house)
        _ = try client.read { $0.contains("alice@picket> ") }
        client.freeze()
        // `script` stands still; ssh goes on until its own output is full, and then takes no more.
        client.send(String(repeating: "big 60000\r", count: 200))
        for _ in 1...20 {
            let other = try house.ssh("say hello")
            #expect(other.status == 0)
        }
        client.killNow()
    }

    @Test func `Ctrl-C gives up waiting, and the session goes on`() throws {
        let house = try House()
        let client = try client(house)
        _ = try client.read { $0.contains("alice@picket> ") }
        client.send("hold\r")
        eventually("it is asked") {
            house.calls.contains { if case .requested(_, _, "hold") = $0 { true } else { false } }
        }
        client.send("\u{03}")
        _ = try client.read { $0.contains("not waited for any more") }
        eventually("it is abandoned") {
            house.calls.contains { if case .abandoned = $0 { true } else { false } }
        }
        client.send("say again\r")
        _ = try client.read { $0.contains("OK say again") }
    }
}
