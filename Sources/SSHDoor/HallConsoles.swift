// Channels with a terminal: a console, or a rack PDU's command line, in the place of the plain
// conversation. It decides what is printed; here it gets its keys, its answers and its seconds.

internal import Console
internal import Fencing
internal import Keys
internal import LibSSH
internal import LinuxSystem

/// On the heap: most channels have none, and should not carry the room for one.
final class ConsoleSeat {
    private var console: Console?
    private var rack: RackCommandLine?

    init(_ console: Console) { self.console = console }
    init(_ rack: RackCommandLine) { self.rack = rack }

    /// Keys wait that it would read now.
    var wantsTurn: Bool { console?.wantsTurn ?? rack?.wantsTurn ?? false }

    func handle(_ event: Console.Event) -> [Console.Step] {
        console?.handle(event) ?? rack?.handle(event) ?? []
    }
}

extension Hall {
    func noteTerminal(
        _ guest: Guest, _ number: ChannelNumber, _ name: [UInt8], _ columns: Int, _ rows: Int
    ) {
        let name = String(decoding: name, as: UTF8.self)
        guest.terminals[number] = TerminalKind(named: name, columns: columns, rows: rows)
    }

    func resize(_ guest: Guest, _ number: ChannelNumber, _ columns: Int, _ rows: Int) {
        guest.terminals[number]?.resize(columns: columns, rows: rows)
        advance(guest, number, .resized(columns: columns, rows: rows))
    }

    /// False where the channel has no terminal, or the line is none: then it is refused as it is
    /// everywhere.
    func openConsole(_ guest: Guest, _ number: ChannelNumber, only: [UInt8]?) -> Bool {
        guard let kind = guest.terminals.removeValue(forKey: number) else { return false }
        if only == nil, case .apc(let outlets) = guest.shell {
            guest.channels[number]?.seat = ConsoleSeat(RackCommandLine(outlets))
            advance(guest, number, .begin)
            return true
        }
        var line: String?
        if let only {
            let text = only.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed()
            guard text.count <= limits.requestLength, !text.contains(0x0A), !text.contains(0x0D)
            else { return false }
            line = String(decoding: text, as: UTF8.self)
        }
        guest.channels[number]?.seat = ConsoleSeat(
            Console(for: "\(guest.principal)", kind, only: line))
        advance(guest, number, .begin)
        return true
    }

    /// False where there is no console to take it.
    func consult(
        _ guest: Guest, _ number: ChannelNumber, _ event: Conversation.Event
    ) -> Bool {
        guard guest.channels[number]?.seat != nil else { return false }
        switch event {
        case .input(let bytes): advance(guest, number, .input(bytes))
        case .inputEnded: advance(guest, number, .inputEnded)
        case .answered(let text, let exit): advance(guest, number, .answered(text, exit: exit))
        case .turn: advance(guest, number, .turn)
        case .exec, .shell: preconditionFailure("a console is opened once")
        }
        return true
    }

    func tick(_ place: ChannelPlace) {
        guard let guest = guests[place.session], let channel = guest.channels[place.channel] else {
            return
        }
        let isClear = channel.outgoing.isEmpty && !guest.session.isBacklogged
        advance(guest, place.channel, .tick(isClear: isClear))
        drive(guest)
    }

    /// A board that stays on somebody's screen would hide his own.
    func closeConsoles(of guest: Guest) {
        for number in guest.channels.keys.sorted() { advance(guest, number, .closing) }
        guest.sendOutput()
    }

    /// A refusal of the hall's own is the answer to what was asked: in a loop, for the input of a
    /// stranger must not decide how deep the stack grows.
    private func advance(_ guest: Guest, _ number: ChannelNumber, _ event: Console.Event) {
        var next: Console.Event? = event
        while let event = next {
            next = nil
            guard let steps = guest.channels[number]?.seat?.handle(event) else { return }
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
        _ step: Console.Step, _ guest: Guest, _ number: ChannelNumber
    ) -> String? {
        switch step {
        case .ask(let line): return ask(guest, number, line)
        case .say(let text): say(guest, number, text)
        case .abandon: abandonRequest(of: guest, number)
        case .wake:
            let place = ChannelPlace(session: guest.id, channel: number)
            ticks.set(for: place, at: MonotonicClock.now())
        case .finish(let exit): guest.channels[number]?.outgoing.finish(exit: exit)
        }
        return nil
    }
}
