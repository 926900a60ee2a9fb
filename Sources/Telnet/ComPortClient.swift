// The client's side of RFC 2217, on top of telnet: settings and modem lines of a port that hangs on
// somebody else's machine. Pure: bytes in; data, answers and bytes to send out.
//
// Nothing counts as set before the concentrator has said that it is.

package struct ComPortClient: Sendable {
    private var codec = TelnetCodec(serving: [.comPort])
    /// Sent, in this order, and not answered.
    private var sent: [ComPortRequest] = []
    /// They wait for the concentrator to agree to the option.
    private var held: [ComPortRequest] = []
    private var standing = Standing.proposed

    private enum Standing { case proposed, agreed, refused }

    package enum Event: Hashable, Sendable {
        case data([UInt8])
        /// The concentrator speaks RFC 2217; or does not, and nothing that is asked of it happens.
        case agreed
        case refused
        case done(ComPortRequest)
        /// It has something else than was asked for.
        case differs(ComPortRequest, value: [UInt8])
        /// Told of by itself, or because it was asked.
        case modemState(ModemState)
        case tooManyOffers
    }

    package init() {}

    package mutating func takeOutput() -> [UInt8] { codec.takeOutput() }
    package var hasOutput: Bool { codec.hasOutput }

    /// What was asked for and not answered yet.
    package var unanswered: [ComPortRequest] { sent + held }

    package mutating func send(_ data: some Collection<UInt8>) { codec.send(data) }

    /// Answers may stay out, of an old server or a dead one: deadlines are the caller's.
    package mutating func ask(_ request: ComPortRequest) {
        switch standing {
        case .proposed, .refused: held.append(request)
        case .agreed:
            codec.sendSubnegotiation(.comPort, request.content)
            sent.append(request)
        }
    }

    /// Gives up waiting for the answer to a request.
    package mutating func forget(_ request: ComPortRequest) {
        if let index = sent.firstIndex(of: request) { sent.remove(at: index) }
    }

    package mutating func received(_ bytes: some Collection<UInt8>) -> [Event] {
        codec.received(bytes).flatMap { meaning(of: $0) }
    }

    private mutating func meaning(of event: TelnetCodec.Event) -> [Event] {
        switch event {
        case .data(let bytes): return [.data(bytes)]
        case .agreed(.comPort, _): return agreed()
        case .refused(.comPort, .us):
            standing = .refused
            return [.refused]
        case .subnegotiation(.comPort, let content): return answer(content)
        case .tooManyOffers: return [.tooManyOffers]
        case .agreed, .refused, .subnegotiation: return []
        }
    }

    /// Some servers take our offer, some make one themselves: either will do.
    private mutating func agreed() -> [Event] {
        if standing == .agreed { return [] }
        standing = .agreed
        let requests = held
        held = []
        for request in requests { ask(request) }
        return [.agreed]
    }

    private mutating func answer(_ content: [UInt8]) -> [Event] {
        guard let first = content.first, first >= ComPortRequest.Code.fromServer else { return [] }
        let command = first - ComPortRequest.Code.fromServer
        let value = Array(content.dropFirst())
        var events: [Event] = []
        if command == ComPortRequest.Code.modemState, let bits = value.first {
            events.append(.modemState(ModemState(rawValue: bits).intersection(.all)))
        }
        let index = sent.firstIndex {
            $0.command == command && $0.answerRange.contains(value.first ?? 0)
        }
        guard let index else { return events }
        let request = sent.remove(at: index)
        let isAsWanted = request.value.isEmpty || request.value == value
        return events + [isAsWanted ? .done(request) : .differs(request, value: value)]
    }
}
