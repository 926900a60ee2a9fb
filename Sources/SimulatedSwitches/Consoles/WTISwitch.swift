// WTI NPS-115, firmware v3.02: a password, a prompt, commands with a slash, a status screen behind
// every command. After WTI's NPS manual, powerman's wti.dev, and screens that users have published.

internal import Fencing

package struct WTISwitch: ConsoleModel {
    private var unconfirmed: Instruction?
    private var pendingLeft = 0
    private let addressed: Addressed

    static let outlets = numbered(8)

    package let login = LoginScreen(
        passwordPrompt: "Enter Password: ", password: "wti", failure: "\r\nInvalid Password\r\n",
        pager: LoginScreen.Pager(text: "Enter: ", key: UInt8(ascii: "\r")))

    private struct Instruction {
        let verb: String
        let outlets: [OutletName]
    }

    init(_ outlets: [OutletName] = Self.outlets) {
        addressed = Addressed(outlets, all: ["*"])
    }

    package mutating func welcome(_ view: ConsoleView) -> [Reply] {
        unconfirmed = nil
        return [screen(view)]
    }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        if let asked = unconfirmed {
            unconfirmed = nil
            return line.lowercased().hasPrefix("y") ? carryOut(asked, view) : [Self.prompt]
        }
        let words = line.uppercased().split(separator: " ").map(String.init)
        guard let verb = words.first else { return [Self.prompt] }
        if view.faults.has(.refuse) { return [Self.mistake] }
        switch (verb, words.count) {
        case ("/S", 1): return [screen(view)]
        case ("/H", 1): return [.text("\r\n/ON n   /OFF n   /BOOT n   /S   /X\r\n"), Self.prompt]
        case ("/X", 1), ("/X,Y", 1): return [.logOut]
        case ("/ON", 2), ("/OFF", 2), ("/BOOT", 2), ("/BO", 2): return command(verb, words[1], view)
        default: return [Self.mistake]
        }
    }

    private mutating func command(
        _ verb: String, _ argument: String, _ view: ConsoleView
    ) -> [Reply] {
        let isConfirmed = argument.hasSuffix(",Y")
        let plugs = isConfirmed ? String(argument.dropLast(2)) : argument
        guard let outlets = addressed.outlets(named: plugs, separators: ["+"]) else {
            return [.text("\r\nInvalid Parameter\r\n"), Self.prompt]
        }
        let instruction = Instruction(verb: verb, outlets: outlets)
        guard view.faults.has(.confirm), !isConfirmed else { return carryOut(instruction, view) }
        unconfirmed = instruction
        let named = outlets.map { "Plug \($0): (undefined)\r\n" }.joined()
        let state = verb == "/ON" ? "on" : "off"
        return [.text("\r\nPlugs to be turned \(state)\r\n\r\n\(named)\r\nAre you sure? (Y/N): ")]
    }

    private mutating func carryOut(_ asked: Instruction, _ view: ConsoleView) -> [Reply] {
        pendingLeft = view.faults.pending
        var replies: [Reply] = [.text("\r\nProcessing - Please wait ...\r\n")]
        switch asked.verb {
        case "/ON": replies.append(.turn(asked.outlets, .on))
        case "/OFF": replies.append(.turn(asked.outlets, .off))
        default:
            replies += [
                .turn(asked.outlets, .off), .pause(.seconds(5)), .turn(asked.outlets, .on),
            ]
        }
        return replies + [.pause(.milliseconds(300)), Self.prompt]
    }

    private mutating func screen(_ view: ConsoleView) -> Reply {
        let isPending = pendingLeft > 0
        pendingLeft = max(0, pendingLeft - 1)
        let rule =
            "-----+------------------+-------------+--------+-----------------+---------+\r\n"
        let rows = view.faults.told(addressed.outlets).map { outlet in
            let state = (view.isOn(outlet) ? "ON" : "OFF") + (isPending ? "*" : "")
            return " \(column("\(outlet)", 4))| (undefined)      | (undefined) |  "
                + "\(column(state, 6))|     0.5 Secs    |   ON    |\r\n"
        }
        let head =
            "Plug | Name             | Password    | Status | Boot/Seq. Delay | Default |\r\n"
        return .text(
            "\r\nNetwork Power Switch v3.02     Site: (undefined)\r\n\r\n\(head)\(rule)"
                + "\(rows.joined())\(rule)\r\n\"/H\" for help.\r\n\r\nNPS> ")
    }

    private static let prompt = Reply.text("\r\nNPS> ")
    private static let mistake = Reply.text("\r\nInvalid Command\r\n\r\nNPS> ")
}
