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
            if !guest.session.wantsWritable { break }
        }
        noteProbeAnswer(guest)
        do {
            try epoll.modify(
                guest.session.descriptor, &guest.watched,
                to: guest.session.wantsWritable ? [.read, .write] : .read, tag: guest.id.number)
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
        case .closed(let number):
            abandonRequest(of: guest, number)
            guest.channels[number] = nil
            guest.terminals[number] = nil
            guest.session.release(number)
        }
    }

    private func converse(_ guest: Guest, _ number: ChannelNumber, _ event: Conversation.Event) {
        if consult(guest, number, event) { return }
        // Input before exec or shell is part of nothing.
        guard let steps = guest.channels[number]?.conversation.handle(event) else { return }
        for step in steps { take(step, guest, number) }
    }

    private func take(_ step: Conversation.Step, _ guest: Guest, _ number: ChannelNumber) {
        switch step {
        case .ask(let line): ask(guest, number, line)
        case .say(let text): say(guest, number, text)
        case .finish(let exit): guest.channels[number]?.outgoing.finish(exit: exit)
        case .complain(let limit): complain(guest, limit)
        }
    }

    func ask(_ guest: Guest, _ number: ChannelNumber, _ line: String) {
        let isFull = guest.requests.count >= limits.requestsInFlight
        // Those that were abandoned before anybody took them in count as well: else a session that
        // asks and hangs up in a loop fills the memory while the ledger's disk is slow.
        guard !isFull, keeper.hasRoom(for: guest.id) else {
            complain(guest, .requestsInFlight)
            let refusal = Conversation.refusal(
                isFull
                    ? "more than \(limits.requestsInFlight) requests under way in one session"
                    : "too many requests of this session wait to be taken in")
            return converse(guest, number, .answered(refusal, exit: ExitCode.usage.rawValue))
        }
        let token = newToken()
        requests[token] = (guest.id, number)
        guest.channels[number]?.request = token
        keeper.requested(token, by: guest.id, line: line)
    }

    func say(_ guest: Guest, _ number: ChannelNumber, _ text: String) {
        guard let queued = guest.channels[number]?.outgoing.count else { return }
        if queued + text.utf8.count > limits.queuedOutput {
            cutOff(guest, number, .queuedOutput)
        } else {
            guest.channels[number]?.outgoing.append(text)
        }
    }

    func complain(_ guest: Guest, _ limit: GuestLimit) {
        if guest.limitsTold.insert(limit).inserted {
            tell(.limitReached(guest.id, guest.principal, limit))
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
