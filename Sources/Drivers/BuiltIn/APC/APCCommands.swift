// The command line of APC's cards: `olOff 3`, and a code before every answer. After APC's rack PDU
// manuals and fence-agents' fence_apc.

internal import Fencing

struct APCCommands {
    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: ""
        case .command(.on, let outlet): "olOn \(outlet)"
        case .command(.off, let outlet): "olOff \(outlet)"
        case .read(let outlet): "olStatus \(outlet)"
        }
    }

    func move(at pause: Pause, _ turn: Turn) -> Move {
        if turn.task == .greet { return .end(.greeted) }
        guard turn.hasEntered else { return .type(line(for: turn.task)) }
        if let refusal = Self.refusal(in: turn.lines) {
            return .end(.refused("it said `\(refusal)`"))
        }
        guard case .read(let outlet) = turn.task else { return .end(.acknowledged) }
        let rows = turn.lines.compactMap(Row.init)
        guard !rows.isEmpty else { return .wait }
        let own = Set(rows.filter { $0.outlet == outlet.text })
        guard let row = own.first, own.count == 1 else {
            let named = rows.map(\.outlet).joined(separator: " ")
            return .end(.reading(.unknown, remark: "asked about \(outlet), it told of \(named)"))
        }
        return .end(.reading(row.state, remark: row.remark))
    }

    /// `E102: Parameter Error`: from 100 on it is a failure.
    private static func refusal(in lines: [String]) -> String? {
        lines.first { line in
            guard line.hasPrefix("E"), let colon = line.firstIndex(of: ":"),
                let code = Int(line[line.index(after: line.startIndex)..<colon])
            else { return false }
            return code >= 100
        }
    }

    /// ` 3: web1: Off`; a star behind the state means that something is still to happen.
    private struct Row: Hashable {
        let outlet: String
        let state: PowerState
        let text: String

        init?(_ line: String) {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false).map {
                String($0).trimmingBlanks
            }
            guard parts.count >= 3, let number = Int(parts[0]), let word = parts.last else {
                return nil
            }
            outlet = "\(number)"
            text = line
            switch word {
            case "On": state = .on
            case "Off": state = .off
            default: state = .unknown
            }
        }

        var remark: String? { state == .unknown ? "its row says `\(text)`" : nil }
    }
}
