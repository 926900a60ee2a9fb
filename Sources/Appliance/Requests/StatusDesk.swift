// Answers to `status`: fresh readings where the lines give them in time, and otherwise the last
// ones with their age. Never waits behind a shot for longer than its own patience.

internal import Fencing

struct StatusDesk {
    /// How long a fresh reading is waited for.
    static let patience = Duration.seconds(3)
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
        let orders = readings(of: outlets ?? nodes.flatMap(\.feeds), at: now)
        inquiries[token] = Inquiry(
            token: token, session: session, nodes: nodes, purpose: purpose, askedAt: now,
            awaited: Set(orders.map(\.id)))
        return orders
    }

    mutating func readings(of outlets: [Outlet], at now: Moment) -> [ReadOrder] {
        outlets.map { outlet in
            lastOrder = lastOrder.next
            return ReadOrder(id: lastOrder, outlet: outlet, deadline: now + Self.patience)
        }
    }

    mutating func close(_ token: RequestToken) { inquiries[token] = nil }

    mutating func note(_ report: PowerReport) {
        for token in inquiries.keys { inquiries[token]?.awaited.remove(report.order) }
    }

    /// Takes out what can be answered now.
    mutating func takeAnswerable(at now: Moment) -> [Inquiry] {
        let ready = inquiries.values
            .filter { $0.awaited.isEmpty || $0.askedAt + Self.patience <= now }
            .sorted { $0.token < $1.token }
        for inquiry in ready { inquiries[inquiry.token] = nil }
        return ready
    }

    var nextDeadline: Moment? { inquiries.values.map { $0.askedAt + Self.patience }.min() }
}
