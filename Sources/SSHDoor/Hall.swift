// The door's main thread: everybody in it has proved who they are. It does nothing that waits, and
// no stranger's arithmetic.

internal import Fencing
internal import Keys
internal import LibSSH
internal import LinuxSystem

enum HallLetter: Sendable {
    case enter(ServerSession, from: InternetAddress)
    case answer(RequestToken, String, exit: UInt8)
    case close(SessionID)
    case probe(SessionID)
    /// Other people are admitted from now on.
    case passesChanged
    /// Are you there? Called from the hall's thread.
    case echo(@Sendable () -> Void)
    case leave(by: Moment)
}

/// @unchecked: touched by whoever opens the door until the hall's thread starts, by that thread
/// alone from then on.
final class Hall: @unchecked Sendable {
    let mailbox: Mailbox<HallLetter>
    let passes: PassBook
    let limits: DoorLimits
    let keeper: any DoorKeeper
    let tell: @Sendable (DoorEvent) -> Void

    let epoll: Epoll
    var guests: [SessionID: Guest] = [:]
    /// Requests under way, and where their answers go.
    var requests: [RequestToken: (session: SessionID, channel: ChannelNumber)] = [:]
    private var lastSession = SessionID(0)
    private var lastToken = RequestToken(0)
    private var looks: Reminders<SessionID>
    private var probes: Reminders<SessionID>
    /// Of consoles that want to be told when a second has passed.
    var ticks = Reminders<ChannelPlace>(after: .seconds(1))
    /// Channels on which something has come in that is not worked on yet.
    var turns = Turns()
    /// Set once the door is being left: when it must be empty.
    private var leaveBy: Moment?

    /// Sessions have their own numbers as tags, which begin at 1.
    private static let mailboxTag: UInt64 = 0

    init(
        _ passes: PassBook, _ limits: DoorLimits, _ keeper: any DoorKeeper,
        tell: @escaping @Sendable (DoorEvent) -> Void
    ) throws(SystemCallError) {
        self.passes = passes
        self.limits = limits
        self.keeper = keeper
        self.tell = tell
        looks = Reminders(after: limits.keepaliveInterval)
        probes = Reminders(after: limits.probePatience)
        mailbox = try Mailbox()
        epoll = try Epoll()
        try epoll.add(mailbox.descriptor, .read, tag: Self.mailboxTag)
    }

    /// Until a letter says to leave, and everybody has left.
    func run() {
        LibSSH.beSilentInThisThread()
        Signals.blockBrokenPipeInThisThread()
        while !(leaveBy != nil && guests.isEmpty) {
            let ready = turns.isEmpty ? epoll.wait(until: nextDeadline) : epoll.ready()
            for ready in ready { attend(ready.tag) }
            passTime(MonotonicClock.now())
            takeTurns()
        }
    }

    private var nextDeadline: Moment? {
        [looks.next, probes.next, ticks.next, leaveBy].compactMap { $0 }.min()
    }

    private func attend(_ tag: UInt64) {
        if tag == Self.mailboxTag {
            for letter in mailbox.collect() { handle(letter) }
        } else if let guest = guests[SessionID(tag)] {
            drive(guest)
        }
    }

    private func handle(_ letter: HallLetter) {
        switch letter {
        case .enter(let session, let from): enter(session, from)
        case .answer(let token, let text, let exit): answer(token, text, exit)
        case .close(let id):
            if let guest = guests[id] { sendAway(guest, .closed, saying: "Closed") }
        case .probe(let id): probe(id)
        case .passesChanged: closeWithdrawn()
        case .echo(let answer): answer()
        case .leave(let moment): beginLeaving(by: moment)
        }
    }

    private func passTime(_ now: Moment) {
        while let id = looks.due(at: now) {
            if let guest = guests[id] { look(at: guest, now) }
        }
        while let id = probes.due(at: now) { endProbe(id, now) }
        while let place = ticks.due(at: now) { tick(place) }
        guard let leaveBy, leaveBy <= now else { return }
        for guest in guests.values { sendAway(guest, .doorClosed, saying: "Shutting down") }
    }

    // MARK: Coming and going

    private func enter(_ session: ServerSession, _ peer: InternetAddress) {
        guard let login = session.login else {
            preconditionFailure("only an authenticated session comes into the hall")
        }
        let offer = Offer(user: login.user, blob: login.key.base64, host: peer.host.bytes)
        let admitted: Admitted
        do throws(RefusedOffer) {
            // What decides may have changed since the lobby looked.
            admitted = try passes.admit(offer)
        } catch {
            return session.disconnect(saying: "Not admitted")
        }
        if leaveBy != nil { return session.disconnect(saying: "Not admitted") }
        let principal = admitted.principal
        let from = peer.description
        if let full = makeRoom(for: principal) {
            tell(.noPlace(principal, from: from, full))
            return session.disconnect(saying: "Too many sessions")
        }
        lastSession = lastSession.next
        let guest = Guest(lastSession, admitted, offer, session)
        do {
            try epoll.add(session.descriptor, .read, tag: guest.id.number)
        } catch {
            tell(.cannotAccept(error.description))
            return session.disconnect(saying: "Too busy")
        }
        session.allowsTerminals = admitted.terminal == .allowed
        guests[guest.id] = guest
        looks.set(for: guest.id, at: MonotonicClock.now())
        let key = PublicKey(algorithm: login.key.algorithm, base64: login.key.base64)
        let proof = admitted.certificate.map(LoginProof.certificate) ?? .key(key)
        tell(.entered(guest.id, principal, from: from, proof))
        keeper.sessionOpened(guest.id, principal, from: from)
        drive(guest)
    }

