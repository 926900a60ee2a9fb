// How long `status` waits: for an answer that is coming longer than for a switch that says nothing.

import Fencing
import SSHDoor
import Testing

@testable import Appliance

struct StatusDeskTests {
    private let start = Moment(sinceStart: .seconds(1000))
    private let token = RequestToken(1)

    private func outlet(_ number: Int) throws -> Outlet {
        Outlet(try #require(SwitchName("pdu")), try #require(OutletName("\(number)")))
    }

    private func opened(_ outlets: Int, _ desk: inout StatusDesk) throws -> [ReadOrder] {
        desk.open(
            token, by: SessionID(1), about: [], reading: try (1...outlets).map(outlet), at: start)
    }

    private func answered(_ desk: inout StatusDesk, _ seconds: Int, isAnswering: Bool) -> Bool {
        let now = start + .seconds(seconds)
        return !desk.takeAnswerable(at: now, whileNot: { _ in isAnswering }).isEmpty
    }

    @Test func `A switch that says nothing is waited for as long as its outlets may take`() throws {
        var desk = StatusDesk()
        _ = try opened(3, &desk)
        #expect(!answered(&desk, 4, isAnswering: false))
        #expect(answered(&desk, 5, isAnswering: false))
    }

    @Test func `An answer that is coming is heard out, and no longer than 12 s`() throws {
        var desk = StatusDesk()
        let orders = try opened(1, &desk)
        #expect(orders.map(\.deadline) == [start + .seconds(8)])
        for second in [3, 5, 7] { #expect(!answered(&desk, second, isAnswering: true)) }
        #expect(desk.nextDeadline == start + .milliseconds(7250))
        #expect(answered(&desk, 8, isAnswering: true))
        var large = StatusDesk()
        #expect(try opened(48, &large).allSatisfy { $0.deadline == start + .seconds(12) })
        #expect(!answered(&large, 11, isAnswering: true))
        #expect(answered(&large, 12, isAnswering: true))
    }

    @Test func `What has come is not waited for`() throws {
        var desk = StatusDesk()
        for order in try opened(2, &desk) {
            #expect(!answered(&desk, 0, isAnswering: true))
            desk.note(
                PowerReport(
                    order: order.id, outlet: order.outlet, state: .on, lastCommandAt: nil,
                    trouble: nil))
        }
        #expect(answered(&desk, 0, isAnswering: true))
    }
}
