// The judge stands outside: it sees true power, what was asked, what was told, and what is on
// record, and never the arbiter's mind. This file is what it keeps in its own.

internal import Fencing

package struct Judge: Sendable {
    package private(set) var violations: [Violation] = []
    let laws: Set<Law>
    var nodes: [Node]
    /// By node, what its cluster has agreed on, and who is in it.
    var terms: [ClusterTerms]
    var peers: [[Int]] = []
    /// Whether a cluster wants consent.
    let wantsConsent: Bool
    /// Names that a new site file has changed.
    var formerNames: [NodeName: Int] = [:]
    /// Nodes that it has no more.
    var gone = NodeSet()
    let rules: Rules
    let switches: [SwitchName: SwitchTerms]
    /// Of the appliance's present life.
    var startedAt: Moment?
    /// It was asked to leave, in its present life.
    var isStopping = false
    /// When cables were plugged elsewhere.
    var rewiredAt: Moment?
    /// What the machine is on; nil before its first start.
    var present: BootID?
    /// Shots of which a person, or who waited, was told that they are in doubt.
    var doubted: Set<ShotNumber> = []
    /// When nodes were granted an `on`, in this life of the appliance.
    var switchedOn: [GrantedShot] = []
    var subjects: [Subject]
    var shots = Numbered<ShotKind, Shot>()
    var kills: Set<Kill> = []
    /// When nodes were granted shots, in this life of the appliance.
    var granted: [GrantedShot] = []
    /// Requests that the appliance said were taken back, and that were not sent again since.
    var takenBack: Set<Wish> = []

    /// A node as the judge sees it.
    struct Subject: Sendable {
        var feeds: [Feed]
        var life = Life()
        /// From the ledger.
        var pseq = PowerSequence.initial
        var standing = Standing.member
        /// Of its standing: one more with each entry that takes it or gives it back.
        var generation = 0
        var locks: [NodeLock] = []
        var lastOutcome: ShotOutcome?
        /// A shot put this node out, and nobody has vouched for it since.
        var wasShot = false
        var darkBy: Darkness?
        var wasEverVerified = false
        /// A feed was read as on in its present life.
        var wasSeen = false
        /// Since when it is dark.
        var darkSince: Moment?
        /// Whom it said it sees.
        var view: View?
        /// Who vouched for it while on probation, and when; by node.
        var vouchers: [Voucher?]
        /// What is on record under the name that it had before.
        var former: Former?

        struct Former: Sendable {
            var pseq: PowerSequence
            var bornUnder: PowerSequence
            let life: Int
            var standing: Standing
            var generation: Int
            let locks: [NodeLock]
            var wasEverVerified: Bool
        }

        /// The ledger names the life that is to begin; a life that a hand began on a node that was on
        /// record as off had no name so far, and nobody could mean it.
        mutating func isGoingOn() {
            pseq = pseq.next
            if isLit { life.bornUnder = pseq }
        }

        /// The newest off on record: the one that lasts, or the last that is over.
        var newestOff: PowerSequence? {
            if pseq.isVerifiedOff { return pseq }
            return pseq == .initial ? nil : PowerSequence(pseq.number - 1)
        }

        var isLit: Bool { feeds.contains { $0.isLit } }

        /// A hand at the front panel began its life, and no feed that is on was read since: nobody
        /// can know.
        var isHidden: Bool {
            life.bornBy == .hand
                && feeds.allSatisfy { feed in
                    guard feed.isLit else { return true }
                    guard let pressedAt = feed.pressedAt else { return false }
                    return feed.readAt.map { $0 <= pressedAt } ?? true
                }
        }
    }

    struct Feed: Sendable {
        let outlet: Outlet
        var isLit = true
        /// Where it was a hand that switched it on.
        var pressedAt: Moment?
        var readAt: Moment?
        var readAs = PowerState.unknown
        /// When it was last read as off, if it was not read as on since.
        var readOffAt: Moment?
        /// When a command was last sent to it, and when its reading was last ordered.
        var sentAt: Moment?
        var readOrderedAt: Moment?
    }

    /// From power's return to power's end.
    struct Life: Hashable, Sendable {
        var number = 0
        var bornAt = Moment(sinceStart: .zero)
        /// What the ledger said of the node when it was born.
        var bornUnder = PowerSequence.initial
        var bornBy = Birth.order

        enum Birth: Hashable, Sendable {
            case order
            case hand
        }
    }

    enum Darkness: Hashable, Sendable {
        case shotByNode
        case shotByItself
        case shotByPerson
        case hand
    }

    struct Shot: Sendable {
        let target: Int
        /// The target's, as granted.
        let name: NodeName
        /// As granted: who asks twice without an id, for "off" and for "shoot", gets one of both.
        let verb: GrantedVerb
        let ask: Ask
        let grantedAt: Moment
        let feeds: [Outlet]
        let before: Standing
        /// Nil while it is open.
        var outcome: ShotOutcome?
        /// Somebody who wanted the target off was told that this shot's off answers that.
        var promisedTo: Ask.Asker?
        var wasVerified = false
        /// When that went on record.
        var offAt: Moment?
        /// The power sequence that its off made.
        var offAs: PowerSequence?
        /// Whose word that off rests on, where it does not rest on a reading.
        var attestedBy: PrincipalName?
    }

    struct Kill: Hashable {
        let victim: Int
        let victimLife: Int
        let killer: Int
        let killerLife: Int
    }

    struct View: Sendable {
        let sees: NodeSet
        let generation: Int
        let until: Moment
    }

    struct Voucher: Sendable {
        let generation: Int
        let until: Moment
    }

    struct GrantedShot: Sendable {
        let at: Moment
        let requester: Int
        let target: Int
    }

    struct Wish: Hashable, Sendable {
        let asker: Ask.Asker
        let id: RequestID
    }

    init(_ site: Site, _ rules: Rules) {
        laws = rules.laws
        switches = site.switches
        let nodes = site.nodes.values.sorted { $0.name < $1.name }
        self.nodes = nodes
        self.rules = rules
        let terms = Self.terms(of: nodes, site, rules)
        let peers = Self.peers(among: nodes, without: NodeSet())
        self.terms = terms
        self.peers = peers
        wantsConsent = zip(terms, peers).contains { $0.consent == .majority && $1.count > 2 }
        subjects = nodes.map {
            Subject(
                feeds: $0.feeds.map { Feed(outlet: $0) },
                vouchers: Array(repeating: nil, count: nodes.count))
        }
    }

    static func terms(
        of nodes: [Node], _ site: Site, _ rules: Rules
    ) -> [ClusterTerms] {
        nodes.map { node in
            var terms = site.clusters[node.cluster] ?? ClusterTerms()
            terms.consent = rules.consent ?? terms.consent
            return terms
        }
    }

    static func peers(among nodes: [Node], without gone: NodeSet) -> [[Int]] {
        nodes.map { node in
            nodes.indices.filter { nodes[$0].cluster == node.cluster && !gone.contains($0) }
        }
    }

    func isGone(_ node: Int) -> Bool { gone.contains(node) }
    func name(of shot: ShotNumber) -> NodeName? { shots[shot]?.name }
    func wantsConsent(_ node: Int) -> Bool {
        terms[node].consent == .majority && peers[node].count > 2
    }
    func isPeer(_ node: Int, of other: Int) -> Bool { peers[other].contains(node) }
    func life(of node: Int) -> Int { subjects[node].life.number }
    func isLit(_ node: Int) -> Bool { subjects[node].isLit }
    func isColdAndDark(_ node: Int, at now: Moment) -> Bool {
        guard let darkSince = subjects[node].darkSince else { return false }
        return now - darkSince >= nodes[node].holdUp
    }
    func target(of shot: ShotNumber) -> Int? { shots[shot]?.target }
    func pseq(of node: Int) -> PowerSequence { subjects[node].pseq }
    func standing(of node: Int) -> Standing { subjects[node].standing }
    func generation(of node: Int) -> Int { subjects[node].generation }
    func locks(of node: Int) -> [NodeLock] { subjects[node].locks }
    /// Of a name that the site holds, or has held.
    func number(of name: NodeName) -> Int {
        nodes.firstIndex { $0.name == name } ?? formerNames[name] ?? 0
    }

    mutating func blame(_ law: Law, at now: Moment, _ what: String) {
        if laws.contains(law) { violations.append(Violation(law, at: now, what)) }
    }

    mutating func blame(_ found: [Violation]) {
        if !found.isEmpty { violations += found.filter { laws.contains($0.law) } }
    }
}

/// Nodes by their numbers.
struct NodeSet: Hashable, Sendable {
    private(set) var bits: UInt64 = 0

    init() {}
    init(_ nodes: some Sequence<Int>) { for node in nodes { insert(node) } }

    var count: Int { bits.nonzeroBitCount }
    func contains(_ node: Int) -> Bool { bits >> UInt64(node) & 1 == 1 }
    mutating func insert(_ node: Int) { bits |= 1 << UInt64(node) }
    mutating func remove(_ node: Int) { bits &= ~(1 << UInt64(node)) }
}
