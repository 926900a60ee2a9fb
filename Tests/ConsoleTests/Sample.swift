// A site at three in the morning.

import Commands
import Fencing

enum Sample {
    static func name<Kind>(_ text: String) -> Name<Kind> {
        guard let name = Name<Kind>(text) else { preconditionFailure(text) }
        return name
    }

    static func node(
        _ text: String, _ standing: Standing, _ power: PowerState, _ feeds: [String],
        _ shot: ShotSight? = nil, since: Duration? = nil
    ) -> NodeSight {
        NodeSight(
            name: name(text), cluster: name("db"), standing: standing, standingFor: since,
            feeds: feeds.compactMap { Outlet($0) }.map {
                FeedSight(
                    outlet: $0, node: name(text), knowledge: known(power, .seconds(4)),
                    trouble: nil)
            }, shot: shot, locks: [], heard: nil, uptime: .seconds(7500))
    }

    /// What nobody knows was on before.
    static func known(_ power: PowerState, _ age: Duration) -> OutletKnowledge {
        power == .unknown
            ? .unknown(was: FormerReading(state: .on, ago: .seconds(20))) : .read(power, age: age)
    }

    static func shot(
        _ number: UInt64, _ verb: GrantedVerb, _ target: String, _ stage: ShotSight.Stage,
        at clock: String
    ) -> ShotSight {
        ShotSight(
            number: ShotNumber(number), verb: verb, target: name(target), by: .node(name("node1")),
            id: nil, stage: stage, granted: Timestamp("2026-11-21T\(clock).000Z"), ended: nil,
            attestedBy: nil)
    }

    static let running = [
        shot(8, .reboot, "node3", .inDoubt(why: "pdu-b/7: no answer"), at: "03:14:48")
    ]

    static let nodes = [
        node("node1", .member, .on, ["pdu-a/1"]),
        node(
            "node2", .probation, .off, ["pdu-a/2"],
            shot(7, .off, "node2", .ended(.held), at: "03:12:41"), since: .seconds(192)),
        node(
            "node3", .doomed, .unknown, ["pdu-a/3", "pdu-b/7"], running[0], since: .seconds(12)),
        node("node4", .member, .on, ["pdu-b/4"]),
    ]

    static let switches = [
        SwitchSight(
            name: name("pdu-a"), driver: "baytech", line: "/dev/ttyS0", condition: .up,
            conditionFor: .seconds(7500), lastRead: .seconds(2), trouble: nil, troubleAge: nil,
            nodes: 3),
        SwitchSight(
            name: name("pdu-b"), driver: "wti-rps10", line: "/dev/ttyS1", condition: .down,
            conditionFor: .seconds(14), lastRead: .seconds(20), trouble: "no answer within 2s",
            troubleAge: .seconds(12), nodes: 2),
    ]

    static let events = [
        EventSight(
            sequence: LedgerSequence(12), at: Timestamp("2026-11-21T03:14:48.000Z"),
            kind: "granted", shot: ShotNumber(8), node: name("node3"), by: "node1",
            text: "shot 8 granted: reboot node3 by node1, id 91bc"),
        EventSight(
            sequence: LedgerSequence(11), at: Timestamp("2026-11-21T03:12:43.000Z"),
            kind: "verified-off", shot: ShotNumber(7), node: name("node2"), by: nil,
            text: "shot 7: node2 was read off"),
    ]
}
