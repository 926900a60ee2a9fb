// Answers to `status`: readings that began after the question, where the lines give them in time.
// Never waits behind a shot for longer than its own patience.

internal import Fencing

struct StatusDesk {
    /// How long a fresh reading is waited for.
    static let patience = Duration.seconds(3)
    /// And for each further one on the same line, which gives one after the other.
    static let patienceForAnother = Duration.seconds(1)
    /// Whatever there is to read: the agents on the nodes wait for 15 s.
    static let longestPatience = Duration.seconds(12)
    private static let longestAnswer = Duration.seconds(5)
    private static let betweenLooks = Duration.milliseconds(250)
    /// Orders for readings of ours are numbered from here, the arbiter's from 1.
    private static let firstOrder = OrderID(1 << 63)

    private var lastOrder = firstOrder
    private var inquiries: [RequestToken: Inquiry] = [:]

    struct Inquiry {
        let token: RequestToken
        let session: SessionID
        let nodes: [Node]
        let purpose: Purpose
        let askedAt: Moment
        /// Later while an answer is coming, but not later than `latest`.
        var until: Moment
        let latest: Moment
        var awaited: [OrderID: SwitchName]
    }

    enum Purpose: Hashable {
        case status
        /// The table of nodes, which takes readings that are a little older too.
        case nodes(ReplyFormat)
    }

    static func isOurs(_ order: OrderID) -> Bool { order > firstOrder }

    /// The readings to be ordered for an inquiry.
    mutating func open(
        _ token: RequestToken, by session: SessionID, about nodes: [Node],
        for purpose: Purpose = .status, reading outlets: [Outlet]? = nil, at now: Moment
    ) -> [ReadOrder] {
        let outlets = outlets ?? nodes.flatMap(\.feeds)
        let until = now + Self.patience(for: purpose, outlets)
        // An answer that is coming by then is waited for.
        let latest = min(now + Self.longestPatience, until + Self.longestAnswer)
        let orders = outlets.map { outlet in
            lastOrder = lastOrder.next
            return ReadOrder(id: lastOrder, outlet: outlet, deadline: latest)
        }
        let awaited = orders.map { ($0.id, $0.outlet.powerSwitch) }
        inquiries[token] = Inquiry(
            token: token, session: session, nodes: nodes, purpose: purpose, askedAt: now,
            until: until, latest: latest, awaited: Dictionary(awaited) { first, _ in first })
        return orders
    }

    /// The table shows what is known by then, and its age; `status` has nothing else to show.
    private static func patience(for purpose: Purpose, _ outlets: [Outlet]) -> Duration {
        guard purpose == .status else { return patience }
        let busiest = Dictionary(grouping: outlets, by: \.powerSwitch).values.map(\.count).max()
        return min(longestPatience, patience + patienceForAnother * ((busiest ?? 1) - 1))
    }

    mutating func close(_ token: RequestToken) { inquiries[token] = nil }

    mutating func note(_ report: PowerReport) {
        for token in inquiries.keys { inquiries[token]?.awaited[report.order] = nil }
    }

    /// Takes out what can be answered now. Where a switch is still answering, it is heard out.
    mutating func takeAnswerable(
        at now: Moment, whileNot isAnswering: (SwitchName) -> Bool
    ) -> [Inquiry] {
        for (token, inquiry) in inquiries where inquiry.until <= now {
            guard now < inquiry.latest, inquiry.awaited.values.contains(where: isAnswering)
            else { continue }
            inquiries[token]?.until = min(inquiry.latest, now + Self.betweenLooks)
        }
        let ready = inquiries.values
            .filter { $0.awaited.isEmpty || $0.until <= now }
            .sorted { $0.token < $1.token }
        for inquiry in ready { inquiries[inquiry.token] = nil }
        return ready
    }

    var nextDeadline: Moment? { inquiries.values.map(\.until).min() }
}
