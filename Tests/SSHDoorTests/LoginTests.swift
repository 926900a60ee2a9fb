// Who gets in, and what those hear who do not.

import Fencing
import Keys
import LibSSH
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct LoginTests {
    @Test func `An unknown user and a wrong key hear the same`() throws {
        let house = try House()
        let wrongKey = try house.ssh(user: "node1", key: KeyFiles.other, "say hello")
        let unknown = try house.ssh(user: "node7", key: KeyFiles.other, "say hello")
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
        #expect(try house.ssh(user: "alice", key: KeyFiles.node, "say hello").status == 255)
        #expect(try house.ssh(user: "alice", key: KeyFiles.other, "say hello").status == 0)
        #expect(house.calls.first == .opened(SessionID(1), .operator(name("alice"))))
    }

    @Test func `A public key without its private half opens nothing`() throws {
        let house = try House()
        let mixed = "\(house.directory.path)/id"
        _ = try Program.run("cp", [KeyFiles.other, mixed])
        _ = try Program.run("cp", [KeyFiles.node + ".pub", mixed + ".pub"])
        let result = try house.ssh(key: mixed, options: ["-v"], "say hello")
        #expect(result.errors.contains("Server accepts key"))
        #expect(result.status == 255)
        eventually("it has left") { house.turnedAway.count == 1 }
        #expect(house.calls.isEmpty)
    }

    @Test func `RSA keys are not taken, known or not`() throws {
        let house = try House()
        #expect(try house.ssh(key: KeyFiles.rsa, "say hello").status == 255)
    }

    @Test func `An RSA key is taken where the site says so`() throws {
        let house = try House(userKeys: .withRSA)
        #expect(try house.ssh(key: KeyFiles.rsa, "say hello").status == 0)
    }

    /// A copy of the node's key, and a certificate for it by the other key.
    private func certified(_ house: House, _ options: [String]) throws -> String {
        let copy = "\(house.directory.path)/id"
        _ = try Program.run("cp", [KeyFiles.node, copy])
        _ = try Program.run("cp", [KeyFiles.node + ".pub", copy + ".pub"])
        let signed = try Program.run(
            "ssh-keygen", ["-q", "-s", KeyFiles.other, "-I", "me"] + options + [copy + ".pub"])
        try #require(signed.status == 0)
        return copy
    }

    @Test func `A certificate by nobody's authority is not taken, the key itself is`() throws {
        let house = try House()
        let copy = try certified(house, ["-n", "node1"])
        let result = try house.ssh(key: copy, options: ["-v"], "say hello")
        #expect(result.errors.contains("ED25519-CERT"))
        #expect(result.output == "OK say hello\n")
        guard case .entered(_, _, _, .key(let key))? = house.seen.first else {
            Issue.record("nobody entered with a key")
            return
        }
        #expect(try key == KeyFiles.authorized(KeyFiles.node).key)
    }

    @Test func `A certificate by a trusted authority is taken, for whom it names`() throws {
        let authority = try KeyFiles.authorized(KeyFiles.other, "cert-authority ")
        let admissions = try House.admissions(node: [], authorities: [authority])
        let house = try House(admissions: admissions)
        let own = try certified(house, ["-n", "node1"])
        #expect(try house.ssh(key: own, "say hello").output == "OK say hello\n")
        guard case .entered(_, House.node, _, .certificate(let shown))? = house.seen.first else {
            Issue.record("nobody entered with a certificate: \(house.seen)")
            return
        }
        #expect(shown.id == "me")
        let others = try certified(house, ["-n", "alice"])
        #expect(try house.ssh(key: others, "say hello").status == 255)
        eventually("the log says why") {
            house.turnedAway.contains { $0.why == "the certificate is for alice (key id `me`)" }
        }
    }

    @Test func `A certificate without its key's private half opens nothing`() throws {
        let authority = try KeyFiles.authorized(KeyFiles.other, "cert-authority ")
        let house = try House(
            admissions: House.admissions(node: [], authorities: [authority]))
        let copy = try certified(house, ["-n", "node1"])
        _ = try Program.run("cp", [KeyFiles.ecdsa, copy])
        #expect(try house.ssh(key: copy, "say hello").status == 255)
        #expect(house.calls.isEmpty)
    }

    @Test func `Revocation ends the session that a certificate opened`() throws {
        let authority = try KeyFiles.authorized(KeyFiles.other, "cert-authority ")
        let admissions = try House.admissions(node: [], authorities: [authority])
        let house = try House(admissions: admissions)
        let copy = try certified(house, ["-n", "node1"])
        let node = try Program("ssh", house.arguments(key: copy, ["-T"]))
        eventually("it is in") { house.calls.count == 1 }
        house.door.admit(admissions)
        node.send("say hello\n")
        #expect(try node.read { $0.hasSuffix("exit=0\n") } == "OK say hello\nEND exit=0\n")
        house.door.admit(try House.admissions(node: []))
        #expect(try node.finish().status == 255)
        // The client may hear of it before the log does.
        eventually("its end is told") {
            house.seen.contains { event in
                if case .left(_, _, .passWithdrawn) = event { true } else { false }
            }
        }
    }

    @Test func `from= is compared with where the peer sits`() throws {
        let elsewhere = try KeyFiles.authorized(KeyFiles.node, "from=\"192.0.2.0/24\" ")
        let refused = try House(admissions: House.admissions(node: [elsewhere]))
        #expect(try refused.ssh("say hello").status == 255)
        eventually("the log says why") {
            refused.turnedAway.map(\.why) == ["the key may not be used from this address"]
        }
        let here = try KeyFiles.authorized(KeyFiles.node, "from=\"127.0.0.0/8,::1\" ")
        for address in ["127.0.0.1:0", "[::1]:0", "*:0"] {
            let house = try House(on: address, admissions: House.admissions(node: [here]))
            #expect(try house.ssh("say hello").status == 0, "\(address)")
        }
    }

    @Test func `Too many tries end the connection`() throws {
        let house = try House { $0.tries = 2 }
        let keys = [KeyFiles.node, KeyFiles.ecdsa].flatMap { ["-i", $0] }
        let result = try house.ssh(user: "nobody", key: KeyFiles.other, options: keys, "say hello")
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
            "ssh", house.arguments(user: "alice", key: KeyFiles.other, ["-T"]))
        eventually("both are in") { house.calls.count == 2 }
        house.door.admit(try House.admissions(node: []))
        #expect(try node.finish().status == 255)
        #expect(try house.ssh("say hello").status == 255)
        alice.send("say hello\n")
        #expect(try alice.read { $0.hasSuffix("exit=0\n") } == "OK say hello\nEND exit=0\n")
        alice.endInput()
        #expect(try alice.finish().status == 0)
    }
}
