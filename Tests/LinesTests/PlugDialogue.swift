// A small dialogue for tests: it speaks RPS-10, commands once, then reads until it sees what it
// wants. It writes down what it was told, in order.

import Drivers
import Fencing
import LinuxSystem

struct PlugDialogue: LineDialogue {
    private let diary: Diary
    private var heard = ""
    private var job: LineJob?
    private var lastCommandAt: Moment?
    private var commanding = false
    /// What was asked has not left yet: an answer has to wait.
    private var isSending = false

    init(_ diary: Diary = Diary()) { self.diary = diary }

    var isIdle: Bool { job == nil }

    mutating func lineOpened(at now: Moment) -> [LineStep] {
        diary.write("opened", now)
        heard = ""
        commanding = false
        return job == nil ? [] : ask()
    }

    mutating func lineLost(_ reason: String, at now: Moment) -> [LineStep] {
        diary.write("lost", now)
        isSending = false
        return []
    }

    mutating func begin(_ job: LineJob, at now: Moment) -> [LineStep] {
        diary.write("begin", now)
        self.job = job
        heard = ""
        lastCommandAt = nil
        switch job {
        case .turn(let command, let outlet, let until):
            commanding = true
            return [say("\(outlet)\(command == .on ? 1 : 0)"), .wake(until)]
        case .read(_, let until): return ask() + [.wake(until)]
        }
    }

    mutating func received(_ bytes: [UInt8], at now: Moment) -> [LineStep] {
        diary.write("received", now)
        heard += String(decoding: bytes, as: UTF8.self)
        return isSending ? [] : understood(at: now)
    }

    private mutating func understood(at now: Moment) -> [LineStep] {
        guard let job, heard.hasSuffix("Complete\r\n") else { return [] }
        if commanding {
            commanding = false
            heard = ""
            return ask()
        }
        let state: PowerState = heard.contains(" Off") ? .off : .on
        if case .turn(let command, _, _) = job, command.proof != state {
            heard = ""
            return [.wake(min(deadline, now + .milliseconds(50)))]
        }
        return finish(Finding(state, lastCommandAt: lastCommandAt))
    }

    mutating func sent(at now: Moment) -> [LineStep] {
        diary.write("sent", now)
        if commanding { lastCommandAt = now }
        isSending = false
        return understood(at: now)
    }

    mutating func timePassed(at now: Moment) -> [LineStep] {
        diary.write("time", now)
        if now < deadline { return ask() + [.wake(deadline)] }
        return finish(Finding(.unknown, lastCommandAt: lastCommandAt, trouble: "no answer"))
    }

    private var deadline: Moment {
        switch job {
        case .turn(_, _, let until), .read(_, let until): until
        case nil: Moment(sinceStart: .zero)
        }
    }

    private mutating func finish(_ finding: Finding) -> [LineStep] {
        job = nil
        return [.sleep, .finish(finding)]
    }

    private mutating func ask() -> [LineStep] {
        switch job {
        case .turn(_, let outlet, _), .read(let outlet, _): [say("\(outlet)?")]
        case nil: []
        }
    }

    private mutating func say(_ command: String) -> LineStep {
        isSending = true
        return .send([0x02, 0x18, 0x18, 0x02, 0x18, 0x18] + Array("\(command)\r".utf8))
    }
}

/// What a dialogue was told, and when.
final class Diary: Sendable {
    private let pages = Lock<[(String, Moment)]>([])

    func write(_ event: String, _ moment: Moment) {
        pages.withLock { $0.append((event, moment)) }
    }

    var events: [String] { pages.withLock { $0.map(\.0) } }

    func moment(of event: String) -> Moment? {
        pages.withLock { $0.first { $0.0 == event }?.1 }
    }
}
