// What a session tells its owner, and what it asks.

/// A channel of one session, numbered by us: libssh's pointers are used again, numbers are not.
package struct ChannelNumber: Hashable, Sendable, Comparable {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What came in on the channels, in order.
package enum SessionNews: Hashable, Sendable {
    /// Run this. At most one `exec` or `shell` per channel.
    case exec(ChannelNumber, command: [UInt8])
    case shell(ChannelNumber)
    /// The peer has a terminal for what will be started: its name, a stranger's words, and its size,
    /// unchecked. Comes before `exec` or `shell`, at most once for each channel.
    case terminal(ChannelNumber, name: [UInt8], columns: Int, rows: Int)
    /// Of a channel with a terminal.
    case resized(ChannelNumber, columns: Int, rows: Int)
    case input(ChannelNumber, [UInt8])
    /// No more input will come; the peer still listens.
    case inputEnded(ChannelNumber)
    /// Its packets would be smaller than `ServerSession.smallestPacket`: nothing was started on it, and
    /// our side of it is closed. `closed` follows.
    case tooSmallPackets(ChannelNumber)
    /// The peer has closed the channel. Let it go with `release`.
    case closed(ChannelNumber)
}

/// Proof that the peer holds the private half of `key`, which the judge knows. A certificate's blob
/// is the whole certificate, and the private half is that of the key inside.
package struct Login: Hashable, Sendable {
    package let user: String
    package let key: PublicKeyText
}

/// Says whose keys are known. Asked in the thread that drives the session; must not wait.
package protocol KeyJudge: Sendable {
    func verdict(on key: PublicKeyText, of user: String) -> KeyVerdict
}

package enum KeyVerdict: Hashable, Sendable {
    case known
    /// For the log only: whoever is refused hears the same whatever it was.
    case refused(String)
}

/// What libssh itself sets no limit to.
package struct SessionBounds: Hashable, Sendable {
    /// Refused attempts to log in after which no other is accepted.
    package let tries: Int
    /// Channels open at a time.
    package let channels: Int

    package init(tries: Int, channels: Int) {
        self.tries = tries
        self.channels = channels
    }
}

/// How a session is after it was driven.
package enum Pulse: Hashable, Sendable {
    case alive
    /// It can only be closed. libssh's words for why, where it had any.
    case gone(String)
}
