// What an operator sees at three in the morning, to the letter.

import Commands
import Fencing
import Testing

@Suite("Looks")
struct SightTests {
    static func name<Kind>(_ text: String) -> Name<Kind> {
        guard let name = Name<Kind>(text) else { preconditionFailure(text) }
        return name
    }

    static func outlet(_ text: String) -> Outlet {
        guard let outlet = Outlet(text) else { preconditionFailure(text) }
        return outlet
    }

    static func shot(
        _ number: UInt64, _ verb: GrantedVerb, _ target: String, _ stage: ShotSight.Stage,
        by: String = "node1"
    ) -> ShotSight {
        ShotSight(
            number: ShotNumber(number), verb: verb, target: name(target), by: .node(name(by)),
            id: name("7f3a"), stage: stage, granted: Timestamp("2026-11-21T03:12:41.100Z"),
            ended: Timestamp("2026-11-21T03:12:43.400Z"), attestedBy: nil)
    }

    static func node(
        _ text: String, _ standing: Standing, _ power: PowerState, _ feeds: [String],
        _ shot: ShotSight? = nil, locks: [NodeLock] = [], onRecord: OnRecord = .notOff
    ) -> NodeSight {
        NodeSight(
            name: name(text), cluster: name("db"), standing: standing,
            standingFor: shot == nil ? nil : .seconds(192),
            feeds: feeds.map {
                FeedSight(
                    outlet: outlet($0), node: name(text),
                    knowledge: power == .unknown ? past : .read(power, age: .seconds(2)),
                    trouble: power == .unknown ? "no answer within 2s" : nil)
            }, onRecord: onRecord, shot: shot, locks: locks, heard: .seconds(2),
            uptime: .seconds(7500))
    }

    static let past = OutletKnowledge.unknown(was: FormerReading(state: .on, ago: .seconds(37)))

    static let site: [NodeSight] = [
        node("node1", .member, .on, ["pdu-a/1"]),
        node("node2", .probation, .off, ["pdu-a/2"], shot(7, .off, "node2", .ended(.held))),
        node(
            "node3", .doomed, .unknown, ["pdu-a/3", "pdu-b/7"],
            shot(8, .reboot, "node3", .inDoubt(why: "pdu-b/7: no answer within 5s"))),
        node(
            "node4", .member, .on, ["pdu-b/4"],
            locks: [
                NodeLock(name("node4"), .protect, owner: .operator(name("alice")), name("hands-in"))
            ]),
    ]

