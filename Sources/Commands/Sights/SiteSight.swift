// The site as a person looks at it: plain values, taken down at one moment by whoever knows.

package import Fencing

package struct NodeSight: Hashable, Sendable {
    package var name: NodeName
    package var cluster: ClusterName
    package var standing: Standing
    /// The age of the standing, where the record tells it.
    package var standingFor: Duration?
    package var feeds: [FeedSight]
    package var onRecord: OnRecord
    /// The last shot at it, or the last power order.
    package var shot: ShotSight?
    package var locks: [NodeLock]
    /// How long ago it was last heard on a session.
    package var heard: Duration?
    /// How long the daemon has been up.
    package var uptime: Duration

    package init(
        name: NodeName, cluster: ClusterName, standing: Standing, standingFor: Duration?,
        feeds: [FeedSight], onRecord: OnRecord = .notOff, shot: ShotSight?, locks: [NodeLock],
        heard: Duration?, uptime: Duration
    ) {
        self.name = name
        self.cluster = cluster
        self.standing = standing
        self.standingFor = standingFor
        self.feeds = feeds
        self.onRecord = onRecord
        self.shot = shot
        self.locks = locks
        self.heard = heard
        self.uptime = uptime
    }

    /// By what its feeds are known to be, and by nothing that they were.
    package var power: PowerState { PowerState(ofFeeds: feeds.map(\.knowledge.state)) }

    /// Feeds that read on although the record says that it is off: never right.
    package var onThoughOff: [Outlet] {
        switch onRecord {
        case .notOff: []
        case .off: feeds.filter { $0.knowledge.state == .on }.map(\.outlet)
        }
    }
}

/// What the record, and not a reading, says of a node's power.
package enum OnRecord: Hashable, Sendable {
    /// On, or not known to be off.
    case notOff
    /// Off since this shot, where it is still known; not read, but said by a person, where one
    /// attests it.
    case off(since: ShotNumber?, attestedBy: PrincipalName?)

    package var attestedBy: PrincipalName? {
        switch self {
        case .notOff: nil
        case .off(_, let who): who
        }
    }
}

package struct FeedSight: Hashable, Sendable {
    package var outlet: Outlet
    package var node: NodeName
    package var knowledge: OutletKnowledge
    /// Why the latest attempt to read it brought nothing.
    package var trouble: String?

    package init(
        outlet: Outlet, node: NodeName, knowledge: OutletKnowledge, trouble: String?
    ) {
        self.outlet = outlet
        self.node = node
        self.knowledge = knowledge
        self.trouble = trouble
    }
}

package struct SwitchSight: Hashable, Sendable {
    package var name: SwitchName
    package var driver: String
    package var line: String
    package var condition: Condition
    package var conditionFor: Duration
    /// The age of the last reading that said something.
    package var lastRead: Duration?
    /// The last thing that went wrong, and how long ago.
    package var trouble: String?
    package var troubleAge: Duration?
    package var nodes: Int

    package enum Condition: String, Hashable, Sendable {
        case up
        case down
        /// Closed on purpose, for others to use.
        case left
    }

    package init(
        name: SwitchName, driver: String, line: String, condition: Condition,
        conditionFor: Duration, lastRead: Duration?, trouble: String?, troubleAge: Duration?,
        nodes: Int
    ) {
        self.name = name
        self.driver = driver
        self.line = line
        self.condition = condition
        self.conditionFor = conditionFor
        self.lastRead = lastRead
        self.trouble = trouble
        self.troubleAge = troubleAge
        self.nodes = nodes
    }
}

/// One line of what went over a switch's line.
package struct TraceSight: Hashable, Sendable {
    package var at: Timestamp
    /// `sent`, `received` or `note`.
    package var kind: String
    /// The same in one letter.
    package var sign: String
    package var text: String

    package init(at: Timestamp, kind: String, sign: String, text: String) {
        self.at = at
        self.kind = kind
        self.sign = sign
        self.text = text
    }
}

/// A granted order, from the outside.
package struct ShotSight: Hashable, Sendable {
    package var number: ShotNumber
    package var verb: GrantedVerb
    package var target: NodeName
    package var by: Principal
    package var id: RequestID?
    package var stage: Stage
    /// Nil where the entry is older than what is kept with its time.
    package var granted: Timestamp?
    package var ended: Timestamp?
    package var attestedBy: PrincipalName?

    package enum Stage: Hashable, Sendable {
        /// Granted, and no outcome yet.
        case running(ShotStage)
        /// Its switches did not say in their patience that it is off.
        case inDoubt(why: String)
        case ended(ShotOutcome)
    }

    package init(
        number: ShotNumber, verb: GrantedVerb, target: NodeName, by: Principal, id: RequestID?,
        stage: Stage, granted: Timestamp?, ended: Timestamp?, attestedBy: PrincipalName?
    ) {
        self.number = number
        self.verb = verb
        self.target = target
        self.by = by
        self.id = id
        self.stage = stage
        self.granted = granted
        self.ended = ended
        self.attestedBy = attestedBy
    }

    /// In two or three words.
    package var verdict: String {
        switch stage {
        case .running(.granted): "running"
        case .running(.verifiedOff): verb == .off ? "off" : "off, on next"
        case .running(.onIntended): "switching on"
        case .inDoubt: "in doubt"
        case .ended(.held): attestedBy.map { "off, says \($0)" } ?? "off"
        case .ended(.on): verb == .on ? "on" : "off, then on"
        case .ended(.onFailed): "on failed"
        case .ended(.onUnknown): "on unknown"
        case .ended(.failed): "failed: reads on"
        }
    }
}

package struct SessionSight: Hashable, Sendable {
    package var number: SessionID
    package var principal: Principal
    package var role: String
    package var from: String
    package var openFor: Duration
    /// Since its last request.
    package var idleFor: Duration
    package var requests: Int

    package init(
        number: SessionID, principal: Principal, role: String, from: String, openFor: Duration,
        idleFor: Duration, requests: Int
    ) {
        self.number = number
        self.principal = principal
        self.role = role
        self.from = from
        self.openFor = openFor
        self.idleFor = idleFor
        self.requests = requests
    }
}

/// One entry of the ledger as a sentence.
package struct EventSight: Hashable, Sendable {
    package var sequence: LedgerSequence
    package var at: Timestamp?
    package var kind: String
    package var shot: ShotNumber?
    package var node: NodeName?
    package var by: String?
    /// Of a grant its verb, of an end its outcome, of a lock or an attestation its reason.
    package var detail: String
    package var text: String

    package init(
        sequence: LedgerSequence, at: Timestamp?, kind: String, shot: ShotNumber?,
        node: NodeName?, by: String?, detail: String = "", text: String
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.shot = shot
        self.node = node
        self.by = by
        self.detail = detail
        self.text = text
    }
}
