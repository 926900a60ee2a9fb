// APC MasterSwitches and rack PDUs with menus. Which menu leads where, and which number means what,
// differs from edition to edition. After powerman's apc*.dev, fence-agents' fence_apc, and screens
// that users have published; of firmware 1 only the numbers are known, its words are made up.

internal import Fencing

package struct APCMenus: ConsoleModel {
    let edition: Edition
    private var place = Place.main

    static let outlets = numbered(8)
    static let escape: UInt8 = 0x1B

    package enum Edition: Sendable {
        /// AP9210, firmware 1.
        case firmware1
        /// MasterSwitch plus, APP 2.0.0: off is 3.
        case plus
        /// MasterSwitch plus, APP 2.2.0: the device's menu is the list.
        case plus22
        /// AP7900, firmware 2.
        case firmware2
        /// AP7900, firmware 3.
        case firmware3
    }

    enum Place: Hashable {
        case main
        case device
        case management
        case list
        /// All of them at once.
        case master
        case masterControl
        case outlet(OutletName)
        case control(OutletName)
        /// `YES`, or nothing happens.
        case question([OutletName], Action, from: [OutletName])
        case result(from: [OutletName])
    }

    enum Action: String, Hashable {
        case on = "Immediate On"
        case off = "Immediate Off"
        case reboot = "Immediate Reboot"
        case delayedOff = "Delayed Off"
        case cancel = "Cancel"
    }

    package let login = LoginScreen(
        userPrompt: "\rUser Name : ", passwordPrompt: "\rPassword  : ", user: "apc",
        password: "apc", failure: "\r\n",
        occupied: "\r\nSomeone else is currently logged in: another session is active.\r\n",
        pager: LoginScreen.Pager(
            text: "\r\n        Press <ENTER> to continue...", key: UInt8(ascii: "\r")))

    package var keys: Set<UInt8> { [Self.escape] }

    package init(_ edition: Edition) { self.edition = edition }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        place = .main
        return [
            .text(
                "\r\n\r\nAmerican Power Conversion               Network Management Card AOS"
                    + "      v3.7.3\r\n" + String(repeating: "-", count: 79)
                    + "\r\nUser : Administrator            Stat : P+ N+ A+\r\n"),
            .text(screen(view)),
        ]
    }

    package mutating func press(_ key: UInt8, _ view: ConsoleView) -> [Reply] {
        switch place {
        case .question, .result: return []
        case .main: break
        case .device: place = .main
        case .management: place = .device
        case .list: place = above
        case .master: place = .list
        case .masterControl: place = .master
        case .outlet: place = .list
        case .control(let outlet): place = .outlet(outlet)
        }
        return [.text(screen(view))]
    }

    /// Of the list.
    private var above: Place {
        switch edition {
        case .firmware1, .plus22: .main
        case .plus, .firmware2: .device
        case .firmware3: .management
        }
    }
}

// MARK: - Choosing

extension APCMenus {
    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        switch place {
        case .question(let outlets, let action, let from):
            return confirm(line, outlets, action, from, view)
        case .result(let from):
            place = from.count == 1 ? .control(from[0]) : .masterControl
            return [.text(screen(view))]
        case .main where line == "4": return [.logOut]
        case .main, .device, .management, .list, .master, .masterControl, .outlet, .control:
            if let next = Int(line).flatMap({ next($0, view) }) { place = next }
            return [.text(screen(view))]
        }
    }

    private func next(_ number: Int, _ view: ConsoleView) -> Place? {
        switch (place, number) {
        case (.main, 1): return ofDeviceManager
        case (.device, 1) where edition == .plus: return .list
        case (.device, 2) where edition == .firmware3: return .management
        case (.device, 3) where edition == .firmware2: return .list
        case (.management, 1): return .list
        case (.list, 9): return .master
        case (.list, 1...8): return .outlet(view.faults.told(Self.outlets[number - 1]))
        case (.master, 1): return .masterControl
        case (.outlet(let outlet), 1): return .control(outlet)
        case (.control(let outlet), _): return asked([outlet], number)
        case (.masterControl, _): return asked(Self.outlets, number)
        default: return nil
        }
    }

    private var ofDeviceManager: Place {
        switch edition {
        case .firmware1, .plus22: .list
        case .plus, .firmware2, .firmware3: .device
        }
    }

    private func asked(_ outlets: [OutletName], _ number: Int) -> Place? {
        actions.first { $0.number == number }.map { .question(outlets, $0.action, from: outlets) }
    }

    var actions: [(number: Int, action: Action)] {
        switch edition {
        case .firmware1: [(1, .on), (2, .off), (3, .reboot)]
        case .plus: [(1, .on), (2, .delayedOff), (3, .off), (4, .reboot), (8, .cancel)]
        case .plus22: [(1, .on), (2, .off), (3, .reboot), (4, .delayedOff)]
        case .firmware2, .firmware3:
            [(1, .on), (2, .off), (3, .reboot), (5, .delayedOff), (7, .cancel)]
        }
    }

    private mutating func confirm(
        _ line: String, _ outlets: [OutletName], _ action: Action, _ from: [OutletName],
        _ view: ConsoleView
    ) -> [Reply] {
        place = .result(from: from)
        let ending = Reply.text("\r\n        Press <ENTER> to continue...")
        guard line == "YES" else { return [ending] }
        if view.faults.has(.refuse) {
            return [.text("\r\n        Command failed: access denied.\r\n"), ending]
        }
        let said = Reply.text("\r\n        \(success)\r\n")
        switch action {
        case .on: return [.turn(outlets, .on), said, ending]
        case .off, .delayedOff: return [.turn(outlets, .off), said, ending]
        case .cancel: return [said, ending]
        case .reboot:
            let running = outlets.filter(view.isOn)
            return [.turn(running, .off), said, ending, .pause(.seconds(5)), .turn(running, .on)]
        }
    }

    private var success: String {
        switch edition {
        case .firmware1: "Command issued successfully!"
        case .plus: "Success"
        case .plus22, .firmware2, .firmware3: "Command successfully issued."
        }
    }
}

