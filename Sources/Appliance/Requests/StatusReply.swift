// What `status` and `list` say, and what the record says of a node's power.

internal import Arbiter
internal import Commands
internal import Fencing
internal import LinuxSystem

extension Appliance {
    /// One line: the node's power, its standing, and each feed with its state. Only what was read
    /// since it was asked counts; what it was before stands in `was`.
    func status(_ node: Node, since asked: Moment, at now: Moment) -> ReplyLine {
        let record = arbiter.durable[node.name]
        let known = node.feeds.map { ($0, readings.knowledge(of: $0, since: asked, at: now)) }
        let power = PowerState(ofFeeds: known.map(\.1.state))
        var fields = [
            ReplyField("target", node.name), ReplyField("power", power.rawValue),
            ReplyField("standing", record.standing.rawValue),
            ReplyField("pseq", record.powerSequence),
            Self.list("feeds", known.map { "\($0):\($1.state)" }),
        ]
        if let age = known.compactMap(\.1.age).max() {
            fields.append(ReplyField("age", Duration.seconds(age.components.seconds).brief))
        }
        let former = known.compactMap { outlet, knowledge in
            knowledge.former.map { "\(outlet) \($0.text)" }
        }
        if !former.isEmpty {
            fields.append(
                ReplyField("was", former.joined(separator: ", "), json: .list(former)))
        }
        if let shot = record.lastShot { fields.append(ReplyField("shot", shot)) }
        let onRecord = onRecord(node.name)
        if let who = onRecord.attestedBy { fields.append(ReplyField("attested", who)) }
        let why = alarm(onRecord, known) + known.compactMap(whyUnread)
        if !why.isEmpty { fields.append(ReplyField("why", why.joined(separator: "; "))) }
        return ReplyLine(power == .unknown ? ExitCode.inDoubt.word : ExitCode.ok.word, fields)
    }

    /// What kept a feed from being read for this question; nil where nothing did.
    private func whyUnread(_ outlet: Outlet, _ knowledge: OutletKnowledge) -> String? {
        if let trouble = readings.trouble(of: outlet) { return trouble }
        return knowledge.state == .unknown ? "\(outlet): no reading of it since it was asked" : nil
    }

    private func alarm(
        _ onRecord: OnRecord, _ known: [(Outlet, OutletKnowledge)]
    ) -> [String] {
        let on = known.filter { $0.1.state == .on }.map(\.0.description)
        guard case .off(let shot, _) = onRecord, !on.isEmpty else { return [] }
        return [
            "on record as off" + (shot.map { " since shot \($0)" } ?? "")
                + ", and \(on.joined(separator: ", ")) reads on"
        ]
    }

    fileprivate static func list(_ key: String, _ items: [String]) -> ReplyField {
        ReplyField(key, items.joined(separator: ","), json: .list(items))
    }

    // MARK: The record

    func onRecord(_ node: NodeName) -> OnRecord {
        let record = arbiter.durable[node]
        guard record.powerSequence.isVerifiedOff else { return .notOff }
        let outcomes = arbiter.durable.outcomes
        // Another shot may be under way since.
        let last = record.lastShot.flatMap { outcomes[$0] }
        let off =
            last?.offAs != nil
            ? last : outcomes.shotsInOrder.last { $0.grant.target == node && $0.offAs != nil }
        return .off(since: off?.grant.shot, attestedBy: off?.attestedBy)
    }

    /// Of nodes on record as off, with the feeds that read on since.
    var onThoughOff: [(node: NodeName, on: [Outlet])] {
        let now = MonotonicClock.now()
        return site.nodes.values.compactMap { node in
            let on = feedsOnThoughOff(node, at: now)
            return on.isEmpty ? nil : (node.name, on)
        }
    }

    private func feedsOnThoughOff(_ node: Node, at now: Moment) -> [Outlet] {
        guard arbiter.durable[node.name].powerSequence.isVerifiedOff else { return [] }
        return node.feeds.filter { readings.knowledge(of: $0, at: now).state == .on }
    }

    /// Says so, once for each off and each time that it comes on.
    func watchRecord(of outlet: Outlet, at now: Moment) {
        for node in readings.nodes(fedBy: outlet) {
            let on = feedsOnThoughOff(node, at: now)
            let sequence = arbiter.durable[node.name].powerSequence
            if on.isEmpty {
                // Between readings nobody knows: that is no news.
                let isOff = node.feeds.allSatisfy {
                    readings.knowledge(of: $0, at: now).state == .off
                }
                if isOff || !sequence.isVerifiedOff { alarmed[node.name] = nil }
                continue
            }
            // Whoever read it: the arbiter tells nobody any more that it stayed off.
            carryOut(.observedOn(node.name))
            if alarmed.updateValue(sequence, forKey: node.name) != sequence {
                guard case .off(let shot, _) = onRecord(node.name) else { continue }
                witness.saw(.onThoughOff(node.name, since: shot, on))
            }
        }
    }
}

extension Node {
    func listLine(_ record: NodeRecord) -> ReplyLine {
        ReplyLine(
            ExitCode.ok.word,
            [
                ReplyField("target", name), ReplyField("cluster", cluster),
                Appliance.list("feeds", feeds.map(\.description)),
                ReplyField("shoot", shoot.rawValue),
                ReplyField("standing", record.standing.rawValue),
                ReplyField("pseq", record.powerSequence),
            ])
    }
}
