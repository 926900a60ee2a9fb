// A node's mind, a connection, and how they come back.

internal import Fencing

struct Machine {
    var mind = Mind.awake
    /// The newest power sequence that it heard of, by node.
    var heard: [PowerSequence?]
    /// Whom it has fenced, and not seen since.
    var fenced = NodeSet()
    var longSession: SessionID?
    /// What it sends before that arrives only then.
    var heldUntil: Moment?
    /// Replies and thoughts that wait for it to thaw.
    var frozen: [World.Errand] = []

    enum Mind: Hashable {
        case awake
        case frozen
        /// Dark, booting, or its software is dead.
        case gone
    }

    init(_ count: Int) { heard = Array(repeating: nil, count: count) }
}

struct Connection {
    let principal: Principal
    let owner: Owner
    let life: Int
    /// As the appliance sees it.
    var isOpen = false
    /// Of its owner's standing when it was opened.
    var generation = 0
    /// What its session knows: from its opening, and from what it was told.
    var knows: [PowerSequence]
    /// When its client last answered a question for a sign of life.
    var livedAt: Moment?
    /// Its owner's machine is asleep from then on.
    var sleepsFrom: Moment?
    /// Nothing overtakes on one connection.
    var arrivesAfter = Moment(sinceStart: .zero)
    var isHeardAfter = Moment(sinceStart: .zero)
    /// What was sent on it.
    var asked: [RequestToken] = []

    enum Owner: Hashable {
        case node(Int)
        case person(Int)
    }
}

/// How the appliance comes back after its next death.
struct Restart {
    var after = Duration.seconds(1)
    var boot = Stimulus.Boot.same
}
