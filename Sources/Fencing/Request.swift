// What may be asked of the appliance.

package struct Request: Hashable, Sendable {
    package var command: Command
    package var format: ReplyFormat
    package var purpose: Purpose

    package init(
        _ command: Command, format: ReplyFormat = .text, purpose: Purpose = .act
    ) {
        self.command = command
        self.format = format
        self.purpose = purpose
    }

    package enum Purpose: Hashable, Sendable {
        case act
        /// Only say what it would do.
        case consider
    }
}

package enum ReplyFormat: Hashable, Sendable {
    case text
    /// Text, and tables that fit so many columns.
    case fitted(columns: Int)
    /// Text, and tables with all their columns, however wide.
    case wide
    case json

    /// What `fitted` takes.
    package static let columns = 20...500
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
    /// I have seen that the target of this shot, which is in doubt, is off.
    case confirmOff(NodeName, ShotNumber, Reason)
    /// What went over the line of this switch lately.
    case trace(SwitchName)
    /// What people look at.
    case see(Sight)
    /// End somebody's session.
    case disconnect(SessionID)
    case help

    package enum Force: String, Hashable, Sendable {
        case no
        /// Also what somebody else has locked.
        case yes
    }
}

/// What a person looks at. Changes nothing, and asks no switch.
package enum Sight: Hashable, Sendable {
    case nodes
    /// All that feed a node, or this one.
    case outlets(Outlet?)
    case switches
    case shots
    /// What is on record of one node, or of everything.
    case history(NodeName?)
    /// The whole story of one shot.
    case why(ShotNumber)
    case locks
    case sessions
    /// All that a live board shows.
    case board
    /// The words that may be typed: verbs, and the names of things.
    case words
    /// For Prometheus.
    case metrics
}

package struct PowerRequest: Hashable, Sendable {
    package var verb: PowerVerb
    /// At least one, and none twice. Several are decided together: all are granted in one record,
    /// or nothing is done (R20).
    package var targets: [NodeName]
    /// Chosen by the caller; repeating a request with its id never does it twice.
    package var id: RequestID?
    /// The power sequence of targets as the caller last knew it. For the others: as it stood when
    /// the caller's session was opened, or was last told.
    package var since: [NodeName: PowerSequence]
    /// How long the caller waits for free targets before it wants to hear that they are not.
    package var wait: Duration?

    /// What one request may name.
    package static let mostTargets = 64

    package init(
        _ verb: PowerVerb, _ targets: [NodeName], id: RequestID? = nil,
        since: [NodeName: PowerSequence] = [:], wait: Duration? = nil
    ) {
        precondition(!targets.isEmpty, "a request without a target asks nothing")
        self.verb = verb
        self.targets = targets
        self.id = id
        self.since = since
        self.wait = wait
    }

    package init(
        _ verb: PowerVerb, _ target: NodeName, id: RequestID? = nil, since: PowerSequence? = nil,
        wait: Duration? = nil
    ) {
        self.init(
            verb, [target], id: id, since: since.map { [target: $0] } ?? [:], wait: wait)
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
