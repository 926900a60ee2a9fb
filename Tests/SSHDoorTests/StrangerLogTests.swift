// How much of strangers gets into the log, on virtual time.

import Fencing
import Testing

@testable import SSHDoor

struct StrangerLogTests {
    private let start = Moment(sinceStart: .seconds(100))
    private let event = TurnedAway(
        from: "192.0.2.1:1", user: nil, reason: .hungUp, why: nil)

    private func log() -> StrangerLog {
        var limits = DoorLimits()
        limits.strangersLogged = 2
        limits.logWindow = .seconds(10)
        return StrangerLog(limits)
    }

    @Test func `The first few are told one by one, the rest as a sum`() {
        var log = log()
        #expect(log.note(event, at: start) == [.strangerTurnedAway(event)])
        #expect(log.note(event, at: start + .seconds(1)) == [.strangerTurnedAway(event)])
        #expect(log.nextSummary == nil)
        for _ in 0..<1000 { #expect(log.note(event, at: start + .seconds(2)) == []) }
        #expect(log.nextSummary == start + .seconds(10))
        #expect(log.summary(at: start + .seconds(9)) == [])
        #expect(
            log.summary(at: start + .seconds(10)) == [.moreStrangersTurnedAway([.hungUp: 1000])])
        #expect(log.nextSummary == nil)
    }

    @Test func `A new window begins with the next event`() {
        var log = log()
        for _ in 0..<3 { _ = log.note(event, at: start) }
        #expect(
            log.note(event, at: start + .seconds(60)) == [
                .moreStrangersTurnedAway([.hungUp: 1]), .strangerTurnedAway(event),
            ])
    }
}

struct RemindersTests {
    @Test func `Reminders come due in order, each once`() {
        let start = Moment(sinceStart: .zero)
        var reminders = Reminders<Int>(after: .seconds(5))
        for number in 0..<100 { reminders.set(for: number, at: start + .seconds(number)) }
        #expect(reminders.due(at: start + .seconds(4)) == nil)
        var seen: [Int] = []
        while let number = reminders.due(at: start + .seconds(54)) { seen.append(number) }
        #expect(seen == Array(0..<50))
        #expect(reminders.next == start + .seconds(55))
    }
}
