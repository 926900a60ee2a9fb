// One of everything that the log can be told.

import Arbiter
import Fencing
import Ledger
import Lines
import LinuxSystem
import TestSupport

@testable import Appliance
@testable import SSHDoor

func name<Kind>(_ text: String) -> Name<Kind> {
    guard let name = Name<Kind>(text) else { preconditionFailure("\(text) is not a name") }
    return name
}

enum AuditSamples {
    private static let node: NodeName = name("node2")
    private static let alice = Principal.operator(name("alice"))
    private static let session = SessionID(4)
    private static let token = RequestToken(7)
    private static let shot = ShotNumber(3)
    private static let outlet: Outlet = {
        guard let outlet = Outlet("pdu-a/1") else { preconditionFailure("a plain constant") }
        return outlet
    }()

    static let door: [DoorEvent] = [
        .entered(
            session, alice, from: "192.0.2.1:5", .key(PublicKey(algorithm: "x", base64: "AA=="))),
        .left(session, alice, .silent),
        .strangerTurnedAway(
            TurnedAway(from: "192.0.2.1:5", user: name("bob"), reason: .refused, why: "unknown")),
        .moreStrangersTurnedAway([.hungUp: 3, .oldest: 4]),
        .noPlace(alice, from: "192.0.2.1:5", .ofTheDoor),
        .limitReached(session, alice, .queuedOutput), .cannotAccept("no descriptors"),
    ]

    static let pages: [Page] = [
        .inDoubt(shot, node, why: "mute"), .failed(shot, node, on: [outlet]),
        .onFailed(shot, node), .onUnknown(shot, node), .leftOff(shot, node),
        .attestedReadsOn(shot, node, by: name("alice"), on: [outlet]),
        .siteChanged(shot, node, why: "other feeds"), .notCondensed(why: "full"),
        .entryTooLarge(why: "64 nodes"),
        .rate(node, why: "often"), .halted(why: "full"),
    ]

    private static var entries: [Entry] {
        let id = RequestID("a1")
        let grant = Grant(
            shot: shot, principal: alice, id: id, verb: .off, target: node, feeds: [outlet])
        let satisfied = Satisfaction(
            principal: alice, id: id, verb: .off, target: node, shot: shot, holds: .nothing)
        return [
            .started(BootID("b")), .answered([.granted(grant), .satisfied(satisfied)]),
            .verifiedOff(shot), .onIntended(shot), .closed(shot, .on),
            .admitted(node, by: alice), .renamed(node, from: name("old")),
            .attested(shot, by: name("alice"), name("looked")),
            .locked(NodeLock(node, .protect, owner: alice, name("work"))),
            .released(node, .protect, by: alice), .condensed(Condensate()),
        ]
    }

    private static func receipts() throws -> [LedgerReceipt] {
        let directory = TemporaryDirectory()
        var ledger = try Ledger.open(path: "\(directory.path)/ledger.sqlite")
        var receipts: [LedgerReceipt] = []
        for entry in entries {
            receipts.append(try ledger.append(entry, expecting: ledger.head, writtenAt: "now"))
        }
        return receipts
    }

    static func appliance() throws -> [ApplianceEvent] {
        let fine = PowerReport(
            order: OrderID(1), outlet: outlet, state: .off, lastCommandAt: nil, trouble: "slow")
        var wrong = fine
        wrong.wire = "off 1"
        let words: [ApplianceEvent] = [
            .processors(whyTheySleep: nil), .processors(whyTheySleep: "no"),
            .recovered(entries: LedgerSequence(3), openShots: 1),
            .requested(token, by: session, alice, line: "off node2", .order),
            .requested(token, by: session, alice, line: "quorum", .question),
            .refusedLine(session, alice, why: "no verb"), .reported(fine), .reported(wrong),
            .line(name("pdu-a"), .up), .line(name("pdu-a"), .left),
            .line(name("pdu-a"), .down("gone")), .line(name("pdu-a"), .notice("a banner")),
            .onThoughOff(node, since: shot, [outlet]),
            .reloaded(.admissions(principals: 3, needingRestart: [])),
            .reloaded(.admissions(principals: 3, needingRestart: ["node node1"])),
            .reloaded(.refused("no file")), .stopping,
            .ledgerLost(why: "disk"),
        ]
        return words + (try receipts().map { .recorded($0) })
    }

    static func effects() throws -> [Effect<LedgerReceipt>] {
        guard let receipt = try receipts().first else { return [] }
        let later = Moment(sinceStart: .seconds(9))
        return [
            .turn(
                PowerOrder(
                    id: OrderID(1), outlet: outlet, command: .off, deadline: later,
                    proof: receipt)),
            .read(ReadOrder(id: OrderID(2), outlet: outlet, deadline: later)),
            .reply(token, Reply(.ok, [ReplyField("a", "b")])), .closeSession(session),
            .probe(session),
        ]
    }
}
