// Consoles as they are in the field and not in the manual: other prompts, one more column, dialogues
// that nobody expects. Right, or unknown with words that name what was seen.

import Drivers
import Fencing
import Testing

@Suite("Consoles that are not quite as the manual has them")
struct ForeignConsoleTests {
    private func hear(
        _ text: String, from driver: any SwitchDriver, _ task: SwitchTask = .greet
    ) -> [String] {
        var talk = DriverDialogue(driver)
        _ = talk.begin(task)
        var steps = talk.hear(text) + talk.wait(.milliseconds(600))
        steps += talk.wait(.seconds(12))
        return steps
    }

    @Test(
        "have prompts of their own",
        arguments: [
            ("apc", "\r\npdu1>"), ("apc", "\r\nrack-3_left>"), ("apc", "\r\napc>"),
            ("baytech", "\r\nDS-RPC>"), ("baytech", "\r\nRPC >"), ("baytech", "\r\nMMP-14>"),
            ("baytech", "\r\nDS-RPC28>"), ("wti", "\r\nRPB+> "), ("wti", "\r\nVMR-8HD20-1> "),
        ])
    func prompts(_ name: String, _ said: String) throws {
        let driver = try builtIn(name, user: "u", password: "secret1")
        #expect(hear(said, from: driver).contains("= greeted"))
    }

    @Test(
        "whose prompt nobody knows are told, with it, and not after half a minute",
        arguments: ["baytech", "cyclades-pm", "sentry", "wti", "numato"])
    func unknownPrompt(_ name: String) throws {
        let user = name == "numato" ? nil : "u"
        let driver = try builtIn(name, user: user, password: user.map { _ in "secret1" })
        var talk = DriverDialogue(driver)
        let began = talk.now
        _ = talk.begin(.greet)
        var end: [String] = []
        while end.isEmpty, talk.now < began + .seconds(60) {
            end = talk.hear("\r\nGizmo 4000 ready% ").filter { $0.hasPrefix("=") }
            end += talk.wait(.milliseconds(1500)).filter { $0.hasPrefix("=") }
        }
        #expect(end.count == 1)
        #expect(
            end.first?.contains("no prompt that this driver knows: `Gizmo 4000 ready%`") == true)
        #expect(talk.now - began < .seconds(8))
    }

    @Test("that repeat the password are not quoted")
    func hiddenPassword() throws {
        let driver = try builtIn("sentry", user: "u", password: "secret1")
        for (echo, isShown) in [("secret1", false), ("ecret", false), ("Sorry%", true)] {
            var talk = DriverDialogue(driver)
            _ = talk.begin(.greet)
            _ = talk.hear("\r\nUsername: ")
            _ = talk.wait(.milliseconds(400))
            _ = talk.hear("\r\nPassword: ")
            _ = talk.wait(.milliseconds(400))
            _ = talk.hear("\r\n\(echo)")
            let end = talk.wait(.seconds(12)).filter { $0.hasPrefix("=") }.joined()
            #expect(end.contains(echo) == isShown, "\(end)")
            #expect(end.contains("no prompt that this driver knows"), "\(end)")
        }
    }

    @Test(
        "that want the password changed get nothing typed into it, and it is said",
        arguments: ["Enter current password: ", "New password: ", "Confirm password: "])
    func passwordChange(_ question: String) throws {
        let driver = try builtIn("apc", user: "apc", password: "secret1")
        var talk = DriverDialogue(driver)
        _ = talk.begin(.greet)
        _ = talk.hear("\r\nUser Name : ")
        #expect(talk.wait(.milliseconds(400)) == ["> apc\\r"])
        _ = talk.hear("\r\nPassword  : ")
        #expect(talk.wait(.milliseconds(400)) == ["> secret1\\r"])
        _ = talk.hear("\r\nThe password policy wants this password changed.\r\n\r\n\(question)")
        let end = talk.wait(.seconds(12))
        #expect(end.count == 1 && end[0].contains("it wants its password changed"), "\(end)")
        // Nor by the next task.
        let next = talk.begin(.off("1"))
        #expect(next.count == 1 && next[0].contains("it wants its password changed"), "\(next)")
        // Somebody has logged in by hand meanwhile.
        _ = talk.wait(.seconds(60))
        #expect(talk.begin(.greet).first?.hasPrefix("> ") == true)
    }

    @Test(
        "with one more column behind the state are read by the state",
        arguments: [("ON ", "on"), ("OFF", "off"), ("ON*", "unknown")])
    func column(_ state: String, _ meaning: String) throws {
        let list =
            "\r\n------- Outlet Control/Configuration -------\r\n\r\n"
            + "     1- Outlet 1:1  shell-01                \(state)       Graceful Shutdown\r\n"
            + "     2- Outlet 1:2  OFF site                ON        Graceful Shutdown\r\n"
            + "     3- Outlet 1:3  spare                   ON        \r\n"
            + "     4- Master Control/Configuration\r\n\r\n"
            + "     <ESC>- Back, <ENTER>- Refresh, <CTRL-L>- Event Log\r\n> "
        let driver = try builtIn("apc", user: "apc", password: "secret1")
        var talk = DriverDialogue(driver)
        _ = talk.begin(.read("1"))
        _ = talk.hear(list)
        #expect(talk.wait(.milliseconds(600)) == ["= \(meaning)"])
    }

    @Test(
        "with rows of a later firmware are read by both of their states",
        arguments: [
            ("On        Normal", "on"), ("Off       Normal", "off"), ("Off       Error", "unknown"),
        ])
    func sentryPro2(_ states: String, _ meaning: String) throws {
        var talk = DriverDialogue(try builtIn("sentry", user: "admn", password: "admn"))
        _ = talk.begin(.read("AA3"))
        _ = talk.hear("\r\nSwitched PDU: ")
        _ = talk.wait(.milliseconds(200))
        _ = talk.wait(.milliseconds(400))
        let end = talk.hear(
            "\r\n\r\n   Outlet   Outlet                    Outlet    Outlet\r\n"
                + "   ID       Name                      Status    State\r\n\r\n"
                + "   AA3      test-03                   \(states)\r\n\r\n"
                + "   Command successful\r\n\r\nSwitched PDU: ")
        #expect(end + talk.wait(.milliseconds(300)) == ["= \(meaning)"])
    }
}
