// What the log hears of what principals do without anything being decided: so many lines each, the
// rest as a sum, as of strangers. Otherwise one of them could write faster than the log is read, and
// what others did would be lost.

internal import Fencing
internal import LinuxSystem

struct RequestLog: Sendable {
    /// Lines of one principal in each window.
    static let linesPerWindow = 200
    static let window = Duration.seconds(10)

    private struct Told: Sendable {
        let end: Moment
        var count = 0
        var untold: [AuditEvent: Int] = [:]
    }
    private var told: [Principal: Told] = [:]
    /// The principals of unanswered requests. Bounded: an abandoned request is not reported here.
    private var askers: [RequestToken: Principal] = [:]
    private static let mostAskers = 16384

    /// Whether this line is told.
    mutating func takes(_ event: AuditEvent, of principal: Principal, at now: Moment) -> Bool {
        var own = told[principal] ?? Told(end: now + Self.window)
        defer { told[principal] = own }
        guard own.count < Self.linesPerWindow else {
            own.untold[event, default: 0] += 1
            return false
        }
        own.count += 1
        return true
    }

    mutating func asked(_ token: RequestToken, by principal: Principal) {
        if askers.count >= Self.mostAskers { askers = [:] }
        askers[token] = principal
    }

    mutating func answered(_ token: RequestToken) -> Principal? {
        askers.removeValue(forKey: token)
    }

    /// When the next window ends. Until then nothing is due, whatever is left out.
    var nextSummary: Moment? { told.values.map(\.end).min() }

    /// Closes the windows whose time is over: a line for each in which something was left out.
    mutating func summaries(at now: Moment) -> [AuditLine] {
        var lines: [AuditLine] = []
        for (principal, own) in told where own.end <= now {
            told[principal] = nil
            guard !own.untold.isEmpty else { continue }
            let counts = own.untold.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
                .joined(separator: " ")
            lines.append(
                AuditLine(
                    .more, "more lines about \(principal) were left out: \(counts)",
                    [.by: "\(principal)", .counts: counts]))
        }
        return lines
    }
}

/// Shared by the threads that tell.
final class RequestLogGate: Sendable {
    private let log = Lock(RequestLog())

    /// Whether it is told, and sums that are due.
    func takes(_ event: AuditEvent, of principal: Principal) -> (Bool, [AuditLine]) {
        let now = MonotonicClock.now()
        return log.withLock { log in
            let sums = log.summaries(at: now)
            return (log.takes(event, of: principal, at: now), sums)
        }
    }

    func sums(at now: Moment) -> [AuditLine] { log.withLock { $0.summaries(at: now) } }

    var nextSums: Moment? { log.withLock { $0.nextSummary } }

    func asked(_ token: RequestToken, by principal: Principal) {
        log.withLock { $0.asked(token, by: principal) }
    }

    func answered(_ token: RequestToken) -> Principal? { log.withLock { $0.answered(token) } }
}
