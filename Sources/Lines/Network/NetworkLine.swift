// A line over TCP: connects without waiting, agrees with the concentrator, then carries bytes. What
// it is told of a port that somebody else holds becomes an error that says so.

internal import Drivers
internal import Fencing
internal import LinuxSystem
internal import Telnet

final class NetworkLine: OpenLine {
    private let socket: ClientSocket
    private let port: NetworkPort
    private var speech: NetworkSpeech
    private var stage: Stage
    /// Encoded, and not taken by the kernel yet.
    private var outgoing: [UInt8] = []
    /// Data that came and was not asked for yet.
    private var arrived: [UInt8] = []
    private var opening: [UInt8] = []
    private var connectedAt: Moment?
    private var wire = WireTime()
    private var moves: [ComPortRequest: Moment] = [:]
    private var inputs = Inputs.notAsked

    private enum Stage {
        /// Goes to `agreeing`.
        case connecting(until: Moment)
        /// Telnet's options, or the settings of RFC 2217. Goes to `settling`.
        case agreeing(until: Moment)
        /// We are connected; whether we are let in shows in the next moment. Goes to `ready`.
        case settling(until: Moment)
        case ready
    }

    private enum Inputs {
        case notAsked
        case asked
        case known(ModemState)
    }

    /// So long for a connection, and so long for settings.
    static let patience = Duration.seconds(5)
    /// A port that has nothing to say to telnet's options by then is used as it is.
    static let negotiation = Duration.seconds(1)
    /// A caller who is one too many is told so at once, or hears nothing and is hung up on: within
    /// this time.
    static let settling = Duration.milliseconds(200)
    /// Bytes that wait for the kernel; more are not taken. Answers of telnet come on top.
    private static let mostOutgoing = 4096
    /// A connection that ends within this time of its beginning was perhaps never wanted.
    private static let youth = Duration.seconds(3)
    /// Of what came first, so much is kept to see why it ended.
    private static let longestRefusal = 256

    init(_ socket: ClientSocket, _ port: NetworkPort) {
        self.socket = socket
        self.port = port
        speech = NetworkSpeech(port.language)
        stage = .connecting(until: MonotonicClock.now() + Self.patience)
    }

    var descriptor: Int32 { socket.number }

    var wantsRoom: Bool {
        switch stage {
        case .connecting: true
        case .agreeing, .settling, .ready: !outgoing.isEmpty
        }
    }
}

// MARK: - Preparing

extension NetworkLine {
    func prepare(at now: Moment) throws(PortError) -> Readiness {
        if case .connecting(let until) = stage {
            guard try isConnected() else {
                if now >= until { throw noAnswer(to: "the attempt to connect") }
                return .notYet(lookAgainAt: until)
            }
            begin(at: now)
        }
        try flush()
        try takeIn(at: now)
        try flush()
        if case .agreeing(let until) = stage {
            if try !isAgreed(by: until, at: now) { return .notYet(lookAgainAt: until) }
            stage = .settling(until: settlesAt(now))
        }
        if case .settling(let until) = stage {
            if now < until { return .notYet(lookAgainAt: until) }
            // What came before is nobody's answer to anything.
            arrived = []
            stage = .ready
        }
        return .ready
    }

    /// Whose requests are answered has been let in.
    private func settlesAt(_ now: Moment) -> Moment {
        switch port.language {
        case .rfc2217: now
        case .raw, .telnet: (connectedAt ?? now) + Self.settling
        }
    }

    private func isConnected() throws(PortError) -> Bool {
        do throws(SystemCallError) {
            return try socket.outcome() == .connected
        } catch {
            throw .noConnection(port: port.description, error)
        }
    }

    private func begin(at now: Moment) {
        connectedAt = now
        switch port.language {
        case .raw: stage = .agreeing(until: now)
        case .telnet: stage = .agreeing(until: now + Self.negotiation)
        case .rfc2217:
            for request in wishes + port.settings.comPortRequests { speech.ask(request) }
            stage = .agreeing(until: now + Self.patience)
        }
    }

    /// First of all, as on a port of our own: opening may have raised both lines. A concentrator
    /// is silent about lines that its port has not, and about news of them.
    private var wishes: [ComPortRequest] {
        let level: ComPortRequest.Level = port.modemLines == .raised ? .on : .off
        return [.dtr(level), .rts(level), .modemStateMask(.all)]
    }

    /// What a concentrator need not say anything to: ser2net 4.6 acknowledges no purge, and others no
    /// flow control. One that says no to it is refused all the same.
    private var unacknowledged: [ComPortRequest] { wishes + [.purge(.both), .noFlowControl] }

    private func isAgreed(by until: Moment, at now: Moment) throws(PortError) -> Bool {
        switch port.language {
        case .raw: return true
        case .telnet: return !speech.isNegotiating || now >= until
        case .rfc2217:
            let waiting = speech.unanswered.filter { !unacknowledged.contains($0) }
            if waiting.isEmpty {
                // It answers in order: what it has passed over it will not answer any more.
                for request in unacknowledged { speech.forget(request) }
                return true
            }
            guard now >= until else { return false }
            throw noAnswer(to: waiting.map(\.description).joined(separator: ", "))
        }
    }

    private func noAnswer(to question: String) -> PortError {
        .noAnswer(port: port.description, to: question, within: Self.patience)
    }
}

// MARK: - What comes

