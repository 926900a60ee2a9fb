// What may be asked of the appliance.

package struct Request: Hashable, Sendable {
    package var command: Command
    package var format: ReplyFormat

    package init(_ command: Command, format: ReplyFormat = .text) {
        self.command = command
        self.format = format
    }
}

package enum ReplyFormat: Hashable, Sendable {
    case text
    case json
}

package enum Command: Hashable, Sendable {
    /// Change a node's power; the arbiter decides.
    case order(PowerRequest)
    /// What the feeds of one node, or of all, read.
    case status(NodeName?)
    /// The nodes that the asker may name.
    case list
    /// Is there an arbiter, and may I ask it?
    /// With whom the asker sees at this moment, where it says so: a fresh view votes for shots at
    /// who is not in it, in a cluster that wants consent.
    case quorum(sees: [NodeName]?)
    /// What became of the request that I gave this id.
    case result(RequestID)
    /// I vouch that this node is a working member again: end its probation.
    case admit(NodeName)
    /// Take back what I asked under this id, if it is not granted yet.
    case withdraw(RequestID)
    /// Is this node, which is on record as off, really off? Then hold it so. Never removes power.
    case checkOff(NodeName)
    case lock(NodeName, NodeLock.Kind, Reason)
    case release(NodeName, Force)
    /// I have seen that the target of the shot in doubt is off.
    case confirmOff(NodeName, Reason)
    case help

    package enum Force: String, Hashable, Sendable {
        case no
        /// Also what somebody else has locked.
        case yes
    }
}

package struct PowerRequest: Hashable, Sendable {
    package var verb: PowerVerb
    package var target: NodeName
    /// Chosen by the caller; repeating a request with its id never does it twice.
    package var id: RequestID?
    /// The target's power sequence as the caller last knew it. Without it: as it stood when the
    /// caller's session was opened, or was last told.
    package var since: PowerSequence?
    /// How long the caller waits for a free target before it wants to hear that it is not.
    package var wait: Duration?

    package init(
        _ verb: PowerVerb, _ target: NodeName, id: RequestID? = nil, since: PowerSequence? = nil,
        wait: Duration? = nil
    ) {
        self.verb = verb
        self.target = target
        self.id = id
        self.since = since
        self.wait = wait
    }
}

package enum PowerVerb: String, Hashable, Sendable {
    /// The node's configured default: reboot or off.
    case shoot
    case off
    case on
    case reboot
}

/// 1...64 characters of the alphabet of names, chosen by the caller.
package enum RequestIDKind {}
package typealias RequestID = Name<RequestIDKind>
