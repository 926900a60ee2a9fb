// What the pictures show, and that they are pictures.

import Fencing
import Pictures
import Testing

@Suite("Timeline")
struct TimelineTests {
    private func at(_ clock: String) -> Timestamp {
        guard let stamp = Timestamp("2026-11-21T\(clock).000Z") else { preconditionFailure(clock) }
        return stamp
    }

    private func event(
        _ clock: String, _ kind: String, _ node: String, _ shot: String = "", by: String = "",
        _ detail: String = ""
    ) -> TimelineEvent {
        TimelineEvent(at: at(clock), kind: kind, node: node, shot: shot, by: by, detail: detail)
    }

    private var picture: TimelinePicture {
        TimelinePicture(
            [
                event("03:12:41", "granted", "node2", "7", by: "node1", "off"),
                event("03:12:43", "verified-off", "node2", "7"),
                event("03:40:00", "granted", "node2", "8", by: "alice", "on"),
                event("03:40:02", "closed", "node2", "8", "on"),
                event("03:45:00", "admitted", "node2", by: "alice"),
            ], nodes: ["node1"], from: at("03:00:00"), to: at("04:00:00"))
    }

    @Test("standing and power, from when to when")
    func stretches() {
        let svg = picture.svg
        for title in [
            "node2: doomed from 2026-11-21T03:12:41.000Z to 2026-11-21T03:12:43.000Z",
            "node2: probation from 2026-11-21T03:12:43.000Z to 2026-11-21T03:45:00.000Z",
            "node2: member from 2026-11-21T03:45:00.000Z to 2026-11-21T04:00:00.000Z",
            "node2: power off from 2026-11-21T03:12:43.000Z to 2026-11-21T03:40:00.000Z",
            "node2: power on from 2026-11-21T03:40:02.000Z to 2026-11-21T04:00:00.000Z",
        ] {
            #expect(svg.contains("<title>\(title)</title>"), "\(title)")
        }
        #expect(svg.contains(">7 off by node1</text>"))
        // Of node1 nothing is known, and nothing is made up.
        #expect(svg.contains(">node1</text>"))
        #expect(!svg.contains("node1: "))
    }

    @Test("what was before the picture's beginning reaches into it")
    func before() {
        let late = TimelinePicture(
            [
                event("01:00:00", "granted", "node2", "7", by: "node1", "off"),
                event("01:00:02", "verified-off", "node2", "7"),
            ], from: at("03:00:00"), to: at("04:00:00"))
        #expect(
            late.svg.contains(
                "node2: power off from 2026-11-21T03:00:00.000Z to 2026-11-21T04:00:00.000Z"))
        #expect(!late.svg.contains("doomed from"))
    }

    @Test("an installation that is younger than the span fills the picture")
    func young() {
        let day = Duration.seconds(86_400)
        let events = [event("03:40:00", "started", ""), event("03:50:00", "granted", "node2", "1")]
        let start = TimelinePicture.beginning(of: events, within: day, until: at("04:00:00"))
        #expect(start == at("03:39:00"))
        let hour = Duration.seconds(600)
        #expect(
            TimelinePicture.beginning(of: events, within: hour, until: at("04:00:00"))
                == at("03:50:00"))
        #expect(
            TimelinePicture.beginning(of: [], within: hour, until: at("04:00:00")) == at("03:50:00")
        )
    }

    @Test("an off that a person has confirmed is told as theirs; a command makes power unknown")
    func attested() {
        let svg = TimelinePicture(
            [
                event("03:12:41", "granted", "node2", "7", by: "node1", "off"),
                event("03:20:00", "attested", "node2", "7", by: "alice"),
                event("03:40:00", "granted", "node2", "8", by: "alice", "on"),
                event("03:40:09", "closed", "node2", "8", "on-unknown"),
            ], from: at("03:00:00"), to: at("04:00:00")
        ).svg
        #expect(svg.contains("node2: power off, says alice from 2026-11-21T03:20:00.000Z"))
        #expect(
            svg.contains(
                "node2: power unknown from 2026-11-21T03:40:00.000Z to 2026-11-21T04:00:00.000Z"))
        #expect(!svg.contains("power off from"))
    }

    @Test("what somebody has called a node cannot leave its place")
    func escaped() {
        let svg = TimelinePicture(
            [event("03:12:41", "granted", "<b>&\"", "7", by: "x", "off")], from: at("03:00:00"),
            to: at("04:00:00")
        ).svg
        #expect(svg.contains("&lt;b&gt;&amp;&quot;"))
        #expect(!svg.contains("<b>"))
    }
}

@Suite("Map")
struct MapTests {
    static let picture = MapPicture(
        clusters: [("db", ["node1", "node2", "node3"])],
        feeds: [
            .init(node: "node1", powerSwitch: "pdu-a", outlet: "1"),
            .init(node: "node2", powerSwitch: "pdu-a", outlet: "2"),
            .init(node: "node2", powerSwitch: "pdu-b", outlet: "2"),
            .init(node: "node3", powerSwitch: "pdu-c", outlet: "3"),
        ], sources: ["pdu-a": "ups-a", "pdu-b": "ups-b", "pdu-c": nil], applianceSource: "ups-a")

    @Test func `Where no source is named, the picture says what to add`() {
        let picture = MapPicture(clusters: [], feeds: [], sources: [:], applianceSource: nil)
        #expect(picture.losses.isEmpty)
        #expect(picture.svg.contains("Add `power_source: NAME` to each"))
    }

    @Test("what the failure of one power source takes")
    func losses() {
        #expect(
            Self.picture.losses == [
                .init(
                    source: "ups-a", switches: ["pdu-a"], dark: ["node1"], unprovable: ["node2"],
                    takesAppliance: true),
                .init(
                    source: "ups-b", switches: ["pdu-b"], dark: [], unprovable: ["node2"],
                    takesAppliance: false),
            ])
        #expect(Self.picture.losses[0].sentence == "takes pdu-a; dark: node1")
        #expect(
            Self.picture.losses[0].lines == [
                "takes pdu-a; dark: node1",
                "a shot would be in doubt at: node2 (they run on, and a switch of theirs cannot be "
                    + "read)",
                "the appliance goes with it: nobody takes over anything until it is back",
            ])
        #expect(Self.picture.losses.flatMap(\.lines).allSatisfy { Self.picture.svg.contains($0) })
    }

    @Test("everything is on it")
    func complete() {
        let svg = Self.picture.svg
        for word in [
            "ups-a", "ups-b", "not named", "pdu-a", "pdu-b", "pdu-c", "cluster db", "node1",
            "node2",
            "node3", "the appliance, on ups-a", "a shot would be in doubt at: node2",
        ] {
            #expect(svg.contains(word), "\(word)")
        }
        #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
    }
}
