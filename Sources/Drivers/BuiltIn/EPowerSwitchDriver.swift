// Leunig's and Neol's ePowerSwitch 8XS: no login, no echo, no prompt. A line is answered by a line
// that begins with it, and what is not understood by nothing. After the maker's ePowerSwitch 8XS
// user guide (version 02/2011, section 6.3, pp. 11 to 13).

package import Fencing

package struct EPowerSwitchDriver: BytewiseDriver {
    private var stage = Stage.idle
    private var text = TextLine()
    /// Nothing stands in its line buffer.
    private var isClean = false

    private enum Stage {
        case idle
        /// Heard out, so that nothing older is taken for an answer; `until` is set when the wiping
        /// has left.
        case settling(until: Moment?)
        case asked(SwitchTask, line: String, first: PowerState?, until: Moment?)
    }

    /// Makes a line that nothing is meant by of whatever somebody has left half typed, and ends it.
    private static let wiping = Array("?\r".utf8)
    static let settlingTime = Duration.milliseconds(500)
    static let answerTime = Duration.seconds(2)
    static let mostUnits = 16

    package let traits = DriverTraits(
        name: "epowerswitch", readsBack: .yes, patience: .seconds(10), maximalLatency: .seconds(5))

    package init() {}

    package var wakesAt: Moment? {
        switch stage {
        case .idle: nil
        case .settling(let until): until
        case .asked(_, _, _, let until): until
        }
    }

    /// `13` is outlet 3 of unit 1, `168` outlet 8 of unit 16. Outlet 0 of a unit means all of it.
    package func objection(to outlet: OutletName) -> String? {
        let (unit, number) = (Int(outlet.text.dropLast()), outlet.text.last.map(String.init) ?? "")
        let isKnown =
            unit.map { (1...Self.mostUnits).contains($0) && "\($0)\(number)" == outlet.text }
            ?? false && "1"..."8" ~= number
        return isKnown
            ? nil
            : "an ePowerSwitch's outlets are written 13 for outlet 3 of unit 1, up to 168, not "
                + "\(outlet)"
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        text = TextLine()
        switch task {
        case .greet:
            stage = .settling(until: nil)
            return [.send(Self.wiping)]
        case .command(let command, let outlet):
            return ask(task, about: outlet, "P\(outlet)=\(command == .on ? "1" : "0")")
        case .read(let outlet):
            return ask(task, about: outlet, "R\(outlet)")
        }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        isClean = true
        switch stage {
        case .settling(nil): stage = .settling(until: now + Self.settlingTime)
        case .asked(let task, let line, let first, nil):
            stage = .asked(task, line: line, first: first, until: now + Self.answerTime)
        case .idle, .settling, .asked: break
        }
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        switch stage {
        case .settling(let until?) where until <= now: return end(.greeted)
        case .asked(_, _, _, let until?) where until <= now: return end(.unanswered)
        case .idle, .settling, .asked: return []
        }
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        let heard = text.take(byte)?.uppercased()
        switch stage {
        case .idle: return []
        case .settling(let until):
            stage = .settling(until: until.map { _ in now + Self.settlingTime })
            return []
        case .asked(let task, let line, let first, _):
            // A converter on a two-wire line shows what it has sent.
            guard let heard, heard != line || task.isCommand else { return [] }
            return take(heard, task, line, first)
        }
    }

    package mutating func abandon() {
        stage = .idle
        isClean = false
    }
}

// MARK: - Asking and being answered

extension EPowerSwitchDriver {
    private mutating func ask(
        _ task: SwitchTask, about outlet: OutletName, _ line: String, first: PowerState? = nil
    ) -> [DriverStep] {
        if let objection = objection(to: outlet) { return end(.refused(objection)) }
        text = TextLine()
        stage = .asked(task, line: line, first: first, until: nil)
        defer { isClean = false }
        return [.send((isClean ? [] : Self.wiping) + Array("\(line)\r".utf8))]
    }

    /// `R13=0`, twice: one bit makes a 0 of a 1. What names another outlet answers another question.
    private mutating func take(
        _ heard: String, _ task: SwitchTask, _ line: String, _ first: PowerState?
    ) -> [DriverStep] {
        guard let outlet = task.outlet else { return [] }
        if task.isCommand {
            if heard == line { return end(.acknowledged) }
            return heard.first == "P" ? end(.broken(otherAnswer(heard, line))) : []
        }
        guard heard.hasPrefix("\(line)=") else {
            return heard.first == "R" ? end(.broken(otherAnswer(heard, line))) : []
        }
        let state: PowerState
        switch heard.dropFirst(line.count + 1) {
        case "0": state = .off
        case "1": state = .on
        default: return end(.reading(.unknown, remark: "it says `\(heard)`"))
        }
        guard let first else { return ask(task, about: outlet, line, first: state) }
        return first == state
            ? end(.reading(state, remark: nil))
            : end(.reading(.unknown, remark: "asked twice, it gave two different answers"))
    }

    private func otherAnswer(_ heard: String, _ line: String) -> String {
        "told `\(line)`, it answered `\(heard)`"
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }
}

extension SwitchTask {
    fileprivate var isCommand: Bool {
        switch self {
        case .command: true
        case .greet, .read: false
        }
    }

    fileprivate var outlet: OutletName? {
        switch self {
        case .greet: nil
        case .command(_, let outlet), .read(let outlet): outlet
        }
    }
}
