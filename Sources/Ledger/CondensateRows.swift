// A condensing entry as rows: one that says so, and then one for each node, lock, open shot, known
// shot and answered id, in that order. What has no column of its own stands in `detail`, as words
// `key=value`.

internal import Fencing

extension Row {
    static func rows(of condensate: Condensate) -> [Row] {
        var first = Row(.condensed)
        first.shot = condensate.lastShot.number
        first.detail = words([
            ("forgotten", condensate.forgotten.description),
            ("next", condensate.forgottenNext.description), ("boot", condensate.boot?.text),
        ])
        let nodes = condensate.nodes.sorted { $0.key < $1.key }.map { Row($0, $1) }
        let locks = condensate.locks.map { Row($0) }
        let open = condensate.open.map { Row($0) }
        let shots = condensate.outcomes.shotsInOrder.map { Row($0) }
        let answers = condensate.outcomes.answersInOrder.flatMap { key, answers in
            answers.map { Row(key, $0) }
        }
        return [first] + nodes + locks + open + shots + answers
    }

    private init(_ name: NodeName, _ record: NodeRecord) {
        self.init(.node)
        target = name.text
        shot = record.lastShot?.number
        detail = Self.words([
            ("standing", record.standing.rawValue),
            ("generation", record.generation.description),
            ("pseq", record.powerSequence.description),
            ("commanded", record.wasCommanded.rawValue), ("to", record.renamedTo?.text),
        ])
    }

    private init(_ open: Condensate.Open) {
        self.init(open.grant)
        kind = .open
        detail = Self.words([
            ("stage", open.stage.rawValue), ("before", open.standingBefore.rawValue),
            ("since", open.grant.since?.description), ("boot", open.boot?.text),
        ])
    }

    private init(_ record: ShotRecord) {
        self.init(record.grant)
        kind = .shot
        let outcome = record.outcome?.columns
        detail = Self.words([
            ("seq", record.sequence.description), ("off", record.offAs?.description),
            ("since", record.grant.since?.description), ("at", record.grantedAt?.description),
            ("by", record.attestedBy?.text), ("outcome", outcome?.detail), ("on", outcome?.feeds),
        ])
    }

    private init(_ key: OutcomeTable.Key, _ answer: OutcomeTable.Answer) {
        switch answer {
        case .shot(let shot, let verb, let target):
            self.init(.answer)
            self.shot = shot.number
            self.verb = verb.rawValue
            self.target = target.text
            set(key.principal)
        case .satisfied(let satisfaction, let pseq, let sequence):
            self.init(satisfaction)
            kind = .answer
            detail = Self.words([
                ("holds", satisfaction.holds.rawValue), ("pseq", pseq.description),
                ("since", satisfaction.since?.description), ("seq", sequence.description),
            ])
        }
        request = key.id.text
    }

    /// A boot may hold any character, so it stands last.
    private static func words(_ pairs: [(String, String?)]) -> String {
        pairs.compactMap { key, value in value.map { "\(key)=\($0)" } }.joined(separator: " ")
    }
}

// MARK: - Back

/// The words of a `detail`.
struct Words {
    private var values: [String: String] = [:]

    init(_ text: String?) {
        var rest = Substring(text ?? "")
        while let equals = rest.firstIndex(of: "=") {
            let key = String(rest[..<equals])
            let value = rest[rest.index(after: equals)...]
            let end = key == "boot" ? value.endIndex : value.firstIndex(of: " ") ?? value.endIndex
            values[key] = String(value[..<end])
            rest = value[end...].drop { $0 == " " }
        }
    }

    subscript(_ key: String) -> String? { values[key] }
    func number(_ key: String) -> UInt64? { values[key].flatMap { UInt64($0) } }
}

