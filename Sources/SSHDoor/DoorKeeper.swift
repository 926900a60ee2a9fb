// Whom the door serves, and what it tells.

package import Fencing
package import Keys

/// The owner of the door. Called in the door's own main thread, in order; must not wait, nor call
/// `leave`.
package protocol DoorKeeper: Sendable {
    func sessionOpened(_ session: SessionID, _ principal: Principal, from: String)
    /// Comes after `abandoned` for each of its requests.
    func sessionClosed(_ session: SessionID)
    /// One request line, without its end; anything a client may send, unchecked. Answer it with
    /// `SSHDoor.answer`.
    func requested(_ token: RequestToken, by session: SessionID, line: String)
    /// Whether one more request of this session may be handed over. False while so many of its
    /// earlier ones wait to be taken in that more would pile up: the door refuses it.
    func hasRoom(for session: SessionID) -> Bool
    /// The channel or the session is gone; an answer would reach nobody.
    func abandoned(_ token: RequestToken)
    /// What came of `SSHDoor.probe`.
    func probed(_ session: SessionID, _ finding: ProbeFinding)
}

extension DoorKeeper {
    /// For a keeper that takes in each request at once.
    package func hasRoom(for session: SessionID) -> Bool { true }
}

package enum ProbeFinding: Hashable, Sendable {
    /// The peer has said something since.
    case alive
    /// Nothing came within `DoorLimits.probePatience`. It may be dead, or cut off.
    case silent
    /// There is no such session (any more).
    case gone
}

/// For the log.
package enum DoorEvent: Hashable, Sendable {
    case entered(SessionID, Principal, from: String, LoginProof)
    case left(SessionID, Principal, LeaveReason)
    case strangerTurnedAway(TurnedAway)
    /// More strangers than are told one by one: a sum, over about `DoorLimits.logWindow`.
    case moreStrangersTurnedAway([TurnedAway.Reason: Int])
    /// The principal proved itself, but there was no place for it.
    case noPlace(Principal, from: String, SessionPlaces)
    case limitReached(SessionID, Principal, GuestLimit)
    /// The machine is out of descriptors or memory: nobody can come in until somebody has gone.
    case cannotAccept(String)
}

/// By what somebody came in.
package enum LoginProof: Hashable, Sendable {
    case key(PublicKey)
    case certificate(Certificate)
}

package enum LeaveReason: Hashable, Sendable {
    /// The connection ended; libssh's words, where it had any.
    case hungUp(String)
    case silent
    /// The keeper closed it.
    case closed
    /// A newer session of the same principal needed the place.
    case madeRoom
    /// The principal or the key by which it came in is not admitted any more.
    case passWithdrawn
    case doorClosed
}

package struct TurnedAway: Hashable, Sendable {
    package let from: String
    /// The last user name it tried, where that is a name at all.
    package let user: PrincipalName?
    package let reason: Reason
    /// Why the last key that it offered was refused, where one was.
    package let why: String?

    package enum Reason: Hashable, Sendable, CaseIterable {
        /// It left by itself, without a refused attempt.
        case hungUp
        /// It left after at least one refused attempt.
        case refused
        case tooManyTries
        case tooManyPackets
        case loginTime
        /// Made room for a newer connection from the same address.
        case oldestOfItsAddress
        /// Made room for a newer connection.
        case oldest
        case doorClosed
    }
}

/// What there were too many of.
package enum SessionPlaces: Hashable, Sendable {
    case ofThePrincipal
    case ofTheDoor
}

package enum GuestLimit: Hashable, Sendable {
    case requestLength
    case requestsInFlight
    case pipelinedInput
    case queuedOutput
    /// The reader took nothing for too long.
    case stalledReader
    /// A channel whose peer takes only packets smaller than `ServerSession.smallestPacket`.
    case packetSize
}
