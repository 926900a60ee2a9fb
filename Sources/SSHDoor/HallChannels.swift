// The hall's traffic: what comes in on the channels, and what goes out.

internal import Fencing
internal import LibSSH
internal import LinuxSystem

extension Hall {
    /// Reads, acts on what came, writes; a few rounds, then it is somebody else's turn.
    func drive(_ guest: Guest) {
        guest.session.cork()
        defer { guest.session.uncork() }
        for _ in 0..<Lobby.rounds {
            if case .gone(let words) = guest.session.drive() {
                return sendAway(guest, .hungUp(words), saying: nil)
            }
            for news in guest.session.takeNews() { take(news, from: guest) }
            guest.sendOutput()
            guest.noteBacklog()
            if !guest.session.wantsWritable || guest.isTooFarBehind { break }
        }
        noteProbeAnswer(guest)
        // Output has gone out: what was held back for it may go on.
        for number in guest.channels.keys { queueTurn(guest, number) }
        do {
            try epoll.modify(
                guest.session.descriptor, &guest.watched,
                to: guest.interest, tag: guest.id.number)
        } catch {
            return sendAway(guest, .hungUp(error.description), saying: nil)
        }
        leaveIfQuiet(guest)
    }

    private func take(_ news: SessionNews, from guest: Guest) {
        switch news {
        case .terminal(let number, let name, let columns, let rows):
            noteTerminal(guest, number, name, columns, rows)
        case .resized(let number, let columns, let rows):
            resize(guest, number, columns, rows)
        case .exec(let number, let command):
            guest.channels[number] = GuestChannel(conversation: Conversation(limits))
            if openConsole(guest, number, only: command) { return }
            converse(guest, number, .exec(command))
        case .shell(let number):
            guest.channels[number] = GuestChannel(conversation: Conversation(limits))
            if openConsole(guest, number, only: nil) { return }
            converse(guest, number, .shell)
        case .input(let number, let bytes): converse(guest, number, .input(bytes))
        case .inputEnded(let number): converse(guest, number, .inputEnded)
        case .tooSmallPackets: complain(guest, .packetSize)
        case .closed(let number):
            abandonRequest(of: guest, number)
            guest.channels[number] = nil
            guest.terminals[number] = nil
            guest.session.release(number)
        }
    }

    private func converse(_ guest: Guest, _ number: ChannelNumber, _ event: Conversation.Event) {
        if consult(guest, number, event) { return }
        // A refusal of the hall's own answers what was asked: in a loop, for the input of a stranger
        // must not decide how deep the stack grows.
        var next: Conversation.Event? = event
        while let event = next {
            next = nil
            // Input before exec or shell is part of nothing.
            guard let steps = guest.channels[number]?.conversation.handle(event) else { return }
            for step in steps {
                if let refusal = take(step, guest, number) {
                    next = .answered(refusal, exit: ExitCode.usage.rawValue)
                }
            }
        }
        queueTurn(guest, number)
    }

    /// The hall's own refusal, where the step asks for what may not be asked now.
    private func take(
        _ step: Conversation.Step, _ guest: Guest, _ number: ChannelNumber
    ) -> String? {
        switch step {
        case .ask(let line): return ask(guest, number, line)
        case .say(let text): say(guest, number, text)
        case .finish(let exit): guest.channels[number]?.outgoing.finish(exit: exit)
        case .complain(let limit): complain(guest, limit)
        }
        return nil
    }

    /// Hands a line to the keeper; otherwise gives back the hall's own refusal.
    func ask(_ guest: Guest, _ number: ChannelNumber, _ line: String) -> String? {
        let isFull = guest.requests.count >= limits.requestsInFlight
        // Those that were abandoned before anybody took them in count as well: else a session that
        // asks and hangs up in a loop fills the memory while the ledger's disk is slow.
        guard !isFull, keeper.hasRoom(for: guest.id) else {
            complain(guest, .requestsInFlight)
            return Conversation.refusal(
                isFull
                    ? "more than \(limits.requestsInFlight) requests under way in one session"
                    : "too many requests of this session wait to be taken in")
        }
        let token = newToken()
        requests[token] = (guest.id, number)
        guest.channels[number]?.request = token
        keeper.requested(token, by: guest.id, line: line)
        return nil
    }

    func say(_ guest: Guest, _ number: ChannelNumber, _ text: String) {
        guard let queued = guest.channels[number]?.outgoing.count else { return }
        if queued + text.utf8.count > limits.queuedOutput || isTooMuch(text.utf8.count, for: guest)
        {
            cutOff(guest, number, .queuedOutput)
        } else {
            guest.channels[number]?.outgoing.append(text)
        }
    }

    /// Above what one principal may have waiting on all of its channels. Short texts are not counted:
    /// no channel gets another one before it has taken most of the last.
    private func isTooMuch(_ count: Int, for guest: Guest) -> Bool {
        guard count > Self.outputAhead else { return false }
        let own = guests.values.filter { $0.principal == guest.principal }
        let waiting = own.reduce(0) { $0 + $1.channels.values.reduce(0) { $0 + $1.outgoing.count } }
        return waiting + count > max(limits.queuedOutputPerPrincipal, limits.queuedOutput)
    }

    func complain(_ guest: Guest, _ limit: GuestLimit) {
        if guest.limitsTold.insert(limit).inserted {
            tell(.limitReached(guest.id, guest.principal, limit))
        }
    }

    // MARK: Turns

    /// Bytes that a channel's peer has not taken yet, above which nothing more of its input is worked
    /// on.
    private static let outputAhead = 16 * 1024
    /// After so long, whoever else is ready is looked at.
    private static let turnTime = Duration.milliseconds(2)

    func queueTurn(_ guest: Guest, _ number: ChannelNumber) {
        guard let channel = guest.channels[number], channel.wantsTurn,
            channel.outgoing.count <= Self.outputAhead
        else { return }
        turns.add(ChannelPlace(session: guest.id, channel: number), of: guest.principal)
    }

    func takeTurns() {
        guard !turns.isEmpty else { return }
        let end = MonotonicClock.now() + Self.turnTime
        while let place = turns.next() {
            if let guest = guests[place.session] {
                converse(guest, place.channel, .turn)
                guest.sendOutput()
                drive(guest)
            }
            if MonotonicClock.now() >= end { return }
        }
    }

    // MARK: Answers

    func answer(_ token: RequestToken, _ text: String, _ exit: UInt8) {
        // The channel may have gone meanwhile; `abandoned` has said so.
        guard let origin = requests.removeValue(forKey: token), let guest = guests[origin.session]
        else { return }
        guest.channels[origin.channel]?.request = nil
        guest.session.cork()
        converse(guest, origin.channel, .answered(text, exit: exit))
        guest.sendOutput()
        drive(guest)
    }

    func abandon(_ token: RequestToken) {
        requests[token] = nil
        keeper.abandoned(token)
    }

    func abandonRequest(of guest: Guest, _ number: ChannelNumber) {
        guard let token = guest.channels[number]?.request else { return }
        guest.channels[number]?.request = nil
        abandon(token)
    }

    /// Closes a channel whose peer does not take what it asked for.
    func cutOff(_ guest: Guest, _ number: ChannelNumber, _ limit: GuestLimit) {
        complain(guest, limit)
        abandonRequest(of: guest, number)
        guest.channels[number] = nil
        guest.session.close(number)
    }
}
