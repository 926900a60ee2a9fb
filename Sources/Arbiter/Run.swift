// One granted order on its way to its one outcome. This file is the whole machine: what each phase
// means, and where it may go. It decides; the arbiter carries out the moves and writes the records.

internal import Fencing

struct Run<Proof: Receipt>: Hashable, Sendable {
    let grant: Grant
    /// Those of the grant; after a restart also those that the site file has given the node since.
    /// An off is verified of all of them.
    let feeds: [Outlet]
    /// Of the record that allows what is being sent: the grant, or the intent to switch on.
    var proof: Proof
    var goal: PowerCommand
    var phase: Phase
    var board: FeedBoard
    /// The next pause between reading rounds in doubt.
    var pause = Patience.firstPause
    var resumption: Resumption
    var waiters: [Waiter] = []
    /// Its next record was not taken. Time changes that only when the ledger is tried again.
    var isBlocked = false
    /// These read on after the last doubt, and what was sent may still act on them.
    var readOn: [Outlet] = []
    /// It would switch on, and its feeds are being read for somebody: that is let finish.
    var waitsForLook = false

    init(
        _ grant: Grant, _ proof: Proof, goal: PowerCommand, _ phase: Phase, _ board: FeedBoard,
        _ resumption: Resumption
    ) {
        self.grant = grant
        self.proof = proof
        self.goal = goal
        self.phase = phase
        self.board = board
        self.resumption = resumption
        feeds = board.feeds.map(\.outlet)
    }

    enum Phase: Hashable, Sendable {
        /// The goal is ordered on every feed at once, and a report from each is awaited. Goes on
        /// when all have come, or at `until`, when missing ones count as unknown.
        case acting(until: Moment)
        /// Nothing is read and nothing sent before `until`. Then: reading, first look.
        case quiescing(until: Moment)
        /// Fresh readings are out since `began`. Off seen in the first look is looked at twice.
        case reading(Look, began: Moment, until: Moment)
        /// Not all feeds could be read. The target stays doomed; at `until` it is read again.
        case doubtful(until: Moment)
        /// On, on record and told; but what was sent may still act, and nothing else is sent before.
        case settling(until: Moment)
        /// Verified off, on record. Success is told at `tellAt`; a reboot goes on at `onAt`.
        case off(tellAt: Moment?, onAt: Moment?)
    }

    enum Look: Hashable, Sendable {
        case first
        case second
    }

    /// Whether an "on" that a restart found undone is sent again.
    enum Resumption: Hashable, Sendable {
        case resume
        case leaveOff
        /// It was sent in this life of the daemon: it is not sent twice.
        case none
    }

    enum Move: Hashable, Sendable {
        /// Nothing to do until the deadline or a report.
        case rest
        case quiesce(until: Moment)
        case read([Outlet], Look)
        case doubt
        case record(Entry)
        case switchOn
        case tell
        case end
    }

    /// What is to be done now.
    func move(at now: Moment) -> Move {
        switch phase {
        case .acting(let until):
            if board.awaitsReports, now < until { return .rest }
            return goal == .off ? offCommanded(at: now) : onCommanded(at: now)
        case .quiescing(let until), .doubtful(let until):
            return now < until ? .rest : .read(feeds, .first)
        case .reading(let look, let began, let until):
            if board.awaitsReports, now < until { return .rest }
            return goal == .off
                ? offRead(look, began: began, at: now) : onRead(look, began: began, at: now)
        case .settling(let until): return now < until ? .rest : .end
        case .off(let tellAt, let onAt):
            if let tellAt, tellAt <= now { return .tell }
            if let onAt, onAt <= now {
                return .record(
                    resumption == .leaveOff
                        ? .closed(grant.shot, .held) : .onIntended(grant.shot))
            }
            return tellAt == nil && onAt == nil && isQuiet(at: now) ? .end : .rest
        }
    }

    private func offCommanded(at now: Moment) -> Move {
        switch board.verdict {
        case .allOff:
            // Several feeds: that each was off once does not show that all were off together.
            board.feeds.count == 1
                ? .record(.verifiedOff(grant.shot)) : .read(board.readBeforeTheLast, .second)
        case .allOn, .mixed: .quiesce(until: max(now, quietAt ?? now))
        case .unclear: .doubt
        }
    }

    private func offRead(_ look: Look, began: Moment, at now: Moment) -> Move {
        let isProof = isProof(began)
        switch (board.verdict, look) {
        case (.allOff, .second): return .record(.verifiedOff(grant.shot))
        case (.allOff, .first):
            let others = board.readBeforeTheLast
            return .read(others.isEmpty ? feeds : others, .second)
        case (.allOn, _): return stillOn(feeds, isProof, at: now)
        case (.mixed(let on), _): return stillOn(on, isProof, at: now)
        // One feed that is certainly on is enough to know that the node runs.
        case (.unclear(let on), _): return on.isEmpty ? .doubt : stillOn(on, isProof, at: now)
        }
    }

