// Cyclades (later Avocent) AlterPath PM: PM8, PM10, PM20, PM42. A prompt `pm>`, one line for each
// outlet that is switched, a status that says `Unlocked OFF`. After powerman's cyclades-pm*.dev and
// its simulator, cluster-glue's cyclades.c and Avocent's PM manual (pp. 46, 58, 60).

internal import Fencing

struct Cyclades: PromptDialect {
    let traits = DriverTraits(
        name: "cyclades-pm", readsBack: .yes, patience: .seconds(300), maximalLatency: .seconds(10),
        leavesAfter: .seconds(30))
    /// As powerman's device files have it: an old firmware takes LF and nothing else.
    let enter = Array("\n".utf8)
    let farewell = Array("exit\n".utf8)

    /// A chain of units goes up to 128 outlets. A name could be a group's, or `all`.
    func objection(to outlet: OutletName) -> String? {
        OutletTalk.isNumber(outlet, upTo: 128)
            ? nil : "an AlterPath PM's outlets are numbers from 1, not \(outlet)"
    }

    func pause(_ line: String) -> Pause? { line == "pm>" ? .prompt : nil }

    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: ""
        case .command(let command, let outlet): "\(command.rawValue) \(outlet)"
        case .read(let outlet): "status \(outlet)"
        }
    }

    /// `3: Outlet turned off.` is what it says otherwise.
    func refusal(in lines: [String]) -> String? {
        let answers = lines.filter { Self.row($0) == nil }
        return OutletTalk.line(
            in: answers, with: ["input error", "invalid", "denied", "not allowed", "is locked"])
    }

    func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        let rows = lines.compactMap(Self.row)
        guard !rows.isEmpty else { return nil }
        let states = Set(rows.filter { $0.outlet == outlet.text }.map(\.state))
        guard let state = states.first, states.count == 1 else {
            let named = rows.map(\.outlet).joined(separator: " ")
            return .unknown("asked about \(outlet), it told of \(named)")
        }
        return Reading(state: state)
    }

    /// ` 3   web1   Unlocked OFF   0.5`: a number, perhaps a name, the lock, the state.
    private static func row(_ line: String) -> (outlet: String, state: PowerState)? {
        let words = line.split(separator: " ").map(String.init)
        guard let outlet = words.first, Int(outlet) != nil,
            let lock = words.lastIndex(where: { $0 == "Unlocked" || $0 == "Locked" }),
            words.indices.contains(lock + 1)
        else { return nil }
        switch words[lock + 1] {
        case "ON": return (outlet, .on)
        case "OFF": return (outlet, .off)
        default: return nil
        }
    }
}
