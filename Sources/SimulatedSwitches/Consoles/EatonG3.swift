// Eaton ePDU G3: a user and a password, a prompt, and a tree of objects that are read and written. An
// answer is the value alone. After Eaton's operation manual (pp. 80 to 84) and fence-agents'
// fence_eaton_ssh.

internal import Fencing

package struct EatonG3: ConsoleModel {
    static let outlets = numbered(8)

    package let login = LoginScreen(
        userPrompt: "\r\nlogin: ", passwordPrompt: "Password: ",
        user: "admin", password: "admin", failure: "\r\n\r\nAccess denied\r\n",
        occupied: "\r\nToo many sessions\r\n")

    package mutating func welcome(_ view: ConsoleView) -> [Reply] { [Self.prompt] }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return [Self.prompt]
        case ("quit", 1): return [.logOut]
        case _ where view.faults.has(.refuse): return [.text("\r\nAccess denied"), Self.prompt]
        case ("get", 2): return get(words[1], view)
        case ("set", 3): return set(words[1], words[2])
        default: return Self.mistake
        }
    }

    private func get(_ path: String, _ view: ConsoleView) -> [Reply] {
        guard let named = Self.outlets(in: path, ".PresentStatus.SwitchOnOff") else {
            return Self.mistake
        }
        let values = named.map { view.isOn($0) ? "1" : "0" }.joined(separator: "|")
        return [.text("\r\n\(values)"), Self.prompt]
    }

    private func set(_ path: String, _ value: String) -> [Reply] {
        let commands: [(String, PowerCommand)] = [
            (".DelayBeforeShutdown", .off), (".DelayBeforeStartup", .on),
        ]
        for (end, command) in commands {
            guard let named = Self.outlets(in: path, end) else { continue }
            guard value == "0" else { return Self.mistake }
            return [.turn(named, command), .text("\r\n0"), Self.prompt]
        }
        return Self.mistake
    }

    /// `PDU.OutletSystem.Outlet[3]` and what comes behind it; `x` means all of them.
    private static func outlets(in path: String, _ end: String) -> [OutletName]? {
        let start = "PDU.OutletSystem.Outlet["
        guard path.hasPrefix(start), path.hasSuffix("]" + end) else { return nil }
        let name = String(path.dropFirst(start.count).dropLast(end.count + 1))
        return Addressed(outlets, all: ["x"]).outlets(named: name)
    }

    private static let prompt = Reply.text("\r\npdu#0>")
    private static let mistake = [Reply.text("\r\nInvalid object"), prompt]
}
