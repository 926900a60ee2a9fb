// The real SQLite, on real files.

import CSQLite
import Fencing
import Glibc
import Ledger
import Testing

@Suite("Ledger")
struct LedgerTests {
    @Test("Every kind of entry comes back as it was written, with its receipt")
    func roundTrip() throws {
        let place = try Place()
        var receipts: [LedgerReceipt] = []
        do {
            var ledger = try Ledger.open(path: place.file)
            for entry in Samples.entries {
                receipts.append(
                    try ledger.append(entry, expecting: ledger.head, writtenAt: "now"))
            }
        }
        let ledger = try Ledger.open(path: place.file)
        var replayed: [LedgerReceipt] = []
        try ledger.replay { replayed.append($0) }
        #expect(replayed == receipts)
        #expect(replayed.map(\.entry) == Samples.entries)
        #expect(ledger.head == LedgerSequence(UInt64(Samples.entries.count)))
    }

    @Test("From the entry that condenses on: all of it comes back, and what was announced is gone")
    func condensed() throws {
        let place = try Place()
        var written: [LedgerReceipt] = []
        do {
            var ledger = try Ledger.open(path: place.file)
            func put(_ entry: Entry) throws {
                written.append(
                    try ledger.append(entry, expecting: ledger.head, writtenAt: "now"))
            }
            for entry in Samples.entries { try put(entry) }
            var first = Samples.condensate
            first.forgottenNext = LedgerSequence(5)
            try put(.condensed(first))
            try put(.admitted(Samples.node("node2"), by: .operator(Samples.alice)))
            var second = Samples.condensate
            second.forgotten = LedgerSequence(5)
            try put(.condensed(second))
            try put(.verifiedOff(ShotNumber(3)))
        }
        let ledger = try Ledger.open(path: place.file)
        var replayed: [LedgerReceipt] = []
        try ledger.replay { replayed.append($0) }
        #expect(replayed == Array(written.suffix(2)))
        #expect(ledger.head == written.last?.sequence)
        _ = consume ledger
        let count = UInt64(Samples.entries.count)
        #expect(try place.numbers("SELECT min(sequence) FROM entry") == [5])
        #expect(
            try place.numbers("SELECT sequence FROM entry WHERE part > 3 GROUP BY sequence")
                == [count + 3], "of the older one only the row that names it is left")
        #expect(
            try place.numbers("SELECT sequence FROM entry WHERE kind = 'condensed'")
                == [count + 1, count + 3])
    }

    @Test("A condensing entry that does not fit on the disk leaves everything as it was")
    func condensedOnFullDisk() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            signal(SIGXFSZ, SIG_IGN)
            var ledger = try Ledger.open(path: place.file)
            for entry in Samples.entries {
                _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
            }
            var large = Samples.condensate
            for number in 1...20_000 {
                large.nodes[Samples.node("n\(number)")] = NodeRecord()
            }
            large.forgotten = LedgerSequence(9)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let before = ledger.head
            var refusal: LedgerError?
            do throws(LedgerError) {
                _ = try ledger.append(
                    .condensed(large), expecting: before, writtenAt: "now")
            } catch { refusal = error }
            guard case .refused? = refusal, ledger.head == before else { exit(1) }
            limit = rlimit(rlim_cur: 200_000_000, rlim_max: 200_000_000)
            var replayed: [Entry] = []
            try ledger.replay { replayed.append($0.entry) }
            exit(replayed == Samples.entries ? 0 : 2)
        }
    }

    @Test("An entry is put only where its decision saw the ledger end")
    func compare() throws {
        let place = try Place()
        var ledger = try Ledger.open(path: place.file)
        let receipt = try ledger.append(
            Samples.entries[0], expecting: LedgerSequence(0), writtenAt: "now")
        #expect(receipt.sequence == LedgerSequence(1))
        var error: LedgerError?
        do {
            _ = try ledger.append(
                Samples.entries[1], expecting: LedgerSequence(0), writtenAt: "now")
        } catch let caught { error = caught }
        guard case .refused? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ledger.head == LedgerSequence(1))
    }

    @Test("A second daemon on the same ledger is refused, and told why")
    func secondOwner() throws {
        let place = try Place()
        let first = try Ledger.open(path: place.file)
        #expect(place.openingError()?.contains("is picketd running already?") == true)
        _ = first.head
    }

    @Test("A file that is no ledger is refused: text, another program's database, a directory")
    func foreignFiles() throws {
        let place = try Place()
        try place.write("listen: nowhere\n" + String(repeating: "x", count: 2000))
        #expect(place.openingError()?.contains("it is no ledger") == true)

        let other = try Place()
        try other.execute("CREATE TABLE songs (title TEXT)")
        #expect(other.openingError()?.contains("another program") == true)

        let newer = try Place()
        _ = try Ledger.open(path: newer.file)
        try newer.execute("PRAGMA user_version = 99")
        #expect(newer.openingError()?.contains("has version 99") == true)

        #expect(Place(at: "/").openingError()?.contains("check the directory") == true)
    }

    @Test("A ledger with a missing or a mangled entry does not open for replay")
    func damage() throws {
        for damage in [
            "DELETE FROM entry WHERE sequence = 2",
            "UPDATE entry SET kind = 'x' WHERE sequence = 2",
            "UPDATE entry SET target = NULL WHERE kind = 'granted'",
        ] {
            let place = try Place()
            try place.fill()
            try place.execute(damage)
            let ledger = try Ledger.open(path: place.file)
            #expect(throws: LedgerError.self, "\(damage)") { try ledger.replay { _ in } }
        }
    }

    @Test("A full disk refuses the entry; what was on record stays, and nothing more")
    func fullDisk() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            signal(SIGXFSZ, SIG_IGN)
            var accepted: [LedgerReceipt] = []
            var refusal: LedgerError?
            do throws(LedgerError) {
                var ledger = try Ledger.open(path: place.file)
                var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
                setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
                for index in 0..<10_000 {
                    accepted.append(
                        try ledger.append(
                            Samples.entries[index % Samples.entries.count],
                            expecting: ledger.head, writtenAt: "now"))
                }
            } catch {
                refusal = error
            }
            guard case .refused? = refusal else { exit(1) }
            let ledger = try Ledger.open(path: place.file)
            var replayed: [LedgerReceipt] = []
            try ledger.replay { replayed.append($0) }
            exit(replayed == accepted && !accepted.isEmpty ? 0 : 2)
        }
    }

    @Test("kill -9 between two appends loses nothing that was answered")
    func killed() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            var ledger = try Ledger.open(path: "/tmp/picket-ledger-killed.\(getppid())")
            for entry in Samples.entries {
                _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
            }
            kill(getpid(), SIGKILL)
        }
        let place = Place(at: "/tmp/picket-ledger-killed.\(getpid())")
        let ledger = try Ledger.open(path: place.file)
        #expect(ledger.head == LedgerSequence(UInt64(Samples.entries.count)))
    }
}

