// How many hands at the front panel the worlds may have: what nobody can see is no violation.

import Arbiter
import Fencing
import Simulation
import Testing

@Suite("Hands at the front panel")
struct PressTests {
    struct Press {
        let at: Duration
        let outlet: Outlet
        let command: PowerCommand
    }

    @Test("Three presses deceive both looks: told off, and the node never was without power")
    func threePresses() throws {
        let (a, b) = (try #require(Outlet("pdu-a/2")), try #require(Outlet("pdu-b/2")))
        let presses = [
            Press(at: .milliseconds(800), outlet: a, command: .on),
            Press(at: .milliseconds(1250), outlet: b, command: .on),
            Press(at: .milliseconds(1300), outlet: a, command: .off),
        ]
        let (code, wasDark) = try shoot(disturbedBy: presses)
        #expect(code == .ok)
        #expect(!wasDark)
    }

    @Test("Two presses, whatever they are and whenever they come, do not", arguments: 0..<32)
    func twoPresses(_ part: Int) throws {
        let outlets = [try #require(Outlet("pdu-a/2")), try #require(Outlet("pdu-b/2"))]
        let moments = (0..<32).map { Duration.milliseconds(50 + 50 * $0) }
        var told = 0
        let all = outlets.flatMap { outlet in
            [PowerCommand.on, .off].map { (outlet, $0) }
        }
        for (one, first) in all {
            for (other, second) in all {
                for later in moments[part...] {
                    let presses = [
                        Press(at: moments[part], outlet: one, command: first),
                        Press(at: later, outlet: other, command: second),
                    ]
                    let (code, wasDark) = try shoot(disturbedBy: presses)
                    if code == .ok { told += 1 }
                    #expect(code != .ok || wasDark, "\(presses)")
                }
            }
        }
        #expect(told > 0)
    }

    /// A node with two feeds is shot; one feed obeys later than the other, so that the looks lie
    /// apart. Gives back what is told, and whether the node was dark for a moment.
    private func shoot(
        disturbedBy presses: [Press]
    ) throws -> (code: ExitCode?, wasDark: Bool) {
        let site = try twoFeeds()
        let two = try #require(NodeName("node2"))
        var room = PowerRoom(site, at: Moment(sinceStart: .zero), replayEvery: 0)
        room.change(try #require(SwitchName("pdu-b"))) { $0.latency = .seconds(1) }
        room.handle(.sessionOpened(SessionID(1), .node(try #require(NodeName("node1")))))
        room.handle(.ordered(RequestToken(1), by: SessionID(1), PowerRequest(.off, two)))
        var wasDark = false
        func look(_ room: PowerRoom) { wasDark = wasDark || !room.hasPower(two) }
        for press in presses {
            room.pass(until: Moment(sinceStart: press.at)) { look($0) }
            room.press(press.outlet, press.command)
            look(room)
        }
        room.pass(until: Moment(sinceStart: .seconds(3))) { look($0) }
        let code = room.takeHappenings().codes.first
        return (code, wasDark)
    }

    private func twoFeeds() throws -> Site {
        let cluster = try #require(ClusterName("db"))
        var nodes: [NodeName: Node] = [:]
        for number in 1...2 {
            let node = Node(
                name: try #require(NodeName("node\(number)")), cluster: cluster,
                feeds: try ["pdu-a", "pdu-b"].map { try #require(Outlet("\($0)/\(number)")) },
                shoot: .reboot, holdUp: .zero, offTime: .seconds(5))
            nodes[node.name] = node
        }
        let terms = SwitchTerms(patience: .seconds(20), maximalLatency: .seconds(4))
        let switches = [
            try #require(SwitchName("pdu-a")): terms, try #require(SwitchName("pdu-b")): terms,
        ]
        return Site(nodes: nodes, switches: switches, operators: [])
    }
}
