// A session and a simulated switch on a line that exists only as a value, on virtual time.

import Drivers
import Fencing
import Noise
import SimulatedSwitches
import Testing

struct Bench {
    let model: Model
    var session: SwitchSession
    var simulated: any SimulatedSwitch
    private(set) var now = Moment(sinceStart: .zero)
    private(set) var findings: [Finding] = []
    private(set) var notices: [String] = []
    /// What the latest reading has told of all outlets.
    private(set) var alsoRead: [OutletName: PowerState] = [:]
    /// Everything that the session sent.
    private(set) var sentBytes = 0
    /// Everything that it has heard.
    private(set) var heardBytes = 0
    private(set) var openings = 0
    /// Called after everything that happens.
    var watch: ((Bench) -> Void)?
    /// What the line does to the bytes on it.
    var line = NoisyLine(seed: 0, perMille: 0)
    /// The time by which the second half of whatever comes follows its first half.
    var splitTime = Duration.zero
    /// The time by which whatever comes is late.
    var answerDelay = Duration.zero
    /// These faults come at that moment in place of the former.
    private var nextFaults: (at: Moment, faults: String)?
    private var onItsWay: [Leaving] = []
    private var wake: Moment?
    private var leaving: Leaving?
    private var heldBack: Leaving?
    private var reopensAt: Moment?
    private var isOpen = false
    private var hangUps = 0

    private struct Leaving {
        var bytes: [UInt8]
        var at: Moment
    }

    /// Time for one byte at 9600 baud, about.
    static let byteTime = Duration.milliseconds(1)
    static let reopeningTime = Duration.seconds(1)

    init(_ model: Model, _ session: SwitchSession, _ simulated: any SimulatedSwitch) {
        self.model = model
        self.session = session
        self.simulated = simulated
    }

    /// Opens the line and lets the session find its step.
    mutating func open(andWait time: Duration = .seconds(40)) {
        openNow()
        run(for: time)
    }

    /// Outlets in the faults are called as the tests call them.
    mutating func set(_ faults: String) throws {
        var faults = try Faults(parsing: faults)
        faults.habits.formUnion(model.habits)
        faults.stuckOn = try Set(faults.stuckOn.map { try named($0.text) })
        faults.stuckOff = try Set(faults.stuckOff.map { try named($0.text) })
        faults.answersFor = try faults.answersFor.map { try named($0.text) }
        simulated.faults = faults
    }

    mutating func set(_ faults: String, in time: Duration) { nextFaults = (now + time, faults) }

    /// Somebody types on the line before we come; nobody looks at the answers.
    mutating func type(_ text: String) {
        for byte in text.utf8 {
            simulated.receive([byte], at: now)
            run(for: .milliseconds(300))
        }
    }

    private func named(_ outlet: String) throws -> OutletName {
        try #require(OutletName(model.outlet(outlet)))
    }

    /// One job, from its beginning to its one finding.
    mutating func turn(
        _ command: PowerCommand, _ outlet: String, within time: Duration
    ) throws -> Finding {
        let outlet = try named(outlet)
        return try perform(.turn(command, outlet, until: now + time), limit: time)
    }

    mutating func read(_ outlet: String, within time: Duration) throws -> Finding {
        let outlet = try named(outlet)
        return try perform(.read(outlet, until: now + time), limit: time)
    }

    private mutating func perform(_ job: LineJob, limit: Duration) throws -> Finding {
        let before = findings.count
        apply(session.begin(job, at: now))
        let end = now + limit
        while findings.count == before, let next = nextEvent, next <= end { step(to: next) }
        try #require(findings.count == before + 1, "a job ends with exactly one finding, in time")
        return findings[before]
    }

    mutating func run(for time: Duration) {
        let end = now + time
        while let next = nextEvent, next <= end { step(to: next) }
        now = end
    }

    /// Bytes that the switch has not sent arrive on the line.
    mutating func overhear(_ bytes: [UInt8]) {
        heardBytes += bytes.count
        apply(session.received(bytes, at: now))
    }

