// The queue in front of a line, and when a dead line is tried again: both without a clock.

import Fencing
import LinuxSystem
import Testing

@testable import Lines

@Suite struct OrderQueueTests {
    private let start = Moment(sinceStart: .seconds(1000))

    private func turn(_ id: UInt64, within time: Duration = .seconds(10)) throws
        -> PowerOrder<PaperReceipt>
    {
        PowerOrder(
            id: OrderID(id), outlet: try outlet("1"), command: .off, deadline: start + time,
            proof: PaperReceipt())
    }

    private func look(
        _ id: UInt64, _ name: String, within time: Duration = .seconds(10)
    ) throws -> ReadOrder {
        ReadOrder(id: OrderID(id), outlet: try outlet(name), deadline: start + time)
    }

    /// `p1` for a power order, `r2+3` for a reading that answers two.
    private func drained(_ queue: OrderQueue<PaperReceipt>) -> [String] {
        var queue = queue
        var all: [String] = []
        while let work = queue.next() {
            switch work {
            case .turn(let order): all.append("p\(order.id)")
            case .read(let tickets):
                all.append("r" + tickets.map { "\($0.order)" }.joined(separator: "+"))
            }
        }
        return all
    }

    @Test func `power overtakes reads, and reads of one outlet are one`() throws {
        var queue = OrderQueue<PaperReceipt>()
        for order in [try look(1, "1"), try look(2, "2"), try look(3, "1")] {
            #expect(queue.enter(order) == .queued)
        }
        #expect(queue.enter(try turn(4)) == .queued)
        #expect(queue.enter(try turn(5)) == .queued)
        #expect(drained(queue) == ["p4", "p5", "r1+3", "r2"])
    }

    @Test func `no crowd of reads keeps a shot out, and each kind has its limit`() throws {
        var queue = OrderQueue<PaperReceipt>()
        for id in 1...OrderQueue<PaperReceipt>.mostReads {
            #expect(queue.enter(try look(UInt64(id), "1")) == .queued)
        }
        #expect(queue.enter(try look(1, "2")) == .full)
        for id in 1...OrderQueue<PaperReceipt>.mostPower {
            #expect(queue.enter(try turn(UInt64(id))) == .queued)
        }
        #expect(queue.enter(try turn(1)) == .full)
    }

    @Test func `readings are taken out together, and the others stay in their order`() throws {
        var queue = OrderQueue<PaperReceipt>()
        for (id, name) in [(1, "1"), (2, "2"), (3, "1"), (4, "3")] as [(UInt64, String)] {
            _ = queue.enter(try look(id, name))
        }
        #expect(queue.waitingReads == Set((1...4).map { OrderID($0) }))
        let taken = queue.takeReads { $0.outlet.name.text != "3" && $0.order != OrderID(3) }
        #expect(taken.map(\.order.number) == [1, 2])
        #expect(drained(queue) == ["r3", "r4"])
    }

    @Test func `an order leaves at its deadline, and one that shares its reading stays`() throws {
        var queue = OrderQueue<PaperReceipt>()
        _ = queue.enter(try turn(1, within: .seconds(2)))
        _ = queue.enter(try turn(2, within: .seconds(9)))
        _ = queue.enter(try look(3, "1", within: .seconds(2)))
        _ = queue.enter(try look(4, "1", within: .seconds(9)))
        #expect(queue.earliestDeadline == start + .seconds(2))
        #expect(queue.removeExpired(at: start + .milliseconds(1999)).isEmpty)
        let expired = queue.removeExpired(at: start + .seconds(2))
        #expect(expired.map(\.order.number) == [1, 3])
        #expect(drained(queue) == ["p2", "r4"])
    }
}

@Suite struct ReopeningTests {
    private let start = Moment(sinceStart: .seconds(1000))

    @Test func `without orders the tries become rarer, up to one in 15 s`() {
        var reopening = Reopening(at: start)
        var now = start
        var delays: [Int64] = []
        for _ in 1...7 {
            reopening.attempted(at: now)
            reopening.failed(at: now, .idle)
            delays.append((reopening.nextAttempt - now).components.seconds)
            now = reopening.nextAttempt
        }
        #expect(delays == [1, 2, 4, 8, 15, 15, 15])
    }

    @Test func `an order makes the next try at once, but never within 100 ms of the last`() {
        var reopening = Reopening(at: start)
        reopening.attempted(at: start)
        reopening.failed(at: start, .idle)
        reopening.hurry(at: start + .milliseconds(30))
        #expect(reopening.nextAttempt == start + .milliseconds(100))
        reopening.hurry(at: start + .milliseconds(500))
        #expect(reopening.nextAttempt == start + .milliseconds(100))
    }

    @Test func `while an order waits it is tried every second`() {
        var reopening = Reopening(at: start)
        for _ in 1...5 { reopening.failed(at: start, .orderWaits) }
        #expect(reopening.nextAttempt == start + .seconds(1))
    }

    @Test func `a line that drops at once each time is not tried at full speed`() {
        var reopening = Reopening(at: start)
        for _ in 1...5 { reopening.lost(after: .milliseconds(1), at: start, .idle) }
        #expect(reopening.nextAttempt == start + .seconds(15))
        reopening.lost(after: .seconds(15), at: start, .idle)
        #expect(reopening.nextAttempt == start + .seconds(1))
    }

    @Test func `a line that was well is opened at once for the order that waits`() {
        var reopening = Reopening(at: start)
        reopening.attempted(at: start)
        reopening.lost(after: .seconds(1), at: start + .seconds(1), .orderWaits)
        #expect(reopening.nextAttempt == start + .seconds(1))
        reopening.attempted(at: start + .seconds(1))
        reopening.lost(after: .milliseconds(20), at: start + .seconds(1), .orderWaits)
        #expect(reopening.nextAttempt == start + .seconds(2))
    }
}
