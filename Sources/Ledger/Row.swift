// An entry as rows: columns that a person can read with sqlite3, and back. Most entries are one
// row; the answer to a request about several targets is one for each.

internal import Fencing

/// The columns of table `entry` between the sequence and the time, in order.
struct Row: Hashable {
    var kind: Kind
    var shot: UInt64?
    /// Whether the principal is a node or an operator.
    var role: Role?
    var principal: String?
    var request: String?
    var verb: String?
    var target: String?
    /// Comma-separated.
    var feeds: String?
    var detail: String?

    enum Kind: String, Hashable {
        case started
        case granted
        case verifiedOff = "verified-off"
        case onIntended = "on-intended"
        case closed
        case satisfied
        case admitted
        case renamed
        case attested
        case locked
        case released
        case condensed
        /// Within a condensing entry only.
        case node
        case open
        case shot
        case answer
    }

    enum Role: String, Hashable {
        case node
        case `operator`
    }

    init(_ kind: Kind) { self.kind = kind }
}

extension Row {
    /// In the order of their parts.
    static func rows(of entry: Entry) -> [Row] {
        switch entry {
        case .answered(let answers):
            answers.map { answer in
                switch answer {
                case .granted(let grant): Row(grant)
                case .satisfied(let satisfaction): Row(satisfaction)
                }
            }
        case .condensed(let condensate): rows(of: condensate)
        case .started, .verifiedOff, .onIntended, .closed, .admitted, .renamed, .attested,
            .locked, .released:
            [Row(single: entry)]
        }
    }

    private init(single entry: Entry) {
        switch entry {
        case .answered, .condensed: preconditionFailure("has rows of several kinds")
        case .started(let boot):
            self.init(.started)
            detail = boot.text
        case .verifiedOff(let shot):
            self.init(.verifiedOff)
            self.shot = shot.number
        case .onIntended(let shot):
            self.init(.onIntended)
            self.shot = shot.number
        case .closed(let shot, let outcome):
            self.init(.closed)
            self.shot = shot.number
            (detail, feeds) = outcome.columns
        case .admitted(let node, by: let principal):
            self.init(.admitted)
            target = node.text
            set(principal)
        case .renamed(let node, from: let old):
            self.init(.renamed)
            target = node.text
            detail = old.text
        case .attested(let shot, by: let who, let reason):
            self.init(.attested)
            self.shot = shot.number
            set(.operator(who))
            detail = reason.text
        case .locked(let lock): self.init(lock)
        case .released(let node, let kind, by: let principal):
            self.init(.released)
            target = node.text
            verb = kind.rawValue
            set(principal)
        }
    }

    init(_ lock: NodeLock) {
        self.init(.locked)
        target = lock.node.text
        verb = lock.kind.rawValue
        set(lock.owner)
        detail = lock.reason.text
    }

    init(_ grant: Grant) {
        self.init(.granted)
        shot = grant.shot.number
        set(grant.principal)
        request = grant.id?.text
        verb = grant.verb.rawValue
        target = grant.target.text
        feeds = list(grant.feeds)
        detail = grant.since.map { "since=\($0)" }
    }

    init(_ satisfaction: Satisfaction) {
        self.init(.satisfied)
        shot = satisfaction.shot?.number
        set(satisfaction.principal)
        request = satisfaction.id?.text
        verb = satisfaction.verb.rawValue
        target = satisfaction.target.text
        detail = satisfaction.holds.rawValue + (satisfaction.since.map { " since=\($0)" } ?? "")
    }

    mutating func set(_ principal: Principal) {
        switch principal {
        case .node(let name): (role, self.principal) = (.node, name.text)
        case .operator(let name): (role, self.principal) = (.operator, name.text)
        }
    }
}

extension Row {
    /// Nil where the rows are none that this version writes: the ledger is damaged, or newer.
    static func entry(of rows: [Row]) -> Entry? {
        if rows[0].kind == .condensed { return Condensate(rows).map { .condensed($0) } }
        if rows.count == 1 { return rows[0].entry }
        let answers = rows.compactMap(\.answer)
        return answers.isEmpty || answers.count != rows.count ? nil : .answered(answers)
    }

    private var answer: Answer? {
        guard case .answered(let answers)? = entry else { return nil }
        return answers.first
    }

