// BayTech RPC-3, firmware F 5.01: a password, menus, and behind `1)...Outlet Control` a prompt with
// a table. After powerman's baytech.dev and its simulator, cluster-glue's baytech.c, and BayTech's
// RPC manual of July 1998.

internal import Fencing

package struct BayTechMenus: ConsoleModel {
    private var place = Place.menu
    private var unconfirmed: Instruction?
    private let addressed: Addressed

    static let outlets = numbered(8)

    package let login = LoginScreen(
        banner: "\r\n\r\n\r\n        RPC-3 Telnet Host\r\n    Revision F 5.01, (C) 2001 \r\n"
            + "    Bay Technical Associates\r\n    Unit ID: BT RPC3-20\r\n",
        passwordPrompt: "\r\n    Enter password>", password: "baytech",
        failure: "    Invalid password.\r\n",
        pager: LoginScreen.Pager(text: "  <Strike CR to continue.>", key: UInt8(ascii: "\r")))

    private enum Place { case menu, configuration, outlets }

    private enum Instruction {
        case turn([OutletName], PowerCommand)
        case reboot([OutletName])
    }

    package init() { addressed = Addressed(Self.outlets, all: ["0"]) }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        place = .menu
        unconfirmed = nil
        return [.text("\r\n  Option(s) installed:\r\n  True RMS Current\r\n\(Self.menu)")]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        switch place {
        case .menu: chooseInMenu(line, view)
        case .configuration: chooseInConfiguration(line)
        case .outlets: command(line.lowercased(), view)
        }
    }

    private mutating func chooseInMenu(_ line: String, _ view: ConsoleView) -> [Reply] {
        switch line {
        case "": return [.text(Self.menu)]
        case "1":
            place = .outlets
            return [.text(Self.table(view))]
        case "2", "3", "4":
            place = .configuration
            return [.text(Self.configuration)]
        case "6": return [.logOut]
        default: return [.text("\r\n  Input error.\r\n\r\n\(Self.menu)")]
        }
    }

    /// Whoever types numbers without looking does harm here.
    private mutating func chooseInConfiguration(_ line: String) -> [Reply] {
        if line == "1" {
            return [.turn(Self.outlets, .off), .text(Self.configuration)]
        }
        place = .menu
        return [.text(Self.menu)]
    }

    private static let menu =
        "\r\n  RPC-3 Menu:\r\n\r\n    1)...Outlet Control\r\n    2)...Manage Users\r\n"
        + "    3)...Configuration\r\n    4)...Unit Status\r\n    5)...Reset Unit\r\n"
        + "    6)...Logout\r\n\r\n  Enter Selection>"
    private static let configuration =
        "\r\n  Configuration:\r\n\r\n    1)...Power Up State\r\n    2)...Unit ID\r\n\r\n"
        + "  Enter Selection>"
    private static let prompt = "\r\n  RPC-3>"

    private static func table(_ view: ConsoleView) -> String {
        let rows = view.faults.told(outlets).map { outlet in
            let state = view.isOn(outlet) ? "On " : "Off"
            return
                "      \(outlet)       \(column("Outlet \(outlet)", 12))\(outlet)       \(state) \r\n"
        }
        return "\r\n  True RMS current:  1.7 Amps\r\n\r\n  Internal Temperature: 32.0 C\r\n\r\n"
            + "  Circuit Breaker: On \r\n\r\n  Selection   Outlet    Outlet   Power\r\n"
            + "    Number     Name     Number   Status\r\n" + rows.joined()
            + "\r\n  Type \"Help\" for a list of commands\r\n" + prompt
    }
}

// MARK: - Commands

extension BayTechMenus {
    private mutating func command(_ line: String, _ view: ConsoleView) -> [Reply] {
        if let asked = unconfirmed {
            unconfirmed = nil
            return line.hasPrefix("y") ? carryOut(asked, view) : [.text(Self.prompt)]
        }
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [.text(Self.prompt)]
        case _ where view.faults.has(.refuse): return [Self.mistake]
        case ("on", 2), ("off", 2), ("reboot", 2):
            guard let outlets = addressed.outlets(named: words[1], separators: []) else {
                return [Self.mistake]
            }
            return confirmed(Self.instruction(words[0], outlets), words, view)
        case ("status", 1): return [.text(Self.table(view))]
        case ("menu", 1):
            place = .menu
            return [.text(Self.menu)]
        case ("logout", 1): return [.logOut]
        default: return [Self.mistake]
        }
    }

    private static func instruction(_ verb: String, _ outlets: [OutletName]) -> Instruction {
        switch verb {
        case "on": .turn(outlets, .on)
        case "off": .turn(outlets, .off)
        default: .reboot(outlets)
        }
    }

    private mutating func confirmed(
        _ instruction: Instruction, _ words: [String], _ view: ConsoleView
    ) -> [Reply] {
        guard view.faults.has(.confirm) else { return carryOut(instruction, view) }
        unconfirmed = instruction
        return [.text("\r\n  Turn \(words[0]) outlet \(words[1]) (Y/N)>")]
    }

    private func carryOut(_ instruction: Instruction, _ view: ConsoleView) -> [Reply] {
        switch instruction {
        case .turn(let outlets, let command):
            return [.turn(outlets, command), .pause(.milliseconds(200)), .text(Self.prompt)]
        case .reboot(let outlets):
            let running = outlets.filter(view.isOn)
            guard !running.isEmpty else {
                return [.text("\r\n  ... already off.\r\n\(Self.prompt)")]
            }
            return [
                .turn(running, .off), .text("\r\n  Rebooting selected outlet...\r\n"),
                .pause(.seconds(10)), .turn(running, .on),
                .text("  Power applied to outlet\r\n\(Self.prompt)"),
            ]
        }
    }

    private static let mistake = Reply.text("\r\n  Input error.\r\n\r\n\(prompt)")
}