/// One entry of each kind, with and without what may be missing.
enum Samples {
    static let entries: [Entry] = [
        .started(BootID("3a8f0c2e")),
        .granted(
            Grant(
                shot: ShotNumber(1), principal: .node(node("node1")), id: RequestID("7f3a"),
                verb: .reboot, target: node("node2"),
                feeds: [outlet("pdu-a/2"), outlet("pdu-b/Gi2/0/1")], since: PowerSequence(12))),
        .answered([
            .granted(
                Grant(
                    shot: ShotNumber(6), principal: .node(node("node1")), id: RequestID("b"),
                    verb: .off, target: node("node2"), feeds: [outlet("pdu-a/2")])),
            .satisfied(
                Satisfaction(
                    principal: .node(node("node1")), id: RequestID("b"), verb: .off,
                    target: node("node3"), shot: ShotNumber(1), holds: .nothing,
                    since: PowerSequence(0))),
            .granted(
                Grant(
                    shot: ShotNumber(7), principal: .node(node("node1")), id: RequestID("b"),
                    verb: .off, target: node("node4"),
                    feeds: [outlet("pdu-a/4"), outlet("pdu-b/4")])),
        ]),
        .verifiedOff(ShotNumber(1)),
        .satisfied(
            Satisfaction(
                principal: .node(node("node3")), id: RequestID("x"), verb: .off,
                target: node("node2"), shot: ShotNumber(1), holds: .off)),
        .onIntended(ShotNumber(1)),
        .closed(ShotNumber(1), .on),
        .granted(
            Grant(
                shot: ShotNumber(2), principal: .operator(alice), id: nil, verb: .on,
                target: node("node2"), feeds: [outlet("pdu-a/2")])),
        .closed(ShotNumber(2), .onFailed),
        .closed(ShotNumber(3), .onUnknown),
        .closed(ShotNumber(4), .held),
        .closed(ShotNumber(5), .failed(on: [outlet("pdu-a/2"), outlet("pdu-b/7")])),
        .satisfied(
            Satisfaction(
                principal: .operator(alice), id: nil, verb: .reboot, target: node("node2"),
                shot: nil, holds: .nothing)),
        .admitted(node("node2"), by: .node(node("node1"))),
        .admitted(node("node2"), by: .operator(alice)),
        .renamed(node("node9"), from: node("node2")),
        .attested(ShotNumber(5), by: alice, reason),
        .locked(NodeLock(node("node2"), .protect, owner: .operator(alice), reason)),
        .locked(NodeLock(node("node1"), .holdOff, owner: .node(node("node2")), reason)),
        .released(node("node2"), .protect, by: .operator(alice)),
    ]

