// The way through APC's menus, by their words. Numbers differ from model to model (off is 2 here and
// 3 there), so an item is chosen by what it says; and what is about to be done is read once more
// before it is confirmed. After powerman's seven apc*.dev, fence-agents' fence_apc, cluster-glue's
// apcmaster.c, and screens that users have published.

internal import Fencing

struct APCWalk {
    /// How many rows the longest table had.
    private var rowCount = 0
    private(set) var allRead: [OutletName: PowerState] = [:]
    private var progress = Progress.walking

    private enum Progress {
        case walking
        /// The outlet's row was chosen in this task.
        case atOutlet
        case asked(PowerCommand)
        case confirmed
    }

    /// One menu up.
    static let escape: UInt8 = 0x1B

    mutating func atMenu(_ turn: Turn) -> Move {
        let screen = APCScreen(turn.lines)
        switch turn.task {
        case .greet:
            progress = .walking
            return .end(.greeted)
        case .read(let outlet):
            progress = .walking
            return read(outlet, screen)
        case .command(let command, let outlet):
            if case .confirmed = progress {
                progress = .walking
                return .end(Self.result(turn.lines))
            }
            return approach(command, outlet, screen)
        }
    }

    /// `Enter 'YES' to continue or <ENTER> to cancel :`
    mutating func atQuestion(_ turn: Turn) -> Move {
        guard case .command(_, let outlet) = turn.task, case .asked(let command) = progress else {
            progress = .walking
            return .press(Array("\r".utf8))
        }
        if let doubt = Self.doubt(command, outlet, turn.lines) {
            progress = .walking
            let reason = "told to switch outlet \(outlet) \(command), it asked about `\(doubt)`"
            return .pressAndEnd(Array("\r".utf8), .broken(reason))
        }
        progress = .confirmed
        return .press(Array("YES\r".utf8))
    }
}

// MARK: - Reading

extension APCWalk {
    private mutating func read(_ outlet: OutletName, _ screen: APCScreen) -> Move {
        let rows = screen.rows.isEmpty ? screen.states : screen.rows
        guard !rows.isEmpty else {
            // Firmware 1 shows states only where all outlets are commanded at once. Looking at
            // that menu is all that is done there: a question is never answered with yes.
            return step(screen) ?? screen.master.map { .press($0.keys) } ?? Self.up
        }
        var table = OutletTable()
        for row in rows { table.add(row) }
        allRead = table.states(formerCount: rowCount)
        let reading = table.reading(of: outlet.text, formerCount: rowCount)
        if reading.state != .unknown { rowCount = table.count }
        return .end(.reading(reading.state, remark: reading.remark))
    }

    /// What it says behind a confirmed command.
    private static func result(_ lines: [String]) -> TaskEnd {
        let bad = ["fail", "error", "denied", "not permitted", "unable"]
        let refusal = OutletTalk.line(in: lines, with: bad)
        return refusal.map { .refused("it said `\($0)`") } ?? .acknowledged
    }
}

// MARK: - Finding the way

extension APCWalk {
    private static let up = Move.press([escape])

    private mutating func approach(
        _ command: PowerCommand, _ outlet: OutletName, _ screen: APCScreen
    ) -> Move {
        let isOurs = screen.outlet.map { $0 == outlet.text } ?? isAtOutlet
        if isOurs, let action = screen.action(command), screen.action(command.contrary) != nil {
            progress = .asked(command)
            return .press(action.keys)
        }
        if isOurs, let control = screen.item(Self.isControl) { return .press(control.keys) }
        progress = .walking
        if screen.isAboutOneOutlet { return Self.up }
        if let row = screen.rows.first(where: { $0.key == outlet.text }) {
            return choose(row.key)
        }
        if !screen.rows.isEmpty {
            return .end(.refused("its menu has no outlet \(outlet)"))
        }
        return step(screen) ?? chooseNameless(outlet, screen) ?? Self.up
    }

    private var isAtOutlet: Bool {
        switch progress {
        case .atOutlet: true
        case .walking, .asked, .confirmed: false
        }
    }

    private mutating func choose(_ number: String) -> Move {
        progress = .atOutlet
        return .press(Array("\(number)\r".utf8))
    }

    /// In a list without states, as firmware 1 has it: recognised by the item for all outlets.
    private mutating func chooseNameless(_ outlet: OutletName, _ screen: APCScreen) -> Move? {
        guard let master = screen.master, let item = screen.item({ "\($0.number)" == outlet.text }),
            item.number < master.number, !item.words.contains("all")
        else { return nil }
        return choose(outlet.text)
    }

    /// One menu down, towards the list of outlets.
    private func step(_ screen: APCScreen) -> Move? {
        guard !screen.isAboutOneOutlet else { return nil }
        let signs = [
            "outlet control/config", "outlet management", "outlet control", "masterswitch plus",
            "device manager", "outlet manager",
        ]
        for sign in signs {
            let found = screen.items.filter { $0.label.hasPrefix(sign) }
            if let item = found.min(by: { $0.number < $1.number }) { return .press(item.keys) }
        }
        return nil
    }

    private static func isControl(_ item: APCScreen.Item) -> Bool {
        ["control outlet", "outlet control", "control"].contains(item.label)
    }

    /// What speaks against it, in the words of the screen; nil if it is about this command and
    /// this outlet. What stands in quotes is somebody's name for the outlet.
    private static func doubt(
        _ command: PowerCommand, _ outlet: OutletName, _ lines: [String]
    ) -> String? {
        let plain = lines.map(withoutQuoted)
        if let other = OutletTalk.other(than: outlet, in: plain) { return other }
        if let line = OutletTalk.line(in: plain, with: ["reboot", "restart", "all outlets"]) {
            return line
        }
        let words = plain.flatMap { $0.lowercased().split { !$0.isLetter } }
        let expected: Set<Substring> =
            switch command {
            case .on: ["on"]
            case .off: ["off", "shutdown"]
            }
        return words.contains(where: expected.contains) ? nil : plain.last ?? "nothing"
    }

    private static func withoutQuoted(_ line: String) -> String {
        let parts = line.split(separator: "'", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 0 }.map { String($0.element) }
            .joined(separator: " ")
    }
}

extension PowerCommand {
    var contrary: PowerCommand {
        switch self {
        case .on: .off
        case .off: .on
        }
    }
}
