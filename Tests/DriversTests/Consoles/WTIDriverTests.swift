// The WTI driver, byte by byte.

import Drivers
import Fencing
import Testing

@Suite("The WTI driver")
struct WTIDriverTests {
    private var dialogue: ConsoleDialogue
    private static let prompt = "\r\nNPS> "
    private static let head = "Plug | Name    | Password | Status | Boot Delay | Default |\r\n"
    private static let rule = "-----+---------+----------+--------+------------+---------+\r\n"

    init() throws { dialogue = ConsoleDialogue(try builtIn("wti", password: "wti")) }

    private static func row(_ plug: String, _ state: String, name: String = "web") -> String {
        " \(plug) | \(name) | (none) | \(state) | 5 Secs | ON |\r\n"
    }

    private mutating func read(_ plug: String, _ rows: [String]) -> [String] {
        dialogue.greet(Self.prompt)
        let screen = Self.head + Self.rule + rows.joined() + Self.rule
        return dialogue.ask(.read(plug), Self.prompt, "/S", "\r\n\(screen)\r\n\(Self.prompt)")
    }

    @Test("knows the prompts of all models", arguments: ["NPS>", "IPS>", "NBB>", "VMR>", "MPC>"])
    mutating func prompts(_ prompt: String) {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\n\(prompt) ") == ["= greeted"])
    }

    @Test("reads the status, not the default behind it")
    mutating func reads() {
        let rows = [Self.row("1", "ON"), Self.row("2", "OFF")]
        #expect(read("1", rows) == ["= on"])
        #expect(read("2", rows) == ["= off"])
        #expect(read("3", rows) == ["= unknown"])
    }

    @Test("reads plugs with letters")
    mutating func letters() {
        let rows = ["A1", "A2", "B1"].map { Self.row($0, $0 == "A2" ? "OFF" : "ON") }
        #expect(read("A2", rows) == ["= off"])
        #expect(read("B1", rows) == ["= on"])
        #expect(read("A2", [rows[1], rows[2]]) == ["= unknown"])
    }

    @Test("knows nothing of a plug with a star: it is busy")
    mutating func busy() {
        #expect(read("1", [Self.row("1", "OFF*")]) == ["= unknown"])
    }

    @Test("believes no table in which a row has lost a column, or the head has")
    mutating func damaged() {
        let short = " 2 | web | (none)  ON | 5 Secs | OFF |\r\n"
        #expect(read("1", [Self.row("1", "OFF"), short]) == ["= unknown"])
        dialogue.greet(Self.prompt)
        let head = "Plug | Name     Password | Status | Boot Delay | Default |\r\n"
        let end = dialogue.ask(
            .read("1"), Self.prompt, "/S",
            "\r\n\(head)\(Self.rule)\(Self.row("1", "OFF"))\(Self.rule)\(Self.prompt)")
        #expect(end == [])
    }

    @Test("finds the status wherever it stands")
    mutating func otherColumns() {
        dialogue.greet(Self.prompt)
        let screen = "PLUG | STATUS | NAME |\r\n1 | OFF | ON |\r\n2 | ON | OFF |\r\n"
        let end = dialogue.ask(.read("2"), Self.prompt, "/S", "\r\n\(screen)\(Self.prompt)")
        #expect(end == ["= on"])
    }

    @Test("answers the question about the right plug, and no to another")
    mutating func confirms() {
        dialogue.greet(Self.prompt)
        for (plug, sent) in [("3", "> Y\\r"), ("13", "> N\\r")] {
            let question =
                "\r\nPlugs to be turned off\r\n\r\nPlug \(plug): plug 7\r\n\r\nSure? (Y/N): "
            let answer = dialogue.ask(.off("3"), Self.prompt, "/OFF 3", question)
            #expect(answer.first == sent)
            _ = dialogue.hear(Self.prompt)
        }
    }

    @Test("reports a refusal, and takes no plug's name for one")
    mutating func refusal() {
        dialogue.greet(Self.prompt)
        let end = dialogue.ask(
            .off("9"), Self.prompt, "/OFF 9", "\r\nInvalid Parameter\r\n\(Self.prompt)")
        #expect(end == ["= refused: it said `Invalid Parameter`"])
        #expect(read("1", [Self.row("1", "OFF", name: "invalid")]) == ["= off"])
    }

    @Test(
        "never sends what means several plugs", arguments: ["*", "1+3", "1:3", "0", "all", "AB1"])
    mutating func several(_ plug: String) {
        let end = dialogue.begin(.off(plug))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}