    private var entry: Entry? {
        switch kind {
        case .started: detail.map { .started(BootID($0)) }
        case .granted: grant.map { .granted($0) }
        case .verifiedOff: shot.map { .verifiedOff(ShotNumber($0)) }
        case .onIntended: shot.map { .onIntended(ShotNumber($0)) }
        case .closed: closed
        case .satisfied: satisfaction.map { .satisfied($0) }
        case .admitted: admission
        case .renamed: renaming
        case .attested: attestation
        case .locked: lock
        case .released: release
        case .condensed, .node, .open, .shot, .answer: nil
        }
    }

    private var attestation: Entry? {
        guard let shot, case .operator(let name)? = who, let reason = detail.flatMap({ Reason($0) })
        else { return nil }
        return .attested(ShotNumber(shot), by: name, reason)
    }

    var lock: Entry? {
        guard let node, let kind = lockKind, let who, let reason = detail.flatMap({ Reason($0) })
        else {
            return nil
        }
        return .locked(NodeLock(node, kind, owner: who, reason))
    }

    private var release: Entry? {
        guard let node, let kind = lockKind, let who else { return nil }
        return .released(node, kind, by: who)
    }

    private var lockKind: NodeLock.Kind? { verb.flatMap { NodeLock.Kind(rawValue: $0) } }

    var grant: Grant? {
        guard let shot, let who, let verb = verb.flatMap({ GrantedVerb(rawValue: $0) }),
            let node, let outlets, !outlets.isEmpty
        else { return nil }
        return Grant(
            shot: ShotNumber(shot), principal: who, id: request.flatMap { RequestID($0) },
            verb: verb, target: node, feeds: outlets, since: since)
    }

    private var since: PowerSequence? { Words(detail).number("since").map { PowerSequence($0) } }

    private var closed: Entry? {
        guard let shot, let outcome = ShotOutcome(columns: detail, outlets) else { return nil }
        return .closed(ShotNumber(shot), outcome)
    }

    private var satisfaction: Satisfaction? {
        guard let who, let verb = verb.flatMap({ GrantedVerb(rawValue: $0) }), let node,
            let holds = detail?.split(separator: " ").first.flatMap({
                Satisfaction.Holds(rawValue: String($0))
            })
        else { return nil }
        return Satisfaction(
            principal: who, id: request.flatMap { RequestID($0) }, verb: verb, target: node,
            shot: shot.map { ShotNumber($0) }, holds: holds, since: satisfiedSince)
    }

    /// It stands behind what the answer holds.
    private var satisfiedSince: PowerSequence? {
        let words = detail?.split(separator: " ", maxSplits: 1) ?? []
        guard words.count == 2 else { return nil }
        return Words(String(words[1])).number("since").map { PowerSequence($0) }
    }

    private var renaming: Entry? {
        guard let node, let old = detail.flatMap({ NodeName($0) }) else { return nil }
        return .renamed(node, from: old)
    }

    private var admission: Entry? {
        guard let who, let node else { return nil }
        return .admitted(node, by: who)
    }

    var node: NodeName? { target.flatMap { NodeName($0) } }

    var who: Principal? {
        switch role {
        case .node: principal.flatMap { NodeName($0) }.map { .node($0) }
        case .operator: principal.flatMap { PrincipalName($0) }.map { .operator($0) }
        case nil: nil
        }
    }

    private var outlets: [Outlet]? { Self.outlets(feeds) }

    /// Nil if one of them is no outlet.
    static func outlets(_ list: String?) -> [Outlet]? {
        let texts = (list ?? "").split(separator: ",")
        let outlets = texts.compactMap { Outlet(String($0)) }
        return outlets.count == texts.count ? outlets : nil
    }
}

extension ShotOutcome {
    var columns: (detail: String, feeds: String?) {
        switch self {
        case .held: ("held", nil)
        case .on: ("on", nil)
        case .onFailed: ("on-failed", nil)
        case .onUnknown: ("on-unknown", nil)
        case .failed(let on): ("failed", list(on))
        }
    }

    init?(columns detail: String?, _ outlets: [Outlet]?) {
        switch detail {
        case "held": self = .held
        case "on": self = .on
        case "on-failed": self = .onFailed
        case "on-unknown": self = .onUnknown
        case "failed":
            guard let outlets else { return nil }
            self = .failed(on: outlets)
        default: return nil
        }
    }
}

private func list(_ outlets: [Outlet]) -> String {
    outlets.map(\.description).joined(separator: ",")
}
