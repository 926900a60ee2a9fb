// Clients that mean no good. Whatever they send, they are turned away, the door stays open for
// others, and nothing is left behind.

import Fencing
import Foundation
import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import SSHDoor

struct HostileTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Hostile/attack.py").path

    private func attack(_ mode: String, _ house: House, _ more: [String] = []) throws -> String {
        let result = try Program.run(
            "/usr/bin/python3", [Self.script, mode, String(house.port)] + more, within: .seconds(60)
        )
        try #require(result.status == 0, "\(result)")
        return result.output
    }

    private func expectOpen(_ house: House) throws {
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }

    @Test(
        "behind the key exchange",
        arguments: [
            "rsa-exponents", "wrong-signatures", "gssapi", "ignored", "early-channel",
            "early-forwarding", "success",
        ])
    func beforeLogin(mode: String) throws {
        let house = try House()
        let came = try attack(mode, house)
        #expect(came.hasPrefix("closed "), "\(mode): \(came)")
        #expect(house.calls.isEmpty)
        try expectOpen(house)
    }

    @Test func `GSSAPI is counted and refused, and no name server is asked`() throws {
        // GSSAPI would look up our own name, for ten seconds where nobody answers.
        let house = try House()
        _ = try attack("gssapi", house)
        eventually("it is told") { house.turnedAway.map(\.reason) == [.tooManyTries] }
    }

    @Test func `Channels above the limit are refused, the session goes on`() throws {
        let house = try House { $0.channels = 4 }
        #expect(try attack("channels", house, [KeyFiles.node]) == "4 196 OK say still here\n")
    }

    @Test func `A reader that takes nothing is cut off, and nobody waits for it`() throws {
        let house = try House {
            $0.keepaliveInterval = .milliseconds(300)
            $0.keepaliveMisses = 2
        }
        let stalled = try Program(
            "/usr/bin/python3", [Self.script, "stall", String(house.port), KeyFiles.node])
        _ = try stalled.read { $0.contains("stalled") }
        try expectOpen(house)
        #expect(try stalled.finish(within: .seconds(30)).output == "stalled\ncut off\n")
        #expect(
            house.seen.contains { event in
                if case .limitReached(_, _, .stalledReader) = event { true } else { false }
            })
    }

    @Test func `Connections that are reset at any point leave nothing behind`() throws {
        let house = try House()
        let before = try descriptors()
        let greeting = Array("SSH-2.0-Test\r\n".utf8) + RawPackets.exchange
        for cut in stride(from: 0, through: greeting.count, by: 4) {
            let connection = try Connection(to: house.port)
            connection.send(Array(greeting.prefix(cut)))
            connection.resetInTheEnd()
        }
        try expectOpen(house)
        eventually("every descriptor is closed") { (try? descriptors()) ?? 0 <= before }
    }

    @Test("handshakes with bytes changed", arguments: 0..<8 as Range<UInt64>)
    func mutated(seed: UInt64) throws {
        let house = try House { $0.loginTime = .seconds(1) }
        var random = Seeded(seed: seed)
        for _ in 0..<40 {
            var bytes = Array("SSH-2.0-Test\r\n".utf8) + RawPackets.exchange
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            let connection = try Connection(to: house.port)
            connection.send(bytes)
            if Bool.random(using: &random) { connection.send(RawPackets.noise(&random)) }
        }
        try expectOpen(house)
        #expect(house.calls.count { if case .opened = $0 { true } else { false } } == 1)
    }

    @Test func `A burst of packets before the key exchange`() throws {
        // libssh handles each in a call inside the last one's: the stack has to be large enough.
        let house = try House { $0.packetsBeforeLogin = 1_000_000 }
        let connection = try Connection(to: house.port)
        connection.send(Array("SSH-2.0-Test\r\n".utf8))
        for _ in 0..<20 { connection.send((0..<1000).flatMap { _ in RawPackets.ignore }) }
        try expectOpen(house)
        withExtendedLifetime(connection) {}
    }

    private func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}

/// Binary packets of SSH's transport as they are before there are keys (RFC 4253, section 6).
enum RawPackets {
    static let ignore = packet([2, 0, 0, 0, 0])

    /// Our key exchange's beginning, and half of a curve25519 exchange.
    static let exchange: [UInt8] =
        packet([20] + [UInt8](repeating: 0x42, count: 16) + lists + [0, 0, 0, 0, 0])
        + packet([30] + string([UInt8](repeating: 0x09, count: 32)))

    static func noise(_ random: inout Seeded) -> [UInt8] {
        (0..<Int.random(in: 1...300, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
    }

    private static let lists: [UInt8] = [
        "curve25519-sha256", "ssh-ed25519,rsa-sha2-512,ecdsa-sha2-nistp256", "aes256-ctr",
        "aes256-ctr", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "none",
        "none", "", "",
    ].flatMap { string(Array($0.utf8)) }

    private static func string(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count) + bytes }

    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func packet(_ payload: [UInt8]) -> [UInt8] {
        var padding = 8 - (5 + payload.count) % 8
        if padding < 4 { padding += 8 }
        return number(1 + payload.count + padding) + [UInt8(padding)] + payload
            + [UInt8](repeating: 0, count: padding)
    }
}
