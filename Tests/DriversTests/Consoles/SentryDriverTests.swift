// The Sentry driver, byte by byte.

import Drivers
import Fencing
import Testing

@Suite("The Sentry driver")
struct SentryDriverTests {
    private var dialogue: ConsoleDialogue
    private static let prompt = "\r\nSwitched CDU: "

    init() throws {
        dialogue = ConsoleDialogue(try builtIn("sentry", user: "admn", password: "admn"))
    }

    private mutating func read(_ outlet: String, _ rows: String...) -> [String] {
        dialogue.greet(Self.prompt)
        let table = rows.map { "   \($0)\r\n" }.joined()
        return dialogue.ask(
            .read(outlet), Self.prompt, "status \(outlet)",
            "\r\n   Outlet  Outlet  Outlet  Control\r\n   ID  Name  Status  State\r\n\r\n\(table)"
                + "\r\n   Command successful\r\n\(Self.prompt)")
    }

    @Test("takes an outlet for off where both states say so, and not before")
    mutating func bothStates() {
        #expect(read(".A3", ".A3   web1   Off   Off") == ["= off"])
        #expect(read(".A3", ".A3   Off   Off") == ["= off"])
        for row in [
            ".A3 web1 Off Pend On", ".A3 web1 On Pend Off", ".A3 web1 Off Reboot",
            ".A3 web1 Off Wake Off", ".A3 web1 On Off", ".A3 web1 Off On", ".A3 web1 Off Locked",
            ".A3 Off", ".A3 Off On On Off",
        ] {
            #expect(read(".A3", row) != ["= off"], "\(row)")
        }
    }

    @Test("takes an outlet for on", arguments: ["On   On", "On   Idle On", "On   Wake On"])
    mutating func on(_ states: String) {
        #expect(read(".AA3", ".AA3   Off   \(states)") == ["= on"])
    }

    @Test("believes no row of another outlet, and no two that differ")
    mutating func other() {
        #expect(read(".A3", ".A13   web   Off   Off") == ["= unknown"])
        #expect(read(".A3", ".A3 web Off Off", ".A3 web On On") == ["= unknown"])
        #expect(read(".A3", ".A3 web Off Off", ".A3 web Off Off") == ["= off"])
        #expect(read(".a3", ".A3 web Off Off") == ["= off"])
    }

    @Test("reports a refusal")
    mutating func refusal() {
        dialogue.greet(Self.prompt)
        let end = dialogue.ask(
            .off(".A9"), Self.prompt, "off .A9", "\r\n   Invalid outlet name\r\n\(Self.prompt)")
        #expect(end == ["= refused: it said `Invalid outlet name`"])
    }

    @Test(
        "never sends a name: it could be a group's",
        arguments: ["all", "web1x", "3", ".AA", "..A3"])
    mutating func names(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}
