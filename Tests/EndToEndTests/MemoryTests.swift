// What somebody without any right can make the daemon keep: nothing.

import Fencing
import TestSupport
import Testing

@Suite("Memory")
struct MemoryTests {
    @Test("A node on probation names targets without end: nothing of it is kept")
    func randomNames() throws {
        let town = try Town()
        #expect(try town.ask("node1", "off node2").status == 0)
        var number = 0
        func name() -> String {
            number += 1
            return "n\(number)-" + String(repeating: "x", count: 24)
        }
        func batch() throws {
            let session = try town.session("node2")
            let lines = (0..<8).map { _ in
                "off " + (0..<64).map { _ in name() }.joined(separator: " ")
            }
            session.send(lines.joined(separator: "\n"))
            for _ in lines { #expect(try session.reply().exit != 0) }
        }
        for _ in 0..<20 { try batch() }
        let before = try town.residentKilobytes()
        for _ in 0..<100 { try batch() }
        let growth = try town.residentKilobytes() - before
        #expect(growth < 5_000, "\(growth) kB for \(100 * 8 * 64) names")
        #expect(try town.ask("node1", "quorum").status == 0)
    }
}

extension Town {
    func residentKilobytes() throws -> Int {
        let status = try Program.run("cat", ["/proc/\(daemon.process)/status"]).output
        let line = try #require(status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/))
        return try #require(Int(line.1))
    }
}
