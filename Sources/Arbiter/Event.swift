// What happens to the arbiter. Events are in the past tense: they are facts.

package import Fencing

package enum Event<Proof: Receipt>: Hashable, Sendable {
    /// A principal was authenticated. Its session carries the generation of this moment for ever.
    case sessionOpened(SessionID, Principal)
    case sessionClosed(SessionID)
    case ordered(RequestToken, by: SessionID, PowerRequest)
    case asked(RequestToken, by: SessionID, Question)
    /// Nobody is left to hear the answer.
    case abandoned(RequestToken)
    /// A line reports how an order ended.
    case reported(PowerReport)
    case committed(Proof)
    /// The commit was refused: nothing is on record.
    case notCommitted(why: String)
    /// The entry is larger than the ledger ever takes: it is not on record, and the same entry never
    /// will be. Others are taken.
    case tooLarge(why: String)
    /// Nobody can say whether the entry is on record.
    case commitUnknown(why: String)
    /// The moment of `nextDeadline` has come.
    case timePassed
    /// The daemon is asked to leave: grant nothing more, finish what was granted.
    case stopping
    /// The session was told how these nodes stand, outside of the arbiter's own replies.
    case told(SessionID, NodeName)
    /// A person may only look from now on: what it asked for and still waits for is refused.
    case demoted(PrincipalName)
    /// What came of `probe`.
    case probed(SessionID, SignOfLife)
}

package enum SignOfLife: Hashable, Sendable {
    case alive
    /// Nothing came: it may be dead, frozen or cut off.
    case silent
}

/// What can be answered at once.
package enum Question: Hashable, Sendable {
    case quorum(sees: [NodeName]?)
    case result(RequestID)
    case admit(NodeName)
    case withdraw(RequestID)
    case checkOff(NodeName)
    case lock(NodeName, NodeLock.Kind, Reason)
    case release(NodeName, Command.Force)
    case confirmOff(NodeName, ShotNumber, Reason)
}
