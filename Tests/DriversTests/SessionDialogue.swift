// A session, told by hand what happens on its line. What it does is written down with the
// milliseconds since the start: `100 > off 3`, `350 = off`.

import Drivers
import Fencing

struct SessionDialogue {
    var session: SwitchSession
    private(set) var log: [String] = []
    private(set) var findings: [Finding] = []
    private var now = Moment(sinceStart: .zero)
    private var wake: Moment?
    /// Whether what is sent leaves at once, or waits for `leave`.
    var leaves = Leaving.atOnce
    private var isLeaving = false

    enum Leaving { case atOnce, whenTold }

    init(_ driver: any SwitchDriver, latency: Duration = .seconds(5)) {
        session = SwitchSession(driver, maximalLatency: latency)
    }

    var milliseconds: Int64 { now.sinceStart.milliseconds }

    /// What was written since the last call.
    mutating func since() -> [String] {
        defer { log = [] }
        return log
    }

    mutating func open() { apply(session.lineOpened(at: now)) }

    mutating func lose() { apply(session.lineLost("unplugged", at: now)) }

    mutating func hear(_ text: String) { apply(session.received(Array(text.utf8), at: now)) }

    mutating func leave() {
        isLeaving = false
        apply(session.sent(at: now))
    }

    mutating func takeLeave() { apply(session.leave(at: now)) }

    mutating func turn(_ command: PowerCommand, _ name: String, within time: Duration) {
        apply(session.begin(.turn(command, outlet(name), until: now + time), at: now))
    }

    mutating func read(_ name: String, within time: Duration) {
        apply(session.begin(.read(outlet(name), until: now + time), at: now))
    }

    /// Lets time pass; whenever something is sent, `answer` may say something 10 ms later.
    mutating func wait(_ time: Duration, answer: (String) -> String? = { _ in nil }) {
        let end = now + time
        while true {
            while let said = log.last, said.contains(" > "), let text = answer(said) {
                now = now + .milliseconds(10)
                log.append("\(milliseconds) < answer")
                hear(text)
            }
            guard let next = wake, next <= end else { break }
            now = max(now, next)
            wake = nil
            apply(session.timePassed(at: now))
        }
        now = max(now, end)
    }

    private mutating func apply(_ steps: [LineStep]) {
        for step in steps {
            switch step {
            case .send(let bytes):
                log.append("\(milliseconds) > " + String(decoding: bytes, as: UTF8.self))
                isLeaving = true
            case .sendSecret(let bytes):
                log.append("\(milliseconds) > (secret) " + String(decoding: bytes, as: UTF8.self))
                isLeaving = true
            case .move(let lead, let level):
                log.append("\(milliseconds) > \(lead.rawValue) \(level.rawValue)")
                isLeaving = true
            case .sense: log.append("\(milliseconds) ?")
            case .wake(let moment): wake = moment
            case .sleep: wake = nil
            case .notice(let text): log.append("\(milliseconds) notice: \(text)")
            case .alsoRead: break
            case .finish(let finding):
                findings.append(finding)
                log.append("\(milliseconds) = \(finding.state)")
            case .hangUp(let reason):
                log.append("\(milliseconds) hang up: \(reason)")
                isLeaving = false
                apply(session.lineLost(reason, at: now))
            }
        }
        if isLeaving, leaves == .atOnce { leave() }
    }
}

/// A language of one word each way: `off 3` is answered by `ok`, `read 3` by `3 off`.
struct PlainDriver: BytewiseDriver {
    var traits = DriverTraits(
        name: "plain", readsBack: .yes, patience: .seconds(2), maximalLatency: .seconds(5))
    private var task: SwitchTask?
    private var isLeaving = false
    /// What it says when it goes; without one it just goes.
    var goodbye: String?
    /// It has to be woken before it takes a command: `~` is its answer to that.
    var wakesFirst = false
    private(set) var hasCommanded = true

    init(_ readsBack: DriverTraits.ReadBack = .yes) { traits.readsBack = readsBack }

    var wakesAt: Moment? { nil }

    mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        self.task = task
        switch task {
        case .greet: return [.send(Array("hello".utf8))]
        case .command where wakesFirst:
            hasCommanded = false
            return [.send(Array("wake".utf8))]
        case .command(let command, let name): return [.send(Array("\(command) \(name)".utf8))]
        case .read(let name): return [.send(Array("read \(name)".utf8))]
        }
    }

    /// `.` ends a greeting and a command; `0` and `1` are readings of whatever was asked.
    mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        switch (task, byte) {
        case (.command(let command, let name), UInt8(ascii: "~")): wake(command, name)
        case (_, UInt8(ascii: "^")): end(.turnedAway("it said `^`"))
        case (_, UInt8(ascii: "?")): end(.strange("it said `?`"))
        case _ where isLeaving: byte == UInt8(ascii: ".") ? end(.acknowledged) : []
        case (.greet, UInt8(ascii: ".")): end(.greeted)
        case (.command, UInt8(ascii: ".")): end(.acknowledged)
        case (_, UInt8(ascii: "!")): end(.refused("it said `!`"))
        case (.read, UInt8(ascii: "0")): end(.reading(.off, remark: nil))
        case (.read, UInt8(ascii: "1")): end(.reading(.on, remark: nil))
        default: []
        }
    }

    private mutating func wake(_ command: PowerCommand, _ name: OutletName) -> [DriverStep] {
        hasCommanded = true
        return [.send(Array("\(command) \(name)".utf8))]
    }

    mutating func sent(at now: Moment) -> [DriverStep] { [] }
    mutating func timePassed(at now: Moment) -> [DriverStep] { [] }

    mutating func abandon() {
        task = nil
        isLeaving = false
    }

    mutating func sayGoodbye(at now: Moment) -> [DriverStep] {
        guard let goodbye else { return end(.acknowledged) }
        isLeaving = true
        return [.send(Array(goodbye.utf8))]
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        task = nil
        isLeaving = false
        return [.end(end)]
    }
}
