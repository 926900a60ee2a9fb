// An authenticated session and what is said on its channels.

internal import Console
internal import Fencing
internal import Keys
internal import LibSSH
internal import LinuxSystem

/// Confined to the hall's thread.
final class Guest {
    let id: SessionID
    let principal: Principal
    /// By which it came in. Asked about again when the rules change.
    let offer: Offer
    let shell: Shell
    let session: ServerSession
    var channels: [ChannelNumber: GuestChannel] = [:]
    /// Of channels on which nothing was started yet.
    var terminals: [ChannelNumber: TerminalKind] = [:]
    /// Which channel's output goes first in the next round: each in turn.
    private var lastServed = ChannelNumber(0)

    /// What the hall waits for on its socket.
    var watched: Epoll.Interest = .read

    /// Packets heard by the last look, and looks since at which there were no more.
    private var packetsAtLook: UInt64 = 0
    private(set) var silentLooks = 0
    /// Packets heard when the probe was sent, while one is out.
    var packetsAtProbe: UInt64?
    /// When that probe has had no answer. Reminders of earlier ones do not concern it.
    var probeEnds: Moment?
    /// An exit status went out. A client that hears it hangs up by itself; one that is disconnected
    /// in the same moment takes that for the outcome.
    private(set) var willHangUp = false
    /// Told since the last look: one event of a kind is enough.
    var limitsTold: Set<GuestLimit> = []

    init(_ id: SessionID, _ admitted: Admitted, _ offer: Offer, _ session: ServerSession) {
        self.id = id
        principal = admitted.principal
        shell = admitted.shell
        self.offer = offer
        self.session = session
    }

    /// Packets heard when libssh began to hold what the socket does not take; nil while it holds
    /// nothing.
    private var packetsAtBacklog: UInt64?
    /// libssh answers many packets by itself, and keeps the answers of a peer that takes none without
    /// bound. After so many nothing is read before the socket has taken what is held. A peer that is
    /// only slow sends far fewer: signs of life, and windows.
    private static let mostHeardInBacklog: UInt64 = 2048

    /// Nothing more is to be read now.
    var isTooFarBehind: Bool {
        packetsAtBacklog.map { session.packetsReceived - $0 > Self.mostHeardInBacklog } ?? false
    }

    /// What its socket is to be watched for.
    var interest: Epoll.Interest {
        if isTooFarBehind { return .write }
        return session.wantsWritable ? [.read, .write] : .read
    }

    func noteBacklog() {
        if !session.isBacklogged {
            packetsAtBacklog = nil
        } else if packetsAtBacklog == nil {
            packetsAtBacklog = session.packetsReceived
        }
    }

    var requests: [RequestToken] { channels.values.compactMap(\.request) }
    var hasOutput: Bool { channels.values.contains { !$0.outgoing.isEmpty } }

    /// Notes at a regular look whether the peer has said anything since the one before.
    func look() {
        let heard = session.packetsReceived
        silentLooks = heard == packetsAtLook ? silentLooks + 1 : 0
        packetsAtLook = heard
        limitsTold = []
        for number in channels.keys { channels[number]?.outgoing.look() }
    }

    /// Hands libssh one round's worth of output, and ends the channels that have said all.
    func sendOutput() {
        if !session.isBacklogged { sendRound() }
        for (number, channel) in channels {
            guard let exit = channel.outgoing.exit, channel.outgoing.isEmpty else { continue }
            session.finish(number, exit: exit)
            willHangUp = true
        }
    }

    private func sendRound() {
        var left = ServerSession.bytesPerRound
        let waiting = channels.filter { !$0.value.outgoing.isEmpty }.keys.sorted()
        let turns = waiting.filter { $0 > lastServed } + waiting.filter { $0 <= lastServed }
        for number in turns where left > 0 {
            guard let bytes = channels[number]?.outgoing.waiting.prefix(left) else { continue }
            let taken = session.write(bytes, to: number)
            channels[number]?.outgoing.took(taken)
            left -= taken
            lastServed = number
        }
    }
}

struct GuestChannel {
    var conversation: Conversation
    /// In the place of the conversation, where the peer has a terminal.
    var seat: ConsoleSeat?
    var outgoing = Outgoing()
    /// The request under way.
    var request: RequestToken?

    /// Something has come in on which work can go on now.
    var wantsTurn: Bool { seat?.wantsTurn ?? conversation.wantsTurn }
}
