// What may be told of an outlet, and in which tense.

import Fencing
import Testing

@Suite("What is known of an outlet")
struct OutletHistoryTests {
    private static let latency = Duration.seconds(2)

    private static func at(_ seconds: Double) -> Moment {
        Moment(sinceStart: .milliseconds(Int64(seconds * 1000)))
    }

    private static func report(
        _ state: PowerState, began: Double?, order: UInt64 = 99, sent: Double? = nil
    ) -> PowerReport {
        guard let outlet = Outlet("pdu-a/1") else { preconditionFailure("a plain constant") }
        return PowerReport(
            order: OrderID(order), outlet: outlet, state: state, began: began.map(at),
            lastCommandAt: sent.map(at), trouble: state == .unknown ? "mute" : nil)
    }

    /// Read off at 10 s.
    private var off: OutletHistory {
        var history = OutletHistory()
        history.reported(Self.report(.off, began: 10), latency: Self.latency)
        return history
    }

    @Test("a reading is told with the age of its beginning; without one there is nothing")
    func read() {
        #expect(off.knowledge(at: Self.at(14)) == .read(.off, age: .seconds(4)))
        #expect(OutletHistory().knowledge(at: Self.at(14)) == .unknown(was: nil))
        var history = off
        history.reported(Self.report(.on, began: nil), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(14)).state == .off)
    }

    @Test("an order makes it unknown when it is handed out; what it was is told in the past tense")
    func ordered() {
        var history = off
        history.ordered(OrderID(1), .on, at: Self.at(20), actsUntil: Self.at(30))
        let known = history.knowledge(at: Self.at(47))
        #expect(known.state == .unknown && known.age == nil)
        #expect(known.former?.text == "off 37s ago")
    }

    @Test("a reading that began before the order stays the past, whenever it is reported")
    func late() {
        var history = off
        history.ordered(OrderID(1), .on, at: Self.at(20), actsUntil: Self.at(30))
        history.reported(Self.report(.off, began: 19.9), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(60)).state == .unknown)
    }

    @Test("an order that brought no answer leaves it unknown; a trouble does not make it young")
    func mute() {
        var history = off
        history.ordered(OrderID(1), .on, at: Self.at(20), actsUntil: Self.at(30))
        history.reported(
            Self.report(.unknown, began: nil, order: 1, sent: 21), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(25)).state == .unknown)
        #expect(history.trouble == "mute")
        history.reported(Self.report(.on, began: 26), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(27)) == .read(.on, age: .seconds(1)))
        #expect(history.trouble == nil)
    }

    @Test("while a command may still act, only what it was told to be counts", arguments: [1, 2])
    func acting(order: UInt64) {
        var history = off
        history.ordered(OrderID(1), .on, at: Self.at(20), actsUntil: Self.at(30))
        history.reported(
            Self.report(.unknown, began: nil, order: order, sent: 21), latency: Self.latency)
        // Its own report says when it was sent; a report of another order says nothing of it.
        let quiet = order == 1 ? 23.0 : 30.0
        history.reported(Self.report(.off, began: quiet - 0.1), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(40)).state == .unknown)
        history.reported(Self.report(.off, began: quiet), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(40)).state == .off)
        var done = off
        done.ordered(OrderID(1), .on, at: Self.at(20), actsUntil: Self.at(30))
        done.reported(Self.report(.on, began: 20.5), latency: Self.latency)
        #expect(done.knowledge(at: Self.at(21)).state == .on)
        // Read as commanded: what it reads later is no late effect of the command.
        done.reported(Self.report(.on, began: 20.5, order: 1, sent: 20.2), latency: Self.latency)
        done.reported(Self.report(.off, began: 21), latency: Self.latency)
        #expect(done.knowledge(at: Self.at(21)).state == .off)
    }

    @Test("what the daemon's life before has sent may act, too")
    func restart() {
        var history = OutletHistory()
        history.assumeOrdered(at: Self.at(0), actsUntil: Self.at(2))
        history.reported(Self.report(.on, began: 1), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(1)).state == .unknown)
        history.reported(Self.report(.on, began: 2), latency: Self.latency)
        #expect(history.knowledge(at: Self.at(2)).state == .on)
    }

    @Test("who asks what it is since a moment hears nothing older")
    func since() {
        #expect(off.knowledge(since: Self.at(10), at: Self.at(11)).state == .off)
        let old = off.knowledge(since: Self.at(10.001), at: Self.at(11))
        #expect(old.state == .unknown && old.former?.text == "off 1s ago")
    }

    @Test("a node is off when all feeds are, on when any is, and otherwise unknown")
    func nodes() {
        #expect(PowerState(ofFeeds: [.off, .off]) == .off)
        #expect(PowerState(ofFeeds: [.off, .unknown]) == .unknown)
        #expect(PowerState(ofFeeds: [.unknown, .on]) == .on)
        #expect(PowerState(ofFeeds: []) == .unknown)
    }
}
