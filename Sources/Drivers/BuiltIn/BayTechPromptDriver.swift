// BayTech RPC, the prompt generation (RPC-4, RPC-18, RPC-22, RPC-28, RPC3-NC, and Raritan's PCR):
// no menu, a prompt such as `RPC3-NC>` that comes back when the switch is ready again. After
// powerman's baytech-rpc*.dev, cluster-glue's baytech.c and BayTech's DS-RPC manual.

package import Fencing

package struct BayTechPromptDriver: SwitchDriver {
    private var stage = Stage.idle
    private var text = TextLine()
    private var typed = Typed.unknown
    private var hasInputError = false
    /// How many rows the longest table had.
    private var rowCount = 0

    private enum Stage {
        case idle
        /// A CR was sent, to see the prompt. RPC-18, -22 and -28 lose commands without it. `until`
        /// is set when the CR has left: then the task goes on even without a prompt, because an
        /// off that is sent in vain does no harm.
        case poking(SwitchTask, until: Moment?)
        case obeying(PowerCommand, OutletName, Confirmation)
        case listing(OutletName, BayTechTable)
    }

    private enum Confirmation { case notAsked, given }

    /// What stands in the switch's own line buffer.
    private enum Typed {
        case nothing
        /// Perhaps half a command, which a bare CR would carry out.
        case unknown
    }

    /// Longer than any command of ours.
    private static let erasure = [UInt8](repeating: 0x08, count: 8)
    static let pokeTime = Duration.seconds(1)

    package let traits = DriverTraits(
        name: "baytech-prompt", readsBack: .yes, patience: .seconds(10),
        maximalLatency: .seconds(10))

    package init() {}

    package var wakesAt: Moment? {
        switch stage {
        case .poking(_, let until): until
        case .idle, .obeying, .listing: nil
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet: break
        case .command(_, let outlet), .read(let outlet):
            guard Self.isNumber(outlet) else {
                return end(.refused("a BayTech's outlets are numbers from 1, not \(outlet)"))
            }
        }
        text = TextLine()
        hasInputError = false
        stage = .poking(task, until: nil)
        switch typed {
        case .nothing: return [.send(Array("\r".utf8))]
        case .unknown: return [.send(Self.erasure + Array("\r".utf8))]
        }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        if case .poking(let task, until: nil) = stage, task != .greet {
            stage = .poking(task, until: now + Self.pokeTime)
        }
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        guard case .poking(let task, let until?) = stage, until <= now else { return [] }
        return perform(task)
    }

    package mutating func abandon() {
        stage = .idle
        typed = .unknown
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        if let line = text.take(byte) {
            completed(line)
            return []
        }
        let current = text.current.trimmingBlanks
        if Self.isPrompt(current) { return prompted() }
        if let reason = Self.obstacle(current) { return broken(reason) }
        if Self.isQuestion(current) { return confirm(current) }
        return []
    }

    /// `0`, and no number at all, mean every outlet: they are never sent.
    private static func isNumber(_ outlet: OutletName) -> Bool {
        guard let number = Int(outlet.text), String(number) == outlet.text else { return false }
        return (1...BayTechTable.mostOutlets).contains(number)
    }
}

// MARK: - The conversation

extension BayTechPromptDriver {
    private mutating func perform(_ task: SwitchTask) -> [DriverStep] {
        text = TextLine()
        hasInputError = false
        switch task {
        case .greet:
            return end(.greeted)
        case .command(let command, let outlet):
            stage = .obeying(command, outlet, .notAsked)
            return [.send(Array("\(command.rawValue) \(outlet)\r".utf8))]
        case .read(let outlet):
            stage = .listing(outlet, BayTechTable())
            return [.send(Array("status\r".utf8))]
        }
    }

    private mutating func completed(_ line: String) {
        if line.hasPrefix("Input error") { hasInputError = true }
        guard case .listing(let outlet, var table) = stage else { return }
        table.add(line)
        stage = .listing(outlet, table)
    }

    private mutating func prompted() -> [DriverStep] {
        switch stage {
        case .idle:
            return []
        case .poking(let task, _):
            typed = .nothing
            return perform(task)
        case .obeying:
            return end(hasInputError ? .refused("it said `Input error`") : .acknowledged)
        case .listing(let outlet, let table):
            if hasInputError { return end(.refused("it said `Input error` to `status`")) }
            // Without a row it is another prompt that was still under way.
            guard !table.isEmpty else { return [] }
            let (state, remark) = table.reading(of: outlet, formerCount: rowCount)
            if state != .unknown { rowCount = table.count }
            return end(.reading(state, remark: remark))
        }
    }

    /// `Turn Off Outlet 3 (Y/N)?` Where the question names an outlet, it must be ours: a digit lost
    /// on the way would switch another machine off.
    private mutating func confirm(_ question: String) -> [DriverStep] {
        guard case .obeying(let command, let outlet, .notAsked) = stage else { return [] }
        let words = question.split(separator: " ").map(String.init)
        let named = words.firstIndex(of: "Outlet").flatMap { words.dropFirst($0 + 1).first }
        if let named, Int(named) != nil, named != outlet.text {
            stage = .idle
            typed = .unknown
            let reason = "told to switch outlet \(outlet), it asked `\(question)`"
            return [.send(Array("N\r".utf8)), .end(.broken(reason))]
        }
        stage = .obeying(command, outlet, .given)
        return [.send(Array("Y\r".utf8))]
    }

    private mutating func broken(_ reason: String) -> [DriverStep] {
        typed = .unknown
        return end(.broken(reason))
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }
}

// MARK: - Recognising

extension BayTechPromptDriver {
    /// The whole line and nothing else: `RPC3-NC>`, `RPC-28A>`, `PCR8>`. A `>` inside an echo, a
    /// login or a menu is no prompt.
    private static func isPrompt(_ line: String) -> Bool {
        guard line.hasSuffix(">"), ["RPC", "PCR", "PCS"].contains(where: line.hasPrefix) else {
            return false
        }
        return line.dropLast().utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }

    private static func isQuestion(_ line: String) -> Bool {
        line.hasSuffix("(Y/N)?") || line.hasSuffix("(Y/N)>")
    }

    private static func obstacle(_ line: String) -> String? {
        let tail = line.lowercased()
        if tail.hasSuffix("username>") || tail.hasSuffix("password>") {
            return "it asks `\(line)`; this driver has no password: switch its access control off"
        }
        if tail.hasSuffix("enter selection>") {
            return "it shows a menu; this driver talks to a prompt: switch its status menu off"
        }
        return nil
    }
}
