// The page of figures. docs/metrics.md says what each of them means.

internal import Arbiter
internal import Commands
internal import Fencing
internal import Lines
internal import LinuxSystem

extension Appliance {
    func metricsPage() -> String {
        var page = Exposition()
        shotFigures(&page)
        lineFigures(&page)
        doorFigures(&page)
        page.family(
            "picket_ledger_sequence", .gauge, "Number of the ledger's last entry.",
            [([], Double(arbiter.durable.head.number))])
        page.histogram(
            "picket_ledger_append_seconds",
            "How long an entry took to be on the disk, its fdatasync included.",
            figures.ledgerTimes)
        page.family(
            "picket_deciding", .gauge, "1 while shots can be granted: the ledger takes entries.",
            [([], arbiter.hasLostLedger || isLeaving ? 0 : 1)])
        return page.text
    }

    private func shotFigures(_ page: inout Exposition) {
        page.family(
            "picket_shots_total", .counter, "Shots that ended since the start, by verdict.",
            Self.samples(figures.shots, "verb", "verdict"))
        page.histogram(
            "picket_shot_seconds", "From a grant to the verified off, or to the verdict.",
            figures.shotTimes)
        page.family(
            "picket_shots_open", .gauge, "Shots granted that have no outcome yet.",
            [([], Double(arbiter.durable.open.count))])
        page.family(
            "picket_shots_in_doubt", .gauge, "Shots that nobody can call: a person is needed.",
            [([], Double(stories.doubts.count))])
        let standings = Dictionary(
            grouping: site.nodes.keys, by: { arbiter.durable[$0].standing.rawValue })
        page.family(
            "picket_nodes", .gauge, "Nodes by standing.",
            ["doomed", "member", "probation"].map {
                ([("standing", $0)], Double(standings[$0]?.count ?? 0))
            })
        page.family(
            "picket_nodes_on_though_off", .gauge,
            "Nodes on record as off that were read on since: a person is needed.",
            [([], Double(onThoughOff.count))])
        let locks = site.nodes.keys.flatMap { node in
            NodeLock.Kind.allCases.filter { arbiter.durable.lock(node, $0) != nil }
        }
        page.family(
            "picket_locks", .gauge, "Locks on nodes.",
            NodeLock.Kind.allCases.map { kind in
                ([("lock", kind.rawValue)], Double(locks.count { $0 == kind }))
            })
    }

    private func lineFigures(_ page: inout Exposition) {
        let now = MonotonicClock.now()
        let names = site.switches.keys.sorted()
        let healths = names.compactMap { name in
            switchboard?.health(of: name).map { (name, $0) }
        }
        page.family(
            "picket_line_up", .gauge, "1 while the line is open, or closed on purpose.",
            healths.map { ([("switch", $0.text)], $1.condition.isDown ? 0 : 1) })
        page.family(
            "picket_line_errors_total", .counter,
            "Orders that brought no reading, and times that the line went down.",
            names.map { ([("switch", $0.text)], Double(figures.lineErrors[$0] ?? 0)) })
        page.family(
            "picket_last_read_age_seconds", .gauge,
            "Since the last reading that said on or off. A switch that nobody asks grows old.",
            healths.compactMap { name, health in
                health.lastReadings.values.map(\.moment).max().map {
                    ([("switch", name.text)], Double((now - $0).milliseconds) / 1000)
                }
            })
    }

    private func doorFigures(_ page: inout Exposition) {
        let people = Dictionary(grouping: visits.values, by: { role(of: $0.principal) })
        page.family(
            "picket_sessions", .gauge, "Sessions that are logged in, by role.",
            (["node"] + Role.allCases.map(\.rawValue)).map {
                ([("role", $0)], Double(people[$0]?.count ?? 0))
            })
        page.family(
            "picket_requests_under_way", .gauge, "Requests that have no answer yet.",
            [([], Double(formats.count))])
        page.family(
            "picket_answers_total", .counter, "Answers by their first word.",
            Self.samples(figures.requests, "word"))
        page.family(
            "picket_door_limit_total", .counter, "Limits of the door that were met.",
            Self.samples(figures.limits, "limit"))
        page.family(
            "picket_strangers_turned_away_total", .counter,
            "Connections that ended without a login.",
            Self.samples(figures.turnedAway, "reason"))
    }

    private static func samples(
        _ counts: [String: UInt64], _ label: String
    ) -> [(labels: [(String, String)], value: Double)] {
        counts.sorted { $0.key < $1.key }.map { ([(label, $0.key)], Double($0.value)) }
    }

    private static func samples(
        _ counts: [String: [String: UInt64]], _ outer: String, _ inner: String
    ) -> [(labels: [(String, String)], value: Double)] {
        counts.sorted { $0.key < $1.key }.flatMap { first, rest in
            rest.sorted { $0.key < $1.key }.map {
                ([(outer, first), (inner, $0.key)], Double($0.value))
            }
        }
    }
}

extension LineHealth.Condition {
    var isDown: Bool {
        switch self {
        case .down: true
        case .up, .left: false
        }
    }
}