    private func stillOn(_ on: [Outlet], _ isProof: Bool, at now: Moment) -> Move {
        isProof
            ? .record(.closed(grant.shot, .failed(on: on)))
            : .quiesce(until: max(now, quietAt ?? now))
    }

    private func onCommanded(at now: Moment) -> Move {
        board.verdict == .allOn
            ? .record(.closed(grant.shot, .on)) : .quiesce(until: max(now, quietAt ?? now))
    }

    /// That it is off costs the node its standing: it is looked at twice.
    private func onRead(_ look: Look, began: Moment, at now: Moment) -> Move {
        switch (board.verdict, look) {
        case (.allOn, _): .record(.closed(grant.shot, .on))
        // What was sent may still switch it on.
        case _ where !isProof(began): .quiesce(until: max(now, quietAt ?? now))
        case (.allOff, _) where resumption == .resume: .switchOn
        case (.allOff, .first): .read(feeds, .second)
        case (.allOff, .second): .record(.closed(grant.shot, .onFailed))
        case (.mixed, _), (.unclear, _): .record(.closed(grant.shot, .onUnknown))
        }
    }

    /// Until then something that was sent may still act: no reading of "on" proves anything, and
    /// nothing else may be sent (R14).
    var quietAt: Moment? { board.quietAt }

    /// Whether a reading that began then shows what a command did not do.
    private func isProof(_ began: Moment) -> Bool { quietAt.map { $0 <= began } ?? true }

    private func isQuiet(at now: Moment) -> Bool { quietAt.map { $0 <= now } ?? true }

    /// It was a switch's turn when it was looked at last.
    var awaitsReports: Bool {
        switch phase {
        case .acting, .reading: board.awaitsReports
        case .quiescing, .doubtful, .settling, .off: false
        }
    }

    /// Its feeds could not be read within the patience of their switches, and not since.
    var isInDoubt: Bool { pause > Patience.firstPause }

    /// When `move` may say something else without a report.
    var deadline: Moment? {
        switch phase {
        case .acting(let until), .reading(_, _, let until):
            // Before that it is the last report that moves it on, not the clock.
            isBlocked ? nil : until
        case .quiescing(let until), .doubtful(let until), .settling(let until): until
        case .off(let tellAt, let onAt):
            isBlocked || waitsForLook
                ? tellAt : [tellAt, onAt].compactMap(\.self).min() ?? quietAt
        }
    }
}

/// Somebody who hears the outcome for one of the targets that were asked for.
struct Waiter: Hashable, Sendable {
    let token: RequestToken
    let session: SessionID
    let request: PowerRequest
    let target: NodeName
    /// What the requester knew of the target.
    let since: PowerSequence
    /// The shot is not its own, and answers it.
    var isOfAnother = false
    /// From the request to its answer or grant.
    var waited = Duration.zero

    init(_ waiting: Pending, _ target: NodeName) {
        since = waiting.part(at: target)?.since.value ?? .initial
        token = waiting.token
        session = waiting.session
        request = waiting.request
        self.target = target
    }
}

/// How long the arbiter itself waits where the site says nothing.
enum Patience {
    /// Reports that have not come by then, after their order's own deadline, are given up.
    static let reportMargin = Duration.seconds(2)
    /// For one reading.
    static let reading = Duration.seconds(10)
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(10)
    /// Between attempts to write to a ledger that refused.
    static let ledgerRetry = Duration.seconds(10)
    /// From a request to its grant without asking whether it is still wanted (R10).
    static let unasked = Duration.seconds(1)
    /// That a node on probation vouched counts for so long.
    static let admissionVote = Duration.seconds(60)
    /// For a free target, where the request names no `wait`.
    static let waiting = Duration.seconds(40)
    /// Between pages about entries that are too large.
    static let tooLargePage = Duration.seconds(600)
    /// Between readings of a node of which only a person has said that it is off.
    static let attestedPause = Duration.seconds(30)
}

/// How much the arbiter takes on.
enum Limit {
    /// Requests that wait, of all sessions together.
    static let pending = 1024
    /// Of one principal.
    static let pendingOfOne = 64
    /// Of one principal at one target: it may have lost a connection, and ask again.
    static let pendingAtOneTarget = 4
    /// Refused and withdrawn requests whose `result` is remembered.
    static let refusals = 1024
}
