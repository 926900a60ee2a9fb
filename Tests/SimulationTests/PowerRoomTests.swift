// The room itself: whoever judges by it must be able to trust it.

import Arbiter
import Fencing
import Simulation
import Testing

@Suite("The power room")
struct PowerRoomTests {
    @Test("A shot in a room without faults goes its whole way, on virtual time")
    func wholeShot() throws {
        var room = PowerRoom(try twoNodes(), at: Moment(sinceStart: .zero))
        let (one, two) = (try name("node1"), try name("node2"))
        room.handle(.sessionOpened(SessionID(1), .node(one)))
        room.handle(.ordered(RequestToken(1), by: SessionID(1), PowerRequest(.reboot, two)))
        room.pass(until: Moment(sinceStart: .seconds(1)))
        #expect(!room.hasPower(two))
        room.pass(until: Moment(sinceStart: .seconds(60)))
        #expect(room.hasPower(two))
        let happenings = room.takeHappenings()
        #expect(happenings.codes == [.ok])
        #expect(happenings.records.count == 5)
        #expect(room.takeViolations().isEmpty)
    }

    @Test("It dies at every step of a shot, and what was on record is taken up", arguments: 1...14)
    func deathAtEachStep(_ steps: Int) throws {
        var room = PowerRoom(try twoNodes(), at: Moment(sinceStart: .zero))
        let (one, two) = (try name("node1"), try name("node2"))
        room.handle(.sessionOpened(SessionID(1), .node(one)))
        room.killAfter(steps: steps)
        room.handle(.ordered(RequestToken(1), by: SessionID(1), PowerRequest(.reboot, two)))
        room.pass(until: Moment(sinceStart: .seconds(30)))
        let died = !room.appliance.isUp
        if died { room.start(on: BootID("boot-1")) }
        room.pass(until: Moment(sinceStart: .seconds(120)))
        #expect(died == (steps <= 11))
        #expect(room.appliance.arbiter?.isAtRest == true)
        #expect(room.hasPower(two))
        #expect(room.takeViolations().isEmpty)
    }

    @Test("What may still act is waited for, and the room sees that it is")
    func lateCommandIsWaitedFor() throws {
        let site = try twoNodes()
        var room = PowerRoom(site, at: Moment(sinceStart: .zero))
        let two = try #require(site.nodes[try name("node2")])
        let name = two.feeds[0].powerSwitch
        room.change(name) { $0.obedience = .actsLate(.seconds(4)) }
        room.handle(.sessionOpened(SessionID(1), .node(try self.name("node1"))))
        room.handle(.ordered(RequestToken(1), by: SessionID(1), PowerRequest(.off, two.name)))
        // Somebody presses it off, so that the shot is verified long before its own command acts.
        room.press(two.feeds[0], .off)
        room.pass(until: Moment(sinceStart: .seconds(1)))
        #expect(room.takeHappenings().records.count == 3)
        #expect(room[name]?.underWay.count == 1)
        room.handle(.ordered(RequestToken(2), by: SessionID(1), PowerRequest(.on, two.name)))
        room.pass(until: Moment(sinceStart: .seconds(60)))
        #expect(room.takeViolations().isEmpty, "the arbiter waits it out")
        #expect(room.hasPower(two.name))
    }

    private func name(_ text: String) throws -> NodeName { try #require(NodeName(text)) }

    private func twoNodes() throws -> Site {
        let cluster = try #require(ClusterName("db"))
        let pdu = try #require(SwitchName("pdu-a"))
        var nodes: [NodeName: Node] = [:]
        for number in 1...2 {
            let node = Node(
                name: try name("node\(number)"), cluster: cluster,
                feeds: [try #require(Outlet("pdu-a/\(number)"))], shoot: .reboot,
                holdUp: .seconds(2), offTime: .seconds(5))
            nodes[node.name] = node
        }
        let terms = SwitchTerms(patience: .seconds(20), maximalLatency: .seconds(4))
        return Site(nodes: nodes, switches: [pdu: terms], operators: [])
    }
}

extension [Happening] {
    var codes: [ExitCode] {
        compactMap { if case .deed(.reply(_, let reply)) = $0 { reply.code } else { nil } }
    }

    var records: [Entry] {
        compactMap { if case .deed(.recorded(let receipt)) = $0 { receipt.entry } else { nil } }
    }
}
