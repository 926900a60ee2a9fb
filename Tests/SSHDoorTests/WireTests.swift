// What happens on the wire: changed bits, and clients that cannot agree with us.

import Fencing
import Foundation
import LibSSH
import TestSupport
import Testing

@testable import SSHDoor

struct WireTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Hostile/flip.py").path

    @Test func `The libssh that is installed passes its test`() throws {
        try LibSSH.testItself()
    }

    @Test(
        "One bit that is turned over on the way ends the session",
        arguments: [
            "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com",
            "aes256-ctr",
        ])
    func changed(cipher: String) throws {
        let house = try House()
        let relay = try Program("/usr/bin/python3", [Self.script, String(house.port)])
        let told = try relay.read { $0.contains("\n") }
        let port = try #require(told.split(separator: "\n").first.map(String.init))
        let words = house.arguments(options(cipher, house)).map {
            $0 == String(house.port) ? port : $0
        }
        let came = try Program.run("ssh", words + ["say hello"])
        #expect(came.status == 255, "\(came)")
        #expect(!came.errors.contains("Host key"), "\(came)")
        #expect(house.calls.contains { if case .opened = $0 { true } else { false } })
        #expect(!house.calls.contains { if case .requested = $0 { true } else { false } })
        relay.killNow()
    }

    private func options(_ cipher: String, _ house: House) -> [String] {
        ["-o", "Ciphers=\(cipher)", "-o", "HostKeyAlias=[127.0.0.1]:\(house.port)"]
    }

    @Test func `A client that cannot agree is told of in libssh's words`() throws {
        let house = try House()
        let came = try house.ssh(options: ["-o", "KexAlgorithms=ecdh-sha2-nistp256"], "say hello")
        #expect(came.status == 255)
        eventually("it is told why") {
            house.turnedAway.contains { $0.why?.contains("kex algos") ?? false }
        }
    }

    @Test func `Older clients get in where the site says so`() throws {
        let house = try House(algorithms: .compatible)
        let options = [
            "-o", "KexAlgorithms=ecdh-sha2-nistp256", "-o", "Ciphers=aes256-ctr", "-o",
            "MACs=hmac-sha2-256",
        ]
        #expect(try house.ssh(options: options, "say hello").output == "OK say hello\n")
    }
}