// MARK: - Screens

extension APCMenus {
    private func screen(_ view: ConsoleView) -> String {
        switch place {
        case .main:
            let first = edition == .firmware1 ? "Outlet Manager" : "Device Manager"
            return Self.menu(
                "Control Console", ["1- \(first)", "2- Network", "3- System", "4- Logout"])
        case .device: return Self.menu("Device Manager", deviceItems)
        case .management:
            return Self.menu(
                "Outlet Management", ["1- Outlet Control/Configuration", "2- Outlet Restriction"])
        case .list: return Self.menu(listTitle, listItems(view))
        case .master:
            return Self.menu(
                "Master Control", ["1- Control of Master PDU", "2- Configure Master PDU"])
        case .masterControl:
            let states = view.faults.told(Self.outlets).map { "\($0):\(Self.state($0, view))" }
            return Self.menu("Control of Master PDU", states + [""] + actionItems)
        case .outlet(let outlet):
            return Self.menu(
                "Outlet \(outlet)",
                about(outlet, view) + ["1- Control Outlet", "2- Configure Outlet"])
        case .control(let outlet):
            return Self.menu("Control Outlet", about(outlet, view) + actionItems)
        case .question(let outlets, let action, _):
            let names = outlets.count == 1 ? "outlet \(outlets[0]) named 'host'" : "all outlets"
            return "\r\n\r\n        \(String(repeating: "-", count: 71))\r\n"
                + "        \(action.rawValue)\r\n\r\n        This command will immediately "
                + "\(action == .on ? "turn on" : "shutdown")\r\n        \(names).\r\n\r\n"
                + "        Enter 'YES' to continue or <ENTER> to cancel : "
        case .result: return ""
        }
    }

    private var deviceItems: [String] {
        switch edition {
        case .plus: ["1- MasterSwitch plus 1", "2- Environment"]
        case .firmware3: ["1- Phase Management", "2- Outlet Management", "3- Power Supply Status"]
        case .firmware1, .plus22, .firmware2:
            [
                "1- Phase Monitor/Configuration", "2- Outlet Restriction Configuration",
                "3- Outlet Control/Configuration", "4- Power Supply Status",
            ]
        }
    }

    private var listTitle: String {
        switch edition {
        case .firmware1: "Outlet Manager"
        case .plus: "MasterSwitch plus 1"
        case .plus22: "Device Manager"
        case .firmware2, .firmware3: "Outlet Control/Configuration"
        }
    }

    private func listItems(_ view: ConsoleView) -> [String] {
        let rows = view.faults.told(Self.outlets).map { outlet in
            let name = "\(outlet)- Outlet \(outlet)"
            return edition == .firmware1
                ? name : column(name, 31) + Self.state(outlet, view)
        }
        return rows + ["9- Master Control/Configuration"]
    }

    /// Firmware 1 shows neither.
    private func about(_ outlet: OutletName, _ view: ConsoleView) -> [String] {
        guard edition != .firmware1 else { return [] }
        return [
            "   Name         : Outlet \(outlet)", "   Outlet       : \(outlet)",
            "   State        : \(Self.state(outlet, view))", "",
        ]
    }

    private var actionItems: [String] { actions.map { "\($0.number)- \($0.action.rawValue)" } }

    private static func state(_ outlet: OutletName, _ view: ConsoleView) -> String {
        view.isOn(outlet) ? "ON" : "OFF"
    }

    private static func menu(_ title: String, _ items: [String]) -> String {
        let rule = String(repeating: "-", count: max(1, 71 - title.count))
        return "\r\n\r\n------- \(title) \(rule)\r\n\r\n"
            + items.map { "     \($0)\r\n" }.joined()
            + "\r\n     <ESC>- Back, <ENTER>- Refresh, <CTRL-L>- Event Log\r\n> "
    }
}
