// What has become of the ledger's nodes and outlets in a site file that was changed since. Busy is
// an outlet and not a name: whatever a shot may still switch is nobody else's meanwhile.

internal import Fencing

/// A machine that the site file calls by a new name, as its outlets show.
struct Rename: Hashable, Sendable {
    let new: NodeName
    let old: NodeName
}

extension Site {
    /// What the file has changed of the grant's node and outlets, for a person; nil: nothing.
    func change(since grant: Grant) -> String? {
        guard let node = nodes[grant.target] else {
            return "\(grant.target) is no node of the site file any more"
        }
        for outlet in grant.feeds {
            if let other = owner(of: outlet, except: grant.target) {
                return "\(outlet) feeds \(other) now"
            }
        }
        let (before, now) = (Set(grant.feeds), Set(node.feeds))
        if before == now { return nil }
        func list(_ outlets: Set<Outlet>) -> String {
            outlets.map(\.description).sorted().joined(separator: ",")
        }
        return "\(grant.target) has other feeds now: \(list(now)), and not \(list(before))"
    }

    private func owner(of outlet: Outlet, except name: NodeName) -> NodeName? {
        nodes.values.filter { $0.name != name && $0.feeds.contains(outlet) }.map(\.name).min()
    }

    /// Those of the grant, and those that the node has now.
    func allFeeds(of grant: Grant) -> [Outlet] {
        let added = nodes[grant.target]?.feeds.filter { !grant.feeds.contains($0) } ?? []
        return grant.feeds + added
    }
}

extension Arbiter {
    /// The open shot of another name that may still act on an outlet of this node.
    func stray(over target: NodeName) -> ShotNumber? {
        guard !strays.isEmpty, let node = site.nodes[target] else { return nil }
        let over = strays.compactMap { runs[$0] }.filter { run in
            run.grant.target != target && run.feeds.contains(where: node.feeds.contains)
        }
        return over.map(\.grant.shot).min()
    }

    /// The same where that shot is one whose off has no outcome yet: who has such an outlet may be
    /// going dark.
    func strayDoom(of name: NodeName) -> ShotNumber? {
        guard let shot = stray(over: name), let run = run(of: shot), run.grant.verb != .on,
            durable.open[run.grant.target]?.stage == .granted
        else { return nil }
        return shot
    }

    /// Whether the off on record was one of all feeds that the node has now.
    func isCoveredByLastOff(_ target: NodeName) -> Bool {
        guard let node = site.nodes[target], let shot = lastOff(of: target),
            let record = durable.outcomes[shot]
        else { return false }
        return Set(node.feeds).isSubset(of: record.grant.feeds)
    }

    /// The outlets that the last order for each node went to, as far as that is known by heart.
    func lastFeeds() -> [NodeName: [Outlet]] {
        var feeds: [NodeName: [Outlet]] = [:]
        for record in durable.outcomes.shotsInOrder {
            feeds[record.grant.target] = record.grant.feeds
        }
        return feeds
    }

    /// New nodes that stand on outlets of a node which the file has no more, and which lost its
    /// standing, or is locked. Each old name is given to one new name at the most.
    func renames(_ lastFeeds: [NodeName: [Outlet]]) -> [Rename] {
        var owners = formerOwners(lastFeeds)
        return everybody.filter { !durable.isOnRecord($0) }.compactMap { new in
            let feeds = site.nodes[new]?.feeds ?? []
            guard let old = feeds.compactMap({ owners[$0]?.min() }).min() else { return nil }
            for (outlet, names) in owners where names.contains(old) {
                owners[outlet] = names.subtracting([old])
            }
            return Rename(new: new, old: old)
        }
    }

    /// By outlet, those names that are to be given to new ones.
    private func formerOwners(_ lastFeeds: [NodeName: [Outlet]]) -> [Outlet: Set<NodeName>] {
        let former = durable.formerNames
        var owners: [Outlet: Set<NodeName>] = [:]
        for name in durable.known where site.nodes[name] == nil && durable[name].renamedTo == nil {
            guard durable[name].standing != .member || !durable.locks(of: name).isEmpty else {
                continue
            }
            // Of one that was never ordered anything under its name, those of its former names.
            var (source, seen) = (name, Set<NodeName>())
            while lastFeeds[source] == nil, seen.insert(source).inserted,
                let earlier = former[source]
            {
                source = earlier
            }
            for outlet in lastFeeds[source] ?? [] { owners[outlet, default: []].insert(name) }
        }
        return owners
    }
}
