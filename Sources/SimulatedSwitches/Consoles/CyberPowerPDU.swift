// CyberPower PDU41002: a user and a password, a prompt, one table of all outlets. What it is told it
// does without a word. After fence-agents' fence_cyberpower_ssh and captures that others have
// published.

internal import Fencing

package struct CyberPowerPDU: ConsoleModel {
    static let outlets = numbered(8)

    package let login = LoginScreen(
        banner: "\r\n", userPrompt: "\r\nLogin Name: ", passwordPrompt: "Login Password: ",
        user: "cyber", password: "cyber", failure: "\r\n\r\nLogin failed\r\n",
        occupied: "\r\nAnother user has logged in.\r\n")

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        [.text("\r\n\r\nCyberPower System, Inc.  Command Shell v1.0\r\n"), Self.prompt]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [Self.prompt]
        case ("exit", 1): return [.logOut]
        case _ where view.faults.has(.refuse): return Self.mistake("Permission denied")
        case ("oltsta", 2) where words[1] == "show": return table(view)
        case ("oltctrl", 5) where words[1] == "index" && words[3] == "act":
            let addressed = Addressed(Self.outlets, all: ["all"])
            guard let outlets = addressed.outlets(named: words[2]) else {
                return Self.mistake("Index number must be 1 to \(Self.outlets.count)")
            }
            guard let command = PowerCommand(rawValue: words[4]) else { return Self.mistake("^") }
            return [.turn(outlets, command), Self.prompt]
        default: return Self.mistake("^")
        }
    }

    private func table(_ view: ConsoleView) -> [Reply] {
        let rows = Self.outlets.enumerated().map { index, outlet in
            let number = view.faults.has(.foreign) ? index + 2 : index + 1
            return "\r\n  \(column("\(number)", 7))\(column("Outlet\(outlet)", 37))"
                + (view.isOn(outlet) ? "On" : "Off")
        }
        let head = "\r\n  Index  Name                                 Status"
        return [.text(head + rows.joined() + "\r\n"), Self.prompt]
    }

    private static let prompt = Reply.text("\r\nCyberPower > ")
    private static func mistake(_ words: String) -> [Reply] { [.text("\r\n\(words)\r\n"), prompt] }
}
