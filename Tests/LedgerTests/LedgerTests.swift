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
                feeds: [outlet("pdu-a/2"), outlet("pdu-b/Gi2/0/1")])),
        .answered([
            .granted(
                Grant(
                    shot: ShotNumber(6), principal: .node(node("node1")), id: RequestID("b"),
                    verb: .off, target: node("node2"), feeds: [outlet("pdu-a/2")])),
            .satisfied(
                Satisfaction(
                    principal: .node(node("node1")), id: RequestID("b"), verb: .off,
                    target: node("node3"), shot: ShotNumber(1), holds: .nothing)),
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
        .attested(ShotNumber(5), by: alice, reason),
        .locked(NodeLock(node("node2"), .protect, owner: .operator(alice), reason)),
        .locked(NodeLock(node("node1"), .holdOff, owner: .node(node("node2")), reason)),
        .released(node("node2"), .protect, by: .operator(alice)),
    ]

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
    private let directory: String?

    init() throws {
        var template = Array("/tmp/picket-ledger.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(what: "mkdtemp") }
        let path = String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
        directory = path
        file = path + "/ledger.sqlite"
    }

    init(at path: String) {
        directory = nil
        file = path
    }

    struct Failure: Error { let what: String }

    deinit {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(file + suffix) }
        if let directory { rmdir(directory) }
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

    /// Something that only a person with sqlite3 would do.
    func execute(_ sql: String) throws {
        var database: OpaquePointer?
        guard sqlite3_open(file, &database) == SQLITE_OK,
            sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK
        else { throw Failure(what: sql) }
        sqlite3_close(database)
    }
}
