// What people look at, taken down from the state of this moment. Nothing here asks a switch, reads
// the disk, or waits.

internal import Arbiter
internal import Commands
internal import Fencing
internal import Lines
internal import LinuxSystem

extension Appliance {
    private static let shotsShown = 40
    private static let eventsShown = 200
    private static let eventsForPrograms = 4096
    private static let boardEvents = 12

    func show(
        _ token: RequestToken, by session: SessionID, _ sight: Sight, as format: ReplyFormat,
        to principal: Principal
    ) {
        let nodes = visible(to: principal)
        switch sight {
        case .nodes: lookAnew(token, session, nodes, format)
        case .outlets(let only):
            let feeds = sights(of: nodes).flatMap(\.feeds).filter {
                only == nil || $0.outlet == only
            }
            table(token, Tables.outlets(feeds), format)
            teach(session, of: feeds.map(\.node))
        case .switches:
            table(token, Tables.switches(switchSights(feeding: nodes, for: principal)), format)
        case .shots:
            let all = shotRecords(at: nodes.map(\.name) + removedNodes(for: principal))
            let digest = chronicle.digest(target)
            let shown = all.prefix(Self.shotsShown).map { self.sight(of: $0, digest) }
            table(token, Tables.shots(shown, of: all.count), format)
            // What a shot came to is how its target stands.
            teach(session, of: Array(Set(shown.map(\.target))))
        case .history(let name):
            if let name, !nodes.contains(where: { $0.name == name }) {
                return answer(token, .notYours(name, principal))
            }
            // Programs draw pictures of it; people read the latest.
            let most = format == .json ? Self.eventsForPrograms : Self.eventsShown
            let names = name.map { [$0] } ?? nodes.map(\.name)
            let record = Record(chronicle.entries, arbiter.durable.outcomes)
            answer(token) {
                // The oldest first, as a story is told.
                let events = Array(record.latestEvents(Set(names), most).reversed())
                return Tables.history(events, about: name).printed(as: format)
            }
            teach(session, of: names)
        case .why(let shot):
            tellStory(token, shot, format, nodes, principal)
            teach(session, of: target(shot).map { [$0] } ?? [])
        case .locks:
            let gone = removedNodes(for: principal).flatMap { arbiter.durable.locks(of: $0) }
            table(token, Tables.locks(nodes.flatMap(locks) + gone), format)
        case .sessions: table(token, Tables.sessions(sessionSights(for: principal)), format)
        case .board: showBoard(token, by: session, nodes, format, to: principal)
        case .words: answer(token, wordList(nodes, for: principal).reply)
        case .metrics: answer(token, page: metricsPage())
        }
    }

    private func showBoard(
        _ token: RequestToken, by session: SessionID, _ nodes: [Node], _ format: ReplyFormat,
        to principal: Principal
    ) {
        let board = boardSight(nodes, for: principal)
        let names = Set(nodes.map(\.name))
        let record = Record(chronicle.entries, arbiter.durable.outcomes)
        answer(token) {
            var whole = board
            whole.events = record.latestEvents(names, Self.boardEvents)
            return whole.reply.printed(as: format)
        }
        teach(session, of: nodes.map(\.name))
    }

    /// Nodes of the ledger that the site file has no more: operators see what is left open of them.
    private func removedNodes(for principal: Principal) -> [NodeName] {
        guard case .operator = principal else { return [] }
        return arbiter.durable.known.filter { site.nodes[$0] == nil }
    }

    private func table(_ token: RequestToken, _ table: Table, _ format: ReplyFormat) {
        answer(token) { table.printed(as: format) }
    }

    // MARK: Readings that are young enough to be shown

    /// Switches are asked only where nobody has asked them lately, and waited for as `status` waits.
    /// A board asks none: a line that is reading is not there for a shot.
    private func lookAnew(
        _ token: RequestToken, _ session: SessionID, _ nodes: [Node], _ format: ReplyFormat
    ) {
        let now = MonotonicClock.now()
        let orders = desk.open(
            token, by: session, about: nodes, for: .nodes(format),
            reading: unread(nodes, for: .seconds(30), at: now), at: now)
        for order in orders { read(order) }
        handle(.timePassed)
    }

    func showNodes(_ inquiry: StatusDesk.Inquiry, _ format: ReplyFormat) {
        table(inquiry.token, Tables.nodes(sights(of: inquiry.nodes)), format)
        teach(inquiry.session, of: inquiry.nodes.map(\.name))
    }

    private func unread(_ nodes: [Node], for span: Duration, at now: Moment) -> [Outlet] {
        nodes.flatMap(\.feeds).filter { outlet in
            let tried = lastAsked[outlet]
            return tried.map { now - $0 > span } ?? true
        }
    }

    private var now: Timestamp { WallClock.now() }

    private func target(_ shot: ShotNumber) -> NodeName? {
        arbiter.durable.outcomes[shot]?.grant.target
    }

    // MARK: Nodes, outlets, locks

    func sights(of nodes: [Node]) -> [NodeSight] {
        let digest = chronicle.digest(target)
        let moment = MonotonicClock.now()
        let wall = now
        let latest = Dictionary(
            arbiter.durable.outcomes.shotsInOrder.map { ($0.grant.target, $0) },
            uniquingKeysWith: { $1 })
        return nodes.map { node in
            let feeds = node.feeds.map { feedSight($0, of: node.name, at: moment) }
            return NodeSight(
                name: node.name, cluster: node.cluster,
                standing: arbiter.durable[node.name].standing,
                standingFor: digest.standingSince[node.name].map { wall - $0 },
                feeds: feeds, onRecord: onRecord(node.name),
                shot: latest[node.name].map { sight(of: $0, digest) }, locks: locks(node),
                heard: heard[node.name].map { moment - $0 }, uptime: moment - started)
        }
    }

