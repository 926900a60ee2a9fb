// The BayTech driver, byte by byte.

import Drivers
import Fencing
import Testing

@Suite("The BayTech driver")
struct BayTechDriverTests {
    private var dialogue: ConsoleDialogue

    init() throws { dialogue = ConsoleDialogue(try builtIn("baytech", password: "secret")) }

    private static let prompt = "\r\nRPC3-NC>"
    private static let table = (1...8).map { " \($0))...Outlet  \($0)       : On          \r\n" }

    private mutating func read(_ name: String, _ table: String) -> [String] {
        dialogue.greet(Self.prompt)
        return dialogue.ask(.read(name), Self.prompt, "status", "\r\n\(table)\(Self.prompt)")
    }

    @Test("knows the prompts of all models", arguments: ["RPC-4>", "RPC-22>", "RPC-28A>", "PCR8>"])
    mutating func prompts(_ prompt: String) {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\n" + prompt) == ["= greeted"])
    }

    @Test("takes no `>` for the prompt but one that ends a whole prompt")
    mutating func promptOnly() {
        dialogue.greet(Self.prompt)
        _ = dialogue.begin(.off("3"))
        _ = dialogue.hear(Self.prompt)
        #expect(dialogue.hear("off 3") == ["> \\r"])
        #expect(dialogue.hear("\r\nfoo>") == [])
        #expect(dialogue.hear("\r\nNote: RPC3-NC> ready\r\n") == [])
        #expect(dialogue.hear("RPC3-NC>") == ["= acknowledged"])
    }

