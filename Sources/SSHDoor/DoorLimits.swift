// Every limit of the door, in one place. Whatever grows stops at one of these; whatever waits, too.

package struct DoorLimits: Hashable, Sendable {
    // Strangers: connections that have not proved who they are.

    /// Connections at a time. One more makes room by closing the *oldest*: a client that means it
    /// is through in milliseconds, so whoever fills the door with waiting loses his places first.
    /// Refusing the newest instead would let a hundred idle connections lock everybody out.
    package var strangers = 100
    /// The same, per IPv4 address or IPv6 /64.
    package var strangersPerAddress = 20
    /// Connections that a lobby has not looked at yet.
    package var arrivals = 128
    /// From the connection to the login.
    package var loginTime = Duration.seconds(15)
    /// Refused attempts to log in, after which the connection is closed.
    package var tries = 6
    /// SSH packets before the login. Some floods cannot be counted in any other way: libssh does
    /// not tell about signatures that do not verify.
    package var packetsBeforeLogin: UInt64 = 40

    // Guests: authenticated sessions.

    /// A newcomer above either of these two takes the place of its own principal's oldest session
    /// without a request in flight; where there is none, it is turned away.
    package var sessions = 500
    package var sessionsPerPrincipal = 16
    /// Open at a time, per session.
    package var channels = 10
    /// Given to the keeper and not answered yet, per session.
    package var requestsInFlight = 10
    /// One request line, in bytes, without its end.
    package var requestLength = 4096
    /// Input of one channel that waits for its turn, in bytes.
    package var pipelinedInput = 65536
    /// Replies of one channel that the peer has not taken yet, in bytes. Above it the channel is
    /// closed.
    package var queuedOutput = 2 << 20
    /// The same of all channels of a principal together; at least what one channel may have.
    package var queuedOutputPerPrincipal = 8 << 20

    /// How often a silent session is asked for a sign of life, and how many questions may stay
    /// unanswered. A channel whose reader takes nothing for as long is closed, too.
    package var keepaliveInterval = Duration.seconds(15)
    package var keepaliveMisses = 3
    /// How long a probe waits for its answer.
    package var probePatience = Duration.seconds(5)

    // The log.

    /// Strangers turned away that are told one by one in each `logWindow`; the rest is a sum.
    package var strangersLogged = 10
    package var logWindow = Duration.seconds(10)

    /// How long the door stops accepting when the machine has no descriptor or memory left for
    /// another connection.
    package var acceptPause = Duration.milliseconds(100)

    package init() {}
}
