// The orders that wait for one line. Power before reads; each in the order of arrival; reads of
// one outlet are one reading.

internal import Fencing

/// What a report needs to know of an order.
struct Ticket: Hashable {
    let order: OrderID
    let outlet: Outlet
    let deadline: Moment

    init<Proof>(_ order: PowerOrder<Proof>) {
        (self.order, outlet, deadline) = (order.id, order.outlet, order.deadline)
    }

    init(_ order: ReadOrder) {
        (self.order, outlet, deadline) = (order.id, order.outlet, order.deadline)
    }
}

/// What the line is to do next.
enum Work<Proof: Receipt> {
    case turn(PowerOrder<Proof>)
    /// At least one ticket, all for the same outlet.
    case read([Ticket])
}

struct OrderQueue<Proof: Receipt> {
    private var power: [PowerOrder<Proof>] = []
    private var reads: [[Ticket]] = []

    /// Kept apart, so that no crowd of reads ever keeps a shot out.
    static var mostPower: Int { 64 }
    static var mostReads: Int { 256 }

    enum Entry: Hashable { case queued, full }

    var isEmpty: Bool { power.isEmpty && reads.isEmpty }

    var earliestDeadline: Moment? {
        // No key paths: of a generic type they are made anew at each use, and this is asked for at
        // every turn of the line's loop.
        var soonest: Moment?
        for order in power { soonest = min(soonest ?? order.deadline, order.deadline) }
        for tickets in reads {
            for ticket in tickets { soonest = min(soonest ?? ticket.deadline, ticket.deadline) }
        }
        return soonest
    }

    mutating func enter(_ order: PowerOrder<Proof>) -> Entry {
        guard power.count < Self.mostPower else { return .full }
        power.append(order)
        return .queued
    }

    mutating func enter(_ order: ReadOrder) -> Entry {
        guard reads.joined().count < Self.mostReads else { return .full }
        let ticket = Ticket(order)
        if let index = reads.firstIndex(where: { $0.first?.outlet == order.outlet }) {
            reads[index].append(ticket)
        } else {
            reads.append([ticket])
        }
        return .queued
    }

    mutating func next() -> Work<Proof>? {
        if !power.isEmpty { return .turn(power.removeFirst()) }
        return reads.isEmpty ? nil : .read(reads.removeFirst())
    }

    var powerWaits: Bool { !power.isEmpty }
    var waitingReads: Set<OrderID> { Set(reads.joined().map(\.order)) }

    mutating func takeReads(where isMeant: (Ticket) -> Bool) -> [Ticket] {
        let taken = reads.joined().filter(isMeant)
        guard !taken.isEmpty else { return [] }
        reads = reads.map { $0.filter { !isMeant($0) } }.filter { !$0.isEmpty }
        return taken
    }

    /// Takes out the orders whose deadline has come.
    mutating func removeExpired(at now: Moment) -> [Ticket] {
        // At every turn of the line's loop, and there is hardly ever one.
        guard let soonest = earliestDeadline, soonest <= now else { return [] }
        let expired = tickets.filter { $0.deadline <= now }
        power.removeAll { $0.deadline <= now }
        reads = reads.map { $0.filter { $0.deadline > now } }.filter { !$0.isEmpty }
        return expired
    }

    mutating func removeAll() -> [Ticket] {
        defer { (power, reads) = ([], []) }
        return tickets
    }

    private var tickets: [Ticket] { power.map { Ticket($0) } + reads.joined() }
}
