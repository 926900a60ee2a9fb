// What is counted since the daemon's start. The metrics page prints it, beside what can be read off
// the state of the moment.

internal import Commands
internal import Fencing
internal import SSHDoor

struct Figures {
    /// By verb, then by verdict.
    private(set) var shots: [String: [String: UInt64]] = [:]
    /// From the grant to the verified off; of `on`, to its end.
    private(set) var shotTimes = Histogram([0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300])
    private(set) var ledgerTimes = Histogram(
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5])
    private(set) var lineErrors: [SwitchName: UInt64] = [:]
    private(set) var limits: [String: UInt64] = [:]
    private(set) var turnedAway: [String: UInt64] = [:]
    private(set) var requests: [String: UInt64] = [:]
    private var granted: [ShotNumber: Moment] = [:]
    /// Shots that are timed at once; more cannot be open than there are nodes.
    private static let mostTimed = 4096

    mutating func granted(_ grant: Grant, at now: Moment) {
        if granted.count < Self.mostTimed { granted[grant.shot] = now }
    }

    mutating func verifiedOff(_ shot: ShotNumber, at now: Moment) {
        if let start = granted.removeValue(forKey: shot) { shotTimes.note(now - start) }
    }

    mutating func ended(_ shot: ShotNumber, _ verb: GrantedVerb, _ verdict: String, at now: Moment)
    {
        shots[verb.rawValue, default: [:]][verdict, default: 0] += 1
        verifiedOff(shot, at: now)
    }

    mutating func appended(in span: Duration) { ledgerTimes.note(span) }

    mutating func lineFailed(_ name: SwitchName) { lineErrors[name, default: 0] += 1 }

    mutating func answered(_ word: String) { requests[word, default: 0] += 1 }

    mutating func note(_ event: DoorEvent) {
        switch event {
        case .limitReached(_, _, let limit): limits["\(limit)", default: 0] += 1
        case .noPlace(_, from: _, let places): limits["\(places)", default: 0] += 1
        case .cannotAccept: limits["cannotAccept", default: 0] += 1
        case .strangerTurnedAway(let stranger):
            turnedAway["\(stranger.reason)", default: 0] += 1
        case .moreStrangersTurnedAway(let counts):
            for (reason, count) in counts {
                turnedAway["\(reason)", default: 0] += UInt64(max(0, count))
            }
        case .entered, .left: break
        }
    }
}

extension DoorEvent {
    /// Whoever comes in is counted as a session: nobody is woken for that once more.
    var isCounted: Bool {
        switch self {
        case .entered, .left: false
        case .limitReached, .noPlace, .cannotAccept, .strangerTurnedAway, .moreStrangersTurnedAway:
            true
        }
    }
}
