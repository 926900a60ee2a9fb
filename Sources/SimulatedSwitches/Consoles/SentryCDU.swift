// Server Technology Sentry Switched CDU, firmware 6, and PRO2, firmware 8: a user and a password, a
// prompt, outlets in three groups, 16 rows to a page. A PRO2 writes its outlets without a dot, and in
// the last column whether all is normal. After powerman's sentry_cdu.dev, fence-agents' fence_cdu and
// Server Technology's PT22, PT40 and PRO2 manuals.

internal import Fencing

package struct SentryCDU: ConsoleModel {
    private var pendingLeft = 0
    private let addressed: Addressed

    private let generation: Generation
    private let outlets: [OutletName]
    package let login: LoginScreen

    package enum Generation: Hashable, Sendable {
        case cdu
        case pro2
    }

    static func outlets(_ generation: Generation) -> [OutletName] {
        let dot = generation == .cdu ? "." : ""
        return ["A", "B", "C"].flatMap { numbered(8, "\(dot)A\($0)") }
    }

    package init(_ generation: Generation = .cdu) {
        self.generation = generation
        outlets = Self.outlets(generation)
        addressed = Addressed(outlets, all: ["all"])
        let banner =
            generation == .cdu ? "Sentry Switched CDU Version 6.0r" : "Switched PRO2 Version 8.0g"
        login = LoginScreen(
            banner: "\r\n\r\n\(banner)\r\n", userPrompt: "\r\nUsername: ",
            passwordPrompt: "Password: ", user: "admn", password: "admn",
            failure: "\r\n\r\nAccess denied\r\n",
            occupied: "\r\nMaximum number of sessions reached.\r\n",
            pager: LoginScreen.Pager(text: "More (Y/es N/o): ", key: UInt8(ascii: "y")))
    }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        [.text("\r\n\r\nLocation: \r\n\(prompt)")]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [.text(prompt)]
        case ("logout", 1), ("exit", 1), ("quit", 1): return [.logOut]
        case _ where view.faults.has(.refuse): return mistake("Insufficient access")
        case ("status", 1): return table(outlets, view)
        case ("status", 2), ("on", 2), ("off", 2), ("reboot", 2):
            guard let outlets = addressed.outlets(named: words[1]) else {
                return mistake("Invalid outlet name")
            }
            return carryOut(words[0], outlets, view)
        default: return mistake("Invalid command")
        }
    }

    private mutating func carryOut(
        _ verb: String, _ outlets: [OutletName], _ view: ConsoleView
    ) -> [Reply] {
        if verb == "status" { return table(outlets, view) }
        pendingLeft = view.faults.pending
        switch verb {
        case "on": return [.turn(outlets, .on), .pause(.milliseconds(200)), done]
        case "off": return [.turn(outlets, .off), .pause(.milliseconds(200)), done]
        default:
            return [.turn(outlets, .off), done, .pause(.seconds(15)), .turn(outlets, .on)]
        }
    }

    private mutating func table(_ outlets: [OutletName], _ view: ConsoleView) -> [Reply] {
        let isPending = pendingLeft > 0
        pendingLeft = max(0, pendingLeft - 1)
        var replies: [Reply] = [
            .text(
                generation == .cdu
                    ? "\r\n\r\n   Outlet    Outlet                    Outlet    Control\r\n"
                        + "   ID        Name                      Status    State\r\n\r\n"
                    : "\r\n\r\n   Outlet   Outlet                    Outlet    Outlet\r\n"
                        + "   ID       Name                      State     Status\r\n\r\n")
        ]
        for (index, outlet) in view.faults.told(outlets).enumerated() {
            if index > 0, index % Self.pageLength == 0 { replies.append(.pageBreak) }
            let state = view.isOn(outlet) ? "On" : "Off"
            let normal = generation == .cdu ? state : "Normal"
            let control = isPending ? "Pend \(state)" : normal
            replies.append(
                .text(
                    "   \(column(outlet.text, 10))\(column("", 26))\(column(state, 10))"
                        + "\(control)\r\n"))
        }
        return replies + [done]
    }

    private static let pageLength = 16
    private var prompt: String {
        generation == .cdu ? "\r\nSwitched CDU: " : "\r\nSwitched PDU: "
    }
    private var done: Reply { .text("\r\n   Command successful\r\n\(prompt)") }

    private func mistake(_ words: String) -> [Reply] { [.text("\r\n   \(words)\r\n\(prompt)")] }
}
