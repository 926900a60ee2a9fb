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
        let until: Moment
        var awaited: Set<OrderID>
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
        let orders = outlets.map { outlet in
            lastOrder = lastOrder.next
            return ReadOrder(id: lastOrder, outlet: outlet, deadline: until)
        }
        inquiries[token] = Inquiry(
            token: token, session: session, nodes: nodes, purpose: purpose, askedAt: now,
            until: until, awaited: Set(orders.map(\.id)))
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
        for token in inquiries.keys { inquiries[token]?.awaited.remove(report.order) }
    }

    /// Takes out what can be answered now.
    mutating func takeAnswerable(at now: Moment) -> [Inquiry] {
        let ready = inquiries.values
            .filter { $0.awaited.isEmpty || $0.until <= now }
            .sorted { $0.token < $1.token }
        for inquiry in ready { inquiries[inquiry.token] = nil }
        return ready
    }

    var nextDeadline: Moment? { inquiries.values.map(\.until).min() }
}
