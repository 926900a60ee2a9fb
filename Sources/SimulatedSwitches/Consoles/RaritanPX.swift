// Raritan PX3: a user and a password, a prompt with the unit's name, a question before each command,
// an answer of two lines for each outlet. After fence-agents' fence_raritan_px3, Raritan's PX3 user
// guide and other people's published sessions.

internal import Fencing

package struct RaritanPX: ConsoleModel {
    private var asked: (command: PowerCommand, outlet: OutletName)?

    static let outlets = numbered(8)

    package let login = LoginScreen(
        banner: "\r\nWelcome!\r\n", userPrompt: "\r\nUsername: ", passwordPrompt: "Password: ",
        user: "admin", password: "raritan", failure: "\r\n\r\nAuthentication failed.\r\n",
        occupied: "\r\nMaximum number of sessions reached.\r\n")

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        [.text("\r\n\r\nLast login: 2026-11-02 08:00:00 CET\r\n"), Self.prompt]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        if let asked {
            self.asked = nil
            let isYes = ["y", "yes"].contains(line)
            return (isYes ? [.turn([asked.outlet], asked.command)] : []) + [Self.prompt]
        }
        let words = line.split(separator: " ").map { $0.lowercased() }
        switch (words.prefix(2).joined(separator: " "), words.count) {
        case ("", _): return [Self.prompt]
        case ("exit", 1): return [.logOut]
        case _ where view.faults.has(.refuse):
            return [.text("\r\nOperation not permitted.\r\n"), Self.prompt]
        case ("power outlets", 4): return power(words[2], words[3])
        case ("power outlets", 5) where words[4] == "/y":
            guard let command = PowerCommand(rawValue: words[3]), let named = outlets(words[2])
            else { return Self.mistake }
            return [.turn(named, command), Self.prompt]
        case ("show outlets", 2): return [.text(rows(Self.outlets, view)), Self.prompt]
        case ("show outlets", 3):
            guard let named = outlets(words[2]) else { return Self.mistake }
            return [.text(rows(named, view)), Self.prompt]
        default:
            return [.text("\r\nUnknown command: \(words[0])\r\n"), Self.prompt]
        }
    }

    private mutating func power(_ name: String, _ verb: String) -> [Reply] {
        guard let command = PowerCommand(rawValue: verb), let named = outlets(name) else {
            return Self.mistake
        }
        guard named.count == 1 else { return [.turn(named, command), Self.prompt] }
        asked = (command, named[0])
        return [.text("\r\nDo you wish to turn outlet \(named[0]) \(verb)? [y/n] ")]
    }

    private func rows(_ named: [OutletName], _ view: ConsoleView) -> String {
        named.map { outlet in
            let shown = view.faults.has(.foreign) ? "1\(outlet)" : outlet.text
            return "\r\nOutlet \(shown):\r\nPower state: \(view.isOn(outlet) ? "On" : "Off")\r\n"
        }.joined()
    }

    private func outlets(_ text: String) -> [OutletName]? {
        Addressed(Self.outlets, all: ["all", "1-\(Self.outlets.count)"]).outlets(named: text)
    }

    private static let prompt = Reply.text("\r\n[My PDU] # ")
    private static let mistake = [Reply.text("\r\nInvalid outlet number.\r\n"), prompt]
}
