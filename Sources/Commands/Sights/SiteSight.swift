// The site as a person looks at it: plain values, taken down at one moment by whoever knows.

package import Fencing

package struct NodeSight: Hashable, Sendable {
    package var name: NodeName
    package var cluster: ClusterName
    package var standing: Standing
    /// The age of the standing, where the record tells it.
    package var standingFor: Duration?
    package var power: PowerState
    package var feeds: [FeedSight]
    /// The last shot at it, or the last power order.
    package var shot: ShotSight?
    package var locks: [NodeLock]
    /// How long ago it was last heard on a session.
    package var heard: Duration?

    package init(
        name: NodeName, cluster: ClusterName, standing: Standing, standingFor: Duration?,
        power: PowerState, feeds: [FeedSight], shot: ShotSight?, locks: [NodeLock],
        heard: Duration?
    ) {
        self.name = name
        self.cluster = cluster
        self.standing = standing
        self.standingFor = standingFor
        self.power = power
        self.feeds = feeds
        self.shot = shot
        self.locks = locks
        self.heard = heard
    }
}

package struct FeedSight: Hashable, Sendable {
    package var outlet: Outlet
    package var node: NodeName
    package var state: PowerState
    /// Of the last reading that said something.
    package var age: Duration?
    /// Why the latest attempt to read it brought nothing.
    package var trouble: String?

    package init(
        outlet: Outlet, node: NodeName, state: PowerState, age: Duration?, trouble: String?
    ) {
        self.outlet = outlet
        self.node = node
        self.state = state
        self.age = age
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
        case .running(.verifiedOff): verb == .off ? "off" : "off, then on"
        case .running(.onIntended): "switching on"
        case .inDoubt: "in doubt"
        case .ended(.held): attestedBy == nil ? "off" : "off, attested"
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
