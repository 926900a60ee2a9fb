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
        _ shot: ShotSight? = nil, locks: [NodeLock] = []
    ) -> NodeSight {
        NodeSight(
            name: name(text), cluster: name("db"), standing: standing,
            standingFor: shot == nil ? nil : .seconds(192), power: power,
            feeds: feeds.map {
                FeedSight(
                    outlet: outlet($0), node: name(text), state: power, age: .seconds(2),
                    trouble: power == .unknown ? "no answer within 2s" : nil)
            }, shot: shot, locks: locks, heard: .seconds(2))
    }

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
                NODE   STANDING   FOR    POWER  READ  FEEDS                SHOT  VERDICT   BY
                node1  member     -      on     2s    pdu-a/1:on           -     -         -
                node2  probation  3m12s  OFF    2s    pdu-a/2:off          7     off       node1
                node3  doomed     3m12s  ?      2s    pdu-a/3:? pdu-b/7:?  8     in doubt  node1
                node4  member     -      on     2s    pdu-b/4:on           -     -         -

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
        #expect(json[0].contains(#""at":"2026-11-21T03:12:41.098Z","after":"-0.002s""#))
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
