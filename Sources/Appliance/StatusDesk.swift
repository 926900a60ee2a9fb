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
        let askedAt: Moment
        var awaited: Set<OrderID>
    }

    static func isOurs(_ order: OrderID) -> Bool { order > firstOrder }

    /// The readings to be ordered for an inquiry.
    mutating func open(
        _ token: RequestToken, by session: SessionID, about nodes: [Node], at now: Moment
    ) -> [ReadOrder] {
        var orders: [ReadOrder] = []
        for outlet in nodes.flatMap(\.feeds) {
            lastOrder = lastOrder.next
            orders.append(
                ReadOrder(id: lastOrder, outlet: outlet, deadline: now + Self.patience))
        }
        inquiries[token] = Inquiry(
            token: token, session: session, nodes: nodes, askedAt: now,
            awaited: Set(orders.map(\.id)))
        return orders
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
