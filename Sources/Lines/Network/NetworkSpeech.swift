// The three languages that a connection may have, behind one face.

internal import Telnet

enum NetworkSpeech {
    case raw(unsent: [UInt8])
    case telnet(TelnetCodec)
    case comPort(ComPortClient)

    enum Event: Hashable {
        case data([UInt8])
        case comPort(ComPortClient.Event)
        case tooManyOffers
    }

    init(_ language: NetworkPort.Language) {
        switch language {
        case .raw: self = .raw(unsent: [])
        case .telnet: self = .telnet(TelnetCodec())
        case .rfc2217: self = .comPort(ComPortClient())
        }
    }

    mutating func send(_ bytes: ArraySlice<UInt8>) {
        switch self {
        case .raw(let unsent): self = .raw(unsent: unsent + bytes)
        case .telnet(var codec):
            codec.send(bytes)
            self = .telnet(codec)
        case .comPort(var client):
            client.send(bytes)
            self = .comPort(client)
        }
    }

    /// As they go into the connection.
    mutating func takeOutput() -> [UInt8] {
        switch self {
        case .raw(let unsent):
            self = .raw(unsent: [])
            return unsent
        case .telnet(var codec):
            defer { self = .telnet(codec) }
            return codec.takeOutput()
        case .comPort(var client):
            defer { self = .comPort(client) }
            return client.takeOutput()
        }
    }

    mutating func received(_ bytes: [UInt8]) -> [Event] {
        switch self {
        case .raw: return [.data(bytes)]
        case .telnet(var codec):
            defer { self = .telnet(codec) }
            return codec.received(bytes).compactMap { event in
                switch event {
                case .data(let bytes): .data(bytes)
                case .tooManyOffers: .tooManyOffers
                case .agreed, .refused, .subnegotiation: nil
                }
            }
        case .comPort(var client):
            defer { self = .comPort(client) }
            return client.received(bytes).map { event in
                switch event {
                case .data(let bytes): .data(bytes)
                case .tooManyOffers: .tooManyOffers
                case .agreed, .refused, .done, .differs, .modemState: .comPort(event)
                }
            }
        }
    }

    /// Nothing happens where the language has no such requests.
    mutating func ask(_ request: ComPortRequest) {
        guard case .comPort(var client) = self else { return }
        client.ask(request)
        self = .comPort(client)
    }

    mutating func forget(_ request: ComPortRequest) {
        guard case .comPort(var client) = self else { return }
        client.forget(request)
        self = .comPort(client)
    }

    /// What the other side has still to say something to.
    var unanswered: [ComPortRequest] {
        switch self {
        case .raw, .telnet: []
        case .comPort(let client): client.unanswered
        }
    }

    /// Telnet's first proposals have no answer yet.
    var isNegotiating: Bool {
        switch self {
        case .raw, .comPort: false
        case .telnet(let codec): codec.isWaiting
        }
    }
}
