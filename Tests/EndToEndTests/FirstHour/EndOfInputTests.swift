// `ssh -tt alice@picket off node2 </dev/null`: nobody is there who could say yes.

import Fencing
import TestSupport
import Testing

@Suite("A terminal whose input ends")
struct EndOfInputTests {
    private static func words(_ town: Town) -> [String] {
        town.sshArguments("alice").map { $0 == "-T" ? "-tt" : $0 }
    }

    @Test("is a no at once: nothing is done, exit status 9", arguments: ["", "x", "\n"])
    func atOnce(typed: String) throws {
        let town = try Town()
        let words = Self.words(town) + ["off node2"]
        let refused = try Program.run("ssh", words, input: typed)
        #expect(refused.status == 9, "\(refused)")
        #expect(refused.output.contains("Nothing was done."), "\(refused)")
        #expect(town.count(2, .off) == 0)
        let sure = try Program.run("ssh", Self.words(town) + ["off node2 --yes"])
        #expect(sure.status == 0, "\(sure)")
        #expect(town.count(2, .off) == 1)
    }

    @Test("is a no after the question, too")
    func late() throws {
        let town = try Town()
        let client = try Program("ssh", Self.words(town) + ["off node2"])
        _ = try client.read { $0.contains("Do it? [y/N]") }
        client.endInput()
        let refused = try client.finish()
        #expect(refused.status == 9, "\(refused)")
        #expect(town.count(2, .off) == 0)
    }
}
