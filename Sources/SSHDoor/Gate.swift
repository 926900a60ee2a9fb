// The thread that accepts. It does nothing else, so that nobody waits here behind a stranger's
// arithmetic: whoever comes from a known address goes to a lobby of its own, everybody else to the
// strangers'.

internal import Fencing
internal import LinuxSystem

enum GateLetter: Sendable {
    case stopListening
    case leave
}

/// @unchecked: touched by whoever opens the door until the gate's thread starts, by that thread
/// alone from then on.
final class Gate: @unchecked Sendable {
    let mailbox: Mailbox<GateLetter>
    private let passes: PassBook
    private let known: Lobby
    private let strangers: Lobby
    private let pause: Duration
    private let tell: @Sendable (DoorEvent) -> Void

    private let epoll: Epoll
    private var listeners: [UInt64: ListeningSocket] = [:]
    private var acceptAgainAt: Moment?
    private var hasLeft = false

    private static let mailboxTag: UInt64 = 0

    init(
        _ sockets: [ListeningSocket], _ passes: PassBook, known: Lobby, strangers: Lobby,
        _ limits: DoorLimits, tell: @escaping @Sendable (DoorEvent) -> Void
    ) throws(SystemCallError) {
        self.passes = passes
        self.known = known
        self.strangers = strangers
        pause = limits.acceptPause
        self.tell = tell
        mailbox = try Mailbox()
        epoll = try Epoll()
        try epoll.add(mailbox.descriptor, .read, tag: Self.mailboxTag)
        for (index, socket) in sockets.enumerated() {
            let tag = Self.mailboxTag + 1 + UInt64(index)
            try epoll.add(socket.number, .read, tag: tag)
            listeners[tag] = socket
        }
    }

    /// Until a letter says to leave.
    func run() {
        while !hasLeft {
            for ready in epoll.wait(until: acceptAgainAt) { attend(ready.tag) }
            if let again = acceptAgainAt, again <= MonotonicClock.now() {
                acceptAgainAt = nil
                watchListeners(.read)
            }
        }
    }

    private func attend(_ tag: UInt64) {
        if tag == Self.mailboxTag {
            for letter in mailbox.collect() { handle(letter) }
        } else if let listener = listeners[tag] {
            accept(from: listener)
        }
    }

    private func handle(_ letter: GateLetter) {
        switch letter {
        case .stopListening:
            for listener in listeners.values {
                // The set goes with this thread: one that cannot be taken out is only deaf.
                do { try epoll.remove(listener.number) } catch {}
            }
            listeners = [:]
        case .leave:
            handle(.stopListening)
            hasLeft = true
        }
    }

    /// One at a time: whoever has left in between is noticed before the next one is counted, and
    /// does not cost somebody else his place.
    private func accept(from listener: ListeningSocket) {
        switch listener.accept() {
        case .connection(let socket, let peer):
            let lobby = passes.knows(peer.host.bytes) ? known : strangers
            lobby.receive(Arrival(socket, from: peer))
        case .stillborn: break
        case .nothing: break
        case .exhausted(let error): pauseAccepting(error)
        }
    }

    /// The waiting connection keeps the socket readable: without a pause this thread would spin.
    private func pauseAccepting(_ error: SystemCallError) {
        tell(.cannotAccept(error.description))
        strangers.mailbox.post(.makeRoom)
        acceptAgainAt = MonotonicClock.now() + pause
        watchListeners([])
    }

    private func watchListeners(_ interest: Epoll.Interest) {
        for (tag, listener) in listeners {
            do {
                try epoll.modify(listener.number, interest, tag: tag)
            } catch {
                tell(.cannotAccept(error.description))
            }
        }
    }
}