    @Test("is asked at once where it has just shown its prompt, and told nothing without a look")
    mutating func freshPrompt() {
        dialogue.greet(Self.prompt)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.dialogue.hear(Self.prompt) == ["> off 3"])
        #expect(dialogue.dialogue.hear("off 3") == ["> \\r"])
        #expect(dialogue.dialogue.hear(Self.prompt) == ["= acknowledged"])
        #expect(dialogue.begin(.read("3")) == ["> status\\r"])
        let answer = "status\r\n" + Self.table.joined() + Self.prompt
        #expect(dialogue.dialogue.hear(answer) == ["= on"])
        #expect(dialogue.begin(.on("3")) == ["> \\r"])
        dialogue.dialogue.driver.abandon()
        #expect(dialogue.begin(.read("3")).first?.hasSuffix("\\r") == true)
    }

    @Test("waits for the echo of every command, and of a question only where it has seen none yet")
    mutating func askedAhead() {
        let table = "\r\n" + Self.table.joined() + Self.prompt
        dialogue.greet(Self.prompt)
        #expect(dialogue.begin(.read("3")) == ["> \\r"])
        #expect(dialogue.hear(Self.prompt) == ["> status"], "nobody knows yet whether it echoes")
        #expect(dialogue.hear("status") == ["> \\r"])
        #expect(dialogue.hear(table) == ["= on"])
        #expect(dialogue.begin(.read("3")) == ["> status\\r"])
        #expect(dialogue.hear("status" + table) == ["= on"])
        _ = dialogue.begin(.on("3"))
        #expect(dialogue.hear(Self.prompt) == ["> on 3"])
    }

    @Test(
        "believes no answer that does not begin with the question, and asks again by the echo",
        arguments: ["statxs", "", " 1)...Outlet  1 : Off\r\n", "RPC3-NC>\r\nstatus"])
    mutating func misheard(_ echo: String) {
        let table = "\r\n" + Self.table.joined() + Self.prompt
        dialogue.greet(Self.prompt)
        _ = dialogue.ask(.read("3"), Self.prompt, "status", table)
        #expect(dialogue.begin(.read("3")) == ["> status\\r"])
        #expect(dialogue.hear(echo + table) == ["> status"])
        #expect(dialogue.hear("status") == ["> \\r"])
        #expect(dialogue.hear(table) == ["= on"])
    }

    @Test("takes no prompt for an answer that comes before the echo")
    mutating func promptBeforeEcho() {
        let table = "\r\n" + Self.table.joined() + Self.prompt
        dialogue.greet(Self.prompt)
        _ = dialogue.ask(.read("3"), Self.prompt, "status", table)
        #expect(dialogue.begin(.read("3")) == ["> status\\r"])
        #expect(dialogue.dialogue.hear(Self.prompt) == [])
        #expect(dialogue.dialogue.hear("status" + table) == ["> status"])
    }

    @Test("waits for the echo again where the last line came back otherwise")
    mutating func noEcho() {
        let table = "\r\n" + Self.table.joined() + Self.prompt
        dialogue.greet(Self.prompt)
        for _ in 1...2 {
            _ = dialogue.wait(.seconds(2))
            _ = dialogue.begin(.read("3"))
            #expect(dialogue.hear(Self.prompt) == ["> status"])
            // Nothing comes back: it is entered as it is.
            #expect(dialogue.wait(.milliseconds(300)) == ["> \\r"])
            #expect(dialogue.hear(table) == ["= on"])
        }
    }

    @Test("is woken first, a second after it has shown its prompt")
    mutating func stalePrompt() {
        for pause in [999, 1000] {
            dialogue.greet(Self.prompt)
            _ = dialogue.begin(.greet)
            #expect(dialogue.dialogue.hear(Self.prompt) == ["= greeted"])
            _ = dialogue.wait(.milliseconds(pause))
            #expect(dialogue.begin(.read("3")) == [pause < 1000 ? "> status" : "> \\r"])
            dialogue.dialogue.driver.abandon()
        }
    }

    @Test("goes through the menu, by the words and not by the number")
    mutating func menu() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\n    Enter password>") == ["> secret\\r"])
        let menu = "\r\n  RPC-3 Menu:\r\n\r\n    2)...Outlet Control\r\n    6)...Logout\r\n"
        #expect(dialogue.hear(menu + "\r\n  Enter Selection>") == ["> 2\\r"])
        #expect(dialogue.hear("\r\n  RPC-3>") == ["= greeted"])
    }

    @Test("leaves a menu that does not lead to the outlets, and chooses nothing in it")
    mutating func otherMenu() {
        _ = dialogue.begin(.greet)
        let menu = "\r\n  Configuration:\r\n    1)...Unit ID\r\n\r\n  Enter Selection>"
        #expect(dialogue.hear(menu) == ["> \\r"])
    }

    @Test(
        "never sends outlet 0, nor anything that is no outlet's number",
        arguments: ["0", "00", "03", "-1", "100", "all", "1a"])
    mutating func noOutlet(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }

    @Test("answers the question about the right outlet, and no to another")
    mutating func confirms() {
        dialogue.greet(Self.prompt)
        for (asked, sent) in [("13", "> Y\\r"), ("3", "> N\\r")] {
            let question = "\r\nTurn Off Outlet \(asked) (Y/N)?"
            let answer = dialogue.ask(.off("13"), Self.prompt, "off 13", question)
            #expect(answer.first == sent)
            #expect((answer.last?.hasPrefix("= broken") == true) == (asked == "3"))
            _ = dialogue.hear("\r\n\(Self.prompt)")
        }
    }

    @Test("reports a refusal")
    mutating func refusal() {
        dialogue.greet(Self.prompt)
        let end = dialogue.ask(
            .off("9"), Self.prompt, "off 9", "\r\nInput error\r\n\r\nRPC3-NC>")
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

    @Test("reads the table of the models with menus by the selection's number")
    mutating func selections() {
        let table =
            "  Circuit Breaker: On\r\n      1       Rack 7      2       On\r\n"
            + "      2       Off         5       Off \r\n"
        #expect(read("1", table) == ["= on"])
        #expect(read("2", table) == ["= off"])
        #expect(read("5", table) == ["= unknown"])
    }

    @Test("reads no state from a row that says neither on nor off")
    mutating func locked() {
        #expect(read("1", " 1)...Outlet  1 : Locked \r\n") == ["= unknown"])
        #expect(read("1", " 1)...Outlet  1 : Off  Locked \r\n") == ["= off"])
        #expect(read("1", " 1)...Outlet  1 : Offline \r\n") == ["= unknown"])
    }

    /// Thirteen outlets, the last of them off.
    private static let thirteen = (1...13).map {
        "\($0 < 10 ? " " : "")\($0))...Rack : \($0 == 13 ? "Off" : "On")\r\n"
    }

    @Test("believes no table with a number twice, or with a gap")
    mutating func damaged() {
        #expect(read("3", Self.thirteen.joined()) == ["= on"])
        #expect(read("13", Self.thirteen.joined()) == ["= off"])
        // Row 13 lost its first digit, and row 3 is gone.
        var rows = Self.thirteen
        rows.remove(at: 2)
        rows[11] = " 3)...Rack : Off\r\n"
        #expect(read("3", rows.joined()) == ["= unknown"])
        rows = Self.thirteen
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

    @Test("takes a table that comes twice as one")
    mutating func twice() {
        #expect(read("3", Self.table.joined() + Self.table.joined()) == ["= on"])
    }

    @Test("waits for the table when another prompt comes first")
    mutating func strayPrompt() {
        dialogue.greet(Self.prompt)
        #expect(dialogue.ask(.read("3"), Self.prompt, "status", Self.prompt) == [])
        #expect(dialogue.hear("\r\n\(Self.table.joined())\r\nRPC3-NC>") == ["= on"])
    }
}
