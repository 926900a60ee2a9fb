// Server Technology Sentry Switched CDU, firmware 6: a user and a password, a prompt, outlets in
// three groups, 16 rows to a page. After powerman's sentry_cdu.dev and Server Technology's PT22 and
// PT40 manuals.

internal import Fencing

package struct SentryCDU: ConsoleModel {
    private var pendingLeft = 0
    private let addressed: Addressed

    static let outlets = ["A", "B", "C"].flatMap { numbered(8, ".A\($0)") }

    package let login = LoginScreen(
        banner: "\r\n\r\nSentry Switched CDU Version 6.0r\r\n", userPrompt: "\r\nUsername: ",
        passwordPrompt: "Password: ", user: "admn", password: "admn",
        failure: "\r\n\r\nAccess denied\r\n",
        occupied: "\r\nMaximum number of sessions reached.\r\n",
        pager: LoginScreen.Pager(text: "More (Y/es N/o): ", key: UInt8(ascii: "y")))

    package init() { addressed = Addressed(Self.outlets, all: ["all"]) }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        [.text("\r\n\r\nLocation: \r\n\(Self.prompt)")]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [.text(Self.prompt)]
        case ("logout", 1), ("exit", 1), ("quit", 1): return [.logOut]
        case _ where view.faults.has(.refuse): return Self.mistake("Insufficient access")
        case ("status", 1): return table(Self.outlets, view)
        case ("status", 2), ("on", 2), ("off", 2), ("reboot", 2):
            guard let outlets = addressed.outlets(named: words[1]) else {
                return Self.mistake("Invalid outlet name")
            }
            return carryOut(words[0], outlets, view)
        default: return Self.mistake("Invalid command")
        }
    }

    private mutating func carryOut(
        _ verb: String, _ outlets: [OutletName], _ view: ConsoleView
    ) -> [Reply] {
        if verb == "status" { return table(outlets, view) }
        pendingLeft = view.faults.pending
        switch verb {
        case "on": return [.turn(outlets, .on), .pause(.milliseconds(200)), Self.done]
        case "off": return [.turn(outlets, .off), .pause(.milliseconds(200)), Self.done]
        default:
            return [.turn(outlets, .off), Self.done, .pause(.seconds(15)), .turn(outlets, .on)]
        }
    }

    private mutating func table(_ outlets: [OutletName], _ view: ConsoleView) -> [Reply] {
        let isPending = pendingLeft > 0
        pendingLeft = max(0, pendingLeft - 1)
        var replies: [Reply] = [
            .text(
                "\r\n\r\n   Outlet    Outlet                    Outlet    Control\r\n"
                    + "   ID        Name                      Status    State\r\n\r\n")
        ]
        for (index, outlet) in view.faults.told(outlets).enumerated() {
            if index > 0, index % Self.pageLength == 0 { replies.append(.pageBreak) }
            let state = view.isOn(outlet) ? "On" : "Off"
            let control = isPending ? "Pend \(state)" : state
            replies.append(
                .text(
                    "   \(column(outlet.text, 10))\(column("", 26))\(column(state, 10))"
                        + "\(control)\r\n"))
        }
        return replies + [Self.done]
    }

    private static let pageLength = 16
    private static let prompt = "\r\nSwitched CDU: "
    private static let done = Reply.text("\r\n   Command successful\r\n\(prompt)")

    private static func mistake(_ words: String) -> [Reply] {
        [.text("\r\n   \(words)\r\n\(prompt)")]
    }
}
