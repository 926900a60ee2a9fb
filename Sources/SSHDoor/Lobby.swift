// A thread for those who have not proved who they are: key exchange, authentication. There are two,
// one of them for known addresses. Both run at a lower priority, so that no arithmetic a stranger can
// cause delays those who have. An authenticated session moves on to the hall, whole.

internal import Fencing
internal import LibSSH
internal import LinuxSystem

enum LobbyLetter: Sendable {
    case arrived
    /// The machine is out of descriptors or memory.
    case makeRoom
    case leave
}

/// @unchecked: touched by whoever opens the door until the lobby's thread starts, by that thread
/// alone from then on.
final class Lobby: @unchecked Sendable {
    let mailbox: Mailbox<LobbyLetter>
    private let bind: Bind
    private let passes: PassBook
    private let hall: Mailbox<HallLetter>
    private let limits: DoorLimits
    private let tell: @Sendable (DoorEvent) -> Void

    private let epoll: Epoll
    private let arrivals: Lock<Arrivals>
    private var strangers = Strangers()
    private var log: StrangerLog
    private var hasLeft = false

    private static let mailboxTag: UInt64 = 0
    /// A write inside libssh waits for the socket to be reported writable, which the next round
    /// does: so many rounds before others get their turn.
    static let rounds = 4
    /// Bytes of libssh's reason for the end of a connection: it lists what the client offers.
    private static let longestWhy = 512

    init(
        _ bind: consuming Bind, _ passes: PassBook, _ limits: DoorLimits,
        hall: Mailbox<HallLetter>, tell: @escaping @Sendable (DoorEvent) -> Void
    ) throws(SystemCallError) {
        self.bind = bind
        self.passes = passes
        self.limits = limits
        self.hall = hall
        self.tell = tell
        log = StrangerLog(limits)
        arrivals = Lock(Arrivals(limit: limits.arrivals))
        mailbox = try Mailbox()
        epoll = try Epoll()
        try epoll.add(mailbox.descriptor, .read, tag: Self.mailboxTag)
    }

    /// From the gate's thread.
    func receive(_ arrival: Arrival) {
        let wasEmpty = arrivals.withLock { arrivals in
            defer { arrivals.add(arrival) }
            return arrivals.isEmpty
        }
        if wasEmpty { mailbox.post(.arrived) }
    }

    /// Until a letter says to leave.
    func run() {
        LibSSH.beSilentInThisThread()
        Signals.blockBrokenPipeInThisThread()
        while !hasLeft {
            for ready in epoll.wait(until: nextDeadline) { attend(ready.tag) }
            passTime(MonotonicClock.now())
        }
    }

    private var nextDeadline: Moment? {
        let login = strangers.oldest.map { $0.arrived + limits.loginTime }
        return [login, log.nextSummary].compactMap { $0 }.min()
    }

    private func attend(_ tag: UInt64) {
        if tag == Self.mailboxTag {
            for letter in mailbox.collect() { handle(letter) }
        } else if let stranger = strangers[tag] {
            drive(stranger)
        }
    }

    private func passTime(_ now: Moment) {
        while let oldest = strangers.oldest, oldest.arrived + limits.loginTime <= now {
            turnAway(oldest, .loginTime, saying: "Login time is over")
        }
        log.summary(at: now).forEach(tell)
    }

    private func handle(_ letter: LobbyLetter) {
        switch letter {
        case .arrived: greetArrivals()
        case .makeRoom:
            if let oldest = strangers.oldest { turnAway(oldest, .oldest, saying: "Too busy") }
        case .leave:
            _ = arrivals.withLock { $0.takeAll() }
            while let oldest = strangers.oldest {
                turnAway(oldest, .doorClosed, saying: "Shutting down")
            }
            log.flush().forEach(tell)
            hasLeft = true
        }
    }
}

// MARK: Coming in

extension Lobby {
    /// Between two of them everybody else gets a turn: whoever has left is noticed before the next
    /// one is counted, and does not cost somebody else his place.
    private func greetArrivals() {
        let (waiting, evicted) = arrivals.withLock { $0.takeAll() }
        for peer in evicted.first {
            note(
                TurnedAway(
                    from: peer.description, user: nil, reason: .oldestOfItsAddress, why: nil))
        }
        if evicted.others > 0 {
            log.note(evicted.others, .oldestOfItsAddress, at: MonotonicClock.now()).forEach(tell)
        }
        for arrival in waiting {
            guard let socket = arrival.take() else { continue }
            greet(socket, arrival.peer)
            for ready in epoll.ready() where ready.tag != Self.mailboxTag {
                attend(ready.tag)
            }
        }
    }

