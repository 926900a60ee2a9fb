// A conversation with a driver, written down: what it sends as `> off 3\r`, how it ends as
// `= acknowledged`. What it sends leaves at once.

import Drivers
import Fencing

struct DriverDialogue {
    var driver: any SwitchDriver
    private(set) var now = Moment(sinceStart: .seconds(100))

    init(_ driver: any SwitchDriver) { self.driver = driver }

    mutating func begin(_ task: SwitchTask) -> [String] { written(driver.begin(task, at: now)) }

    mutating func leave() -> [String] { written(driver.sayGoodbye(at: now)) }

    mutating func hear(_ text: String) -> [String] { hear(Array(text.utf8)) }

    mutating func hear(_ bytes: [UInt8]) -> [String] {
        var unread = bytes[...]
        var result: [String] = []
        while !unread.isEmpty { result += written(driver.received(&unread, at: now)) }
        return result
    }

    /// Lets time pass, and the driver do what it wants to do in it.
    mutating func wait(_ time: Duration) -> [String] {
        let end = now + time
        var result: [String] = []
        while let wake = driver.wakesAt, wake <= end {
            now = max(now, wake)
            result += written(driver.timePassed(at: now))
        }
        now = end
        return result
    }

    private mutating func written(_ steps: [DriverStep]) -> [String] {
        var result: [String] = []
        for step in steps {
            switch step {
            case .send(let bytes):
                result.append("> " + Self.shown(bytes))
                result += written(driver.sent(at: now))
            case .move(let lead, let level):
                result.append("> \(lead.rawValue) \(level.rawValue)")
                result += written(driver.sent(at: now))
            case .sense: result.append("?")
            case .end(let end):
                result.append("= " + shown(end))
            }
        }
        return result
    }

    private func shown(_ end: TaskEnd) -> String {
        switch end {
        case .greeted: "greeted"
        case .acknowledged: "acknowledged"
        case .reading(let state, _): "\(state)"
        case .refused(let reason): "refused: \(reason)"
        case .broken(let reason): "broken: \(reason)"
        case .unanswered: "broken: no answer"
        case .turnedAway(let reason): "turned away: \(reason)"
        case .strange(let reason): "strange: \(reason)"
        }
    }

    static func shown(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            switch byte {
            case 0x0D: "\\r"
            case 0x0A: "\\n"
            case 0x20...0x7E: String(Unicode.Scalar(byte))
            default: "<" + String(byte, radix: 16) + ">"
            }
        }.joined()
    }
}

func outlet(_ text: String) -> OutletName {
    guard let name = OutletName(text) else { preconditionFailure("\(text) is no outlet's name") }
    return name
}

extension SwitchTask {
    static func off(_ name: String) -> SwitchTask { .command(.off, outlet(name)) }
    static func on(_ name: String) -> SwitchTask { .command(.on, outlet(name)) }
    static func read(_ name: String) -> SwitchTask { .read(outlet(name)) }
}
