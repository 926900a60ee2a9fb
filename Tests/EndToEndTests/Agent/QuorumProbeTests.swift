// picket-quorum: words from the arbiter, or no vote.

import Fencing
import TestSupport
import Testing

@Suite("The quorum probe")
struct QuorumProbeTests {
    @Test("A member is told so; who is on probation is not; an appliance that hangs is none")
    func probe() throws {
        let town = try Town()
        let program = "\(Program.products)/picket-quorum"
        func ask(_ who: String, _ more: String...) throws -> Program.Result {
            let settings = try FencePicket(town, as: who).settings
            let file = town.directory.write(
                "\(who).conf", settings.map { "\($0) = \($1)\n" }.joined())
            return try Program.run(program, ["--config", file] + more)
        }
        let member = try ask("node1")
        #expect(member.status == 0, "\(member)")
        #expect(member.output.contains("standing=member"))
        #expect(try town.ask("node1", "off node2").status == 0)
        let shot = try ask("node2")
        #expect(shot.status == 1, "\(shot)")
        #expect(shot.output.contains("PROBATION"))
        // Nobody of its name, and an operator, who is no member.
        #expect(try ask("nobody").status == 1)
        #expect(try ask("alice").status == 1)
        // The kernel goes on taking connections for a process that hangs.
        town.daemon.freeze()
        let silent = try ask("node1", "--within", "1")
        #expect(silent.status == 1)
        #expect(silent.errors.contains("timed out"), "\(silent)")
        let wrong = try Program.run(program, ["--within", "soon"])
        #expect(wrong.status == 64)
    }
}
