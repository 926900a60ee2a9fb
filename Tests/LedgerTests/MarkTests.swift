// The high-water mark beside the ledger: with the real SQLite, on real files.

import CSQLite
import Fencing
import Glibc
import Ledger
import Testing

@Suite("How far the ledger has come")
struct MarkTests {
    @Test("The first start makes both, and the next one finds that they belong together")
    func firstStart() throws {
        let place = try Place()
        var identity: String?
        do {
            var ledger = try Ledger.open(path: place.file, mark: place.mark)
            identity = ledger.identity
            for entry in Samples.entries {
                _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
            }
        }
        let ledger = try Ledger.open(path: place.file, mark: place.mark)
        #expect(ledger.identity == identity)
        #expect(ledger.identity?.count == 32)
        #expect(try mode(place.file) == 0o600)
        #expect(try mode(place.mark) == 0o600)
        #expect(try mode(place.markDirectory) == 0o700)
    }

    @Test("A ledger that is gone is refused, and none is made")
    func gone() throws {
        let place = try Place()
        try place.fillMarked()
        try place.sh("rm ledger.sqlite*")
        guard case .missing? = place.loss() else { return place.complain() }
        #expect(access(place.file, F_OK) != 0)
    }

    @Test("An older copy is refused, however little it lacks")
    func older() throws {
        let place = try Place()
        try place.fillMarked()
        try place.sh("cp ledger.sqlite older")
        do {
            var ledger = try Ledger.open(path: place.file, mark: place.mark)
            _ = try ledger.append(Samples.entries[0], expecting: ledger.head, writtenAt: "now")
        }
        try place.sh("cp older ledger.sqlite; rm -f ledger.sqlite-wal")
        guard case .behind(let mark, let head)? = place.loss() else { return place.complain() }
        #expect(mark.sequence == head.next)
    }

    @Test("Another ledger, and one with another history, are refused")
    func others() throws {
        let place = try Place()
        try place.fillMarked()
        let other = try Place()
        try other.fillMarked()
        try place.sh("cp ledger.sqlite twin; cp \(other.file) ledger.sqlite")
        guard case .otherLedger? = place.loss() else { return place.complain() }
        // A copy of the ledger goes its own way on another machine, and comes back.
        try place.sh("cp twin ledger.sqlite; mkdir away; cp twin away/ledger.sqlite")
        for (file, mark, when) in [
            (place.file, place.mark, "here"),
            (place.directory + "/away/ledger.sqlite", nil, "there"),
        ] {
            var ledger = try Ledger.open(path: file, mark: mark)
            _ = try ledger.append(Samples.entries[0], expecting: ledger.head, writtenAt: when)
        }
        try place.sh("cp away/ledger.sqlite ledger.sqlite")
        guard case .otherHistory? = place.loss() else { return place.complain() }
    }

    @Test("A mark that is gone, damaged, or no file: refused")
    func markLost() throws {
        let place = try Place()
        try place.fillMarked()
        try place.sh("mv mark/* kept")
        guard case .markMissing? = place.loss() else { return place.complain() }
        try place.sh("echo something >mark/ledger.sqlite.mark")
        guard case .markUnreadable? = place.loss() else { return place.complain() }
        try place.sh("rm mark/*; mkdir mark/ledger.sqlite.mark")
        guard case .markUnreadable? = place.loss() else { return place.complain() }
        try place.sh("rmdir mark/*; mv kept mark/ledger.sqlite.mark")
        #expect(place.loss() == nil)
    }

    @Test("Of two marks in the file one may be damaged: the power went while it was written")
    func halfAMark() throws {
        let place = try Place()
        for slot in [0, 512] {
            try place.sh("rm -rf ledger.sqlite* mark")
            try place.fillMarked()
            try place.sh(
                "dd if=/dev/urandom of=mark/ledger.sqlite.mark bs=1 seek=\(slot + 40) count=9 "
                    + "conv=notrunc status=none")
            #expect(place.loss() == nil, "\(slot)")
        }
    }

    @Test("A ledger of an older version gets an identity and a mark, also where it ends in between")
    func upgrade() throws {
        let place = try Place()
        try place.fill()
        try place.execute("DROP TABLE identity")
        #expect(try Ledger.open(path: place.file).identity == nil)
        let identity = try Ledger.open(path: place.file, mark: place.mark).identity
        #expect(identity?.count == 32)
        // The mark was written, the ledger's identity not yet.
        try place.execute("DROP TABLE identity")
        #expect(try Ledger.open(path: place.file, mark: place.mark).identity == identity)
        // A backup of before the upgrade.
        try place.execute("DROP TABLE identity")
        try place.execute("DELETE FROM entry WHERE sequence = (SELECT max(sequence) FROM entry)")
        guard case .behind? = place.loss() else { return place.complain() }
    }

    @Test("Adopted, it counts; and the one that it stands for does not any more")
    func adopted() throws {
        let place = try Place()
        try place.fillMarked()
        try place.sh("cp ledger.sqlite true; cp ledger.sqlite older")
        try place.sh("rm mark/*")
        do {
            var ledger = try Ledger.open(path: place.file)
            try ledger.adopt(mark: place.mark, because: "adopted", writtenAt: "now")
        }
        #expect(place.loss() == nil)
        try place.sh("cp true ledger.sqlite; rm -f ledger.sqlite-wal")
        guard case .otherLedger? = place.loss() else { return place.complain() }
    }

