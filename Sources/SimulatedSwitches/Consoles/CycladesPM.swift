// Cyclades AlterPath PM8, PM10, PM20 and PM42, firmware 1.0.9a: a user and a password, a prompt, a
// line for each outlet that is switched. A locked outlet stays as it is. After powerman's
// cyclades-pm8.dev and simulator.

internal import Fencing

package struct CycladesPM: ConsoleModel {
    private var locked: Set<OutletName> = []
    private let outlets: [OutletName]

    package let login = LoginScreen(
        banner: "\r\nAlterPath PM\r\nCopyright (c) 2002-2003 Cyclades Corporation\r\n"
            + "V 1.0.9a Jun 26, 2003\r\n",
        userPrompt: "\r\nUsername: ", passwordPrompt: "Password: ", user: "admin",
        password: "pm8", failure: "\r\n\r\nAuthentication failed.\r\n",
        occupied: "\r\nPort already in use\r\n")

    init(_ outlets: [OutletName]) { self.outlets = outlets }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] { [Self.prompt] }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [Self.prompt]
        case ("exit", 1): return [.pause(.seconds(1)), .logOut]
        case _ where view.faults.has(.refuse): return Self.mistake
        case ("on", 2), ("off", 2), ("cycle", 2), ("status", 2), ("lock", 2), ("unlock", 2):
            guard let outlets = outlets(named: words[1]) else { return Self.mistake }
            return carryOut(words[0], outlets, view)
        default: return Self.mistake
        }
    }

    private mutating func carryOut(
        _ verb: String, _ outlets: [OutletName], _ view: ConsoleView
    ) -> [Reply] {
        let free = outlets.filter { !locked.contains($0) }
        switch verb {
        case "on": return turn(.on, outlets, free)
        case "off": return turn(.off, outlets, free)
        case "cycle":
            return [
                .turn(free, .off), said(outlets, "turned off"), .pause(.seconds(3)),
                .turn(free, .on), said(outlets, "turned on"), Self.prompt,
            ]
        case "lock":
            locked.formUnion(outlets)
            return [said(outlets, "locked"), Self.prompt]
        case "unlock":
            locked.subtract(outlets)
            return [said(outlets, "unlocked"), Self.prompt]
        default: return [status(outlets, view), Self.prompt]
        }
    }

    private func turn(
        _ command: PowerCommand, _ outlets: [OutletName], _ free: [OutletName]
    ) -> [Reply] {
        [.turn(free, command), said(outlets, "turned \(command.rawValue)"), Self.prompt]
    }

    private func said(_ outlets: [OutletName], _ words: String) -> Reply {
        let lines = outlets.map { outlet in
            let isBarred = locked.contains(outlet) && words.hasPrefix("turned")
            return "\r\n\(outlet): Outlet \(isBarred ? "is locked" : words)."
        }
        return .text(lines.joined())
    }

    private func status(_ outlets: [OutletName], _ view: ConsoleView) -> Reply {
        let rows = view.faults.told(outlets).map { outlet in
            "\r\n \(column(outlet.text, 31))\(locked.contains(outlet) ? "Locked" : "Unlocked") "
                + (view.isOn(outlet) ? "ON" : "OFF")
        }
        return .text(
            "\r\n Outlet         Name            Status          Users" + rows.joined())
    }

    /// `3`, `1,3`, `1-8`, `all`.
    private func outlets(named text: String) -> [OutletName]? {
        let addressed = Addressed(outlets, all: ["all", "1-\(outlets.count)"])
        return addressed.outlets(named: text)
    }

    private static let prompt = Reply.text("\r\npm>")
    private static let mistake = [Reply.text("\r\nInput error\r\n"), prompt]
}
