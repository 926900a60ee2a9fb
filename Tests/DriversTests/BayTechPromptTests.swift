// The BayTech prompt driver, byte by byte.

import Drivers
import Fencing
import Testing

@Suite("The BayTech prompt driver")
struct BayTechPromptTests {
    private var dialogue = DriverDialogue(BayTechPromptDriver())

    private static let table = (1...8).map { " \($0))...Outlet  \($0)       : On          \r\n" }

    private mutating func greet() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\nRPC3-NC>") == ["= greeted"])
    }

    private mutating func read(_ name: String, _ table: String) -> [String] {
        greet()
        _ = dialogue.begin(.read(name))
        _ = dialogue.hear("\r\nRPC3-NC>")
        return dialogue.hear("\r\n\(table)\r\nRPC3-NC>")
    }

    @Test("erases what may stand in the switch's line before it sends a CR")
    mutating func erases() {
        #expect(dialogue.begin(.greet) == ["> <8><8><8><8><8><8><8><8>\\r"])
        #expect(dialogue.hear("\r\nInput error\r\n\r\nRPC3-NC>") == ["= greeted"])
        #expect(dialogue.begin(.off("3")) == ["> \\r"])
        dialogue.driver.abandon()
        #expect(dialogue.begin(.off("3")) == ["> <8><8><8><8><8><8><8><8>\\r"])
    }

    @Test("takes no `>` for the prompt but one that ends a whole prompt")
    mutating func promptOnly() {
        greet()
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear("\r\nRPC3-NC>") == ["> off 3\\r"])
        #expect(dialogue.hear("off 3>\r\nfoo>\r\nNote: RPC3-NC> ready\r\n") == [])
        #expect(dialogue.hear("RPC3-NC>") == ["= acknowledged"])
    }

    @Test("knows the prompts of all models", arguments: ["RPC-4>", "RPC-22>", "RPC-28A>", "PCR8>"])
    mutating func prompts(_ prompt: String) {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\n" + prompt) == ["= greeted"])
    }

    @Test(
        "says what to do about a password or a menu",
        arguments: ["username>", "Enter password>", "Enter Selection>"])
    mutating func obstacles(_ prompt: String) {
        _ = dialogue.begin(.greet)
        let end = dialogue.hear("\r\n" + prompt)
        #expect(end.count == 1 && end[0].hasPrefix("= broken") && end[0].contains("off"))
    }

    @Test(
        "never sends outlet 0, nor anything that is no outlet's number",
        arguments: ["0", "00", "03", "-1", "100", "all", "1a"])
    mutating func noOutlet(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }

    @Test("sends the off without a prompt, after a second")
    mutating func deafPrompt() {
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.wait(.milliseconds(999)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> off 3\\r"])
    }

    @Test("answers the question about the right outlet, and no to another")
    mutating func confirms() {
        greet()
        _ = dialogue.begin(.off("13"))
        _ = dialogue.hear("\r\nRPC3-NC>")
        #expect(dialogue.hear("\r\nTurn Off Outlet 13 (Y/N)?") == ["> Y\\r"])
        #expect(dialogue.hear("Y\r\n\r\nRPC3-NC>") == ["= acknowledged"])
        _ = dialogue.begin(.off("13"))
        _ = dialogue.hear("\r\nRPC3-NC>")
        let end = dialogue.hear("\r\nTurn Off Outlet 3 (Y/N)?")
        #expect(end.first == "> N\\r")
        #expect(end.last?.hasPrefix("= broken") == true)
    }

    @Test("reports a refusal")
    mutating func refusal() {
        greet()
        _ = dialogue.begin(.off("9"))
        _ = dialogue.hear("\r\nRPC3-NC>")
        let end = dialogue.hear("\r\nInput error\r\n\r\nRPC3-NC>")
        #expect(end == ["= refused: it said `Input error`"])
    }

    @Test("reads a row by its number, whatever the outlet is called")
    mutating func names() {
        let table = " 1)...web: a : On  \r\n 2)...Rack 1 : Off   \r\n 3)...Off : On\r\n"
        #expect(read("2", table) == ["= off"])
        #expect(read("3", table) == ["= on"])
    }

    @Test("reads two columns")
    mutating func columns() {
        let table =
            " 1)...Outlet  1 : On     3)...Outlet  3 : Off \r\n"
            + " 2)...Outlet  2 : Off    4)...Outlet  4 : On \r\n"
        #expect(read("3", table) == ["= off"])
        #expect(read("4", table) == ["= on"])
    }

    @Test("reads no state from a row that says neither on nor off")
    mutating func locked() {
        #expect(read("1", " 1)...Outlet  1 : Locked \r\n") == ["= unknown"])
        #expect(read("1", " 1)...Outlet  1 : Off  Locked \r\n") == ["= off"])
        #expect(read("1", " 1)...Outlet  1 : Offline \r\n") == ["= unknown"])
    }

    /// Thirteen outlets, the last of them off.
    private static let thirteen = (1...13).map {
        " \($0))...Outlet \($0) : \($0 == 13 ? "Off" : "On")\r\n"
    }

    @Test("believes no table in which a number has lost a digit")
    mutating func lostDigit() {
        var rows = Self.thirteen
        rows[12] = " 3)...Rack : Off\r\n"
        #expect(read("3", rows.joined()) == ["= unknown"])
        rows = Self.thirteen
        rows.remove(at: 5)
        #expect(read("4", rows.joined()) == ["= unknown"])
    }

    @Test("believes no table in which an outlet's own name has another number")
    mutating func otherName() {
        let rows = Self.thirteen.prefix(2) + [" 3)...Outlet 13 : Off\r\n"]
        #expect(read("3", rows.joined()) == ["= unknown"])
    }

    @Test("believes no table that is shorter than one before")
    mutating func shorter() {
        #expect(read("3", Self.thirteen.joined()) == ["= on"])
        #expect(read("3", Self.thirteen.dropLast().joined()) == ["= unknown"])
    }

    @Test("waits for the table when another prompt comes first")
    mutating func strayPrompt() {
        greet()
        _ = dialogue.begin(.read("3"))
        #expect(dialogue.hear("\r\nRPC3-NC>") == ["> status\\r"])
        #expect(dialogue.hear("\r\nRPC3-NC>") == [])
        #expect(dialogue.hear("\r\n\(Self.table.joined())\r\nRPC3-NC>") == ["= on"])
    }
}
