// The APC driver, byte by byte: the command line, and the menus.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

@Suite("The APC driver")
struct APCDriverTests {
    private var dialogue: ConsoleDialogue
    private static let prompt = "\r\napc>"
    private static let ending = "\r\n     <ESC>- Back, <ENTER>- Refresh, <CTRL-L>- Event Log\r\n> "

    init() throws {
        dialogue = ConsoleDialogue(try builtIn("apc", user: "apc", password: "apc"))
    }

    private mutating func status(_ answer: String) -> [String] {
        dialogue.greet(Self.prompt)
        return dialogue.ask(
            .read("3"), Self.prompt, "olStatus 3", "\r\n\(answer)\r\n\r\n\(Self.prompt)")
    }

    @Test("reads the row of the outlet, behind the code")
    mutating func reads() {
        #expect(status("E000: Success\r\n 3: web: a: Off") == ["= off"])
        #expect(status("E000: Success\r\n 3: Off: On") == ["= on"])
        #expect(status("E000: Success\r\n 13: web: Off") == ["= unknown"])
        #expect(status("E000: Success\r\n 3: web: Off*") == ["= unknown"])
        #expect(status("E000: Success\r\n 3: web: Off\r\n 3: web: On") == ["= unknown"])
        #expect(status("E000: Success\r\n 3: Off") == [])
    }

    @Test("reports a code from 100 on, and no other")
    mutating func codes() {
        #expect(status("E102: Parameter Error") == ["= refused: it said `E102: Parameter Error`"])
        for (code, end) in [
            ("E000: Success", "= acknowledged"), ("E001: Issued", "= acknowledged"),
        ] {
            let answer = "\r\n\(code)\r\n\r\n\(Self.prompt)"
            #expect(dialogue.ask(.off("3"), Self.prompt, "olOff 3", answer) == [end])
        }
    }

    // MARK: Menus

    private static func menu(_ items: String...) -> String {
        "\r\n------- Menu -------\r\n\r\n" + items.map { "     \($0)\r\n" }.joined() + ending
    }

    private static let list = menu(
        "1- Outlet 1                 ON", "2- Outlet 2                 OFF",
        "3- web                      ON", "9- Master Control/Configuration")

    private static func outlet(_ number: String) -> String {
        menu(
            "   Name   : web", "   Outlet : \(number)", "   State  : ON", "1- Control Outlet",
            "2- Configure Outlet")
    }

    private static func control(_ number: String) -> String {
        menu(
            "   Outlet : \(number)", "   State  : ON", "1- Immediate On", "2- Delayed Off",
            "3- Immediate Off", "4- Immediate Reboot", "8- Cancel")
    }

    private static func question(_ heading: String, _ outlet: String) -> String {
        "\r\n        \(heading)\r\n\r\n        This command will immediately shutdown\r\n"
            + "        outlet \(outlet) named 'reboot all outlets'.\r\n\r\n"
            + "        Enter 'YES' to continue or <ENTER> to cancel : "
    }

    @Test("walks by the words, and takes the number that is off here")
    mutating func walks() {
        dialogue.greet(Self.menu("1- Device Manager", "4- Logout"))
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear(Self.menu("1- Network", "5- Device Manager")) == ["> 5\\r"])
        #expect(dialogue.hear(Self.menu("2- Outlet Management")) == ["> 2\\r"])
        #expect(dialogue.hear(Self.menu("1- Outlet Control/Configuration")) == ["> 1\\r"])
        #expect(dialogue.hear(Self.list) == ["> 3\\r"])
        #expect(dialogue.hear(Self.outlet("3")) == ["> 1\\r"])
        #expect(dialogue.hear(Self.control("3")) == ["> 3\\r"])
        #expect(dialogue.hear(Self.question("Immediate Off", "3")) == ["> YES\\r"])
        let done = "\r\n    Command successfully issued.\r\n    Press <ENTER> to continue..."
        #expect(dialogue.hear(done) == ["> \\r"])
        #expect(dialogue.hear(Self.control("3")) == ["= acknowledged"])
    }

    @Test("turns back where it stands at another outlet")
    mutating func otherOutlet() {
        dialogue.greet(Self.list)
        for screen in [Self.control("13"), Self.outlet("2")] {
            _ = dialogue.begin(.off("3"))
            #expect(dialogue.hear(screen) == ["> <1b>"])
            dialogue.dialogue.driver.abandon()
        }
    }

    @Test(
        "confirms nothing that is about another outlet or another deed",
        arguments: [
            ("Immediate Off", "2"), ("Immediate Reboot", "3"),
            ("Immediate Off of all outlets", "3"),
        ])
    mutating func doubts(_ heading: String, _ outlet: String) {
        dialogue.greet(Self.list)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear(Self.control("3")) == ["> 3\\r"])
        let end = dialogue.hear(Self.question(heading, outlet))
        #expect(end.first == "> \\r")
        #expect(
            end.last?.hasPrefix("= broken: told to switch outlet 3 off, it asked about") == true)
    }

    @Test("confirms no question that it has not caused")
    mutating func leftOver() {
        dialogue.greet(Self.list)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear(Self.question("Immediate Off", "3")) == ["> \\r"])
        dialogue.dialogue.driver.abandon()
        _ = dialogue.begin(.read("3"))
        #expect(dialogue.hear(Self.question("Immediate Off", "3")) == ["> \\r"])
    }

    @Test("reads the list, and nothing where something is pending or missing")
    mutating func readsList() {
        dialogue.greet(Self.list)
        for (name, state) in [("2", "= off"), ("3", "= on"), ("7", "= unknown")] {
            _ = dialogue.begin(.read(name))
            #expect(dialogue.hear(Self.list) == [state])
        }
        for row in ["2- Outlet 2                 OFF*", "22- Outlet 2            OFF"] {
            _ = dialogue.begin(.read("2"))
            let list = Self.menu("1- Outlet 1     ON", row, "3- web     ON")
            #expect(dialogue.hear(list) == ["= unknown"])
        }
    }

    @Test("refuses an outlet that its menu does not have")
    mutating func noOutlet() {
        dialogue.greet(Self.list)
        _ = dialogue.begin(.off("9"))
        #expect(dialogue.hear(Self.list) == ["= refused: its menu has no outlet 9"])
    }

    @Test("leaves by the way that the language has")
    mutating func leaves() {
        for (screen, farewell) in [
            (Self.prompt, "exit\r"), (Self.list, "\u{1B}\u{1B}\u{1B}\u{1B}\u{1B}\u{1B}4\r"),
        ] {
            _ = dialogue.begin(.greet)
            _ = dialogue.hear("\r\nUser Name : ")
            _ = dialogue.hear("\r\nPassword  : ")
            _ = dialogue.hear(screen)
            #expect(dialogue.dialogue.driver.leave() == Array(farewell.utf8))
        }
    }
}
