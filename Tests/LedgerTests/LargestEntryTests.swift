// The largest entry that the limits allow fits into a ledger: with the real SQLite.

import Fencing
import Ledger
import Testing

@Suite("The largest condensing entry")
struct LargestEntryTests {
    @Test("With everything at its limit it is smaller than the largest entry")
    func largest() throws {
        let condensate = Largest.condensate()
        #expect(condensate.nodes.count == Condensate.Most.names)
        #expect(condensate.locks.count == Condensate.Most.locks)
        #expect(condensate.open.count == Condensate.Most.openShots)
        #expect(condensate.outcomes.shotsInOrder.count == OutcomeTable.standardCapacity)
        let answers = condensate.outcomes.answersInOrder.reduce(0) { $0 + $1.answers.count }
        let most = OutcomeTable.mostAnswers(capacity: OutcomeTable.standardCapacity)
        #expect(answers == most)
        let bytes = Ledger.bytes(of: .condensed(condensate))
        #expect(bytes < Ledger.largestEntry, "\(bytes)")
    }

    @Test("A request about all the nodes that it may name fits many times")
    func request() {
        let answers = (0..<PowerRequest.mostTargets).map {
            Answer.granted(Largest.grant(UInt64($0)))
        }
        #expect(Ledger.bytes(of: .answered(answers)) < Ledger.largestEntry / 100)
    }
}

/// Everything as long as it may be.
enum Largest {
    static func condensate() -> Condensate {
        var condensate = Condensate()
        condensate.boot = boot
        condensate.lastShot = ShotNumber(.max)
        condensate.forgotten = LedgerSequence(.max)
        condensate.forgottenNext = LedgerSequence(.max)
        var record = NodeRecord()
        record.standing = .probation
        record.generation = Generation(.max)
        record.powerSequence = pseq
        record.lastShot = ShotNumber(.max)
        record.wasCommanded = .never
        record.renamedTo = long("n", 0)
        for number in 0..<UInt64(Condensate.Most.names) {
            condensate.nodes[long("n", number)] = record
        }
        condensate.locks = (0..<UInt64(Condensate.Most.locks)).map {
            NodeLock(long("n", $0), .holdOff, owner: .operator(long("o", $0)), long("r", $0))
        }
        condensate.open = (0..<UInt64(Condensate.Most.openShots)).map {
            Condensate.Open(
                grant: grant($0), stage: .verifiedOff, standingBefore: .probation, boot: boot)
        }
        remember(in: &condensate.outcomes)
        return condensate
    }

    private static func remember(in outcomes: inout OutcomeTable) {
        for number in 0..<UInt64(Condensate.Most.openShots) {
            var record = ShotRecord(
                grant: grant(number), sequence: LedgerSequence(.max), grantedAt: pseq)
            record.offAs = pseq
            record.attestedBy = long("o", number)
            outcomes.remember(record)
        }
        let most = OutcomeTable.mostAnswers(capacity: OutcomeTable.standardCapacity)
        for number in 0..<UInt64(most / PowerRequest.mostTargets) {
            let key = OutcomeTable.Key(principal: principal, id: long("i", number))
            let answers = (0..<PowerRequest.mostTargets).map { index in
                let satisfaction = Satisfaction(
                    principal: principal, id: key.id, verb: .reboot,
                    target: long("n", UInt64(index)), shot: first, holds: .nothing, since: pseq)
                return OutcomeTable.Answer.satisfied(satisfaction, pseq, LedgerSequence(.max))
            }
            // One of them is about a shot that is open, so that none of them goes by itself.
            let open = OutcomeTable.Answer.shot(
                ShotNumber(first.number + number), .reboot, long("n", number))
            outcomes.remember(key, [open] + answers.dropFirst())
        }
        // As if each were closed with all feeds on, those of the grant and those of the site file.
        for record in outcomes.shotsInOrder {
            outcomes.closed(record.grant.shot, .failed(on: feeds + feeds))
        }
    }

    static func grant(_ number: UInt64) -> Grant {
        Grant(
            shot: ShotNumber(first.number + number), principal: principal, id: long("i", number),
            verb: .reboot, target: long("n", number), feeds: feeds, since: pseq)
    }

    private static let feeds = (0..<UInt64(Node.mostFeeds)).map { index in
        guard let name = OutletName(padded("o\(index)", to: 32)) else {
            preconditionFailure("an outlet of 32 letters")
        }
        return Outlet(long("s", index), name)
    }

    private static let first = ShotNumber(10_000_000_000_000_000_000)
    private static let pseq = PowerSequence(.max)
    private static let boot = BootID(padded("b", to: 64))
    private static let principal = Principal.operator(long("p", 0))

    private static func long<Kind>(_ kind: String, _ number: UInt64) -> Name<Kind> {
        guard let name = Name<Kind>(padded("\(kind)\(number)", to: 64)) else {
            preconditionFailure("a name of 64 letters")
        }
        return name
    }

    private static func padded(_ text: String, to length: Int) -> String {
        text + String(repeating: "x", count: length - text.utf8.count)
    }
}
