// A session with the button driver and a simulated machine on its leads, on virtual time.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

struct ButtonBench {
    var session: SwitchSession
    var machine = SimulatedMachine()
    private let wiring: ButtonWiring
    private(set) var now = Moment(sinceStart: .seconds(1000))
    private(set) var findings: [Finding] = []
    /// Every movement of a lead, with milliseconds since the start: `100 dtr raised`.
    private(set) var movements: [String] = []
    private(set) var levels: [Lead: LeadLevel]
    /// Movements and answers are told so much later; nothing is told where it is nil.
    var answerTime: Duration? = .milliseconds(5)
    private var wake: Moment?
    private var pending: [(at: Moment, what: Pending)] = []
    private var isOpen = false

    private enum Pending { case moved, sensed }

    init(_ wiring: ButtonWiring, latency: Duration = .seconds(5)) {
        self.wiring = wiring
        session = SwitchSession(ButtonDriver(wiring), maximalLatency: latency)
        levels = Dictionary(uniqueKeysWithValues: Lead.allCases.map { ($0, wiring.rest) })
    }

    mutating func open(andWait time: Duration = .seconds(10)) {
        isOpen = true
        levels = levels.mapValues { _ in wiring.rest }
        apply(session.lineOpened(at: now))
        run(for: time)
        movements = []
    }

    mutating func lose() {
        isOpen = false
        pending = []
        for lead in Lead.allCases { set(lead, wiring.rest) }
        apply(session.lineLost("unplugged", at: now))
    }

    mutating func turn(
        _ command: PowerCommand, _ button: String, within time: Duration
    ) throws -> Finding {
        try perform(.turn(command, outlet(button), until: now + time), time)
    }

    mutating func read(_ button: String, within time: Duration) throws -> Finding {
        try perform(.read(outlet(button), until: now + time), time)
    }

    /// Begins a job and lets so much time pass, whether it ends or not.
    mutating func begin(_ command: PowerCommand, _ button: String, within time: Duration) {
        apply(session.begin(.turn(command, outlet(button), until: now + time), at: now))
    }

    private mutating func perform(_ job: LineJob, _ time: Duration) throws -> Finding {
        let before = findings.count
        apply(session.begin(job, at: now))
        let end = now + time
        while findings.count == before, let next = nextEvent, next <= end { step(to: next) }
        try #require(findings.count == before + 1, "a job ends with exactly one finding, in time")
        return findings[before]
    }

    mutating func run(for time: Duration) {
        let end = now + time
        while let next = nextEvent, next <= end { step(to: next) }
        now = end
        machine.advance(to: now)
    }

    private var nextEvent: Moment? { ([wake].compactMap(\.self) + pending.map(\.at)).min() }

    private mutating func step(to moment: Moment) {
        now = max(now, moment)
        if let index = pending.firstIndex(where: { $0.at <= now }) {
            switch pending.remove(at: index).what {
            case .moved: apply(session.sent(at: now))
            case .sensed: apply(session.sensed(raised, at: now))
            }
        } else if let due = wake, due <= now {
            wake = nil
            apply(session.timePassed(at: now))
        }
    }

    /// The light hangs on every input, so that a driver that looks at the wrong one is found out by
    /// the tests that give it two meanings.
    private var raised: Set<SenseInput> {
        mutating get { machine.isLit(at: now) ? [.dcd] : [.dsr] }
    }

    private mutating func apply(_ steps: [LineStep]) {
        for step in steps {
            switch step {
            case .send, .sendSecret: Issue.record("a button speaks no bytes")
            case .move(let lead, let level):
                #expect(isOpen, "nothing is moved on a closed line")
                set(lead, level)
                tell(.moved)
            case .sense: tell(.sensed)
            case .wake(let moment): wake = moment
            case .sleep: wake = nil
            case .notice: break
            case .alsoRead: break
            case .finish(let finding): findings.append(finding)
            case .hangUp: lose()
            }
        }
    }

    private mutating func tell(_ what: Pending) {
        guard let answerTime else { return }
        pending.removeAll { $0.what == what }
        pending.append((now + answerTime, what))
    }

    private mutating func set(_ lead: Lead, _ level: LeadLevel) {
        guard levels[lead] != level else { return }
        levels[lead] = level
        let milliseconds = now.sinceStart.milliseconds - 1_000_000
        movements.append("\(milliseconds) \(lead.rawValue) \(level.rawValue)")
        let buttons: [SimulatedMachine.Button] =
            (lead == wiring.power ? [.power] : []) + (lead == wiring.reset ? [.reset] : [])
        for button in buttons {
            if level == wiring.rest {
                machine.release(button, at: now)
            } else {
                machine.press(button, at: now)
            }
        }
    }
}
