// The AlterPath PM driver, byte by byte.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("The AlterPath PM driver")
struct CycladesDriverTests {
    private var dialogue: ConsoleDialogue
    private static let prompt = "\r\npm>"

    init() throws {
        dialogue = ConsoleDialogue(try builtIn("cyclades-pm", user: "admin", password: "pm8"))
    }

    private mutating func read(_ row: String) -> [String] {
        dialogue.greet(Self.prompt)
        return dialogue.ask(
            .read("3"), Self.prompt, "status 3",
            "\r\n Outlet\t\tName\t\tStatus\t\tUsers\r\n\(row)\(Self.prompt)")
    }

    @Test("reads the state behind the lock, whatever the outlet is called")
    mutating func reads() {
        #expect(read(" 3                 Unlocked OFF\r\n") == ["= off"])
        #expect(read(" 3\t\tLocked ON\tUnlocked OFF\t0.5\tadmin\r\n") == ["= off"])
        #expect(read(" 3   OFF   Locked ON    0.0\r\n") == ["= on"])
    }

    @Test("reads nothing from half a row, or from another's")
    mutating func others() {
        #expect(read(" 13   Unlocked OFF\r\n") == ["= unknown"])
        #expect(read(" 3   Unlocked\r\n OFF\r\n") == [])
        #expect(read(" 3   Unlocked OF\r\n") == [])
        #expect(read(" 3   Unlocked OFF\r\n 3   Unlocked ON\r\n") == ["= unknown"])
    }

    @Test("says that an outlet is locked, and reads it as it is")
    func locked() throws {
        var bench = try Model.cyclades.closedBench()
        bench.type("admin\rpm8\rlock 3\r")
        bench.open()
        let finding = try bench.turn(.off, "3", within: .seconds(35))
        #expect(finding.state == .on)
        #expect(try #require(finding.trouble).contains("3: Outlet is locked."))
    }

    @Test("never sends what means several outlets", arguments: ["all", "1-8", "0", "03", "web"])
    mutating func several(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}