    /// Nil when there is room for one more. A machine that crashed and came back has left sessions
    /// behind that look alive for a while: its own oldest one goes, if nothing is under way on it.
    private func makeRoom(for principal: Principal) -> SessionPlaces? {
        let own = guests.values.filter { $0.principal == principal }
        let full: SessionPlaces
        if own.count >= limits.sessionsPerPrincipal {
            full = .ofThePrincipal
        } else if guests.count >= limits.sessions {
            full = .ofTheDoor
        } else {
            return nil
        }
        let idle = own.filter { $0.requests.isEmpty }
        guard let oldest = idle.min(by: { $0.id < $1.id }) else { return full }
        sendAway(oldest, .madeRoom, saying: "A newer session needs the place")
        return nil
    }

    func sendAway(_ guest: Guest, _ reason: LeaveReason, saying farewell: String?) {
        guests[guest.id] = nil
        let descriptor = guest.session.descriptor
        // libssh may have closed the socket already, and with it the watch.
        if descriptor >= 0 { do { try epoll.remove(descriptor) } catch {} }
        if let farewell { guest.session.disconnect(saying: farewell) }
        for token in guest.requests.sorted() { abandon(token) }
        if guest.packetsAtProbe != nil { keeper.probed(guest.id, .gone) }
        tell(.left(guest.id, guest.principal, reason))
        keeper.sessionClosed(guest.id)
    }

    private func closeWithdrawn() {
        for guest in guests.values.sorted(by: { $0.id < $1.id }) {
            do throws(RefusedOffer) {
                let admitted = try passes.admit(guest.offer)
                // Numbers that mean other nodes now are no numbers to go on with.
                if admitted.principal == guest.principal, admitted.shell == guest.shell { continue }
            } catch {}
            sendAway(guest, .passWithdrawn, saying: "Not admitted any more")
        }
    }

    /// What is under way is abandoned; what was answered still goes out, until the deadline.
    private func beginLeaving(by moment: Moment) {
        leaveBy = moment
        for guest in guests.values.sorted(by: { $0.id < $1.id }) {
            for number in guest.channels.keys.sorted() { abandonRequest(of: guest, number) }
            closeConsoles(of: guest)
            leaveIfQuiet(guest)
        }
    }

    func leaveIfQuiet(_ guest: Guest) {
        guard leaveBy != nil, !guest.hasOutput, !guest.session.wantsWritable,
            !guest.willHangUp
        else { return }
        sendAway(guest, .doorClosed, saying: "Shutting down")
    }

    // MARK: Signs of life

    private func look(at guest: Guest, _ now: Moment) {
        guest.look()
        guard guest.silentLooks <= limits.keepaliveMisses else {
            return sendAway(guest, .silent, saying: "No sign of life")
        }
        looks.set(for: guest.id, at: now)
        for (number, channel) in guest.channels
        where channel.outgoing.looksWithoutProgress > limits.keepaliveMisses {
            cutOff(guest, number, .stalledReader)
        }
        if guest.silentLooks > 0 { guest.session.askForSignOfLife() }
        drive(guest)
    }

    private func probe(_ id: SessionID) {
        guard let guest = guests[id] else { return keeper.probed(id, .gone) }
        // A second question while the first is out gets the first one's answer.
        guard guest.packetsAtProbe == nil else { return }
        guest.packetsAtProbe = guest.session.packetsReceived
        let now = MonotonicClock.now()
        guest.probeEnds = now + limits.probePatience
        probes.set(for: id, at: now)
        guest.session.askForSignOfLife()
        drive(guest)
    }

    private func endProbe(_ id: SessionID, _ now: Moment) {
        guard let guest = guests[id], guest.packetsAtProbe != nil,
            let ends = guest.probeEnds, ends <= now
        else { return }
        guest.packetsAtProbe = nil
        keeper.probed(id, .silent)
    }

    func noteProbeAnswer(_ guest: Guest) {
        guard let before = guest.packetsAtProbe, guest.session.packetsReceived > before else {
            return
        }
        guest.packetsAtProbe = nil
        keeper.probed(guest.id, .alive)
    }

    func newToken() -> RequestToken {
        lastToken = lastToken.next
        return lastToken
    }
}
