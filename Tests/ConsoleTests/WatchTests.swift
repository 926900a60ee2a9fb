// The live board: screens of 80 by 24, to the letter, and the keys that move in them.

import Commands
import Console
import Fencing
import Testing

@Suite("The live board")
struct WatchTests {
    static func board(_ nodes: [NodeSight] = Sample.nodes, at clock: String = "03:15:00") -> String
    {
        guard let now = Timestamp("2026-11-21T\(clock).000Z") else { preconditionFailure(clock) }
        return BoardSight(
            now: now, nodes: nodes, switches: Sample.switches, running: Sample.running,
            events: Sample.events
        ).reply.printed(as: .text)
    }

    static func watching(_ terminal: String = "vt100", rows: Int = 24) -> Desk {
        var desk = Desk.open(terminal, rows: rows)
        desk.answers["board"] = (board(), 0)
        desk.type("watch\r")
        return desk
    }

    @Test("shows nodes, switches, the running shot and what was last, at 80 by 24")
    func screen() {
        #expect(
            Self.watching().screen.text == """
                Picket   4 nodes, 1 off, 2 not members, 1 IN DOUBT       2026-11-21 03:15:00 UTC
                  NODE  STANDING  FOR    POWER READ           FEEDS         SHOT VERDICT  BY
                > node1 member    -      on    4s             pdu-a/1:on    -    -        -
                  node2 probation 3m12s  OFF   4s             pdu-a/2:off   7    off      node1
                  node3 doomed    12s    ?     was on 20s ago 2 ?           8    in doubt node1
                  node4 member    -      on    4s             pdu-b/4:on    -    -        -

                  SWITCHES
                  pdu-b            DOWN for 14s    read 20s    12s ago: no answer within 2s
                  pdu-a            up   for 2h05m  read 2s
                  SHOT 8: reboot node3 by node1, in doubt, 12s

                  LATEST
                  03:14:48 shot 8 granted: reboot node3 by node1, id 91bc
                  03:12:43 shot 7: node2 was read off








                up, down: move   Enter: the node's last shot   r: read anew   q: leave
                """)
    }

    @Test("r has every outlet read anew, says so meanwhile, and shows the board again")
    func reads() {
        var desk = Self.watching()
        desk.type("r")
        #expect(desk.asked.last == "status")
        #expect(desk.screen.text.contains("every outlet is being read"))
        desk.take(.answered("IN-DOUBT target=node3 power=unknown\n", exit: 2))
        #expect(desk.asked.last == "board")
        #expect(!desk.screen.text.contains("is being read"))
        // A line that says nothing does not hold the board up.
        desk.type("r")
        for _ in 1...4 { desk.take(.tick(isClear: true)) }
        #expect(desk.abandoned == 1 && desk.asked.last == "board")
        #expect(!desk.screen.text.contains("is being read"))
    }

    @Test("no state of a feed is cut: names give way first, then it is counted", arguments: 1...8)
    func feeds(count: Int) {
        let feeds = (1...count).map { "a-switch-with-a-long-name/outlet-\($0)" }
        let board = Self.board([Sample.node("node1", .member, .on, feeds)])
        for columns in [60, 80, 120, 200] {
            var desk = Desk.open("vt100", columns: columns)
            desk.answers["board"] = (board, 0)
            desk.type("watch\r")
            let row = desk.screen.text.split(separator: "\n").first { $0.hasPrefix("> node1") }
            let states = row?.matches(of: /:on\b/).count ?? 0
            #expect(
                states == count || row?.contains(" \(count) on ") == true,
                "\(columns): \(row ?? "")")
        }
    }

    @Test("a node on record as off that reads on is counted in the title")
    func alarm() {
        var node = Sample.node("node2", .probation, .on, ["pdu-a/2"])
        node.onRecord = .off(since: ShotNumber(7), attestedBy: nil)
        var desk = Desk.open("vt100")
        desk.answers["board"] = (Self.board([node]), 0)
        desk.type("watch\r")
        #expect(desk.screen.text.contains("1 not members, 1 ON THOUGH OFF"))
    }

    @Test("is the same with colours")
    func coloured() {
        #expect(Self.watching("xterm").screen.text == Self.watching().screen.text)
    }

    @Test("the mark moves, stays on its node, and opens the story of its shot")
    func story() {
        var desk = Self.watching()
        desk.type("\u{1B}[B\u{1B}[B")
        #expect(desk.screen.text.contains("> node3"))
        desk.answers["board"] = (Self.board(Array(Sample.nodes.dropFirst())), 0)
        desk.take(.tick(isClear: true))
        #expect(desk.screen.text.contains("> node3"))
        desk.type("\r")
        #expect(desk.asked.last == "why 8")
        #expect(desk.screen.text.hasPrefix("line 1\nline 2\n"))
        #expect(
            desk.screen.text.hasSuffix("lines 1 to 23 of 40   up, down, space, b: move   q: back"))
        desk.type(" \u{1B}[B")
        #expect(
            desk.screen.text.hasSuffix(
                "line 40\nlines 18 to 40 of 40   up, down, space, b: move   q: back"))
        desk.type("q")
        #expect(desk.screen.text.contains("> node3"))
        desk.type("q")
        #expect(desk.sent.contains("\u{1B}[?1049l"))
        #expect(desk.screen.text.hasSuffix("alice@picket>"))
    }

    @Test("Escape goes back when nothing follows it")
    func escape() {
        var desk = Self.watching()
        desk.type("\u{1B}[B\r")
        #expect(desk.asked.last == "why 7")
        desk.take(.answered("the story\n", exit: 0))
        #expect(desk.screen.text.hasPrefix("the story"))
        desk.type("\u{1B}")
        desk.take(.tick(isClear: true))
        #expect(desk.screen.text.contains("> node2"))
    }

    @Test("a second sends what has changed, and a terminal that is behind nothing")
    func frugal() {
        var desk = Self.watching()
        let before = desk.sent.utf8.count
        desk.answers["board"] = (Self.board(at: "03:15:01"), 0)
        desk.take(.tick(isClear: true))
        let one = desk.sent.utf8.count - before
        #expect((80..<160).contains(one), "\(one)")
        let asked = desk.asked.count
        for _ in 1...100 { desk.take(.tick(isClear: false)) }
        #expect(desk.asked.count == asked)
        #expect(desk.sent.utf8.count == before + one)
    }

    @Test(
        "a window of another size is filled anew; a small one still shows the node",
        arguments: 6...60)
    func sizes(rows: Int) {
        var desk = Self.watching(rows: 60)
        desk.screen = Screen(columns: 80, rows: rows)
        desk.take(.resized(columns: 80, rows: rows))
        let lines = desk.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == rows)
        #expect(lines[0].hasPrefix("Picket"))
        #expect(lines.last?.hasPrefix("up, down") == true)
        #expect(desk.screen.text.contains("> node1"))
    }

    @Test("three hundred nodes are a screen too, and the marked one is on it")
    func many() {
        let nodes = (1...300).map { Sample.node("n\($0)", .member, .on, ["pdu-a/\($0)"]) }
        var desk = Desk.open("vt100")
        desk.answers["board"] = (Self.board(nodes), 0)
        desk.type("watch\r")
        desk.type("\u{1B}[F")
        #expect(desk.screen.text.contains("> n300"))
        #expect(
            desk.screen.text.split(separator: "\n", omittingEmptySubsequences: false).count == 24)
    }

    @Test("when the appliance leaves, the screen is given back")
    func leaving() {
        var desk = Self.watching("xterm")
        desk.take(.closing)
        #expect(desk.sent.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
        #expect(desk.exit == 0)
    }

    @Test("what the appliance refuses stands on the screen")
    func refused() {
        var desk = Desk.open("vt100")
        desk.answers["board"] = ("NOT-PERMITTED why=\"no\"\n", 77)
        desk.type("watch\r")
        #expect(desk.screen.text.contains("NOT-PERMITTED why=\"no\""))
        desk.type("\u{03}")
        #expect(desk.screen.text.hasSuffix("alice@picket>"))
    }
}
