// Any order of events that a line may bring to a session, made of bytes; and what must hold in all.

import Drivers
import Fencing

struct SessionGame {
    private var session: SwitchSession
    private var input: ArraySlice<UInt8>
    private var now = Moment(sinceStart: .seconds(1))
    private var line = Line.down
    private var wake: Moment?
    private var unsent = 0
    private var job: Job?

    private enum Line { case up, down }

    private struct Job {
        let until: Moment
        var hasSent = false
        /// Since the last byte was handed to the line.
        var hasHeard = false
    }

    /// Longer than any driver's latency.
    private static let longest = Duration.seconds(600)

    init(_ driver: any SwitchDriver, _ input: ArraySlice<UInt8>) {
        session = SwitchSession(driver)
        self.input = input
    }

    mutating func play() {
        var moves = 0
        while let code = input.popFirst(), moves < 2000 {
            move(code)
            moves += 1
        }
        finish()
    }

    private mutating func move(_ code: UInt8) {
        switch code % 10 {
        case 0 where line == .down:
            line = .up
            take(session.lineOpened(at: now))
        case 1 where line == .up: lose("pulled out")
        case 2: begin(.turn(.off, outlet(code), until: now + .seconds(30)))
        case 3: begin(.turn(.on, outlet(code), until: now + .seconds(30)))
        case 4: begin(.read(outlet(code), until: now + .seconds(10)))
        case 5, 6: hear(Int(code) / 10 + 1)
        case 7: pass(to: now + .milliseconds(Int(code)))
        case 8: if let wake { pass(to: wake) }
        default: leave()
        }
    }

    private func outlet(_ code: UInt8) -> OutletName {
        let names = ["1", "2", "8", "A1", "nowhere"]
        guard let name = OutletName(names[Int(code / 10) % names.count]) else {
            preconditionFailure("plain constants")
        }
        return name
    }

    private mutating func begin(_ work: LineJob) {
        guard session.isIdle, job == nil else { return }
        switch work {
        case .turn(_, _, let until), .read(_, let until): job = Job(until: until)
        }
        take(session.begin(work, at: now))
    }

    private mutating func hear(_ count: Int) {
        guard line == .up else { return }
        let bytes = Array(input.prefix(count))
        input = input.dropFirst(count)
        if bytes.isEmpty { return }
        job?.hasHeard = true
        take(session.received(bytes, at: now))
    }

    /// What was handed over has left.
    private mutating func leave() {
        guard unsent > 0, line == .up else { return }
        unsent = 0
        take(session.sent(at: now))
    }

    private mutating func lose(_ why: String) {
        line = .down
        unsent = 0
        take(session.lineLost(why, at: now))
    }

    private mutating func pass(to moment: Moment) {
        now = max(now, moment)
        guard let wake, wake <= now else { return }
        self.wake = nil
        take(session.timePassed(at: now))
    }

    private mutating func take(_ steps: [LineStep]) {
        precondition(steps.count < 100, "a hundred steps out of one event")
        for step in steps {
            switch step {
            case .send(let bytes), .sendSecret(let bytes):
                precondition((1...4096).contains(bytes.count), "\(bytes.count) bytes")
                precondition(line == .up, "bytes for a line that is down")
                unsent += bytes.count
                job?.hasSent = true
                job?.hasHeard = false
            case .move, .sense: preconditionFailure("none of these drivers presses buttons")
            case .wake(let moment): wake = moment
            case .sleep: wake = nil
            case .notice: break
            case .alsoRead(let states):
                precondition(job?.hasHeard == true && !states.isEmpty, "told without an answer")
            case .finish(let finding): end(finding)
            case .hangUp(let why):
                if line == .up { lose(why) }
            }
        }
    }

    private mutating func end(_ finding: Finding) {
        guard let ended = job else { preconditionFailure("an end without a job") }
        if finding.state != .unknown {
            precondition(ended.hasSent, "it was never asked")
            precondition(ended.hasHeard, "nothing was heard since the last byte was sent")
        }
        job = nil
    }

    /// Whatever has happened, a job ends when time passes, and the session does not spin.
    private mutating func finish() {
        guard let until = job?.until else { return }
        var wakes = 0
        while job != nil {
            if unsent > 0 { leave() }
            guard job != nil else { break }
            guard let next = wake else { preconditionFailure("a job, and nothing to wait for") }
            pass(to: next)
            wakes += 1
            precondition(wakes < 10_000, "it spins")
        }
        precondition(now <= until + Self.longest, "long after its deadline")
    }
}