    private func feedSight(_ outlet: Outlet, of node: NodeName, at now: Moment) -> FeedSight {
        FeedSight(
            outlet: outlet, node: node, knowledge: readings.knowledge(of: outlet, at: now),
            trouble: readings.trouble(of: outlet))
    }

    private func locks(_ node: Node) -> [NodeLock] {
        NodeLock.Kind.allCases.compactMap { arbiter.durable.lock(node.name, $0) }
    }

    // MARK: Shots

    private func sight(of record: ShotRecord, _ digest: Chronicle.Digest) -> ShotSight {
        let grant = record.grant
        let stage: ShotSight.Stage
        if let outcome = record.outcome {
            stage = .ended(outcome)
        } else if let open = arbiter.durable.open[grant.target], open.grant.shot == grant.shot {
            stage = stories.doubts[grant.shot].map { .inDoubt(why: $0) } ?? .running(open.stage)
        } else {
            stage = .ended(.held)
        }
        return ShotSight(
            number: grant.shot, verb: grant.verb, target: grant.target, by: grant.principal,
            id: grant.id, stage: stage, granted: digest.granted[grant.shot],
            ended: record.outcome == nil ? nil : digest.ended[grant.shot],
            attestedBy: record.attestedBy)
    }

    /// The newest first.
    private func shotRecords(at nodes: [NodeName]) -> [ShotRecord] {
        let names = Set(nodes)
        return arbiter.durable.outcomes.shotsInOrder.reversed()
            .filter { names.contains($0.grant.target) }
    }

    private func tellStory(
        _ token: RequestToken, _ number: ShotNumber, _ format: ReplyFormat, _ nodes: [Node],
        _ principal: Principal
    ) {
        guard let record = arbiter.durable.outcomes[number],
            nodes.contains(where: { $0.name == record.grant.target })
        else {
            return answer(
                token,
                Reply(
                    .notPermitted,
                    [
                        ReplyField("shot", number),
                        ReplyField(
                            "why",
                            "\(principal) may not see shot \(number), or there is no such "
                                + "shot on record; `shots` lists those that are"),
                    ]))
        }
        let shot = sight(of: record, chronicle.digest(target))
        let source = StorySource(
            record: Record(chronicle.entries, arbiter.durable.outcomes), story: stories[number],
            showsWire: principal.isOperator)
        answer(token) { source.story(of: shot).printed(as: format) }
    }

    // MARK: Lines, sessions, board

    /// A node sees the switches of its own cluster, and not where their lines go.
    private func switchSights(
        feeding nodes: [Node], for principal: Principal
    ) -> [SwitchSight] {
        let now = MonotonicClock.now()
        let feeds = nodes.flatMap { node in node.feeds.map { ($0.powerSwitch, node.name) } }
        let fed = Dictionary(grouping: feeds, by: \.0).mapValues { Set($0.map(\.1)).count }
        return switches(feeding: nodes, for: principal).compactMap { name in
            guard let health = switchboard?.health(of: name) else { return nil }
            let description = switchboard?.description(of: name)
            let (condition, since) = health.condition.sight
            return SwitchSight(
                name: name, driver: description?.driver ?? "?",
                line: principal.isOperator ? description.map { "\($0.line)" } ?? "?" : "-",
                condition: condition, conditionFor: now - since,
                lastRead: health.lastReadings.values.map(\.moment).max().map { now - $0 },
                trouble: health.lastTrouble?.text,
                troubleAge: health.lastTrouble.map { now - $0.moment }, nodes: fed[name] ?? 0)
        }
    }

    private func sessionSights(for principal: Principal) -> [SessionSight] {
        let now = MonotonicClock.now()
        return visits.sorted { $0.key < $1.key }.compactMap { number, visit in
            if case .node = principal, visit.principal != principal { return nil }
            return SessionSight(
                number: number, principal: visit.principal, role: role(of: visit.principal),
                from: visit.from, openFor: now - visit.opened,
                idleFor: now - (visit.lastRequest ?? visit.opened), requests: visit.requests)
        }
    }

    private func boardSight(_ nodes: [Node], for principal: Principal) -> BoardSight {
        let digest = chronicle.digest(target)
        let running = arbiter.durable.open.values.sorted { $0.grant.shot < $1.grant.shot }
            .compactMap { arbiter.durable.outcomes[$0.grant.shot] }
            .filter { record in nodes.contains { $0.name == record.grant.target } }
        return BoardSight(
            now: now, nodes: sights(of: nodes),
            switches: switchSights(feeding: nodes, for: principal),
            running: running.map { sight(of: $0, digest) },
            events: [])
    }

    private func switches(feeding nodes: [Node], for principal: Principal) -> [SwitchName] {
        principal.isOperator
            ? site.switches.keys.sorted()
            : Set(nodes.flatMap(\.feeds).map(\.powerSwitch)).sorted()
    }

    private func wordList(_ nodes: [Node], for principal: Principal) -> WordList {
        let shots = shotRecords(at: nodes.map(\.name) + removedNodes(for: principal))
        return WordList(
            nodes: nodes.map(\.name.text), outlets: nodes.flatMap(\.feeds).map(\.description),
            switches: switches(feeding: nodes, for: principal).map(\.text),
            shots: shots.prefix(Self.shotsShown).map { "\($0.grant.shot)" })
    }
}

extension LineHealth.Condition {
    fileprivate var sight: (SwitchSight.Condition, Moment) {
        switch self {
        case .up(let since): (.up, since)
        case .down(let since): (.down, since)
        case .left(let since): (.left, since)
        }
    }
}