extension NetworkLine {
    func read(atMost limit: Int) throws(PortError) -> [UInt8]? {
        let now = MonotonicClock.now()
        let hasCome = try takeIn(at: now)
        try flush()
        guard hasCome || !arrived.isEmpty else { return nil }
        defer { arrived = [] }
        return arrived
    }

    /// One portion. The epoll list tells of the rest.
    @discardableResult
    private func takeIn(at now: Moment) throws(PortError) -> Bool {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            guard let portion = try socket.read(atMost: 4096) else { return false }
            bytes = portion
        } catch {
            throw ended(error.description, at: now)
        }
        if bytes.isEmpty { throw ended("without a word", at: now) }
        for event in speech.received(bytes) { try take(event) }
        return true
    }

    private func take(_ event: NetworkSpeech.Event) throws(PortError) {
        switch event {
        case .data(let bytes):
            arrived += bytes
            if opening.count < Self.longestRefusal { opening += bytes }
        case .tooManyOffers: throw .endlessOffers(port: port.description)
        case .comPort(let answer): try take(answer)
        }
    }

    private func take(_ answer: ComPortClient.Event) throws(PortError) {
        switch answer {
        case .data, .agreed, .tooManyOffers: break
        case .refused: throw .noComPort(port: port.description)
        case .done(let request): moves[request] = nil
        case .modemState(let state):
            if case .asked = inputs { inputs = .known(state) }
            speech.forget(.modemStateMask(.all))
            speech.forget(.modemState)
        case .differs(let request, _):
            let isNeeded = moves[request] != nil || !wishes.contains(request)
            if isNeeded {
                throw .comPortRefused(port: port.description, wanted: request.description)
            }
        }
    }

    /// A concentrator that has a caller already says so in its own words, or just hangs up.
    private func ended(_ how: String, at now: Moment) -> PortError {
        let words = Refusal.words(in: opening)
        guard let connectedAt else {
            return .noAnswer(
                port: port.description, to: "the attempt to connect", within: Self.patience)
        }
        let isYoung = now - connectedAt < Self.youth
        if opening.count < Self.longestRefusal, let words {
            return .heldByAnother(port: port.description, said: words)
        }
        if isYoung, opening.isEmpty {
            return .closedAtOnce(port: port.description, how: how)
        }
        return .hungUp(port: port.description)
    }
}

// MARK: - What goes

extension NetworkLine {
    func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int {
        try flush()
        let taken = bytes.prefix(max(0, Self.mostOutgoing - outgoing.count))
        guard !taken.isEmpty else { return 0 }
        speech.send(taken)
        wire.add(taken.count, port.settings.byteTime)
        try flush()
        return taken.count
    }

    private func flush() throws(PortError) {
        outgoing += speech.takeOutput()
        do throws(SystemCallError) {
            while !outgoing.isEmpty {
                let taken = try socket.write(outgoing[...])
                if taken == 0 { return }
                outgoing.removeFirst(taken)
            }
        } catch {
            throw ended(error.description, at: MonotonicClock.now())
        }
    }

    /// Done when the concentrator's machine has everything and has had the time to pass it on.
    func timeToDrain() throws(PortError) -> Duration? {
        try flush()
        let now = MonotonicClock.now()
        if let late = moves.first(where: { $0.value <= now }) {
            throw noAnswer(to: late.key.description)
        }
        let waiting: Int
        do throws(SystemCallError) {
            waiting = try socket.unacknowledged()
        } catch {
            throw .call(error)
        }
        let isOut = outgoing.isEmpty && waiting == 0 && moves.isEmpty
        return wire.timeLeft(isOut: isOut, at: now)
    }
}

// MARK: - Leads

extension NetworkLine {
    func move(_ lead: Lead, _ level: LeadLevel) throws(PortError) {
        guard case .comPort = speech else { throw .noLeads }
        let request = ComPortRequest(lead, level)
        speech.ask(request)
        moves[request] = MonotonicClock.now() + Self.patience
        try flush()
    }

    func askInputs() throws(PortError) {
        guard case .comPort = speech else { throw .noLeads }
        inputs = .asked
        // The mask makes some servers tell, the question makes others.
        speech.ask(.modemStateMask(.all))
        speech.ask(.modemState)
        try flush()
    }

    func takeInputs() throws(PortError) -> Set<SenseInput>? {
        switch inputs {
        case .notAsked, .asked: return nil
        case .known(let state):
            inputs = .notAsked
            return Set(SenseInput.allCases.filter { state.contains($0.modemState) })
        }
    }
}

extension ComPortRequest {
    fileprivate init(_ lead: Lead, _ level: LeadLevel) {
        let level: Level = level == .raised ? .on : .off
        switch lead {
        case .dtr: self = .dtr(level)
        case .rts: self = .rts(level)
        }
    }
}

extension SenseInput {
    fileprivate var modemState: ModemState {
        switch self {
        case .cts: .cts
        case .dsr: .dsr
        case .dcd: .dcd
        case .ri: .ri
        }
    }
}

extension LineSettings {
    /// Everything that makes the far port what we need, an empty one included.
    fileprivate var comPortRequests: [ComPortRequest] {
        let parity: ComPortRequest.Parity =
            switch self.parity {
            case .none: .none
            case .even: .even
            case .odd: .odd
            }
        return [
            .noFlowControl, .speed(UInt32(speed)), .dataBits(UInt8(dataBits.rawValue)),
            .parity(parity), .stopBits(stopBits == .one ? .one : .two), .purge(.both),
        ]
    }
}
