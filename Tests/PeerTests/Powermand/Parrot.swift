// A switch for one test: it switches by `on 1` and `off 1`, and says what the test has it say.

import Fencing
import SimulatedSwitches

struct Parrot: SimulatedSwitch {
    enum Said: Sendable {
        case text(String, after: Duration = .zero)
        case hangUp
    }

    typealias Answer = @Sendable (_ line: String, _ outlets: [OutletName: PowerState]) -> [Said]

    private(set) var outlets: [OutletName: PowerState]
    let changes: [PowerChange] = []
    var faults = Faults()
    private(set) var hangUps = 0
    private let answer: Answer
    private var line: [UInt8] = []
    private var waiting: [(at: Moment, said: Said)] = []

    init(_ names: [OutletName], _ answer: @escaping Answer) {
        outlets = Dictionary(uniqueKeysWithValues: names.map { ($0, .on) })
        self.answer = answer
    }

    /// `on 1` and `off 1` are answered with a prompt, `st 1` with `1:on` and a prompt.
    static let plain: Answer = { line, outlets in
        let words = line.split(separator: " ").map(String.init)
        guard words.first == "st", words.count == 2, let name = OutletName(words[1]) else {
            return [.text("> ")]
        }
        return [.text("\(name):\(outlets[name]?.rawValue ?? "none")\n> ")]
    }

    var nextEvent: Moment? { waiting.first?.at }

    mutating func receive(_ bytes: [UInt8], at now: Moment) {
        // Whoever wipes out what others have typed sends backspaces.
        for byte in bytes where byte != 0x08 {
            if byte == 0x0A {
                obey(String(decoding: line, as: UTF8.self), at: now)
                line = []
            } else {
                line.append(byte)
            }
        }
    }

    private mutating func obey(_ line: String, at now: Moment) {
        let words = line.split(separator: " ").map(String.init)
        if words.count == 2, let name = OutletName(words[1]), outlets[name] != nil {
            if words[0] == "on" { outlets[name] = .on }
            if words[0] == "off" { outlets[name] = .off }
        }
        var at = now
        for said in answer(line, outlets) {
            if case .text(_, let after) = said { at = at + after }
            waiting.append((at, said))
        }
        waiting.sort { $0.at < $1.at }
    }

    mutating func advance(to now: Moment) -> [UInt8] {
        var bytes: [UInt8] = []
        while let next = waiting.first, next.at <= now {
            waiting.removeFirst()
            switch next.said {
            case .text(let text, _): bytes += Array(text.utf8)
            case .hangUp:
                hangUps += 1
                waiting = []
                line = []
            }
        }
        return bytes
    }

    mutating func press(_ outlet: OutletName, _ command: PowerCommand) {
        outlets[outlet] = command == .off ? .off : .on
    }
}