    /// With everything that a condensing entry can hold.
    static var condensate: Condensate {
        var condensate = Condensate()
        condensate.boot = BootID("3a8f 0c=2e")
        condensate.lastShot = ShotNumber(9)
        var record = NodeRecord()
        condensate.nodes[node("node1")] = record
        record.standing = .probation
        record.generation = Generation(4)
        record.powerSequence = PowerSequence(7)
        record.lastShot = ShotNumber(3)
        record.renamedTo = node("node9")
        record.wasCommanded = .once
        condensate.nodes[node("node2")] = record
        condensate.locks = [
            NodeLock(node("node1"), .protect, owner: .operator(alice), reason),
            NodeLock(node("node1"), .holdOff, owner: .node(node("node2")), reason),
        ]
        let grant = Grant(
            shot: ShotNumber(3), principal: .node(node("node1")), id: RequestID("7f3a"),
            verb: .reboot, target: node("node2"),
            feeds: [outlet("pdu-a/2"), outlet("pdu-b/Gi2/0/1")], since: PowerSequence(4))
        var other = grant
        other.shot = ShotNumber(4)
        other.id = nil
        other.since = nil
        condensate.open = [
            Condensate.Open(
                grant: grant, stage: .verifiedOff, standingBefore: .member,
                boot: BootID("3a8f 0c=2e")),
            Condensate.Open(grant: other, stage: .granted, standingBefore: .doomed, boot: nil),
        ]
        var closed = ShotRecord(
            grant: grant, sequence: LedgerSequence(12), grantedAt: PowerSequence(4))
        closed.offAs = PowerSequence(5)
        closed.attestedBy = alice
        closed.outcome = .failed(on: [outlet("pdu-a/2"), outlet("pdu-b/3")])
        condensate.outcomes.remember(closed)
        condensate.outcomes.remember(
            ShotRecord(grant: other, sequence: LedgerSequence(13), grantedAt: nil))
        for (name, answers) in answers {
            guard let id = RequestID(name) else { preconditionFailure(name) }
            condensate.outcomes.remember(
                OutcomeTable.Key(principal: .node(node("node1")), id: id), answers)
        }
        return condensate
    }

    private static var answers: [(String, [OutcomeTable.Answer])] {
        let satisfied = Satisfaction(
            principal: .node(node("node1")), id: RequestID("b"), verb: .off,
            target: node("node3"), shot: nil, holds: .off, since: PowerSequence(2))
        return [
            ("a", [.shot(ShotNumber(3), .reboot, node("node2"))]),
            (
                "b",
                [
                    .shot(ShotNumber(4), .off, node("node2")),
                    .satisfied(satisfied, PowerSequence(3), LedgerSequence(8)),
                ]
            ),
        ]
    }

    static var reason: Reason { required(Reason("disk-swap")) }
    static var alice: PrincipalName { required(PrincipalName("alice")) }
    static func node(_ text: String) -> NodeName { required(NodeName(text)) }
    static func outlet(_ text: String) -> Outlet { required(Outlet(text)) }

    private static func required<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a constant of the tests") }
        return value
    }
}

/// A file in a directory of its own, gone when the test is over.
final class Place {
    let file: String
    private let made: String?

    init() throws {
        var template = Array("/tmp/picket-ledger.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(what: "mkdtemp") }
        let path = String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
        made = path
        file = path + "/ledger.sqlite"
    }

    init(at path: String) {
        made = nil
        file = path
    }

    struct Failure: Error { let what: String }

    deinit {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(file + suffix) }
        if let made { _ = system("rm -rf \(made)") }
    }

    func openingError() -> String? {
        do {
            _ = try Ledger.open(path: file)
            return nil
        } catch { return error.description }
    }

    func fill() throws {
        var ledger = try Ledger.open(path: file)
        for entry in Samples.entries {
            _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
        }
    }

    func write(_ text: String) throws {
        guard let stream = fopen(file, "w") else { throw Failure(what: "fopen") }
        fputs(text, stream)
        fclose(stream)
    }

    /// The first column of all rows.
    func numbers(_ sql: String) throws -> [UInt64] {
        var database: OpaquePointer?
        var statement: OpaquePointer?
        guard sqlite3_open(file, &database) == SQLITE_OK,
            sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK
        else { throw Failure(what: sql) }
        defer {
            sqlite3_finalize(statement)
            sqlite3_close(database)
        }
        var found: [UInt64] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            found.append(UInt64(sqlite3_column_int64(statement, 0)))
        }
        return found
    }

    /// Something that only a person with sqlite3 would do.
    func execute(_ sql: String) throws {
        var database: OpaquePointer?
        guard sqlite3_open(file, &database) == SQLITE_OK,
            sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK
        else { throw Failure(what: sql) }
        sqlite3_close(database)
    }
}
