// What is on record, from a ledger's file or from what a picketd has printed.

internal import ArgumentParser
internal import Commands
internal import Fencing
internal import Ledger
internal import LinuxSystem
internal import Pictures

enum Record {
    /// The latest entries, as many as a picture can show.
    static let mostEntries: UInt64 = 100_000

    /// Opens a copy of a ledger that is there.
    static func open(_ path: String) throws -> Ledger {
        do {
            return try Ledger.reading(path: path)
        } catch {
            say(
                "\(error). Name the ledger of the site file, as picketd's user; while picketd runs "
                    + "it holds the ledger: ask it, with --via USER@HOST")
        }
        throw Status.notOpened.failure
    }

    static func events(inLedger path: String) throws -> [EventSight] {
        let ledger = try open(path)
        var stamped: [(receipt: LedgerReceipt, at: Timestamp?)] = []
        do throws(LedgerError) {
            try ledger.recent(mostEntries) { stamped.append(($0, Timestamp($1))) }
        } catch {
            say("\(error)")
            throw Status.notAsItShouldBe.failure
        }
        var targets: [ShotNumber: NodeName] = [:]
        for entry in stamped {
            for grant in entry.receipt.entry.grants { targets[grant.shot] = grant.target }
        }
        return stamped.flatMap { entry in
            EventSight.events(
                entry.receipt.entry, entry.receipt.sequence, at: entry.at, targets: { targets[$0] })
        }
    }

    /// What `history --json` has printed.
    static func events(printed text: String) throws -> [TimelineEvent] {
        do throws(ReplyJSONError) {
            return try ReplyLine.lines(json: text).compactMap { line in
                line["at"].flatMap { Timestamp($0) }.map { at in
                    TimelineEvent(
                        at: at, kind: line["kind"] ?? "", node: line["target"] ?? "",
                        shot: line["shot"] ?? "", by: line["by"] ?? "", detail: line["detail"] ?? ""
                    )
                }
            }
        } catch {
            say("\(error). It is made by `ssh USER@HOST history --json`")
            throw Status.notAsItShouldBe.failure
        }
    }

    static func say(_ text: String) { StandardStream.error.say("picket: \(text)") }
}

extension TimelineEvent {
    /// Nil where nobody knows when it was.
    init?(_ event: EventSight) {
        guard let at = event.at else { return nil }
        self.init(
            at: at, kind: event.kind, node: event.node?.text ?? "",
            shot: event.shot.map { "\($0)" } ?? "", by: event.by ?? "", detail: event.detail)
    }
}
