// What the log tells, by name. Programs read these names: docs/audit.md explains each, and a test
// holds the two together. A name that was once given keeps its meaning.

internal import Fencing
package import Logging

package enum AuditEvent: String, CaseIterable, Sendable {
    // The daemon.
    case library
    case hostKey = "host-key"
    case memory
    case processors
    case ledgerRead = "ledger-read"
    case started
    case reloaded
    case reloadRefused = "reload-refused"
    case stopping
    case ledgerLost = "ledger-lost"
    case condensed

    // The door.
    case entered
    case left
    case turnedAway = "turned-away"
    case turnedAwayMore = "turned-away-more"
    case noPlace = "no-place"
    case limit
    case cannotAccept = "cannot-accept"
    case outlived
    case probed

    // Requests.
    case requested
    case asked
    case noRequest = "no-request"
    case answered
    case more

    // Decisions and outcomes, each with its place in the ledger.
    case granted
    case satisfied
    case verifiedOff = "verified-off"
    case switchingOn = "switching-on"
    case closed
    case admitted
    case renamed
    case attested
    case locked
    case released

    // Switches.
    case ordered
    case reading
    case reported
    case notAsCommanded = "not-as-commanded"
    case lineUp = "line-up"
    case lineLeft = "line-left"
    case lineDown = "line-down"
    case lineNotice = "line-notice"

    // What somebody should be woken up for.
    case inDoubt = "in-doubt"
    case failed
    case onFailed = "on-failed"
    case onUnknown = "on-unknown"
    case leftOff = "left-off"
    case attestedReadsOn = "attested-reads-on"
    case siteChanged = "site-changed"
    case notCondensed = "not-condensed"
    case entryTooLarge = "entry-too-large"
    case onThoughOff = "on-though-off"
    case rate
    case halted

    package var level: Logger.Level {
        switch self {
        case .probed, .asked, .reading, .reported: .debug
        case .memory, .processors, .entered, .left, .turnedAway, .requested, .noRequest, .answered,
            .lineLeft:
            .info
        case .library, .hostKey, .ledgerRead, .started, .reloaded, .stopping, .condensed, .outlived,
            .granted, .satisfied, .verifiedOff, .switchingOn, .closed, .admitted, .renamed,
            .attested,
            .locked, .released, .ordered, .lineUp:
            .notice
        case .more, .turnedAwayMore, .noPlace, .limit, .notAsCommanded, .lineDown, .lineNotice:
            .warning
        case .reloadRefused, .cannotAccept: .error
        case .ledgerLost, .inDoubt, .failed, .onFailed, .onUnknown, .leftOff, .attestedReadsOn,
            .onThoughOff, .siteChanged, .notCondensed, .entryTooLarge, .rate, .halted:
            .critical
        }
    }

    /// Those that it may have.
    package var fields: Set<AuditField> {
        switch self {
        case .library: [.version]
        case .hostKey: [.key]
        case .memory, .processors: [.why]
        case .ledgerRead: [.seq, .open]
        case .started: [.boot, .seq]
        case .reloaded: [.principals]
        case .reloadRefused: [.why]
        case .stopping: []
        case .ledgerLost, .cannotAccept, .notCondensed, .entryTooLarge, .halted: [.why]
        case .condensed: [.seq]
        case .entered: [.session, .by, .from, .key]
        case .left: [.session, .by, .reason]
        case .turnedAway: [.from, .user, .reason, .why]
        case .turnedAwayMore: [.counts]
        case .more: [.by, .counts]
        case .noPlace: [.by, .from, .reason]
        case .limit: [.session, .by, .reason]
        case .outlived, .probed: [.session]
        case .requested, .asked: [.request, .session, .by, .line]
        case .noRequest: [.session, .by, .why]
        case .answered: [.request, .exit, .word]
        case .granted: [.shot, .verb, .target, .by, .id, .seq]
        case .satisfied: [.shot, .verb, .target, .by, .id, .seq]
        case .verifiedOff, .switchingOn: [.shot, .seq]
        case .closed: [.shot, .outcome, .seq]
        case .admitted: [.target, .by, .seq]
        case .renamed: [.target, .from, .seq]
        case .attested: [.shot, .by, .reason, .seq]
        case .locked: [.target, .lock, .by, .reason, .seq]
        case .released: [.target, .lock, .by, .seq]
        case .ordered: [.outlet, .verb, .seq]
        case .reading: [.outlet]
        case .reported: [.outlet, .state, .why]
        case .notAsCommanded: [.outlet, .state, .why, .wire]
        case .lineUp, .lineLeft: [.powerSwitch]
        case .lineDown, .lineNotice: [.powerSwitch, .why]
        case .inDoubt, .siteChanged: [.shot, .target, .why]
        case .attestedReadsOn: [.shot, .target, .by]
        case .failed, .onFailed, .onUnknown, .leftOff: [.shot, .target]
        case .onThoughOff: [.shot, .target, .why]
        case .rate: [.target, .why]
        }
    }
}

package enum AuditField: String, CaseIterable, Sendable {
    case boot, by, counts, exit, from, id, key, line, lock, open, outcome, outlet, principals
    case reason, request, seq, session, shot, state, target, user, verb, version, why, wire, word
    case powerSwitch = "switch"
}

/// One line of the log.
package struct AuditLine {
    package let event: AuditEvent
    /// For people.
    package let sentence: String
    package private(set) var fields: [AuditField: String] = [:]

    init(_ event: AuditEvent, _ sentence: String, _ fields: [AuditField: String?] = [:]) {
        self.event = event
        self.sentence = sentence
        for (field, value) in fields { self.fields[field] = value }
    }

    /// Under which the backend finds when it happened; no field of the line.
    static let timeKey = "time"

    func metadata(at time: Timestamp) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "event": .string(event.rawValue), Self.timeKey: .string("\(time)"),
        ]
        for (field, value) in fields { metadata[field.rawValue] = .string(value) }
        return metadata
    }
}
