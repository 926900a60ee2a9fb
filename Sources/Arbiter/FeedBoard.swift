// What is known of the feeds of one node while something is being done with them.

internal import Fencing

struct FeedBoard: Hashable, Sendable {
    private(set) var feeds: [Feed]

    struct Feed: Hashable, Sendable {
        let outlet: Outlet
        /// The order whose report is awaited.
        var order: OrderID?
        var state = PowerState.unknown
        /// What was sent to it may act until then; nil if nothing was.
        var quietAt: Moment?
        /// Of the switch, while a command to it is awaited.
        var latency: Duration?
        /// Reports are numbered as they come, to know which was the last.
        var reported = 0
        var trouble: String?
    }

    /// What the feeds say together.
    enum Verdict: Hashable, Sendable {
        case allOff
        case allOn
        /// These read on, the others off.
        case mixed(on: [Outlet])
        /// These read on; of others nothing is known.
        case unclear(on: [Outlet])
    }

    init(_ outlets: [Outlet]) { feeds = outlets.map { Feed(outlet: $0) } }

    var awaitsReports: Bool { feeds.contains { $0.order != nil } }

    /// Those that read on.
    var on: [Outlet] { feeds.filter { $0.state == .on }.map(\.outlet) }

    var verdict: Verdict {
        if feeds.contains(where: { $0.state == .unknown }) { return .unclear(on: on) }
        if on.isEmpty { return .allOff }
        return on.count == feeds.count ? .allOn : .mixed(on: on)
    }

    /// A fresh order is out for this feed: what was known of it is no longer.
    mutating func expect(_ order: OrderID, from outlet: Outlet) {
        change(outlet) {
            $0.order = order
            $0.state = .unknown
        }
    }

    /// A command is out, to be begun before `deadline`: until the report says better, it may act
    /// for its switch's whole latency after that.
    mutating func command(
        _ order: OrderID, to outlet: Outlet, deadline: Moment, latency: Duration
    ) {
        expect(order, from: outlet)
        change(outlet) {
            $0.quietAt = deadline + latency
            $0.latency = latency
        }
    }

    /// When nothing that was sent can act any more.
    var quietAt: Moment? { feeds.compactMap(\.quietAt).max() }

    /// Commands of an earlier life of the daemon may act until then.
    mutating func assumeCommanded(_ outlet: Outlet, quietAt: Moment) {
        change(outlet) { $0.quietAt = quietAt }
    }

    mutating func note(_ report: PowerReport) {
        let number = (feeds.map(\.reported).max() ?? 0) + 1
        change(report.outlet) {
            guard $0.order == report.order else { return }
            $0.order = nil
            if let latency = $0.latency {
                $0.quietAt = report.lastCommandAt.map { $0 + latency }
                $0.latency = nil
            }
            $0.state = report.state
            $0.trouble = report.trouble
            $0.reported = number
        }
    }

    /// The orders whose reports are awaited.
    var awaited: [OrderID] { feeds.compactMap(\.order) }

    /// Stops waiting for reports that have not come: those feeds are unknown.
    mutating func giveUp() {
        for index in feeds.indices where feeds[index].order != nil {
            feeds[index].order = nil
            feeds[index].latency = nil
            feeds[index].state = .unknown
            feeds[index].trouble = feeds[index].trouble ?? "\(feeds[index].outlet): no report"
        }
    }

    /// Everybody but the feed that reported last: reading these once more shows that for one moment
    /// all of them were off together (R12).
    var readBeforeTheLast: [Outlet] {
        let last = feeds.map(\.reported).max()
        return feeds.filter { $0.reported != last }.map(\.outlet)
    }

    private mutating func change(_ outlet: Outlet, _ body: (inout Feed) -> Void) {
        for index in feeds.indices where feeds[index].outlet == outlet { body(&feeds[index]) }
    }
}

extension FeedBoard {
    /// `feeds=1/2` read as they should, and the ones that are not off, as reply fields.
    func fields(wanted: PowerState) -> [ReplyField] {
        let right = feeds.filter { $0.state == wanted }.count
        var fields = [ReplyField("feeds", "\(right)/\(feeds.count)")]
        func list(_ key: String, _ state: PowerState) {
            let outlets = feeds.filter { $0.state == state }.map(\.outlet.description)
            if !outlets.isEmpty { fields.append(ReplyField(key, outlets.joined(separator: ","))) }
        }
        list("on", .on)
        list("unknown", .unknown)
        if let why = troubles { fields.append(ReplyField("why", why)) }
        return fields
    }

    /// What the lines said about feeds that are not off.
    var troubles: String? {
        let texts = feeds.filter { $0.state != .off }.compactMap(\.trouble)
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }
}
