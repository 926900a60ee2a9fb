// Attacks by somebody who has logged in. What he does costs himself, and nobody else waits.

import Fencing
import Foundation
import TestSupport
import Testing

@testable import SSHDoor

struct GuestAttackTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Hostile/guest.py").path

    private func attack(_ mode: String, _ house: House, _ argument: Int = 0) throws -> String {
        let words = [Self.script, mode, String(house.port), KeyFiles.node, "node1", "\(argument)"]
        let result = try Program.run("/usr/bin/python3", words, within: .seconds(60))
        try #require(result.status == 0, "\(result)")
        return result.output
    }

    @Test(
        "A channel that takes only small packets carries nothing",
        arguments: [1, 9, 10, 11, 1023])
    func smallPackets(size: Int) throws {
        let house = try House()
        let came = try attack("small-packets", house, size)
        #expect(came == "refused, then OK say still here\n")
        #expect(
            house.seen.contains { event in
                if case .limitReached(_, _, .packetSize) = event { true } else { false }
            })
    }

    @Test func `Packets of a kibibyte are enough`() throws {
        let house = try House()
        #expect(
            try attack("small-packets", house, 1024) == "1001 bytes, then OK say still here\n")
    }

    @Test func `Many lines that cannot be carried out are answered one after the other`() throws {
        let house = try House {
            $0.requestsInFlight = 1
            $0.channels = 2
        }
        #expect(try attack("lines", house, 16_000) == "16000\n")
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }

    @Test func `A command with a zero in it is not run up to the zero`() throws {
        let house = try House()
        #expect(try attack("zero", house) == "refused\n")
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }

    @Test func `Answers that nobody takes are not kept without bound`() throws {
        let house = try House()
        #expect(try attack("deaf", house, 600_000) == "stalled\n")
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }
}
