// APC rack PDU with its command line (AP8941, AOS 6, rpdu2g): a user and a password, `apc>`, a code
// before every answer. After APC's rack PDU manuals and what users have published of its answers.

internal import Fencing

package struct APCCommandLine: ConsoleModel {
    private var pendingLeft = 0
    private let addressed: Addressed

    static let outlets = numbered(8)

    package let login = LoginScreen(
        userPrompt: "\r\nUser Name : ", passwordPrompt: "Password  : ", user: "apc",
        password: "apc", failure: "\r\n",
        occupied: "\r\nSomeone else is currently logged in: another session is active.\r\n")

    package init() { addressed = Addressed(Self.outlets, all: ["all"]) }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        [
            .text(
                "\r\n\r\nSchneider Electric                      Network Management Card AOS"
                    + "      v6.1.3\r\n(c) Copyright 2015 All Rights Reserved  RPDU 2g APP"
                    + "                      v6.0.9\r\n" + String(repeating: "-", count: 79)
                    + "\r\nName      : pdu                      Date : 02/13/2015\r\n"
                    + "User      : Administrator            Stat : P+ N+ A+\r\n\r\n"
                    + "Type ? for command listing\r\nUse tcpip command for IP address(-i), "
                    + "subnet(-s), and gateway(-g)\r\n\(Self.prompt)")
        ]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [.text(Self.prompt)]
        case ("exit", 1), ("quit", 1), ("bye", 1): return [.logOut]
        case _ where view.faults.has(.refuse): return Self.answer("E104: User Level Denial")
        case ("olon", 2), ("oloff", 2), ("olreboot", 2), ("olstatus", 2):
            guard let outlets = addressed.outlets(named: words[1]) else {
                return Self.answer("E102: Parameter Error")
            }
            return carryOut(words[0], outlets, view)
        default: return Self.answer("E101: Command Not Found")
        }
    }

    private mutating func carryOut(
        _ verb: String, _ outlets: [OutletName], _ view: ConsoleView
    ) -> [Reply] {
        if verb == "olstatus" { return Self.answer("E000: Success" + rows(outlets, view)) }
        pendingLeft = view.faults.pending
        let done = Self.answer("E000: Success")
        switch verb {
        case "olon": return [.turn(outlets, .on)] + done
        case "oloff": return [.turn(outlets, .off)] + done
        default:
            let running = outlets.filter(view.isOn)
            return [.turn(running, .off)] + done + [.pause(.seconds(5)), .turn(running, .on)]
        }
    }

    /// ` 3: Outlet 3: Off`, with a star while something is pending.
    private mutating func rows(_ outlets: [OutletName], _ view: ConsoleView) -> String {
        let mark = pendingLeft > 0 ? "*" : ""
        pendingLeft = max(0, pendingLeft - 1)
        return view.faults.told(outlets).map { outlet in
            "\r\n \(outlet): Outlet \(outlet): \(view.isOn(outlet) ? "On" : "Off")\(mark)"
        }.joined()
    }

    private static func answer(_ text: String) -> [Reply] { [.text("\r\n\(text)\r\n\(prompt)")] }
    private static let prompt = "\r\napc>"
}
