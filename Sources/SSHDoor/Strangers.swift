// Connections that have not proved who they are, in the order of their arrival.

internal import Fencing
internal import LibSSH
internal import LinuxSystem

/// One of them. Confined to the lobby's thread.
final class Stranger {
    /// Grows with each arrival.
    let tag: UInt64
    let session: ServerSession
    let from: InternetAddress
    /// Whom it counts against.
    let source: InternetAddress.Host
    let arrived: Moment
    /// What the lobby waits for on its socket.
    var watched: Epoll.Interest = .read

    init(
        tag: UInt64, session: ServerSession, from: InternetAddress, source: InternetAddress.Host,
        arrived: Moment
    ) {
        self.tag = tag
        self.session = session
        self.from = from
        self.source = source
        self.arrived = arrived
    }

    /// An IPv4 address, or an IPv6 /64: whoever has one address of a /64 has them all.
    static func source(of peer: InternetAddress) -> InternetAddress.Host {
        switch peer.host {
        case .v4: peer.host
        case .v6(let bytes): .v6(bytes.prefix(8) + [UInt8](repeating: 0, count: 8))
        }
    }
}

struct Strangers {
    /// Sorted by tag, and so by arrival. A hundred or so: searching them is cheap.
    private var all: [Stranger] = []
    private var lastTag: UInt64 = 0

    var count: Int { all.count }
    var oldest: Stranger? { all.first }

    subscript(tag: UInt64) -> Stranger? { all.first { $0.tag == tag } }

    /// Never used twice, so an event that was meant for one who has gone finds nobody.
    mutating func newTag() -> UInt64 {
        lastTag += 1
        return lastTag
    }

    mutating func add(_ stranger: Stranger) { all.append(stranger) }

    mutating func remove(_ stranger: Stranger) { all.removeAll { $0 === stranger } }

    /// The oldest from `source`, if there are as many from there as there may be.
    func oldestIfFull(_ source: InternetAddress.Host, _ limit: Int) -> Stranger? {
        var count = 0
        var oldest: Stranger?
        for stranger in all where stranger.source == source {
            count += 1
            if oldest == nil { oldest = stranger }
        }
        return count >= limit ? oldest : nil
    }
}
