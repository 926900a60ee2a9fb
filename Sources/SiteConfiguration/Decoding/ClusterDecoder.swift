// Clusters and their nodes.

internal import Fencing

extension SiteDecoder {
    mutating func cluster(_ entry: Tree.Entry, _ draft: inout Draft) {
        guard let name: Positioned<ClusterName> = name(of: entry.key, "cluster") else { return }
        draft.clusters.append(name)
        let fields = Fields<ClusterKey>(
            entry.value, of: "cluster \(name.value)", at: name.position, &findings)
        let habits = habits(
            fields[.holdUp], fields[.offTime], fields[.shoot],
            otherwise: Habits(
                holdUp: SiteDefaults.holdUp, offTime: SiteDefaults.offTime, shoot: .reboot))
        draft.clusterTerms[name.value] = terms(fields)
        for member in findings.entries(of: fields.required(.nodes, &findings)) {
            if let node = node(member, of: name.value, habits) { draft.nodes.append(node) }
        }
    }

    private mutating func terms(_ fields: Fields<ClusterKey>) -> ClusterTerms {
        var terms = ClusterTerms()
        if let delay = duration(in: fields[.preferDelay], SiteLimits.preferDelay) {
            terms.preferDelay = delay.value
        }
        let consent = findings.value(of: fields[.consent], wanted: "one or majority") {
            ClusterTerms.Consent(rawValue: $0)
        }
        terms.consent = consent?.value ?? terms.consent
        let tieBreaker: Positioned<NodeName>? = name(in: fields[.tieBreaker])
        terms.tieBreaker = tieBreaker?.value
        if let lifetime = duration(in: fields[.viewLifetime], SiteLimits.viewLifetime) {
            terms.viewLifetime = lifetime.value
        }
        terms.rates.perTarget =
            count(in: fields[.shotsPerTarget], SiteLimits.shots) ?? terms.rates.perTarget
        terms.rates.perRequester =
            count(in: fields[.shotsPerRequester], SiteLimits.shots) ?? terms.rates.perRequester
        if let window = duration(in: fields[.shotsWindow], SiteLimits.shotsWindow) {
            terms.rates.window = window.value
        }
        return terms
    }

    private mutating func count(in slot: Slot, _ bounds: ClosedRange<Int>) -> Int? {
        number(in: slot, bounds)?.value
    }

    private mutating func node(
        _ entry: Tree.Entry, of cluster: ClusterName, _ common: Habits
    ) -> DraftNode? {
        guard let name: Positioned<NodeName> = name(of: entry.key, "node") else { return nil }
        let fields = Fields<NodeKey>(
            entry.value, of: "node \(name.value)", at: name.position, &findings)
        let feeds = feeds(in: fields.required(.feeds, &findings))
        if case .list(let elements) = fields[.feeds].content, elements.isEmpty {
            findings.error(
                fields[.feeds].position, "node \(name.value) has no feed",
                "write the outlets that power it, such as [pdu-a/1]")
        }
        if feeds.count > Node.mostFeeds {
            findings.error(
                fields[.feeds].position, "node \(name.value) has \(feeds.count) feeds",
                "write at most \(Node.mostFeeds); one machine with more is several nodes")
        }
        let own = habits(
            fields[.holdUp], fields[.offTime], fields[.shoot], otherwise: common)
        let keys = elements(of: fields[.keys]) { decoder, element in decoder.key(in: element) }
        return DraftNode(
            name: name,
            node: Node(
                name: name.value, cluster: cluster, feeds: feeds.map(\.value), shoot: own.shoot,
                holdUp: own.holdUp, offTime: own.offTime,
                weight: count(in: fields[.weight], SiteLimits.weight) ?? 1),
            feeds: feeds, keys: keys,
            apcOutlet: number(in: fields[.apcOutlet], SiteLimits.apcOutlet))
    }

    /// What a cluster says for all its nodes, and a node for itself.
    private struct Habits {
        var holdUp: Duration
        var offTime: Duration
        var shoot: Node.ShootMeaning
    }

    private mutating func habits(
        _ holdUp: Slot, _ offTime: Slot, _ shoot: Slot, otherwise: Habits
    ) -> Habits {
        let meaning = findings.value(of: shoot, wanted: "reboot or off") {
            Node.ShootMeaning(rawValue: $0)
        }
        return Habits(
            holdUp: duration(in: holdUp, SiteLimits.holdUp)?.value ?? otherwise.holdUp,
            offTime: duration(in: offTime, SiteLimits.offTime)?.value ?? otherwise.offTime,
            shoot: meaning?.value ?? otherwise.shoot)
    }
}