    private func greet(_ socket: consuming Descriptor, _ peer: InternetAddress) {
        let source = Stranger.source(of: peer)
        makeRoom(for: source)
        let bounds = SessionBounds(tries: limits.tries, channels: limits.channels)
        let session: ServerSession
        do {
            session = try ServerSession(
                owning: socket.release(), bind: bind,
                judge: VisitorJudge(book: passes, host: peer.host.bytes), bounds: bounds)
        } catch {
            // It was gone before it was greeted.
            return note(
                TurnedAway(from: peer.description, user: nil, reason: .hungUp, why: nil))
        }
        let stranger = Stranger(
            tag: strangers.newTag(), session: session, from: peer, source: source,
            arrived: MonotonicClock.now())
        do {
            try epoll.add(session.descriptor, .read, tag: stranger.tag)
        } catch {
            return tell(.cannotAccept(error.description))
        }
        strangers.add(stranger)
        drive(stranger)
    }

    private func makeRoom(for source: InternetAddress.Host) {
        if let oldest = strangers.oldestIfFull(source, limits.strangersPerAddress) {
            turnAway(oldest, .oldestOfItsAddress, saying: "Too many connections from your address")
        } else if strangers.count >= limits.strangers, let oldest = strangers.oldest {
            turnAway(oldest, .oldest, saying: "Too many connections")
        }
    }
}

// MARK: Logging in

extension Lobby {
    private enum Turn {
        case goesOn
        case loggedIn
        case away(TurnedAway.Reason, saying: String?, why: String? = nil)
    }

    private func drive(_ stranger: Stranger) {
        stranger.session.cork()
        let turn = listen(to: stranger.session)
        stranger.session.uncork()
        switch turn {
        case .goesOn: watch(stranger)
        case .loggedIn: handOver(stranger)
        case .away(let reason, let farewell, let why):
            turnAway(stranger, reason, saying: farewell, why: why)
        }
    }

    private func listen(to session: ServerSession) -> Turn {
        for _ in 0..<Self.rounds {
            if case .gone(let words) = session.drive() {
                return .away(
                    session.refusedAttempts > 0 ? .refused : .hungUp, saying: nil,
                    why: words.isEmpty ? nil : words.prefix(bytes: Self.longestWhy))
            }
            if session.login != nil { return .loggedIn }
            if session.refusedAttempts >= limits.tries {
                return .away(.tooManyTries, saying: "Too many authentication failures")
            }
            if session.packetsReceived > limits.packetsBeforeLogin {
                return .away(.tooManyPackets, saying: "Too many packets")
            }
            if !session.wantsWritable { break }
        }
        return .goesOn
    }

    private func watch(_ stranger: Stranger) {
        do {
            try epoll.modify(
                stranger.session.descriptor, &stranger.watched,
                to: stranger.session.wantsWritable ? [.read, .write] : .read, tag: stranger.tag)
        } catch {
            turnAway(stranger, .hungUp, saying: nil)
        }
    }

    /// From here on nothing of the session is touched in this thread.
    private func handOver(_ stranger: Stranger) {
        forget(stranger.session.descriptor)
        strangers.remove(stranger)
        hall.post(.enter(stranger.session, from: stranger.from))
    }

    private func turnAway(
        _ stranger: Stranger, _ reason: TurnedAway.Reason, saying farewell: String?,
        why: String? = nil
    ) {
        forget(stranger.session.descriptor)
        strangers.remove(stranger)
        if let farewell { stranger.session.disconnect(saying: farewell) }
        let user = stranger.session.lastUserTried.flatMap { PrincipalName($0) }
        note(
            TurnedAway(
                from: stranger.from.description, user: user, reason: reason,
                why: stranger.session.lastRefusal ?? why))
    }

    private func note(_ event: TurnedAway) {
        log.note(event, at: MonotonicClock.now()).forEach(tell)
    }

    private func forget(_ descriptor: Int32) {
        // A session whose connection has ended may have closed its socket, and with it the watch.
        guard descriptor >= 0 else { return }
        do { try epoll.remove(descriptor) } catch {}
    }
}
