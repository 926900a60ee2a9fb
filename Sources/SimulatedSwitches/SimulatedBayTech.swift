// BayTech RPC, the prompt generation (RPC3-NC, RPC-4, RPC-22, RPC-28): no menu, no login, a prompt
// that comes back when the switch is ready for the next command. After powerman's
// baytech-rpc3-nc.dev, its simulator, and BayTech's DS-RPC manual.

package import Fencing

package typealias SimulatedBayTech = Chassis<BayTechFirmware>

extension Chassis where Model == BayTechFirmware {
    /// Outlets are called `1` to `outlets`; the prompt is the model's name and `>`.
    package init(model: String = "RPC3-NC", outlets: Int = 8) {
        precondition((1...99).contains(outlets), "a BayTech has 1 to 99 outlets")
        let names = (1...outlets).compactMap { OutletName(String($0)) }
        self.init(BayTechFirmware(model: model, outlets: names), outlets: names)
    }
}

package struct BayTechFirmware: Firmware {
    private let model: String
    private let outlets: [OutletName]
    private var line: [UInt8] = []
    private var lastByte: UInt8 = 0
    private var unconfirmed: Instruction?

    /// Longer lines are cut.
    private static let longestLine = 80
    /// From the relay's click to the prompt.
    private static let settling = Duration.milliseconds(100)
    /// A reboot counts down from 9 to 0, one digit a second.
    private static let countDown = (0...9).reversed()

    fileprivate init(model: String, outlets: [OutletName]) {
        self.model = model
        self.outlets = outlets
    }

    private enum Instruction {
        case nothing
        case turn([OutletName], PowerCommand)
        case reboot([OutletName])
        case status
        case help
        case exit
        case mistake
    }

    /// A line ends with CR, LF, or both.
    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        defer { lastByte = byte }
        switch byte {
        case UInt8(ascii: "\n") where lastByte == UInt8(ascii: "\r"):
            return []
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            defer { line = [] }
            return obey(String(decoding: line, as: UTF8.self), outlets, faults)
        default:
            if line.count < Self.longestLine { line.append(byte) }
            return []
        }
    }
}

// MARK: - Understanding

extension BayTechFirmware {
    private mutating func obey(
        _ text: String, _ states: [OutletName: PowerState], _ faults: Faults
    ) -> [Deed] {
        if let asked = unconfirmed {
            unconfirmed = nil
            return text.lowercased().hasPrefix("y") ? carryOut(asked, states, faults) : [prompt()]
        }
        let instruction = understood(text)
        switch instruction {
        case .nothing: return [prompt()]
        case _ where faults.has(.refuse): return carryOut(.mistake, states, faults)
        case .turn, .reboot:
            guard faults.has(.confirm) else { return carryOut(instruction, states, faults) }
            unconfirmed = instruction
            return [.answer(Array("\r\n\(question(text)) (Y/N)?".utf8))]
        case .status, .help, .exit, .mistake: return carryOut(instruction, states, faults)
        }
    }

    private func understood(_ text: String) -> Instruction {
        let words = text.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return .nothing
        case ("on", 2): return addressed(words[1]).map { .turn($0, .on) } ?? .mistake
        case ("off", 2): return addressed(words[1]).map { .turn($0, .off) } ?? .mistake
        case ("reboot", 2): return addressed(words[1]).map { .reboot($0) } ?? .mistake
        case ("status", 1): return .status
        case ("help", 1): return .help
        case ("exit", 1), ("logout", 1), ("logoff", 1): return .exit
        default: return .mistake
        }
    }

    /// `0` and `all` are every outlet.
    private func addressed(_ word: String) -> [OutletName]? {
        if word == "0" || word == "all" { return outlets }
        return outlets.first { $0.text == word }.map { [$0] }
    }
}

// MARK: - Answering

extension BayTechFirmware {
    private func carryOut(
        _ instruction: Instruction, _ states: [OutletName: PowerState], _ faults: Faults
    ) -> [Deed] {
        switch instruction {
        case .nothing: [prompt()]
        case .turn(let outlets, let command):
            [.turn(outlets, command)]
                + (faults.has(.prompt) ? [] : [.pause(Self.settling)]) + [prompt()]
        case .reboot(let outlets): reboot(outlets.filter { states[$0] == .on })
        case .status: [prompt(after: status(states, faults))]
        case .help: [prompt(after: help)]
        case .exit: [.answer(Array("\r\n".utf8))]
        case .mistake: [prompt(after: "\r\nInput error\r\n")]
        }
    }

    /// An outlet that is off stays off.
    private func reboot(_ outlets: [OutletName]) -> [Deed] {
        let steps = Self.countDown.flatMap { digit -> [Deed] in
            [.answer(Array(String(digit).utf8)), .pause(.seconds(1))]
        }
        return [.turn(outlets, .off), .answer(Array("\r\nRebooting...  ".utf8))] + steps
            + [.turn(outlets, .on), prompt()]
    }

    private func prompt(after text: String = "") -> Deed {
        .answer(Array("\(text)\r\n\(model)>".utf8))
    }

    private func question(_ text: String) -> String {
        let words = text.split(separator: " ")
        let verb = words[0].prefix(1).uppercased() + words[0].dropFirst().lowercased()
        return "\(verb == "Reboot" ? verb : "Turn " + verb) Outlet \(words[1])"
    }

    private func status(_ states: [OutletName: PowerState], _ faults: Faults) -> String {
        let rows = faults.told(outlets).map { outlet -> String in
            let number = outlet.text.count < 2 ? " \(outlet)" : outlet.text
            let state = states[outlet] == .on ? "On          " : "Off         "
            return "\(number))...Outlet \(number)       : \(state)\r\n"
        }
        let measured =
            "\r\n\r\nTrue RMS Current:     2.9 Amps\r\n Circuit Breaker:       Good\r\n\r\n"
        return measured + rows.joined() + "\r\nType \"Help\" for a list of commands\r\n"
    }

    private var help: String {
        let all = "n=0,1...\(outlets.count),all"
        return [
            "", "On n <cr>     --Turn on an Outlet, \(all)",
            "Off n <cr>    --Turn off an Outlet, \(all)",
            "Reboot n <cr> --Reboot an Outlet, \(all)", "Status <cr>   --\(model) Status",
            "Exit <cr>     --Logoff", "Help <cr>     --This Command", "",
        ].joined(separator: "\r\n")
    }
}
