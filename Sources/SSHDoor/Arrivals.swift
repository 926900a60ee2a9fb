// Connections on their way from the gate to a lobby. A lobby that is busy with arithmetic finds a
// few of them waiting; more than may be there at all never wait.

internal import LinuxSystem

/// An accepted connection. Closed when it is let go, unless somebody took it.
final class Arrival: Sendable {
    let peer: InternetAddress
    private let socket: Lock<Int32?>

    init(_ socket: consuming Descriptor, from peer: InternetAddress) {
        self.peer = peer
        self.socket = Lock(socket.release())
    }

    deinit { _ = take() }

    /// Once; nil after that.
    func take() -> Descriptor? {
        let number = socket.withLock { socket -> Int32? in
            defer { socket = nil }
            return socket
        }
        return number.map { Descriptor(owning: $0) }
    }
}

struct Arrivals {
    private var waiting: [Arrival] = []
    private var evicted = Evicted()
    private let limit: Int

    /// Who had to go before he was greeted: a few by their addresses, the others as a number.
    struct Evicted {
        fileprivate(set) var first: [InternetAddress] = []
        fileprivate(set) var others = 0

        fileprivate mutating func add(_ peer: InternetAddress) {
            if first.count < 10 { first.append(peer) } else { others += 1 }
        }
    }

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { waiting.isEmpty }

    /// For one too many somebody has to go: the oldest of the address that has sent the most.
    mutating func add(_ arrival: Arrival) {
        waiting.append(arrival)
        guard waiting.count > limit else { return }
        var counts: [InternetAddress.Host: Int] = [:]
        for arrival in waiting { counts[Stranger.source(of: arrival.peer), default: 0] += 1 }
        let most = counts.values.max()
        let index = waiting.firstIndex { counts[Stranger.source(of: $0.peer)] == most }
        evicted.add(waiting.remove(at: index ?? 0).peer)
    }

    mutating func takeAll() -> (waiting: [Arrival], evicted: Evicted) {
        defer {
            waiting = []
            evicted = Evicted()
        }
        return (waiting, evicted)
    }
}