extension Condensate {
    /// Nil where a row is none that this version writes.
    init?(_ rows: [Row]) {
        guard let first = rows.first, first.kind == .condensed, let last = first.shot else {
            return nil
        }
        self.init()
        let words = Words(first.detail)
        guard let forgotten = words.number("forgotten"), let next = words.number("next") else {
            return nil
        }
        self.forgotten = LedgerSequence(forgotten)
        forgottenNext = LedgerSequence(next)
        boot = words["boot"].map { BootID($0) }
        lastShot = ShotNumber(last)
        var answers: [(key: OutcomeTable.Key, answers: [OutcomeTable.Answer])] = []
        for row in rows.dropFirst() {
            if row.kind == .answer {
                guard let (key, answer) = row.answered else { return nil }
                if answers.last?.key == key {
                    answers[answers.count - 1].answers.append(answer)
                } else {
                    answers.append((key, [answer]))
                }
            } else {
                guard take(row) else { return nil }
            }
        }
        for (key, answers) in answers { outcomes.remember(key, answers) }
    }

    /// False where the row belongs to no condensate.
    private mutating func take(_ row: Row) -> Bool {
        switch row.kind {
        case .node:
            guard let name = row.node, let record = row.record else { return false }
            nodes[name] = record
        case .locked:
            guard case .locked(let lock)? = row.lock else { return false }
            locks.append(lock)
        case .open:
            guard let shot = row.openShot else { return false }
            open.append(shot)
        case .shot:
            guard let record = row.shotRecord else { return false }
            outcomes.remember(record)
        case .started, .granted, .verifiedOff, .onIntended, .closed, .satisfied, .admitted,
            .attested, .renamed, .released, .condensed, .answer:
            return false
        }
        return true
    }
}

extension Row {
    fileprivate var record: NodeRecord? {
        let words = Words(detail)
        guard let standing = words["standing"].flatMap({ Standing(rawValue: $0) }),
            let generation = words.number("generation"), let pseq = words.number("pseq"),
            let commanded = words["commanded"].flatMap({ NodeRecord.Commanded(rawValue: $0) })
        else { return nil }
        var record = NodeRecord()
        record.standing = standing
        record.generation = Generation(generation)
        record.powerSequence = PowerSequence(pseq)
        record.lastShot = shot.map { ShotNumber($0) }
        record.wasCommanded = commanded
        record.renamedTo = words["to"].flatMap { NodeName($0) }
        return record
    }

    fileprivate var openShot: Condensate.Open? {
        let words = Words(detail)
        guard let grant, let stage = words["stage"].flatMap({ ShotStage(rawValue: $0) }),
            let before = words["before"].flatMap({ Standing(rawValue: $0) })
        else { return nil }
        return Condensate.Open(
            grant: grant, stage: stage, standingBefore: before,
            boot: words["boot"].map { BootID($0) })
    }

    fileprivate var shotRecord: ShotRecord? {
        let words = Words(detail)
        guard let grant, let sequence = words.number("seq") else { return nil }
        var record = ShotRecord(
            grant: grant, sequence: LedgerSequence(sequence),
            grantedAt: words.number("at").map { PowerSequence($0) })
        record.offAs = words.number("off").map { PowerSequence($0) }
        record.attestedBy = words["by"].flatMap { PrincipalName($0) }
        if let outcome = words["outcome"] {
            guard let outcome = ShotOutcome(columns: outcome, Self.outlets(words["on"])) else {
                return nil
            }
            record.outcome = outcome
        }
        return record
    }

    fileprivate var answered: (key: OutcomeTable.Key, answer: OutcomeTable.Answer)? {
        guard let who, let id = request.flatMap({ RequestID($0) }),
            let verb = verb.flatMap({ GrantedVerb(rawValue: $0) }), let node
        else { return nil }
        let key = OutcomeTable.Key(principal: who, id: id)
        guard let detail else {
            return shot.map { (key, .shot(ShotNumber($0), verb, node)) }
        }
        let words = Words(detail)
        guard let holds = words["holds"].flatMap({ Satisfaction.Holds(rawValue: $0) }),
            let pseq = words.number("pseq"), let sequence = words.number("seq")
        else { return nil }
        let satisfaction = Satisfaction(
            principal: who, id: id, verb: verb, target: node, shot: shot.map { ShotNumber($0) },
            holds: holds, since: words.number("since").map { PowerSequence($0) })
        return (key, .satisfied(satisfaction, PowerSequence(pseq), LedgerSequence(sequence)))
    }
}
