// Who gets in, and what those hear who do not.

import Fencing
import LibSSH
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct LoginTests {
    @Test func `An unknown user and a wrong key hear the same`() throws {
        let house = try House()
        let wrongKey = try house.ssh(user: "node1", key: Keys.other, "say hello")
        let unknown = try house.ssh(user: "node7", key: Keys.other, "say hello")
        #expect(wrongKey.status == 255)
        #expect(unknown.status == 255)
        #expect(wrongKey.errors.contains("Permission denied (publickey)"))
        let neutral = wrongKey.errors.replacing("node1", with: "USER")
        #expect(neutral == unknown.errors.replacing("node7", with: "USER"))
        eventually("both are told") { house.turnedAway.count == 2 }
        #expect(house.turnedAway.map(\.reason) == [.refused, .refused])
        #expect(house.turnedAway.map(\.user) == [name("node1"), name("node7")])
        #expect(house.calls.isEmpty)
    }

    @Test func `A key opens the door only under its own principal's name`() throws {
        let house = try House()
        #expect(try house.ssh(user: "alice", key: Keys.node, "say hello").status == 255)
        #expect(try house.ssh(user: "alice", key: Keys.other, "say hello").status == 0)
        #expect(house.calls.first == .opened(SessionID(1), .operator(name("alice"))))
    }

    @Test func `A public key without its private half opens nothing`() throws {
        let house = try House()
        let mixed = "\(house.directory.path)/id"
        _ = try Program.run("cp", [Keys.other, mixed])
        _ = try Program.run("cp", [Keys.node + ".pub", mixed + ".pub"])
        let result = try house.ssh(key: mixed, options: ["-v"], "say hello")
        #expect(result.errors.contains("Server accepts key"))
        #expect(result.status == 255)
        eventually("it has left") { house.turnedAway.count == 1 }
        #expect(house.calls.isEmpty)
    }

    @Test func `RSA keys are not taken, known or not`() throws {
        let house = try House()
        #expect(try house.ssh(key: Keys.rsa, "say hello").status == 255)
    }

    @Test func `A certificate for a known key is not taken, the key itself is`() throws {
        let house = try House()
        let copy = "\(house.directory.path)/id"
        _ = try Program.run("cp", [Keys.node, copy])
        _ = try Program.run("cp", [Keys.node + ".pub", copy + ".pub"])
        let signed = try Program.run(
            "ssh-keygen",
            ["-q", "-s", Keys.other, "-I", "me", "-n", "node1", copy + ".pub"])
        #expect(signed.status == 0)
        let result = try house.ssh(key: copy, options: ["-v"], "say hello")
        #expect(result.errors.contains("ED25519-CERT"))
        #expect(result.output == "OK say hello\n")
        guard case .entered(_, _, _, let key)? = house.seen.first else {
            Issue.record("nobody entered")
            return
        }
        #expect(try key == Keys.public(Keys.node))
    }

    @Test func `Too many tries end the connection`() throws {
        let house = try House { $0.tries = 2 }
        let keys = [Keys.node, Keys.ecdsa].flatMap { ["-i", $0] }
        let result = try house.ssh(user: "nobody", key: Keys.other, options: keys, "say hello")
        #expect(result.status == 255)
        #expect(result.errors.contains("Too many authentication failures"))
        eventually("it is told") { house.turnedAway.map(\.reason) == [.tooManyTries] }
    }

    @Test func `Who does not log in in time is turned away`() throws {
        let house = try House { $0.loginTime = .milliseconds(200) }
        let silent = try Connection(to: house.port)
        #expect(silent.waitForClose(within: .seconds(5)))
        eventually("it is told") { house.turnedAway.map(\.reason) == [.loginTime] }
    }

    @Test func `New passes close the sessions whose key is not among them`() throws {
        let house = try House()
        let node = try Program("ssh", house.arguments(["-T"]))
        let alice = try Program(
            "ssh", house.arguments(user: "alice", key: Keys.other, ["-T"]))
        eventually("both are in") { house.calls.count == 2 }
        house.door.admit([
            name("alice"): Pass(.operator(name("alice")), keys: [try Keys.public(Keys.other)])
        ])
        #expect(try node.finish().status == 255)
        #expect(try house.ssh("say hello").status == 255)
        alice.send("say hello\n")
        #expect(try alice.read { $0.hasSuffix("exit=0\n") } == "OK say hello\nEND exit=0\n")
        alice.endInput()
        #expect(try alice.finish().status == 0)
    }
}