    @Test("Where the mark cannot be written, one entry stands without it, and the next is refused")
    func fullDiskAtTheMark() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            signal(SIGXFSZ, SIG_IGN)
            try place.sh("true")
            var ledger = try Ledger.open(path: place.file, mark: place.mark)
            _ = try ledger.append(Samples.entries[0], expecting: ledger.head, writtenAt: "now")
            // It is to be made anew, and its directory takes no files.
            try place.sh("rm -r mark; echo >mark")
            _ = try ledger.append(Samples.entries[1], expecting: ledger.head, writtenAt: "now")
            var refusal: LedgerError?
            do throws(LedgerError) {
                _ = try ledger.append(Samples.entries[2], expecting: ledger.head, writtenAt: "now")
            } catch { refusal = error }
            guard case .refused(let why)? = refusal, why.contains("mark") else { exit(1) }
            guard ledger.head == LedgerSequence(2) else { exit(2) }
            try place.sh("rm mark")
            _ = try ledger.append(Samples.entries[2], expecting: ledger.head, writtenAt: "now")
            _ = consume ledger
            exit(place.loss() == nil ? 0 : 3)
        }
    }

    @Test("A mark that is there is written in place: a full disk stops no start")
    func fullDiskAtStart() async {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            signal(SIGXFSZ, SIG_IGN)
            try place.fillMarked()
            var limit = rlimit(rlim_cur: 1024, rlim_max: 1024)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            _ = try Ledger.open(path: place.file, mark: place.mark)
            exit(0)
        }
    }

    @Test(
        "Files that are not ours any more: nobody knows what the ledger holds",
        arguments: [
            "rm ledger.sqlite", "rm ledger.sqlite-wal", "mv ledger.sqlite x; cp x ledger.sqlite",
            "mv ledger.sqlite-wal x; cp x ledger.sqlite-wal", "echo >>ledger.sqlite-wal",
        ])
    func exchanged(command: String) throws {
        let place = try Place()
        var ledger = try Ledger.open(path: place.file, mark: place.mark)
        for entry in Samples.entries.prefix(3) {
            _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
        }
        try place.sh(command)
        var seen: LedgerError?
        do throws(LedgerError) {
            _ = try ledger.append(Samples.entries[3], expecting: ledger.head, writtenAt: "now")
        } catch { seen = error }
        guard case .unknown? = seen else {
            Issue.record("\(String(describing: seen))")
            return
        }
    }

    @Test("A link to the file, and a changed mode, do no harm")
    func linked() throws {
        let place = try Place()
        var ledger = try Ledger.open(path: place.file, mark: place.mark)
        try place.sh("ln ledger.sqlite backup; chmod 640 ledger.sqlite")
        _ = try ledger.append(Samples.entries[0], expecting: ledger.head, writtenAt: "now")
    }

    @Test("An entry of more bytes than one may have is refused for ever, and the next is taken")
    func tooLarge() throws {
        let place = try Place()
        var ledger = try Ledger.open(path: place.file)
        var large = Samples.condensate
        let boot = String(repeating: "x", count: Ledger.largestEntry)
        large.boot = BootID(boot)
        var seen: LedgerError?
        do throws(LedgerError) {
            _ = try ledger.append(.condensed(large), expecting: ledger.head, writtenAt: "now")
        } catch { seen = error }
        guard case .tooLarge(let bytes, let why)? = seen else {
            Issue.record("\(String(describing: seen))")
            return
        }
        #expect(bytes > Ledger.largestEntry)
        for part in [
            "entry that condenses (", "\(bytes) bytes", "\(Ledger.largestEntry) at most",
            "release locks",
        ] {
            #expect(why.contains(part), "\(why)")
        }
        #expect(ledger.head == LedgerSequence(0))
        _ = try ledger.append(Samples.entries[0], expecting: ledger.head, writtenAt: "now")
    }

    @Test("What happened lately can be read right after an entry that condenses")
    func recentAfterCondensing() throws {
        let place = try Place()
        var ledger = try Ledger.open(path: place.file)
        for entry in [Samples.entries[0], .condensed(Samples.condensate), Samples.entries[0]] {
            _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
        }
        var seen: [LedgerSequence] = []
        try ledger.recent(100) { receipt, _ in seen.append(receipt.sequence) }
        #expect(seen == [LedgerSequence(1), LedgerSequence(3)])
    }

    private func mode(_ path: String) throws -> UInt32 {
        var status = stat()
        #expect(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }
}

extension Place {
    var directory: String { String(file.dropLast("/ledger.sqlite".count)) }
    var markDirectory: String { directory + "/mark" }
    var mark: String { markDirectory + "/ledger.sqlite.mark" }

    func fillMarked() throws {
        var ledger = try Ledger.open(path: file, mark: mark)
        for entry in Samples.entries {
            _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "now")
        }
    }

    /// Why a start refuses it; and looking says the same beforehand.
    func loss() -> LedgerLoss? {
        do throws(LedgerError) {
            let looked = try Ledger.loss(path: file, mark: mark)
            do throws(LedgerError) {
                _ = try Ledger.open(path: file, mark: mark)
                #expect(looked == nil)
                return nil
            } catch {
                guard case .behind(_, let why, _) = error else { throw error }
                #expect(looked == why)
                #expect(error.description.contains("picket ledger adopt"))
                return why
            }
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    func complain() { Issue.record("another loss: \(String(describing: loss()))") }

    func sh(_ script: String) throws {
        guard system("cd \(directory) && { \(script)\n}") == 0 else { throw Failure(what: script) }
    }
}
