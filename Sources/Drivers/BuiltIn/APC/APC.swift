// APC's switched rack PDUs and MasterSwitches. Two languages, told apart by the prompt: `apc>` takes
// commands (firmware 5 and later), `>` alone is one of the menus that there were before.

internal import Fencing

struct APC: ConsoleDialect {
    private var commandLine = APCCommands()
    private var walk = APCWalk()
    private var language = Language.unknown

    private enum Language { case unknown, commands, menus }

    let traits = DriverTraits(
        name: "apc", readsBack: .yes, patience: .seconds(300), maximalLatency: .seconds(10),
        leavesAfter: .seconds(30))

    /// In a menu a digit is a choice.
    var typesBlindly: Bool { language == .commands }

    var farewell: [UInt8] {
        switch language {
        case .unknown: []
        case .commands: Array("exit\r".utf8)
        // Up to the first menu, from as deep as there is.
        case .menus: [UInt8](repeating: APCWalk.escape, count: 6) + Array("4\r".utf8)
        }
    }

    /// Behind the last outlet's number comes the one that means all of them. Which one that is the
    /// screens tell: only a row that has a state is chosen.
    func objection(to outlet: OutletName) -> String? {
        OutletTalk.isNumber(outlet, upTo: 48)
            ? nil : "an APC's outlets are numbers from 1, not \(outlet)"
    }

    func pause(_ line: String) -> Pause? {
        if line == ">" { return .menu }
        if line.hasSuffix("apc>") { return .prompt }
        return Self.isOwnPrompt(line) && Pause(common: line) == nil ? .prompt : nil
    }

    /// The owner may have given the card a prompt of his own: one word, such as `pdu1>`.
    private static func isOwnPrompt(_ line: String) -> Bool {
        guard line.hasSuffix(">"), (2...33).contains(line.utf8.count) else { return false }
        return line.dropLast().utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    var allRead: [OutletName: PowerState] {
        switch language {
        case .menus: walk.allRead
        case .commands, .unknown: [:]
        }
    }

    func line(for task: SwitchTask) -> String { commandLine.line(for: task) }

    mutating func move(at pause: Pause, _ turn: Turn) -> Move {
        switch pause {
        case .prompt:
            language = .commands
            return commandLine.move(at: pause, turn)
        case .menu:
            language = .menus
            return walk.atMenu(turn)
        case .question: return walk.atQuestion(turn)
        case .user, .password, .more: return .wait
        }
    }
}
