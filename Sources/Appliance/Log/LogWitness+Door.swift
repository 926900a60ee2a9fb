// What the door tells: who came, who went, who was not let in. Of strangers it tells a few, and the
// others as a sum.

internal import Fencing
internal import Keys
internal import SSHDoor

extension DoorEvent {
    var auditLine: AuditLine {
        switch self {
        case .entered(let session, let principal, let from, let proof):
            AuditLine(
                .entered, "\(principal) came in from \(from): session \(session)",
                [
                    .session: "\(session)", .by: "\(principal)", .from: from,
                    .key: proof.words,
                ])
        case .left(let session, let principal, let reason):
            AuditLine(
                .left, "\(principal) left: session \(session), \(inSentence(reason.words))",
                [.session: "\(session)", .by: "\(principal)", .reason: reason.words])
        case .strangerTurnedAway(let stranger):
            AuditLine(
                .turnedAway, stranger.sentence,
                [
                    .from: stranger.from, .user: stranger.user?.text,
                    .reason: stranger.reason.word, .why: stranger.why,
                ])
        case .moreStrangersTurnedAway(let counts):
            counts.auditLine
        case .noPlace(let principal, let from, let places):
            AuditLine(
                .noPlace, "no place for \(principal) from \(from): \(places.word) is reached",
                [.by: "\(principal)", .from: from, .reason: places.word])
        case .limitReached(let session, let principal, let limit):
            AuditLine(
                .limit, "limit reached by \(principal) in session \(session): \(limit.word)",
                [.session: "\(session)", .by: "\(principal)", .reason: limit.word])
        case .cannotAccept(let why):
            AuditLine(.cannotAccept, "cannot accept connections: \(inSentence(why))", [.why: why])
        }
    }
}

extension TurnedAway {
    fileprivate var sentence: String {
        let who = user.map { "\($0) from \(from)" } ?? from
        return "turned away \(who): \(reason.word)\(why.map { ", \(inSentence($0))" } ?? "")"
    }
}

extension [TurnedAway.Reason: Int] {
    fileprivate var auditLine: AuditLine {
        let text = sorted { $0.key.word < $1.key.word }
            .map { "\($0.key.word)=\($0.value)" }.joined(separator: " ")
        return AuditLine(.turnedAwayMore, "more strangers turned away: \(text)", [.counts: text])
    }
}

extension LoginProof {
    /// A key as its owner finds it in a .pub file, by its fingerprint; a certificate by its id too.
    fileprivate var words: String {
        switch self {
        case .key(let key): key.fingerprint ?? key.algorithm
        case .certificate(let certificate):
            "\(certificate.key.fingerprint ?? "certificate") id=\(certificate.id.prefix(bytes: 64)) "
                + "serial=\(certificate.serial) by=\(certificate.authority.fingerprint ?? "")"
        }
    }
}

extension LeaveReason {
    fileprivate var words: String {
        switch self {
        case .hungUp(let words): words.isEmpty ? "hung-up" : "hung-up: \(words)"
        case .silent: "silent"
        case .closed: "closed"
        case .madeRoom: "made-room"
        case .passWithdrawn: "pass-withdrawn"
        case .doorClosed: "door-closed"
        }
    }
}

extension TurnedAway.Reason {
    fileprivate var word: String {
        switch self {
        case .hungUp: "hung-up"
        case .refused: "refused"
        case .tooManyTries: "tries"
        case .tooManyPackets: "packets-before-login"
        case .loginTime: "login-time"
        case .oldestOfItsAddress: "strangers-per-address"
        case .oldest: "strangers"
        case .doorClosed: "door-closed"
        }
    }
}

extension SessionPlaces {
    fileprivate var word: String {
        switch self {
        case .ofThePrincipal: "sessions-per-principal"
        case .ofTheDoor: "sessions"
        }
    }
}

extension GuestLimit {
    fileprivate var word: String {
        switch self {
        case .requestLength: "request-length"
        case .requestsInFlight: "requests-in-flight"
        case .pipelinedInput: "pipelined-input"
        case .queuedOutput: "queued-output"
        case .stalledReader: "stalled-reader"
        case .packetSize: "packet-size"
        }
    }
}