    @Test("which node is off, since when, who shot it, what is in doubt, and what may be done")
    func nodes() {
        let page = Tables.nodes(Self.site).printed(as: .text)
        #expect(
            page == """
                NODE   STANDING   FOR    POWER  READ         FEEDS         SHOT  VERDICT   BY
                node1  member     -      on     2s           pdu-a/1:on    -     -         -
                node2  probation  3m12s  OFF    2s           pdu-a/2:off   7     off       node1
                node3  doomed     3m12s  ?      was on 37s   pdu-a/3:?     8     in doubt  node1
                                                ago          pdu-b/7:?
                node4  member     -      on     2s           pdu-b/4:on    -     -         -

                node2: off, and on probation for 3m12s since shot 7 by node1. Before anything of
                it is taken over: `check-off node2`. To give it power: `on node2`.
                node3: shot 8 by node1 is in doubt (pdu-b/7: no answer within 5s). Take node3
                for alive. It is read on and on; if somebody has seen that it is off:
                `confirm-off node3 shot=8 reason=WORD`. `why 8` tells the story.
                node4: protect by alice, reason hands-in: nobody switches it off until `release
                node4`.

                """)
    }

    @Test("a site on which nothing is wrong says so")
    func fine() {
        let page = Tables.nodes([Self.site[0]]).printed(as: .text)
        #expect(page.hasSuffix("Nothing is in doubt.\n"))
        // A node that nobody can read is not fine.
        let blind = Self.node("node9", .member, .unknown, ["pdu-a/9"])
        let other = Tables.nodes([blind]).printed(as: .text)
        #expect(!other.contains("Nothing is in doubt"))
        #expect(other.contains("a shot at it would be in"))
    }

    private static func advice(
        _ node: String, _ standing: Standing, _ power: PowerState, _ shot: ShotSight? = nil,
        locks: [NodeLock] = [], onRecord: OnRecord = .notOff, feeds: [String] = ["pdu-a/2"]
    ) -> String {
        Self.node(node, standing, power, feeds, shot, locks: locks, onRecord: onRecord).advice
            .joined(separator: "\n")
    }

    private static let off = OnRecord.off(since: ShotNumber(7), attestedBy: nil)
    private static let held = NodeLock(
        name("node2"), .holdOff, owner: .operator(name("alice")), name("disk"))

    @Test("on although it is on record as off: in capitals, before everything else")
    func alarm() {
        let lost = Self.node(
            "node2", .probation, .on, ["pdu-a/2"], Self.shot(7, .off, "node2", .ended(.held)),
            onRecord: .off(since: ShotNumber(7), attestedBy: Self.name("alice")))
        let table = Tables.nodes(
            (1...9).map { Self.node("n\($0)", .probation, .off, ["pdu-a/\($0)"]) } + [lost])
        #expect(
            table.notes[0].hasPrefix(
                "node2: ON ALTHOUGH IT IS ON RECORD AS OFF since shot 7 (alice confirmed it): "
                    + "pdu-a/2 reads on."))
        #expect(!table.notes.contains { $0.contains("admit node2") })
        #expect(table.reply.lines[9]["alarm"] == "on-though-off")
        #expect(table.reply.lines[0]["alarm"] == "-")
    }

    @Test("what would be refused, or undone by itself, is not advised")
    func untimely() {
        let reboot = Self.shot(7, .reboot, "node2", .running(.verifiedOff))
        let about = Self.advice("node2", .probation, .off, reboot, onRecord: Self.off)
        #expect(about.contains("switched on again by itself") && !about.contains("`on node2`"))
        let shot = Self.shot(7, .off, "node2", .ended(.held))
        let dark = Self.advice(
            "node2", .probation, .off, shot, locks: [Self.held], onRecord: Self.off)
        #expect(dark.contains("`check-off node2`") && !dark.contains("`on node2`"), "\(dark)")
        let lit = Self.advice("node2", .probation, .on, shot, locks: [Self.held])
        #expect(lit.contains("`release node2` comes before"), "\(lit)")
        let free = Self.advice("node2", .probation, .on, shot)
        #expect(free.contains("When it works again: `admit node2`"), "\(free)")
    }

    @Test("a sentence about a shot goes when it is no longer true")
    func vanishes() {
        let failed = Self.shot(7, .off, "node2", .ended(.failed(on: [Self.outlet("pdu-a/2")])))
        #expect(Self.advice("node2", .member, .on, failed).contains("node2 lives"))
        #expect(!Self.advice("node2", .member, .unknown, failed).contains("lives"))
        let dark = Self.shot(7, .reboot, "node2", .ended(.onFailed))
        #expect(Self.advice("node2", .probation, .off, dark).contains("tries again"))
        #expect(!Self.advice("node2", .probation, .on, dark).contains("switched on"))
        let blind = Self.shot(7, .reboot, "node2", .ended(.onUnknown))
        #expect(Self.advice("node2", .probation, .unknown, blind).contains("cannot be read"))
        #expect(!Self.advice("node2", .probation, .on, blind).contains("cannot be read"))
    }

    @Test("a node that lost one of two feeds says so, and counts as on")
    func oneFeed() {
        var node = Self.node("node3", .member, .on, ["pdu-a/3", "pdu-b/3"])
        node.feeds[1].knowledge = .read(.off, age: .seconds(3))
        #expect(node.powerWord == "on 1/2")
        #expect(node.advice.first?.contains("1 of its 2 feeds is on; pdu-b/3 reads off") == true)
        node.feeds[1].knowledge = Self.past
        node.feeds[1].trouble = "no answer"
        let advice = node.advice.joined()
        #expect(advice.contains("pdu-b/3 cannot be read (no answer)"), "\(advice)")
        #expect(advice.contains("in doubt"))
        let json = Tables.nodes([node]).printed(as: .json)
        let cells = #""power":"on","read":2,"feeds":["pdu-a/3:on","pdu-b/3:?"]"#
        #expect(json.contains(cells), "\(json)")
    }

    @Test("right after a start it is not read yet, which is no trouble")
    func fresh() {
        var node = Self.node("node1", .member, .unknown, ["pdu-a/1"])
        node.feeds[0].knowledge = .unknown(was: nil)
        node.uptime = .seconds(4)
        let page = Tables.nodes([node]).printed(as: .text)
        #expect(page.contains("not read yet: the daemon has been up for 4s"), "\(page)")
        #expect(page.contains("not yet") && !page.contains("never") && !page.contains("in doubt"))
        node.uptime = .seconds(400)
        #expect(node.advice.joined().contains("cannot be read (no answer within 2s)"))
    }

    @Test("JSON: numbers are numbers, ages seconds, moments ISO 8601, lists arrays, none null")
    func json() throws {
        let shots = Tables.shots(Self.site.compactMap(\.shot), of: 2).printed(as: .json)
        #expect(
            shots.hasPrefix(
                #"{"result":"OK","exit":0,"shot":7,"granted":"2026-11-21T03:12:41.100Z","#),
            "\(shots)")
        #expect(shots.contains(#""took":2.3}"#), "\(shots)")
        let nodes = Tables.nodes(Self.site).printed(as: .json)
        for part in [
            #""for":192,"#, #""read":null,"#, #""power":"off""#, #""power":"unknown""#,
            #""feeds":["pdu-a/3:?","pdu-b/7:?"]"#, #""shot":null"#,
            #""locks":["protect:hands-in"]"#, #""heard":2,"#,
        ] {
            #expect(nodes.contains(part), "\(part) in \(nodes)")
        }
        let read = try ReplyLine.lines(json: nodes)
        #expect(read[2]["feeds"] == "pdu-a/3:?,pdu-b/7:?" && read[2]["read"] == nil)
    }

    @Test("a probation is not since the shot that switched the node on again")
    func switchedOn() {
        let node = Self.node(
            "node2", .probation, .on, ["pdu-a/2"], Self.shot(8, .on, "node2", .ended(.on)))
        let text = Tables.nodes([node]).printed(as: .text)
        #expect(text.contains("on probation for 3m12s."), "\(text)")
        #expect(!text.contains("since shot 8"), "\(text)")
    }

    @Test("the whole story of a shot, in order")
    func story() throws {
        func at(_ text: String) -> Timestamp? { Timestamp("2026-11-21T03:12:\(text)Z") }
        let story = StorySight(
            shot: Self.shot(7, .off, "node2", .ended(.held)),
            items: [
                .init(at: at("41.098"), .request, "node1 from 192.0.2.1:4711: off node2 id=7f3a"),
                .init(at: at("41.100"), .decision, "shot 7 granted: off node2 by node1 (entry 9)"),
                .init(at: at("41.101"), .order, "off pdu-a/2"),
                .init(at: at("41.150"), .sent, #"pdu-a: off 2\r"#),
                .init(at: at("43.399"), .read, "pdu-a/2 reads off"),
                .init(at: at("43.400"), .verdict, "shot 7: node2 was read off (entry 10)"),
            ], gaps: [])
        #expect(
            story.printed(as: .text) == #"""
                Shot 7: off node2, asked by node1 under the id 7f3a, granted on 2026-11-21 at
                03:12:41 UTC. Verdict: verified off after 2.3s, and left off.

                TIME (UTC)    AFTER    WHAT
                03:12:41.098  -0.002s  request   node1 from 192.0.2.1:4711: off node2 id=7f3a
                03:12:41.100  +0.000s  decision  shot 7 granted: off node2 by node1 (entry 9)
                03:12:41.101  +0.001s  order     off pdu-a/2
                03:12:41.150  +0.050s  sent      pdu-a: off 2\r
                03:12:43.399  +2.299s  read      pdu-a/2 reads off
                03:12:43.400  +2.300s  verdict   shot 7: node2 was read off (entry 10)

                """#)
        let json = story.printed(as: .json).split(separator: "\n")
        #expect(json.count == 6)
        #expect(json[0].contains(#""at":"2026-11-21T03:12:41.098Z","after":-0.002,"#))
    }

    @Test("every table fits 80 columns, whatever the names")
    func widths() {
        let long = String(repeating: "n", count: 20)
        let nodes =
            Self.site + [
                Self.node(
                    long, .probation, .off, ["pdu-with-a-name/outlet-17", "other-pdu/outlet-18"])
            ]
        let switches = [
            SwitchSight(
                name: Self.name("pdu-a"), driver: "powerman:/etc/powerman/baytech-rpc3-nc.dev",
                line: "telnet:192.0.2.44:2001", condition: .down, conditionFor: .seconds(3),
                lastRead: nil,
                trouble: "connection refused by 192.0.2.44 port 2001, again and again",
                troubleAge: .seconds(2), nodes: 3)
        ]
        let pages = [
            Tables.nodes(nodes), Tables.outlets(nodes.flatMap(\.feeds)), Tables.switches(switches),
            Tables.shots(Self.site.compactMap(\.shot), of: 2),
            Tables.locks(nodes.flatMap(\.locks)),
        ].map { $0.printed(as: .text) }
        for page in pages {
            #expect(!page.isEmpty)
            #expect(page.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 }, "\(page)")
        }
    }

    @Test("a board is lines that are read back")
    func board() throws {
        let board = BoardSight(
            now: try #require(Timestamp("2026-11-21T03:15:00.000Z")), nodes: Self.site,
            switches: [], running: [Self.shot(8, .reboot, "node3", .running(.granted))], events: [])
        let text = board.reply.printed(as: .text)
        let again = try Reply(parsing: text, code: .ok)
        #expect(again == board.reply)
        #expect(again.lines.count { $0.part == .node } == 4)
        #expect(again.lines.first { $0.part == .running }?["target"] == "node3")
    }
}

@Suite("Figures for Prometheus")
struct ExpositionTests {
    @Test("families, samples and histograms in the text format")
    func page() {
        var page = Exposition()
        page.family("picket_x", .gauge, "An x.", [([("a", "q\"\\\n")], 1.5), ([], 2)])
        var times = Histogram([0.5, 1])
        for span in [Duration.milliseconds(250), .seconds(1), .seconds(3)] { times.note(span) }
        page.histogram("picket_t", "A t.", times)
        #expect(
            page.text == #"""
                # HELP picket_x An x.
                # TYPE picket_x gauge
                picket_x{a="q\"\\\n"} 1.5
                picket_x 2
                # HELP picket_t A t.
                # TYPE picket_t histogram
                picket_t_bucket{le="0.5"} 1
                picket_t_bucket{le="1"} 2
                picket_t_bucket{le="+Inf"} 3
                picket_t_sum 4.25
                picket_t_count 3

                """#)
    }
}