    mutating func loseLine() {
        close()
        apply(session.lineLost("unplugged", at: now))
    }

    func state(_ outlet: String) -> PowerState? {
        OutletName(model.outlet(outlet)).flatMap { simulated.outlets[$0] }
    }

    mutating func press(_ outlet: String, _ command: PowerCommand) throws {
        simulated.press(try named(outlet), command)
    }
}

// MARK: - One event after another

extension Bench {
    private var nextEvent: Moment? {
        [
            wake, leaving?.at, heldBack?.at, onItsWay.first?.at, reopensAt, simulated.nextEvent,
            nextFaults?.at,
        ].compactMap(\.self).min()
    }

    private mutating func step(to moment: Moment) {
        now = max(now, moment)
        if let (due, faults) = nextFaults, due <= now {
            nextFaults = nil
            #expect(throws: Never.self) { try set(faults) }
        }
        if let due = reopensAt, due <= now { openNow() }
        if let gone = leaving, gone.at <= now {
            leaving = nil
            simulated.receive(line.carried(gone.bytes), at: now)
            apply(session.sent(at: now))
        }
        if let rest = heldBack, rest.at <= now {
            heldBack = nil
            hear(rest.bytes)
        }
        hear(split(line.carried(delayed(simulated.advance(to: now)))))
        if simulated.hangUps > hangUps {
            hangUps = simulated.hangUps
            if isOpen { loseLine() }
        }
        if let due = wake, due <= now {
            wake = nil
            apply(session.timePassed(at: now))
        }
        watch?(self)
    }

    private mutating func hear(_ answer: [UInt8]) {
        guard isOpen, !answer.isEmpty else { return }
        heardBytes += answer.count
        apply(session.received(answer, at: now))
    }

    /// What has come by now of what was said before and is said now.
    private mutating func delayed(_ answer: [UInt8]) -> [UInt8] {
        if !answer.isEmpty {
            // What is said later comes no earlier.
            let at = max(now + answerDelay, onItsWay.last?.at ?? now)
            onItsWay.append(Leaving(bytes: answer, at: at))
        }
        let arrived = onItsWay.prefix { $0.at <= now }
        onItsWay.removeFirst(arrived.count)
        return arrived.flatMap(\.bytes)
    }

    /// The first half; the other one comes later. What comes meanwhile comes behind it.
    private mutating func split(_ answer: [UInt8]) -> [UInt8] {
        guard splitTime > .zero, !answer.isEmpty else { return answer }
        if let before = heldBack {
            heldBack = Leaving(bytes: before.bytes + answer, at: before.at)
            return []
        }
        let half = (answer.count + 1) / 2
        if half < answer.count {
            heldBack = Leaving(bytes: Array(answer[half...]), at: now + splitTime)
        }
        return Array(answer[..<half])
    }

    mutating func openNow() {
        reopensAt = nil
        isOpen = true
        openings += 1
        apply(session.lineOpened(at: now))
    }

    private mutating func close() {
        isOpen = false
        leaving = nil
        heldBack = nil
        reopensAt = now + Self.reopeningTime
    }

    private mutating func apply(_ steps: [LineStep]) {
        for step in steps {
            switch step {
            case .send(let bytes), .sendSecret(let bytes): send(bytes)
            case .move, .sense: Issue.record("these switches have no leads")
            case .wake(let moment): wake = moment
            case .sleep: wake = nil
            case .alsoRead(let states): alsoRead = states
            case .finish(let finding): findings.append(finding)
            case .notice(let text): notices.append(text)
            case .hangUp(let reason):
                close()
                apply(session.lineLost(reason, at: now))
            }
        }
    }

    private mutating func send(_ bytes: [UInt8]) {
        #expect(isOpen, "nothing is sent on a closed line")
        sentBytes += bytes.count
        let start = leaving?.at ?? now
        leaving = Leaving(
            bytes: (leaving?.bytes ?? []) + bytes, at: start + Self.byteTime * bytes.count)
    }
}
